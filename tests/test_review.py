"""From draft to reviewed, published, corrected or withdrawn: by whom, why, and what is refused."""

import json
import shutil
from dataclasses import replace
from datetime import date

import pytest

from evalkit.hub.theory import theory_view
from evalkit.registry.findings import read_newest, save_run
from evalkit.registry.ledger import entries, verify
from evalkit.registry.store import open_registry
from tests.hub_sample import sample
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
    assert f"{F1}  a draft that nobody has reviewed\n" in place("status")
    place.act_as(REVIEWER)
    assert f"{F1}: reviewed." in place("finding", "review", F1, "--reason", "Read against the plan")
    assert json.loads(place("finding", "show", F1, "--json"))["state"] == "reviewed"
    waiting = [{"finding": F1, "why": "reviewed, not published yet"}]
    assert json.loads(place("status", "--json"))["waiting"] == waiting
    place.act_as(AUTHOR)
    assert f"{F1}: published." in place("finding", "publish", F1, "--reason", "Agreed by the board")
    assert F1 not in place("status")
    place("hub", "build")
    page = (place.folder / "reports" / "findings" / f"{F1.lower()}.html").read_text()
    assert "Review and corrections" in page and f"by: {REVIEWER}" in page
    assert "Agreed by the board" in page
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
    for told in (f"protocols/{PLAN.lower()}.html", "interventions/em-2026-0001.html"):
        page = (place.folder / "reports" / told).read_text()
        assert "<strong>Withdrawn.</strong> Reason: Counted twice" in page, told


def test_a_theory_that_cites_a_draft_has_no_link_to_it() -> None:
    catalogue = sample()
    work = catalogue.interventions[0]
    assert work.theory is not None
    links = tuple(replace(link, evidence=("EM-2026-0009-F09",)) for link in work.theory.links)
    view = theory_view(catalogue, replace(work, theory=replace(work.theory, links=links)))
    assert view is not None
    assert view.links[0].evidence == (("EM-2026-0009-F09: not published, or withdrawn", ""),)


def everything(folder) -> str:
    """Every byte of the built hub, the SQLite file included, as text."""
    files = (path for path in sorted((folder / "reports").rglob("*")) if path.is_file())
    return "\n".join(path.read_bytes().decode("latin-1") for path in files)


def test_a_draft_is_nowhere_in_the_hub(place) -> None:
    """Neither page, card, search index, feed, download, brief nor synthesis tells of it."""
    shown = json.loads(place("finding", "show", F1, "--json"))
    secret = (shown["headline"], shown["summary"][-40:], shown["how_sure"])
    size = f'"effect":{shown["effect"]["effect"]}'
    said = place("hub", "build")
    assert said.startswith(f"left out  {F1}: a draft that nobody has reviewed\n")
    built = everything(place.folder)
    assert not [words for words in (*secret, size, f"{F1.lower()}.html") if words in built]
    plan = (place.folder / "reports" / "protocols" / f"{PLAN.lower()}.html").read_text()
    assert "A result of this plan is kept back: a draft that nobody has reviewed." in plan
    place.act_as(REVIEWER)
    place("finding", "review", F1, "--reason", "Read")
    assert f"left out  {F1}: reviewed, not published yet\n" in place("hub", "build")
    assert shown["headline"] not in everything(place.folder)
    place("finding", "publish", F1, "--reason", "Agreed")
    assert place("hub", "build").startswith("written ")
    assert shown["headline"] in everything(place.folder)


def test_what_was_published_stays_until_the_correction_is(place) -> None:
    place.act_as(REVIEWER)
    place("finding", "review", F1, "--reason", "Read")
    place("finding", "publish", F1, "--reason", "Agreed")
    place("hub", "build")
    page = place.folder / "reports" / "findings" / f"{F1.lower()}.html"
    before = json.loads(place("finding", "show", F1, "--json"))
    amended(place)
    after = json.loads(place("finding", "show", F1, "--json"))
    assert before["how_big"] != after["how_big"]
    said = place("hub", "build")
    assert "a draft that nobody has reviewed; what was published before is still shown" in said
    assert (
        before["how_big"][-1] in page.read_text() and after["how_big"][-1] not in page.read_text()
    )
    place.act_as(REVIEWER)
    place("finding", "review", F1, "--reason", "Read again")
    assert f"{F1}: corrected." in place("finding", "publish", F1, "--reason", "Another size")
    assert place("hub", "build").startswith("written ")
    assert after["how_big"][-1] in page.read_text() and "Corrected" in page.read_text()


def amended(place) -> None:
    """The author calls another size the smallest that would matter, and runs the plan again."""
    place.act_as(AUTHOR)
    change_the_size(place, ("locked: 2026-01-05\n", ""))
    place("protocol", "amend", PLAN, "--reason", "Another size matters")
    place("evaluate", PLAN)


def change_the_size(place, *changes) -> None:
    file = place.folder / "protocols" / f"{PLAN}.md"
    text = file.read_text()
    line = text[text.index("minimum_effect") :].split("\n")[0]
    for old, new in ((line, line.replace("value: ", "value: 1")), *changes):
        text = text.replace(old, new)
    file.write_text(text)


def test_a_change_asks_for_another_review(place) -> None:
    place.act_as(REVIEWER)
    place("finding", "review", F1, "--reason", "Read")
    place("finding", "publish", F1, "--reason", "Agreed")
    amended(place)
    shown = place("finding", "show", F1)
    assert "State: draft, not reviewed yet (it has changed since it was published)." in shown
    place.act_as(REVIEWER)
    assert "it has changed" in place.refused("finding", "publish", F1, "--reason", "x")
    place("finding", "review", F1, "--reason", "Read again")
    assert f"{F1}: corrected." in place(
        "finding", "publish", F1, "--reason", "The size was changed"
    )


def test_without_a_caveat_nothing_is_published(place) -> None:
    """A plan cannot be locked without one any more; a run of an older evalkit may have none."""
    with open_registry(f"sqlite:///{place.folder}/registry.db", write=True) as session:
        (run,) = read_newest(session)
        bare = tuple(replace(finding, limits=()) for finding in run.findings)
        save_run(session, run.evaluation, bare, run.record, on=date(2026, 3, 2), by=AUTHOR)
    place.act_as(REVIEWER)
    place("finding", "review", F1, "--reason", "Read")
    said = place.refused("finding", "publish", F1, "--reason", "x")
    assert "limits: none; needed at least one caveat: what the finding cannot tell." in said


def test_an_unexplained_deviation_is_refused(place) -> None:
    change_the_size(place)
    place("evaluate", PLAN, "--exploratory")
    id = "EM-2026-0001-F02"
    place.act_as(REVIEWER)
    place("finding", "review", id, "--reason", "Read")
    said = place.refused("finding", "publish", id, "--reason", "x")
    assert "deviations: deviation 1 has no reason; needed a reason for each." in said
    assert f"Use evalkit finding explain {id}." in said
    place("finding", "explain", id, "1", "--reason", "A slip of the pen")
    assert f"{id}: published." in place("finding", "publish", id, "--reason", "Agreed")


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
