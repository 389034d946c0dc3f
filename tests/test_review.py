"""From draft to reviewed, published, corrected or withdrawn: by whom, why, and what is refused."""

import json
import shutil

import pytest

from evalkit.registry.ledger import entries, verify
from evalkit.registry.store import open_registry
from tests.own_many import write_many

PLAN, F1 = "EM-2026-0001-P1", "EM-2026-0001-F01"
AUTHOR, REVIEWER = "Analyst, Derby City Council", "Evaluation lead, Derbyshire Police"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory, cli):
    workspace = tmp_path_factory.mktemp("review") / "ours"
    said = cli("init", workspace.name, "--publisher", "Us", "--acting-as", AUTHOR,
               cwd=workspace.parent)  # fmt: skip
    assert said.code == 0, said.err
    write_many(workspace, 1)
    for words in (("registry", "import"), ("evaluate", PLAN)):
        said = cli(*words, cwd=workspace)
        assert said.code == 0, said.err
    return workspace


class Place:
    """A workspace with one finding, and who acts in it."""

    def __init__(self, folder, cli):
        self.folder, self.cli = folder, cli

    def act_as(self, post: str) -> None:
        settings = self.folder / "evalkit.toml"
        lines = [
            f'acting_as = "{post}"' if line.startswith("acting_as") else line
            for line in settings.read_text().splitlines()
        ]
        settings.write_text("\n".join(lines) + "\n")

    def __call__(self, *words: str) -> str:
        said = self.cli(*words, cwd=self.folder)
        assert said.code == 0, said.err
        return said.out

    def refused(self, *words: str) -> str:
        before = (self.folder / "registry.db").read_bytes()
        said = self.cli(*words, cwd=self.folder)
        assert said.code == 1 and said.out == ""
        assert (self.folder / "registry.db").read_bytes() == before
        return said.err

    def ledger(self) -> list[tuple[str, str, str]]:
        with open_registry(f"sqlite:///{self.folder}/registry.db") as session:
            assert verify(session).first_problem is None
            found = [e for e in entries(session) if e.subject.startswith(f"publication/{F1}")]
        return [(e.action, e.by, e.reason) for e in found]


@pytest.fixture
def place(seeded, tmp_path, cli):
    return Place(shutil.copytree(seeded, tmp_path / "ours"), cli)


def test_the_whole_way_with_a_reason_and_a_post_for_every_step(place) -> None:
    assert "State: draft, not reviewed yet." in place("finding", "show", F1)
    place.act_as(REVIEWER)
    assert f"{F1}: reviewed." in place("finding", "review", F1, "--reason", "Read against the plan")
    assert json.loads(place("finding", "show", F1, "--json"))["state"] == "reviewed"
    place.act_as(AUTHOR)
    assert f"{F1}: published." in place("finding", "publish", F1, "--reason", "Agreed by the board")
    place.act_as(REVIEWER)
    assert f"{F1}: withdrawn." in place("finding", "withdraw", F1, "--reason", "Counted twice")
    assert place.ledger() == [
        ("register", REVIEWER, "Read against the plan"),
        ("amend", AUTHOR, "Agreed by the board"),
        ("amend", REVIEWER, "Counted twice"),
    ]
    place("hub", "build")
    page = (place.folder / "reports" / "findings" / f"{F1.lower()}.html").read_text()
    assert "Do not use this finding." in page and "Reason: Counted twice" in page
    assert F1.lower() not in (place.folder / "reports" / "findings" / "index.html").read_text()


def test_the_author_cannot_review(place) -> None:
    said = place.refused("finding", "review", F1, "--reason", "Mine")
    assert f"acting_as: {AUTHOR}, who is the author; needed another post" in said


@pytest.mark.parametrize("verb", ["review", "publish", "withdraw"])
def test_no_step_without_a_reason(place, verb) -> None:
    place.act_as(REVIEWER)
    if verb != "review":
        place("finding", "review", F1, "--reason", "Read")
    if verb == "withdraw":
        place("finding", "publish", F1, "--reason", "Agreed")
    for words in ((), ("--reason", "  ")):
        assert "--reason: empty; needed why it is " in place.refused("finding", verb, F1, *words)


def test_steps_out_of_order_are_refused(place) -> None:
    place.act_as(REVIEWER)
    said = place.refused("finding", "publish", F1, "--reason", "x")
    assert f"id: {F1}, which is draft; needed one that was reviewed as it is now." in said
    assert "needed a published finding" in place.refused("finding", "withdraw", F1, "--reason", "x")
    place("finding", "review", F1, "--reason", "Read")
    assert "which is reviewed; needed a draft" in place.refused(
        "finding", "review", F1, "--reason", "x"
    )
    place("finding", "publish", F1, "--reason", "Agreed")
    again = place.refused("finding", "publish", F1, "--reason", "Agreed again")
    assert "which is published; needed one that was reviewed" in again
    place("finding", "withdraw", F1, "--reason", "Counted twice")
    for verb in ("review", "publish", "withdraw"):
        assert "which is withdrawn" in place.refused("finding", verb, F1, "--reason", "x")


def test_a_finding_that_is_not_there_is_refused(place) -> None:
    said = place.refused("finding", "review", "EM-2026-0001-F09", "--reason", "x")
    assert f"needed one of {F1}" in said


def test_a_deviation_without_a_reason_holds_publication_back_and_a_change_asks_again(place) -> None:
    place.act_as(REVIEWER)
    place("finding", "review", F1, "--reason", "Read")
    place("finding", "publish", F1, "--reason", "Agreed")
    place.act_as(AUTHOR)
    file = place.folder / "protocols" / f"{PLAN}.md"
    text = file.read_text().replace("locked: 2026-01-05\n", "")
    at = text.index("minimum_effect")
    line = text[at:].split("\n")[0]
    file.write_text(text.replace(line, line.replace("value: ", "value: 1")))
    place("protocol", "amend", PLAN, "--reason", "Another size matters")
    place("evaluate", PLAN)
    shown = place("finding", "show", F1)
    assert "State: draft, not reviewed yet (it has changed since it was published)." in shown
    place.act_as(REVIEWER)
    assert "it has changed" in place.refused("finding", "publish", F1, "--reason", "x")
    place("finding", "review", F1, "--reason", "Read again")
    assert f"{F1}: corrected." in place(
        "finding", "publish", F1, "--reason", "The size was changed"
    )
