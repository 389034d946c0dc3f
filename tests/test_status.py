"""The morning page: what is due, what is unfinished, and in how many days."""

import datetime
import json
from dataclasses import replace
from typing import Any

import pytest

from evalkit.types.agreement import Agreement
from evalkit.types.duty_product import DutyProduct
from evalkit.types.finding import Finding
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.intervention import Description, Intervention, ParticipatingOrganisation
from evalkit.types.late_result import LateResult
from evalkit.types.money import Funding
from evalkit.types.protocol import LockedProtocol
from evalkit.types.theory import Element, Indicator, Link, TheoryOfChange
from evalkit.workflow.due import Due, in_days
from evalkit.workflow.explain import HeldBack
from evalkit.workflow.late_results import Explained
from evalkit.workflow.status import Records, Status, Unfinished, status

TODAY = datetime.date(2026, 4, 20)

THEORY = TheoryOfChange(
    elements={
        "patrols": Element(kind="activity", text="Foot patrols"),
        "seen": Element(kind="output", text="Officers are seen"),
        "robbery": Element(kind="outcome", text="Fewer robberies"),
    },
    links=(Link(from_="patrols", to="seen"), Link(from_="seen", to="robbery")),
    indicators=(
        Indicator(of="seen", name="visits"),
        Indicator(of="robbery", none_because="Evaluated"),
    ),
)
LIVE = Intervention(
    form="evalkit/intervention/1",
    id="EM-2026-0009",
    name="Evening patrols",
    summary="Officers patrolled on foot.",
    kind="hot-spot-policing",
    status="live",
    areas=("E06000015",),
    start="2025-04-01",
    description=Description(why="Seen"),
    organisations=(ParticipatingOrganisation(name="Derby City Council", role="lead"),),
    theory=THEORY,
)
DONE = replace(LIVE, id="EM-2026-0004", status="completed", end="2026-03-10")


def protocol(
    intervention: str, *, ends: str = "2026-01", number: int = 1, locked: str = "2024-01-01"
) -> LockedProtocol:
    return LockedProtocol(
        id=f"{intervention}-P{number}",
        version="v1.0",
        intervention=intervention,
        text="",
        sha256="",
        canonical=json.dumps({"window": {"start": "2020-01", "end": ends}}),
        label="prospective",
        locked_on=datetime.date.fromisoformat(locked),
        declared=False,
    )


def finding(protocol: str) -> Finding:
    texts = dict.fromkeys(
        ("change", "why_verdict", "outcome", "headline", "summary", "compared", "years", "design"),
        "",
    )
    return Finding(
        id="EM-2026-0004-F01",
        interventions=("EM-2026-0004",),
        protocol=protocol,
        verdict="fell",
        better="lower",
        effect=None,
        interval_words=(),
        source="",
        supports=(),
        limits=(),
        p_value=None,
        **texts,
    )


def value(period: str, name: str = "visits", number: float | None = 71) -> IndicatorValue:
    return IndicatorValue(
        form="evalkit/indicator-value/1",
        intervention="EM-2026-0009",
        indicator=name,
        period=period,
        value=number,
    )


def product(due: str, kind: Any = "annual-review", done: str | None = None) -> DutyProduct:
    return DutyProduct(
        form="evalkit/duty-product/1",
        id="review",
        area="E23000020",
        kind=kind,
        due=due,
        done=done,
    )


def agreement(valid_to: str | None) -> Agreement:
    return Agreement(
        form="evalkit/agreement/1",
        id="ambulance-assault",
        kind="data-sharing",
        title="x",
        parties=("x",),
        valid_from="2024",
        valid_to=valid_to,
    )


def due(records: Records, today: datetime.date = TODAY) -> list[tuple[str, str]]:
    return [(row.when, row.what) for row in status(records, today=today).due]


def test_the_storyboard() -> None:
    records = Records(
        interventions=(DONE, LIVE),
        protocols=(protocol("EM-2026-0004", ends="2026-02"),),
        values=(value("2025-12"),),
        duty_products=(product("2026-04-17"),),
        agreements=(agreement("2026-05-02"),),
        drafts={
            "school-mentoring": {
                **dict.fromkeys(("name", "summary", "kind", "status", "start"), "x"),
                "areas": ["E06000015"],
                "description": {"why": "x"},
            }
        },
        areas={"E23000020": "Lincolnshire"},
    )
    day = datetime.date
    assert status(records, today=TODAY) == Status(
        due=(
            Due(
                day=day(2026, 2, 28),
                days_late=51,
                when="51 days late",
                what="EM-2026-0004-P1: result",
            ),
            Due(
                day=day(2026, 4, 17),
                days_late=3,
                when="3 days late",
                what="Lincolnshire: annual review",
            ),
            Due(
                day=day(2026, 5, 2),
                days_late=-12,
                when="in 12 days",
                what="agreement ambulance-assault",
            ),
        ),
        unfinished=(
            Unfinished(subject="school-mentoring", missing=("lead organisation",), draft=True),
            Unfinished(
                subject="EM-2026-0009", missing=("indicator values since 2026-01",), draft=False
            ),
        ),
    )


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-04-20", "today"),
        ("2026-04-21", "in 1 day"),
        ("2026-04-19", "1 day late"),
        ("2027-04-20", "in 365 days"),
        ("2025-04-20", "365 days late"),
    ],
)
def test_days_in_words(day: str, words: str) -> None:
    assert in_days(datetime.date.fromisoformat(day), TODAY) == words


