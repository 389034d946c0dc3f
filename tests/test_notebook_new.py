"""A notebook of one's own: from the template, ready to be run, never written over once it was changed."""

import json
import re

import nbformat
import pytest

from evalkit.report import notebook as notebooks
from tests.own_plans import ID, Place

P1, P2 = f"{ID}-P1", f"{ID}-P2"


@pytest.fixture
def place(tmp_path, cli):
    place = Place(tmp_path / "ours", cli)
    for id in (P1, P2):
        place("protocol", "lock", id)
    return place


def test_it_is_filled_in_runs_as_it_is_and_agrees_with_the_record(place, cli):
    said = place("notebook", "new", P1)
    assert said.startswith(f"Wrote notebooks/{P1}.ipynb for {P1} v1.0 (retrospective).\n")
    file = place.folder / "notebooks" / f"{P1}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    locked = json.loads(place("protocol", "show", P1, "--json"))
    title = notebook.cells[0].source
    assert title.startswith("# Did ") and f"{P1} v1.0 · retrospective" in title
    assert locked["sha256"] in title
    assert notebook.cells[1].source == f"protocol_id = '{P1}'\nregistry = 'registry.db'"
    assert notebook.cells[1].metadata["tags"] == ["parameters"]
    calls = [c for c in notebook.cells if "ek.evaluate(" in c.source]
    assert len(calls) == 1
    place("evaluate", P1)
    executed = notebooks.execute(notebook, folder=file.parent)
    recorded = json.loads(notebooks.evaluation_json(executed))
    stored = json.loads(place("evaluate", P1, "--json"))
    assert recorded["estimates"] == stored["estimates"] and recorded["checks"] == stored["checks"]


def test_ones_own_edited_notebook_is_run_where_it_lies(place):
    """With room used below the line; then with a cell that fails, and with another number above it."""
    place("notebook", "new", P1)
    file = place.folder / "notebooks" / f"{P1}.ipynb"
    place("evaluate", P1)
    own = nbformat.read(file, as_version=4)
    own.cells.append(nbformat.v4.new_code_cell("panel.outcome.shape"))
    nbformat.write(own, file)
    words = ("notebook", "run", P1, "--file", f"notebooks/{P1}.ipynb")
    assert "the same numbers as the record" in place(*words)
    ran = nbformat.read(file, as_version=4)
    assert "Exploratory: not in the plan" in str(ran.cells[-1].outputs)
    assert ran.metadata["evalkit"]["protocol"] == P1

    kept = file.read_bytes()
    broken = nbformat.read(file, as_version=4)
    broken.cells.append(nbformat.v4.new_code_cell("1 / 0"))
    nbformat.write(broken, file)
    edited = file.read_bytes()
    said = place.refused(*words)
    assert (
        f"cell {len(broken.cells)} of {len(broken.cells)}" in said and "ZeroDivisionError" in said
    )
    assert "Mend what the error names" in " ".join(said.split()) and file.read_bytes() == edited

    file.write_bytes(kept)
    other = nbformat.read(file, as_version=4)
    [record] = [c for c in other.cells if c.source == "cells.Record(evaluation)"]
    record.source = (
        "from dataclasses import replace\ncells.Record(replace(evaluation, outcome='other'))"
    )
    nbformat.write(other, file)
    assert "gives another outcome than the record" in " ".join(place.refused(*words).split())


@pytest.mark.parametrize(
    "name", ["none.ipynb", "robbery-local.csv", "../outside.ipynb", "broken.ipynb"]
)
def test_what_is_no_notebook_is_not_run(place, name):
    place("evaluate", P1)
    (place.folder.parent / "outside.ipynb").write_text("{}")
    (place.folder / "broken.ipynb").write_text("{")
    said = " ".join(place.refused("notebook", "run", P1, "--file", name).split())
    assert "--file" in said and "needed a notebook" in said


