# Everything here does its own set-up: Python 3.11 or newer and make are all that is needed.
# Another Python: make PYTHON=/path/to/python test. More for pytest: make test ARGS="-k panel".

.NOTPARALLEL:
.PHONY: help setup demo test lint soak bench calibrate pictures lock clean

# matrices here are small: threads of the matrix library take turns and only cost time
export OPENBLAS_NUM_THREADS = 1
export OMP_NUM_THREADS = 1
# a command of its own compiles evalkit again each time where nothing compiled is kept
export PYTHONDONTWRITEBYTECODE =

UV = uv
ARGS =
COMPILE = $(UV) pip compile --quiet --python-version 3.11 --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv with the locked libraries; does nothing when it is up to date
	@sh scripts/setup

demo: setup ## run the worked examples from registration to the published hub
	@.venv/bin/evalkit demo

test: setup ## check everything: style, types, then all tests
	@sh scripts/chromium >/dev/null
	@echo "checking style and types"
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup ## only style and types, a few seconds
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

pictures: setup ## take the README's pictures again, and one of every kind of page in five looks (needs Chromium)
	@EVALKIT_PICTURES=.evalkit/pictures .venv/bin/python -m pytest -q -m "browser or soak" tests/browser/test_picture.py
	@echo "the README's are in docs/, the others in .evalkit/pictures/"

soak: setup ## many writers at once, writers killed while they write, a table of 1 GB: some minutes
	@.venv/bin/python -m pytest -m soak tests $(ARGS)

bench: setup ## measure 10,000 interventions and five million crimes: some minutes
	@.venv/bin/python -m benchmarks.registry $(ARGS)
	@.venv/bin/python -m benchmarks.police
	@.venv/bin/python -m benchmarks.its
	@.venv/bin/python -m benchmarks.evaluate_all
	@.venv/bin/python -m benchmarks.disclosure

calibrate: setup ## how often intervals are right, on simulated data; writes docs/calibration.md: some minutes
	@.venv/bin/python -m benchmarks.calibrate_its $(ARGS)
	@.venv/bin/python -m benchmarks.calibrate_power
	@.venv/bin/python -m benchmarks.calibration.did
	@.venv/bin/python -m benchmarks.calibration.synthesis
	@.venv/bin/python -m benchmarks.calibrate_counts
	@.venv/bin/python -m benchmarks.calibration.series_checks
	@.venv/bin/python -m benchmarks.calibration.monitoring

lock: ## resolve requirements/ again after a change of dependencies (needs uv; newer: ARGS=--upgrade)
	$(COMPILE) $(ARGS) pyproject.toml requirements/build.in --all-extras -o requirements/all.txt
	$(COMPILE) requirements/build.in -c requirements/all.txt -o requirements/build.txt

clean: ## remove .venv, caches, scratch copies and everything that was built
	rm -rf .venv .evalkit build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
	find reports -type f ! -name README.md -exec rm -f {} +
	find reports -depth -type d -empty -exec rmdir {} \;