@pytest.mark.parametrize(
    ("window", "locked", "when"),
    [
        ("2026-03", "2024-01-01", "20 days late"),  # a month counts as its last day
        ("2025", "2024-01-01", "110 days late"),
        ("2010", "2026-04-10", "10 days late"),  # nothing was late before it was locked
        ("2010", "2026-04-20", None),
        ("2026-04", "2024-01-01", None),
    ],
)
@pytest.mark.parametrize("state", ["live", "completed", "stopped"])
def test_results(state: Any, window: str, locked: str, when: str | None) -> None:
    plan = protocol("EM-2026-0004", ends=window, locked=locked)
    records = Records(interventions=(replace(DONE, status=state, start="2024"),), protocols=(plan,))
    found = [one for one in due(records) if "result" in one[1]]
    assert found == ([(when, "EM-2026-0004-P1: result")] if when else [])


def test_an_amendment_puts_nothing_off_unless_it_moves_the_last_period() -> None:
    first = protocol("EM-2026-0004", ends="2025", locked="2025-06-01")
    again = replace(first, version="v1.1", locked_on=datetime.date(2026, 4, 19))
    longer = replace(again, version="v2.0", canonical=first.canonical.replace("2025", "2026-03"))
    work = (DONE,)
    assert due(Records(interventions=work, protocols=(first, again)))[0][0] == "110 days late"
    assert due(Records(interventions=work, protocols=(first, longer)))[0][0] == "20 days late"


def test_results_are_not_asked_of() -> None:
    locked = (protocol("EM-2026-0004"),)
    for one in (
        Records(interventions=(DONE,)),  # nothing was planned
        Records(interventions=(replace(DONE, worked_example=True),), protocols=locked),
        Records(interventions=(DONE,), protocols=locked, findings=(finding("EM-2026-0004-P1"),)),
    ):
        assert due(one) == []


def test_each_plan_needs_its_own_finding() -> None:
    records = Records(
        interventions=(DONE,),
        protocols=(protocol("EM-2026-0004"), protocol("EM-2026-0004", number=2)),
        findings=(finding("EM-2026-0004-P1"),),
    )
    assert due(records) == [("79 days late", "EM-2026-0004-P2: result")]


def late(expected: str) -> LateResult:
    return LateResult(
        form="evalkit/late-result/1",
        id="EM-2026-0004-P1",
        reason="quality",
        note="One force counts twice.",
        expected=expected,
        by="Analyst",
        stated=datetime.date(2026, 2, 2),
    )


def test_a_reason_and_a_date_to_come_end_the_nagging() -> None:
    records = Records(
        interventions=(DONE,),
        protocols=(protocol("EM-2026-0004"),),
        late_results=(late("2026-04"),),
    )
    now = status(records, today=TODAY)
    why = "quality: One force counts twice"
    told = Explained(plan="EM-2026-0004-P1", when="79 days late", why=why, expected="April 2026")
    assert (now.due, now.explained) == ((), (told,))
    past = replace(records, late_results=(late("2026-04-19"),))
    assert due(past) == [
        ("79 days late", f"EM-2026-0004-P1: result ({why}; 19 April 2026 is over)")
    ]
    assert status(past, today=TODAY).explained == ()


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-04-20", "today"),
        ("2026-06-19", "in 60 days"),
        ("2026-06-20", None),
        ("2026-04", "in 10 days"),
        ("2026-03", "20 days late"),
        ("2026", None),
        ("2025", "110 days late"),
        (None, None),
    ],
)
def test_products_and_agreements(text: str | None, when: str | None) -> None:
    late = when is not None and when.endswith("late")
    what = f"agreement ambulance-assault{' (expired)' if late else ''}"
    assert due(Records(agreements=(agreement(text),))) == ([(when, what)] if when else [])
    if text is not None:
        shown = due(Records(duty_products=(product(text, "strategy"),)))
        assert shown == ([(when, "E23000020: strategy")] if when else [])
        assert due(Records(duty_products=(product(text, done="2026-04-01"),))) == []


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ([], []),
        ([None], []),
        (["2026-10-20"], [("in 183 days", "funding from fund 0 ends")]),
        (["2026-10-21"], []),
        (["2026-04-20"], [("today", "funding from fund 0 ends")]),
        (["2026-09"], [("in 163 days", "funding from fund 0 ends")]),
        (["2026-03-31"], [("20 days late", "funding from fund 0 ended")]),
        (["2025-03-31", "2026-03-31"], [("20 days late", "funding from fund 1 ended")]),
        (["2025-03-31", "2027-03-31"], []),
        (["2025-03-31", None], []),
        (["2026-05", None], [("in 41 days", "funding from fund 0 ends")]),
    ],
)
def test_funding(ends: list[str | None], said: list[tuple[str, str]]) -> None:
    funding = tuple(Funding(source=f"fund {n}", ends=end) for n, end in enumerate(ends))
    one = replace(LIVE, funding=funding)
    expected = [(when, f"EM-2026-0009: {what}") for when, what in said]
    assert due(Records(interventions=(one,))) == expected
    assert due(Records(interventions=(replace(one, status="stopped"),))) == []