def test_every_output_below_the_line_says_that_it_was_not_planned(place):
    place("notebook", "new", P1)
    file = place.folder / "notebooks" / f"{P1}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[-1].source = "print('mine')"
    executed = notebooks.execute(notebook, folder=file.parent)
    said = [
        (cell.source, [str(o.get("data", o.get("text"))) for o in cell.outputs])
        for cell in executed.cells
        if cell.cell_type == "code"
    ]
    line = next(i for i, (source, _) in enumerate(said) if "exploratory_from_here" in source)
    for source, outputs in said[line + 1 :]:
        assert not outputs or "Exploratory: not in the plan" in outputs[0], source
    assert "mine" in said[-1][1][1] and "panel: " in said[line + 1][1][1]
    assert not any("Exploratory" in text for _, outputs in said[:line] for text in outputs)
    assert notebooks.to_html(executed).count("Exploratory: not in the plan</strong>") == 2


def test_a_notebook_that_was_changed_by_hand_is_not_written_over(place):
    place("notebook", "new", P1)
    file = place.folder / "notebooks" / f"{P1}.ipynb"
    first = file.read_bytes()
    assert "in the place of the one before" in place("notebook", "new", P1)
    assert file.read_bytes() == first
    notebook = json.loads(first)
    notebook["cells"][-1]["source"] = ["panel.units\n", "panel.periods"]
    file.write_text(json.dumps(notebook))
    assert place.refused("notebook", "new", P1) == (
        f"notebooks/{P1}.ipynb: cells that were changed by hand, or another file; needed a notebook as it"
        " was written. Choose another name with --to, or write over it with --replace.\n"
    )
    assert json.loads(file.read_text()) == notebook
    place("notebook", "new", P1, "--to", "other.ipynb")
    place("notebook", "new", P1, "--replace")
    assert file.read_bytes() == first
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_running_a_notebook_is_not_changing_it(place):
    place("notebook", "new", P1)
    file = place.folder / "notebooks" / f"{P1}.ipynb"
    notebook = json.loads(file.read_text())
    notebook["cells"][2 if notebook["cells"][2]["cell_type"] == "code" else 3]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ["run"]}
    ]
    for one in notebook["cells"]:
        one["source"] = one["source"].splitlines(keepends=True)  # as Jupyter writes them
    file.write_text(json.dumps(notebook))
    assert "Wrote " in place("notebook", "new", P1)


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ((f"{ID}-P9",), "not locked; needed one of "),
        ((P1, "--to", "mine.txt"), "--to: mine.txt; needed a name that ends in .ipynb."),
        (
            (P1, "--to", "text.ipynb"),
            "text.ipynb: cells that were changed by hand, or another file",
        ),
    ],
)
def test_what_cannot_be_written_is_refused(place, words, needed):
    (place.folder / "text.ipynb").write_text("not a notebook")
    assert needed in place.refused("notebook", "new", *words)
    assert not (place.folder / "notebooks").exists()
    assert (place.folder / "text.ipynb").read_text() == "not a notebook"


def test_a_plan_that_is_not_locked_is_named_with_what_to_do(tmp_path, cli):
    place = Place(tmp_path / "ours", cli)
    assert place.refused("notebook", "new", P1) == (
        f"protocols/{P1}.md: a plan that is not locked; needed a locked one, so that the notebook runs what"
        f" was fixed. Lock it with: evalkit protocol lock {P1}\n"
    )


@pytest.mark.parametrize("design", sorted(notebooks.DESIGNS))
def test_one_template_has_the_eleven_parts_for_every_design(design):
    notebook = notebooks.template(design)
    heads = [h for c in notebook.cells for h in re.findall(r"^#+ (.*)$", c.source, re.M)
             if c.cell_type == "markdown"]  # fmt: skip
    assert [h.partition(":")[0] for h in heads] == [
        "The question of the plan", "What this notebook is", "The plan", "The data", "The evaluation",
        "Checks", "Result", "Sensitivity", "Deviations from the plan", "How it was made", "Exploratory",
    ]  # fmt: skip
    ready = [c.source for c in notebook.cells if c.source.startswith(("panel = ", "series = "))]
    assert len(ready) == 1 and ready[0].startswith("series" if design == "its" else "panel")
    assert [c.source for c in notebook.cells[-2:]] == ["", ""]
