"""Executed notebooks are made into pages once, and again when anything that they come from is another."""

from dataclasses import replace

import pytest

from evalkit.workflow import notebook_pages
from evalkit.workflow.notebook_pages import read_notebooks
from tests.hub_sample import sample


@pytest.fixture
def place(tmp_path, monkeypatch):
    (run, *_) = sample().evaluations
    made = []

    def page(written, evaluation):
        made.append(written)
        return f"<p>{len(made)} é\n</p>"

    monkeypatch.setattr(notebook_pages, "_page", page)
    (tmp_path / f"{run.protocol}.ipynb").write_text("{}")
    return tmp_path, run, made


def test_a_page_is_made_once(place):
    folder, run, made = place
    first = read_notebooks(folder, [run], kept=folder / "kept")
    assert read_notebooks(folder, [run], kept=folder / "kept") == first
    assert first == {run.protocol: "<p>1 é\n</p>"} and len(made) == 1
    assert [file.name for file in (folder / "kept").iterdir()] == [f"{run.protocol}.html"]


@pytest.mark.parametrize("what", ["notebook", "evaluation", "program", "cut", "edited", "gone"])
def test_it_is_made_again_where_anything_is_another(place, what, monkeypatch):
    folder, run, _ = place
    read_notebooks(folder, [run], kept=folder / "kept")
    kept = folder / "kept" / f"{run.protocol}.html"
    match what:
        case "notebook":
            (folder / f"{run.protocol}.ipynb").write_text("{ }")
        case "evaluation":
            run = replace(run, notes=("Another",))
        case "program":
            monkeypatch.setattr(notebook_pages, "program", lambda *packages: "another")
        case "cut":
            kept.write_bytes(kept.read_bytes()[:-3])
        case "edited":
            kept.write_bytes(kept.read_bytes().replace(b"<p>1", b"<p>3"))
        case "gone":
            kept.unlink()
    assert read_notebooks(folder, [run], kept=folder / "kept") == {run.protocol: "<p>2 é\n</p>"}


def test_a_place_that_cannot_be_written_to_costs_a_page_each_time(place):
    folder, run, made = place
    (folder / "kept").write_text("a file")
    for _ in range(2):
        assert read_notebooks(folder, [run], kept=folder / "kept")
    assert len(made) == 2
