"""What is said of a summary that is hard to read: how hard, once, and never as a refusal."""

import json
from pathlib import Path
from typing import Any

import pytest

from evalkit.cli.intervention import TEMPLATE
from evalkit.workflow.advice import on_summary

EASY = "Officers walked 36 streets in Derby on weekend evenings."
HARD = (
    "Multi-agency operational coordination incorporating geographically differentiated deployment"
    " prioritisation."
)


@pytest.mark.parametrize("text", [EASY, "...", "- _ '", "36", "夜間パトロール", "A"])
def test_nothing_is_said_of_what_is_easy_or_cannot_be_measured(text: str) -> None:
    assert on_summary(text) == ()


def test_a_hard_summary_is_registered_and_advised_on(tmp_path: Path, cli: Any) -> None:
    def run(*words: str) -> Any:
        said = cli(*words, cwd=tmp_path / "ours")
        assert said.code == 0, said.err
        return said.out

    assert cli("init", "ours", cwd=tmp_path).code == 0
    file = tmp_path / "ours" / "intervention.yaml"
    lines = TEMPLATE.splitlines()
    lines[2] = f"summary: {HARD}"
    file.write_text("\n".join(lines) + "\n")
    told = "The summary reads as for age "
    assert told in run("intervention", "add", str(file))
    assert told not in run("intervention", "add", str(file))  # registered before

    def edit(*fields: str) -> Any:
        sets = [word for field in fields for word in ("--set", field)]
        id = json.loads(run("intervention", "list", "--json"))["interventions"][0]["id"]
        return json.loads(run("intervention", "edit", id, *sets, "--reason", "x", "--json"))

    assert edit("population=people out at night")["advice"] == []
    assert edit(f"summary={EASY}")["advice"] == []
    (advice,) = edit(f"summary={HARD}")["advice"]
    assert advice == on_summary(HARD)[0] and "the hub is for readers of 13" in advice