def test_six_months_from_the_end_of_a_month() -> None:
    one = replace(LIVE, funding=(Funding(source="fund", ends="2027-02-28"),))
    shown = due(Records(interventions=(one,)), datetime.date(2026, 8, 31))
    assert shown == [("in 181 days", "EM-2026-0009: funding from fund ends")]


@pytest.mark.parametrize(
    ("values", "lacks"),
    [
        ((), ("indicator values since 2025-04",)),
        ((value("2025-12"),), ("indicator values since 2026-01",)),
        ((value("2026-03"), value("2025-12")), ()),
        ((value("2026-01"),), ()),  # 79 days ago
        ((value("2025"),), ("indicator values since 2026-01",)),
        ((value("2026-03", number=None),), ()),
        ((value("2026-03", name="other"),), ("indicator values since 2025-04",)),
        (
            (replace(value("2026-03"), intervention="EM-2026-0001"),),
            ("indicator values since 2025-04",),
        ),
    ],
)
def test_indicator_values(values: tuple[IndicatorValue, ...], lacks: tuple[str, ...]) -> None:
    found = status(Records(interventions=(LIVE,), values=values), today=TODAY).unfinished
    assert [row.missing for row in found] == ([lacks] if lacks else [])


def test_two_indicators() -> None:
    more = replace(
        THEORY, indicators=(*THEORY.indicators, Indicator(of="robbery", name="robberies"))
    )
    one = replace(LIVE, theory=more)

    def lacks(*values: IndicatorValue) -> tuple[str, ...]:
        (row,) = status(Records(interventions=(one,), values=values), today=TODAY).unfinished
        return row.missing

    assert lacks() == ("indicator values since 2025-04",)
    assert lacks(value("2026-03")) == ("values of robberies since 2025-04",)
    assert lacks(value("2025-06"), value("2025-09", "robberies")) == (
        "values of visits since 2025-07",
        "values of robberies since 2025-10",
    )


def test_unfinished() -> None:
    nothing = replace(THEORY, indicators=(Indicator(of="seen", none_because="x"),))

    def lacks(one: Intervention) -> list[tuple[str, ...]]:
        return [
            row.missing for row in status(Records(interventions=(one,)), today=TODAY).unfinished
        ]

    assert lacks(replace(LIVE, theory=None)) == [("theory of change",)]
    assert lacks(replace(LIVE, theory=nothing)) == [("indicators",)]
    assert lacks(replace(LIVE, start="2026-03")) == []  # too early to ask
    assert lacks(replace(LIVE, status="planned", theory=None)) == []
    assert lacks(replace(LIVE, worked_example=True, theory=None)) == []


def test_drafts_come_first_and_say_what_they_lack() -> None:
    records = Records(interventions=(LIVE,), drafts={"b": {}, "a": {"name": "x", "areas": ["y"]}})
    rows = status(records, today=TODAY).unfinished
    assert [(row.subject, row.draft) for row in rows] == [
        ("a", True),
        ("b", True),
        ("EM-2026-0009", False),
    ]
    assert rows[1].missing[0] == "name"
    assert len(rows[1].missing) == len(rows[0].missing) + 2


def test_an_empty_registry_has_a_quiet_morning() -> None:
    assert status(Records(), today=TODAY) == Status(due=(), unfinished=())


F1 = "EM-2026-0004-F01"


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({}, ""),
        ({"findings": (replace(finding("EM-2026-0004-P1"), exploratory=True),)}, ""),
        (
            {
                "kept_back": (
                    HeldBack(id=F1, protocol="EM-2026-0004-P1", why="reviewed, not published yet"),
                )
            },
            f" ({F1}: reviewed, not published yet)",
        ),
        (
            {"withdrawn": ((finding("EM-2026-0004-P1"), "Entered twice."),)},
            " (withdrawn: Entered twice.)",
        ),
        ({"findings": (finding("EM-2026-0004-P1"),)}, None),
    ],
)
def test_late_results_say_why_and_only_what_is_public_ends_the_waiting(
    known: dict[str, Any], why: str | None
) -> None:
    records = Records(interventions=(DONE,), protocols=(protocol("EM-2026-0004"),), **known)
    assert due(records) == (
        [] if why is None else [("79 days late", f"EM-2026-0004-P1: result{why}")]
    )
    assert status(records, today=TODAY).waiting == records.kept_back
