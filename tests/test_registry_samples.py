"""Full records for the registry's tests: every field filled, lists whose order matters."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.registry.canonical import canonical_json, read_json, sha256_text
from evalkit.registry.findings import add_external_finding, save_run
from evalkit.registry.interventions import add_intervention
from evalkit.registry.protocols import add_locked_protocol
from evalkit.registry.store import Session, create_registry, open_registry
from evalkit.types.estimate import Estimate, EventEffect, Interval, PathPoint
from evalkit.types.evaluation import (
    CheckResult,
    Coverage,
    Deviation,
    Evaluation,
    NamedEstimate,
    Provenance,
)
from evalkit.types.finding import ExternalFinding, Finding, ScaledEffect
from evalkit.types.intervention import Description, Intervention, ParticipatingOrganisation
from evalkit.types.protocol import LockedProtocol
from evalkit.types.run import DataUsed, RunRecord
from evalkit.types.theory import Element, Indicator, Link, TheoryOfChange

DAY = datetime.date(2026, 3, 2)

THEORY = TheoryOfChange(
    elements={
        "violence": Element(kind="impact", text="Fewer stabbings"),
        "need": Element(kind="need", text="Young people carry knives out of fear"),
        "talk": Element(kind="activity", text="Navigators talk to patients"),
    },
    links=(
        Link(from_="talk", to="violence", because="a teachable moment", evidence=("B", "A")),
        Link(from_="need", to="talk", assumes="consent", risk="stigma", evidence=("C",)),
        Link(from_="violence", to="need", feedback=True),
    ),
    indicators=(
        Indicator(
            of="violence",
            name="stabbings",
            unit="per 100,000",
            source="hospital records",
            baseline=0.1 + 0.2,
            target=3,
            direction="down",
        ),
        Indicator(of="need", none_because="nobody asks"),
    ),
)

INTERVENTION = Intervention(
    form="evalkit/intervention/1",
    name="Navigators — Leicester’s “A&E” <pilot> 100%",
    summary="Youth workers met injured young people at the hospital.",
    kind="accident-and-emergency-navigators",
    status="stopped",
    status_reason="The money ended.",
    areas=("E23000021", "E23000018"),
    start="2019-04",
    end="2021",
    population="10 to 25 years",
    description=Description(why="Fear", materials="Leaflets", dose="3 meetings"),
    organisations=(
        ParticipatingOrganisation(
            name="Youth Trust", role="deliverer", contact="Programme manager"
        ),
        ParticipatingOrganisation(
            name="Police and Crime Commissioner", role="lead", duty="local-policing-body"
        ),
        ParticipatingOrganisation(name="Youth Trust", role="funder"),
    ),
    theory=THEORY,
)

PLAIN = replace(
    INTERVENTION, name="Hot spots", kind="hot-spot-policing", theory=None, status="live", end=None
)

PROTOCOL = LockedProtocol(
    id="EM-2026-0001-P1",
    version="v1.0",
    intervention="EM-2026-0001",
    text="---\nform: evalkit/protocol/1\n---\r\n\n# Why\n\tÜber alles 'quoted' \"text\"\n",
    sha256=sha256_text('{"a":1}'),
    canonical='{"a":1}',
    label="retrospective",
    locked_on=datetime.date(2026, 3, 5),
    declared=True,
)

EXTERNAL = ExternalFinding(
    id="EM-2026-0001-F09",
    interventions=("EM-2026-0002", "EM-2026-0001"),
    outcome="Hospital admissions for assault with a sharp object",
    better="lower",
    reported="no_clear_change",
    headline="No clear change in admissions",
    summary="Admissions did not clearly change.",
    years="2019 to 2022",
    design="Synthetic control",
    compared="20 funded with 23 other areas",
    source="Home Office, 2023",
    unit="per cent",
    effect=-0.0,
    low=-8,
    high=4.25,
    p_value=0.61,
    in_numbers="about 3,000 fewer",
    limits=("Whole-system result.", "Not about one intervention."),
)

ESTIMATE = Estimate(
    estimand="ATT",
    method="group_time",
    effect=-0.1 - 0.2,
    standard_error=None,
    interval=Interval(low=-1 / 3, high=1e-17, level=0.95),
    p_value=5e-324,
    dof=None,
    inference="normal, influence function",
    n_obs=200,
    n_units=20,
    n_clusters=20,
    unit_of_measure="log homicides per 100,000",
    why="The method gives none.",
)

EVALUATION = Evaluation(
    protocol=PROTOCOL.id,
    version=PROTOCOL.version,
    protocol_sha256=PROTOCOL.sha256,
    label=PROTOCOL.label,
    design="did",
    outcome="homicide",
    unit_of_measure="log homicides per 100,000",
    estimates=(NamedEstimate(name="law", words="the law", estimate=ESTIMATE),),
    alternatives=(
        NamedEstimate(name="twfe", words="one effect", estimate=replace(ESTIMATE, effect=2)),
    ),
    events=(
        EventEffect(
            event_time=-1,
            effect=0,
            standard_error=None,
            low=None,
            high=None,
            n_treated=3,
            n_comparison=9,
        ),
    ),
    path=(PathPoint(period="2019-04", observed=3, fitted=2.5, counterfactual=2.75),),
    checks=(
        CheckResult(
            check="pre_trend",
            question="Did they move alike before?",
            statistic_name="p",
            statistic=0.2,
            threshold=0.05,
            rule=">=",
            passed=True,
            applicable=True,
            if_failed="cannot_tell",
            sentence="They did.",
        ),
    ),
    notes=("Few clusters.",),
    deviations=(Deviation(part="window.end", planned="2010", run="2009"),),
    coverage=Coverage(
        n_obs=200,
        n_units=20,
        n_treated=3,
        n_comparison=17,
        n_periods=10,
        first_period="2000",
        last_period="2009",
        unit_name="state",
        cohorts=(("2005", 2), ("2006", 1)),
    ),
    provenance=Provenance(
        source="somebody",
        file="castle.csv",
        package="causaldata",
        version="0.1.5",
        sha256="ab",
        rows_read=201,
        rows_used=200,
        dropped=(("no population", 1),),
        licence="not stated",
    ),
)

FINDING = Finding(
    id="EM-2026-0001-F01",
    interventions=("EM-2026-0001",),
    protocol=PROTOCOL.id,
    change="law",
    verdict="cannot_tell",
    why_verdict="The interval holds both.",
    outcome="homicide",
    better="lower",
    headline="We cannot tell whether homicide changed",
    summary="The numbers allow a fall as well as a rise.",
    effect=ScaledEffect(
        effect=-1.5,
        interval=Interval(low=-4, high=1, level=0.95),
        unit="per cent",
        decimals=1,
        minimum=2,
    ),
    interval_words=("Between a fall of 4 and a rise of 1 per cent.",),
    compared="3 with 17 states",
    years="2000 to 2009",
    design="difference in differences",
    source="somebody",
    supports=("That it did not double.",),
    limits=("Few states.", "Old."),
    p_value=0.3,
)


def record_of(evaluation: Evaluation, **more: object) -> RunRecord:
    """How an evaluation was made, as far as it says itself."""
    given: dict[str, object] = {
        "protocol": evaluation.protocol,
        "version": evaluation.version,
        "plan_sha256": evaluation.protocol_sha256,
        "label": evaluation.label,
        "exploratory": evaluation.exploratory,
        "data": (DataUsed(file="castle.csv", sha256="ab", snapshot="S-0001"),),
        "packages": (("numpy", "2.4.0"),),
        "seed": None,
        "parameters": {"unit": '"state"', "estimator": '{"name":"group_time"}'},
    }
    return RunRecord(**(given | more))  # type: ignore[arg-type]


def store(
    session: Session, evaluation: Evaluation, findings: tuple[Finding, ...], *, on: datetime.date
) -> bool:
    """Store a run with its record; whether it is new."""
    return save_run(session, evaluation, findings, record_of(evaluation), on=on)[1]


def fresh(tmp_path: Path, name: str = "registry.db") -> str:
    """Make an empty registry and return its address."""
    url = f"sqlite:///{tmp_path / name}"
    create_registry(url)
    return url


def filled(tmp_path: Path, name: str = "registry.db") -> str:
    """Make a registry with one of everything: ledger entries 1 to 5, the last one a run."""
    url = fresh(tmp_path, name)
    with open_registry(url, write=True) as session:
        add_intervention(session, INTERVENTION, slug="navigators", on=DAY, prefix="EM")
        add_intervention(session, PLAIN, slug="hot-spots", on=DAY, prefix="EM")
        add_locked_protocol(session, PROTOCOL)
        add_external_finding(session, EXTERNAL, on=DAY)
        store(session, EVALUATION, (FINDING,), on=DAY)
    return url


@pytest.mark.parametrize(
    "record", [INTERVENTION, PROTOCOL, EXTERNAL, EVALUATION, FINDING, record_of(EVALUATION)]
)
def test_the_canonical_text_of_a_sample_reads_back_as_the_sample(record: object) -> None:
    text = canonical_json(record)
    again = read_json(type(record), text)
    assert again == record
    assert canonical_json(again) == text
