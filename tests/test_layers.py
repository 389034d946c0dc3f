"""The rules of the house that a machine can check."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import evalkit

PACKAGE = Path(evalkit.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

HEAVY = [
    *("alembic", "duckdb", "jinja2", "jupytext", "linearmodels", "nbclient", "nbconvert", "numpy"),
    *("pandas", "scipy", "sqlalchemy", "sqlmodel", "statsmodels"),
]

LOADED = f"""
import sys
{{}}
print("loaded:", *(name for name in {HEAVY} if name in sys.modules))
"""


def run_python(
    code: str, *arguments: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=cwd, capture_output=True, text=True
    )


def check_contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return run_python(code, "--no-cache", cwd=folder)


def test_import_contracts(root: Path) -> None:
    result = check_contracts(root)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("where", "line", "contract"),
    [
        ("types/sneaks.py", "import evalkit.errors", None),
        ("types/sneaks.py", "import evalkit.inference", "imports point down"),
        ("did/sneaks.py", "import evalkit.its", "imports point down"),
        ("attic.py", "", "imports point down"),
        ("hub/sneaks.py", "import rich.table", "only cli knows the console"),
        ("hub/sneaks.py", "from sqlmodel import Session", "only registry knows the database"),
        ("its/sneaks.py", "from pathlib import Path", "the numbers know no path"),
    ],
)
def test_contracts_bite(
    tmp_path: Path, root: Path, where: str, line: str, contract: str | None
) -> None:
    settings = (root / "pyproject.toml").read_text()
    (tmp_path / "pyproject.toml").write_text(settings)
    contracts = tomllib.loads(settings)["tool"]["importlinter"]["contracts"]
    for room in re.findall(r"\w+", " ".join(contracts[0]["layers"])):
        (tmp_path / "evalkit" / room).mkdir(parents=True)
        (tmp_path / "evalkit" / room / "__init__.py").touch()
    (tmp_path / "evalkit" / "__init__.py").touch()
    (tmp_path / "evalkit" / where).write_text(line)
    result = check_contracts(tmp_path)
    broken = [row for row in result.stdout.splitlines() if " BROKEN" in row]
    assert bool(result.returncode) == bool(contract), result.stdout + result.stderr
    assert len(broken) == bool(contract)
    assert all(row.startswith(contract or "") for row in broken), broken


def test_no_module_is_long() -> None:
    lengths = {str(m.relative_to(PACKAGE)): len(m.read_text().splitlines()) for m in MODULES}
    assert {name: count for name, count in lengths.items() if count > 250} == {}


def test_no_module_is_a_drawer() -> None:
    assert [str(m) for m in MODULES if m.name in {"utils.py", "helpers.py", "misc.py"}] == []


def test_import_is_light() -> None:
    result = run_python(LOADED.format("import evalkit"))
    assert result.stdout == "loaded:\n", result.stdout + result.stderr


def test_help_is_light() -> None:
    main = "from evalkit.__main__ import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    result = run_python(LOADED.format(main), "--help")
    assert "Usage" in result.stdout, result.stdout + result.stderr
    assert result.stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize(
    "words", ["intervention list", "status", "registry search knife", "theory show EM-2026-0001"]
)
def test_commands_that_only_read_the_registry_load_no_statistics(root: Path, words: str) -> None:
    main = "from evalkit.__main__ import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    result = run_python(LOADED.format(main), *words.split(), cwd=root)
    assert result.stdout.splitlines()[-1] == "loaded: sqlalchemy sqlmodel", result.stderr


def test_building_a_hub_loads_no_statistics(tmp_path: Path) -> None:
    """Nobody waits for what counts and fits; a number to hide, or an average to take, may need it."""
    main = "from evalkit.__main__ import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    run_python(main, "init", "ours", "--examples", cwd=tmp_path)
    result = run_python(LOADED.format(main), "hub", "build", cwd=tmp_path / "ours")
    said = result.stdout.splitlines()[-1]
    assert said == "loaded: jinja2 sqlalchemy sqlmodel", result.stdout + result.stderr


@pytest.mark.parametrize(
    ("given", "counts"), [(False, "1 passed, 2 deselected"), (True, "3 passed")]
)
def test_reference_tests_are_left_out_and_counted(
    tmp_path: Path, root: Path, given: bool, counts: str
) -> None:
    shutil.copy(root / "tests" / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = reference_data: as in the project\n")
    (tmp_path / "test_three.py").write_text(
        "import pytest\n"
        "@pytest.mark.reference_data\ndef test_marked(): pass\n"
        "def test_uses(reference_data): assert reference_data.is_dir()\n"
        "def test_plain(): pass\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("EVALKIT_", "PYTEST_"))}
    if given:
        environment["EVALKIT_REFERENCE_DATA"] = str(tmp_path)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", tmp_path]
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert f" {counts} in " in result.stdout.splitlines()[-1], result.stdout
    said = [row for row in result.stdout.splitlines() if "EVALKIT_REFERENCE_DATA" in row]
    assert len(said) == (not given)
    assert all(row.startswith("2 reference tests left out") for row in said)


def test_public_names_are_sorted_and_resolve() -> None:
    names = list(evalkit.__all__)
    assert names == sorted(set(names))
    assert [name for name in names if not hasattr(evalkit, name)] == []
