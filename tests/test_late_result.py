"""Why a result is overdue: stated for everybody to read, changed in the open, refused where nothing is."""

import datetime
import json
import shutil
import sqlite3
from typing import Any

import pytest

from evalkit.registry.ledger import entries, verify
from evalkit.registry.store import open_registry
from tests.own_many import write_many

PLAN, TODAY = "EM-2026-0001-P1", datetime.date(2026, 4, 20)
POST = "Analyst, Derby City Council"
LATE = ("protocol", "late", PLAN, "--reason", "resource", "--expected", "March 2027")


class Place:
    """A workspace with a plan whose last period is over, and commands on it."""

    def __init__(self, folder: Any, cli: Any) -> None:
        self.folder, self.cli = folder, cli

    def __call__(self, *words: str) -> str:
        said = self.cli(*words, cwd=self.folder)
        assert said.code == 0, said.err
        return str(said.out)

    def refused(self, *words: str) -> str:
        before = (self.folder / "registry.db").read_bytes()
        said = self.cli(*words, cwd=self.folder)
        assert (said.code, said.out) == (1, "")
        assert (self.folder / "registry.db").read_bytes() == before
        return str(said.err)

    def act_as(self, post: str) -> None:
        settings = self.folder / "evalkit.toml"
        lines = settings.read_text().splitlines()
        kept = [line for line in lines if not line.startswith("acting_as")]
        at = kept.index("[workspace]") + 1
        given = [f'acting_as = "{post}"'] if post else []
        settings.write_text("\n".join((*kept[:at], *given, *kept[at:])) + "\n")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: Any, cli: Any) -> Any:
    folder = tmp_path_factory.mktemp("late") / "ours"
    made = cli("init", "ours", "--publisher", "Us", "--acting-as", POST, cwd=folder.parent)
    assert made.code == 0, made.err
    write_many(folder, 1)
    said = cli("registry", "import", cwd=folder)
    assert said.code == 0, said.err
    return folder


@pytest.fixture
def place(seeded: Any, tmp_path: Any, cli: Any, monkeypatch: pytest.MonkeyPatch) -> Place:
    for module in ("status", "plan_late", "evaluation", "finding_review"):
        monkeypatch.setattr(f"evalkit.cli.{module}.today", lambda: TODAY, raising=False)
    return Place(shutil.copytree(seeded, tmp_path / "ours"), cli)


def test_it_is_stated_shown_and_changed_in_the_open(place: Place) -> None:
    assert f"105 days late  {PLAN}: result\n" in place("status")
    assert place(*LATE).startswith(
        f"{PLAN}: not enough people, time or money. New date: March 2027.\n"
    )
    assert "The same was said before." in place(*LATE)
    status = place("status")
    assert "\noverdue        result of        reason given" in status and "\ndue " not in status
    assert f"105 days late  {PLAN}  not enough people, time or money  March 2027\n" in status
    assert place("protocol", "show", PLAN).count("Result late, said 2026-04-20 by Analyst") == 1
    said = json.loads(place(*LATE[:3], "--reason", "other", "--note", "A <b>flood</b>", "--json",
                            "--expected", "2027-06"))  # fmt: skip
    assert said == {
        "id": PLAN, "reason": "other", "note": "A <b>flood</b>", "expected": "2027-06", "by": POST,
        "stated": "2026-04-20", "new": True,
    }  # fmt: skip
    assert json.loads(place("protocol", "show", PLAN, "--json"))["late"]["expected"] == "2027-06"
    with open_registry(f"sqlite:///{place.folder}/registry.db") as session:
        assert verify(session).first_problem is None
        done = [(e.action, e.by) for e in entries(session) if e.subject.startswith("late-result/")]
    assert done == [("explain", POST), ("amend", POST)]


def test_the_hub_tells_it_with_its_versions(place: Place) -> None:
    place(*LATE)
    place(*LATE[:4], "other", "--note", "A <b>flood</b>", "--expected", "2027-06-01")
    place("hub", "build")
    reports = place.folder / "reports"
    told = (
        "Reason given: A &lt;b&gt;flood&lt;/b&gt;. New date: 1 June 2027. The plan has not changed."
    )
    for path in ("index.html", "learning.html", "interventions/em-2026-0001.html"):
        page = (reports / path).read_text()
        assert told in page and "Overdue by" in page, path
    assert f"Stated 20 April 2026 by: {POST}" in (reports / "learning.html").read_text()
    assert "Another reason, note or date was given" in (reports / "history.html").read_text()
    ledger = (reports / "data" / "ledger.csv").read_text()
    assert f"late-result/{PLAN}/v1.0" in ledger and f"late-result/{PLAN}/v2.0" in ledger
    with sqlite3.connect(reports / "data" / "register.sqlite") as made:
        rows = made.execute("SELECT protocol, reason, expected FROM overdue_result").fetchall()
    assert rows == [(PLAN, "other", "2027-06-01")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--reason", "resources", "--expected", "2027"),
            "--reason: resources; needed one of sign-off, procurement, data, resource, quality, "
            "policy, other. Try resource.\n",
        ),
        (("--expected", "2027"), "--reason: not given; needed one of sign-off"),
        (
            ("--reason", "quality", "--expected", "2027"),
            "--note: empty; needed what of it falls short, since it is quality.\n",
        ),
        (
            ("--reason", "other", "--note", " ", "--expected", "2027"),
            "--note: empty; needed which reason, since it is other.\n",
        ),
        (
            ("--reason", "data", "--expected", "March 2026"),
            "--expected: March 2026, which is over; needed a date to come, such as March 2027.\n",
        ),
        (("--reason", "data", "--expected", "soon"), "--expected: soon; needed a date to come"),
        (("--reason", "data"), "--expected: not given; needed a date to come"),
        (
            ("--reason", "data", "--expected", "2027", "--note", "Ask ann@example.org"),
            "--note: what looks like e-mail address (an####",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_refused(
    place: Place, words: tuple[str, ...], said: str
) -> None:
    assert said in place.refused("protocol", "late", PLAN, *words)


def test_a_plan_that_is_not_overdue_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = place.refused("protocol", "late", "EM-2026-0001-P9", *LATE[3:])
    assert "EM-2026-0001-P9" in missing and PLAN in missing
    place.act_as("")
    assert "acting_as: not given; needed your post." in place.refused(*LATE)
    place.act_as(POST)
    monkeypatch.setattr("evalkit.cli.plan_late.today", lambda: datetime.date(2026, 1, 5))
    assert (
        f"id: {PLAN}, whose result is in time until 5 January 2026; needed a plan whose result is"
        " overdue.\n" in place.refused(*LATE)
    )


def test_a_result_ends_it(place: Place) -> None:
    place("evaluate", PLAN)
    place(*LATE[:4], "sign-off", "--expected", "2027")  # a draft is not a result yet
    assert "delays in sign-off" in place("status")
    finding = json.loads(place("finding", "list", "--json"))["findings"][0]["id"]
    place.act_as("Evaluation lead, Derbyshire Police")
    place("finding", "review", finding, "--reason", "Read")
    place("finding", "publish", finding, "--reason", "Agreed")
    assert "delays in sign-off" not in place("status")
    assert (
        f"id: {PLAN}, which has its result: {finding}; needed a plan without a public result."
        in place.refused(*LATE)
    )
