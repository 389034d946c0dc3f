"""A weighted outcome from the plan to the page: its unit, its table, and the answer without the heaviest."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import TypeAdapter

import evalkit as ek
from evalkit.cli import noun_texts
from evalkit.data.load import load_series
from evalkit.data.recipe_fit import Uses
from evalkit.errors import DataError
from evalkit.evaluation.lighter import Lighter, beside_lighter
from evalkit.findings.numerals import TRUE_MINUS as MINUS
from evalkit.findings.weighted import side_by_side
from evalkit.protocol.contradictions import contradictions
from evalkit.protocol.document import canonical, read_protocol
from evalkit.protocol.estimators import Poisson
from evalkit.registry.runs import read_evaluations, read_findings
from evalkit.registry.store import open_registry
from evalkit.report.tables import estimates_table
from evalkit.types.evaluation import NamedEstimate
from evalkit.types.weight_table import WeightTable
from evalkit.workflow.lighter import load_lighter
from evalkit.workflow.plan_data import load
from evalkit.workflow.workspace import find_workspace
from tests import street_files as street
from tests.own_evidence import INTERVENTION, MEASURE, PANEL_PLAN, months
from tests.own_harm import TABLE
from tests.published import publish_all

WEIGHTS = {"Homicide": 5000, "Robbery": 365, "Common assault": 2}
SAME = 1e-9  # relative: two routes to one estimate
ID = "EM-2026-0001"
MAPPING = """\
form: evalkit/table/1
file: offences.csv
source: made-up
columns: {unit: district, period: month, outcome: recorded, category: offence}
period: yyyy-mm
"""
RECIPE = """\
form: evalkit/mapping/1
source: Simulated by the tests of evalkit, not evidence
licence: none needed
file: ../../harm.csv
sha256: {sha256}
weights: made-up@1.0
columns: {{unit: area, period: period, outcome: value, without_heaviest: without_heaviest, counted: counted}}
treated_from: {{D01: 2024-01, D02: 2024-01, D03: 2024-01, D04: 2024-01}}
"""
PLAN = (
    PANEL_PLAN.replace("incidents a month", "harm-days a month")
    .replace("told_in: incidents,", "told_in: harm-days, weights: made-up@1.0,")
    .replace("name: robbery, element", "name: harm, element")
    .replace("{{value: 1, unit: incidents}}", "{{value: 1000, unit: told_in}}")
    .format(id=ID)
)  # fmt: skip


def offences() -> pd.DataFrame:
    """Twelve districts, two years; one homicide where there are patrols, after they began."""
    dice = np.random.default_rng(8)
    rows = [
        (f"D{d:02d}", month, offence, int(n))
        for d in range(1, 13)
        for month in months(2023, 2024)
        for offence, n in (
            ("Homicide", d == 2 and month == "2024-06"),
            ("Robbery", dice.poisson(9 - 3 * (d <= 4 and month >= "2024-01"))),
            ("Common assault", dice.poisson(40)),
        )
    ]
    return pd.DataFrame(rows, columns=["district", "month", "offence", "recorded"])


@pytest.fixture(scope="module")
def ours(tmp_path_factory, cli):
    """A workspace with the weighted table, its recipe and its plan, not locked yet."""
    folder = tmp_path_factory.mktemp("harm") / "ours"
    cli("init", "ours", "--acting-as", "Analyst", cwd=folder.parent)
    offences().to_csv(folder / "offences.csv", index=False)
    for name, text in (("table", TABLE), ("mapping", MAPPING)):
        (folder / f"{name}.yaml").write_text(text)
    source = noun_texts.SOURCE.replace("id: police-uk", "id: made-up")
    (folder / "source.yaml").write_text(source)
    counts = f"{{scheme: column, include: [{', '.join(WEIGHTS)}]}}"
    text = MEASURE.format(id="recorded-robbery", title="robberies")
    text = text.replace("{scheme: column, include: [robberies]}", counts)
    (folder / "measure.yaml").write_text(text)
    study = folder / "case_studies" / "evening-patrols"
    study.mkdir(parents=True)
    (study / "intervention.yaml").write_text(INTERVENTION)
    for words in (
        ("weight-table", "add", "table.yaml"),
        ("source", "add", "source.yaml"),
        ("measure", "add", "measure.yaml"),
        ("intervention", "add", study / "intervention.yaml"),
        ("data", "panel", "mapping.yaml", "--weights", "made-up@1.0", "--out", "harm.csv"),
    ):
        done = cli(*words, cwd=folder)
        assert done.code == 0, done.err
    digest = hashlib.sha256((folder / "harm.csv").read_bytes()).hexdigest()
    (study / "data.yaml").write_text(RECIPE.format(sha256=digest))
    (folder / "protocols").mkdir(exist_ok=True)
    (folder / "protocols" / f"{ID}-P1.md").write_text(PLAN)
    return folder


def by_hand(*, homicide: bool = True, weights=WEIGHTS) -> float:
    """The plan's estimate from the offences themselves, weighted here."""
    rows = offences()
    if not homicide:
        rows = rows[rows["offence"] != "Homicide"]
    rows = rows.assign(y=rows["recorded"] * rows["offence"].map(weights))
    frame = rows.groupby(["district", "month"], as_index=False)["y"].sum()
    frame["start"] = frame["district"].map(dict.fromkeys(("D01", "D02", "D03", "D04"), "2024-01"))
    panel = ek.Panel.from_frame(
        frame, unit="district", period="month", outcome="y", treated_from="start"
    )
    return ek.did.group_time(panel).aggregate("overall").overall.effect


def test_a_weighted_plan_is_refused_where_its_weights_do_not_fit(ours, cli):
    file = ours / "protocols" / f"{ID}-P1.md"
    for old, new, says in (
        ("weights: made-up@1.0", "weights: made-up", "outcome.weights: made-up; needed none, or"),
        ("weights: made-up@1.0", "weights: made-up@2.0", "outcome.weights: version v2.0 of made-up; needed"),
        ("weights: made-up@1.0", "weights: other@1.0", "weight-table other, which is not registered"),
        ("harm-days a month", "offences a month", "outcome.unit: offences a month; needed harm-days"),
        ("unit: told_in", "unit: incidents", "minimum_effect.unit: incidents; needed told_in or per_cent"),
    ):  # fmt: skip
        file.write_text(PLAN.replace(old, new))
        said = cli("protocol", "check", file, cwd=ours)
        assert said.code == 1 and says in said.err, said.err
    file.write_text(PLAN)


def test_no_design_is_proposed_for_what_is_no_count(ours, cli):
    said = cli(
        "protocol", "new", ID, "--data", "harm.csv", "--measure", "recorded-robbery@1.0", cwd=ours
    )
    assert said.code == 1 and "a sum weighted by made-up@1.0; needed counts" in said.err, said.err


def test_methods_of_counts_are_refused_for_what_is_no_count(ours):
    plan = read_protocol(ours / "protocols" / f"{ID}-P1.md")[0]
    from evalkit.protocol.series_estimators import Counts

    counted = replace(
        plan, estimator=Counts(name="counts", impact="level", family="negative_binomial")
    )
    found = {field: needed for field, _, needed, _ in contradictions(counted, plan.id)}
    assert "made-up@1.0 makes sums, which are no counts" in found["estimator.name"]


def test_a_plan_without_weights_keeps_its_hash(ours):
    plan = read_protocol(ours / "protocols" / f"{ID}-P1.md")[0]
    assert '"weights":"made-up@1.0"' in canonical(plan)
    plain = replace(plan, outcome=replace(plan.outcome, weights="none"))
    assert "weights" not in json.loads(canonical(plain))["outcome"]


def test_the_plan_answers_with_and_without_the_heaviest(ours, cli):
    assert cli("protocol", "lock", ours / "protocols" / f"{ID}-P1.md", cwd=ours).code == 0
    done = cli("evaluate", f"{ID}-P1", "--json", cwd=ours)
    assert done.code == 0, done.err
    assert "without the heaviest offences" in cli("evaluate", f"{ID}-P1", cwd=ours).out
    with open_registry(f"sqlite:///{ours / 'registry.db'}") as session:
        [evaluation], [finding] = read_evaluations(session), read_findings(session)
    assert evaluation.unit_of_measure == "harm-days a month"
    assert evaluation.estimates[0].estimate.effect == pytest.approx(
        by_hand(homicide=True), rel=SAME
    )
    [without] = evaluation.alternatives
    assert without.words == "without the heaviest offences (Homicide)"
    assert without.estimate.effect == pytest.approx(by_hand(homicide=False), rel=SAME)
    [counted] = evaluation.counted
    assert counted.estimate.unit_of_measure == "offences a month"
    alike = dict.fromkeys(WEIGHTS, 1)
    assert counted.estimate.effect == pytest.approx(by_hand(weights=alike), rel=SAME)
    assert any(
        note.startswith("Weighted by made-up@1.0, not counted.") for note in evaluation.notes
    )
    assert finding.effect.unit == "harm-days"
    said = " ".join(finding.limits)
    assert "one weight for a whole category is approximate" in said
    assert "Without the heaviest offences (Homicide) the same question gives" in said


def test_a_rate_ratio_of_harm_says_harm_days_avoided_and_no_incidents(ours):
    """Two districts with 10 harm-days after the start and a ratio of 0.5: as many again were avoided."""
    plan = read_protocol(ours / "protocols" / f"{ID}-P1.md")[0]
    rows = [(u, t, 10.0 * (1 + (u in "CD" or t < 3))) for u in "ABCD" for t in (1, 2, 3)]
    frame = pd.DataFrame(rows, columns=["unit", "time", "y"])
    frame["start"] = frame["unit"].map({"A": 3, "B": 3})
    panel = ek.Panel.from_frame(
        frame, unit="unit", period="time", outcome="y", treated_from="start",
        unit_of_measure="harm-days a month",
    )  # fmt: skip
    found = ek.did.poisson(panel, inference="cluster")
    named = NamedEstimate(name="A", words="A", estimate=found.overall, avoided=found.avoided)
    ratio, avoided = estimates_table("", (named,), plan).rows
    assert ratio[:3] == ("A", "rate ratio of harm-days a month", "0.5000")
    assert avoided[:3] == ("A", "harm-days avoided, in all", "+20.0000")
    counted = replace(plan, outcome=replace(plan.outcome, weights="none"))
    assert estimates_table("", (named,), counted).rows[1][1] == "incidents avoided, in all"


def yearly(before: float, after: float) -> ek.Panel:
    """Two districts with patrols in the third year, in all ``before`` a year, then ``after``; two without."""
    rows = [
        (u, t, (after if t == 3 else before) / 2 if u in "AB" else 50.0)
        for u in "ABCD"
        for t in (1, 2, 3)
    ]
    frame = pd.DataFrame(rows, columns=["unit", "time", "y"])
    frame["start"] = frame["unit"].map({"A": 3, "B": 3})
    return ek.Panel.from_frame(frame, unit="unit", period="time", outcome="y", treated_from="start")


def test_counted_weighted_and_without_one_homicide_as_on_the_page_of_the_docs(ours):
    """324 then 300 offences, 18,072 then 20,844 harm-days, 15,844 without the one homicide."""
    plan = read_protocol(ours / "protocols" / f"{ID}-P1.md")[0]
    plan = replace(
        plan,
        estimator=Poisson(name="poisson"),
        inference=replace(plan.inference, name="overdispersed"),
        outcome=replace(plan.outcome, scale="ratio", told_in="per cent"),
        minimum_effect=replace(plan.minimum_effect, value=1, unit="per_cent"),
    )
    with open_registry(f"sqlite:///{ours / 'registry.db'}") as session:
        [stored] = read_evaluations(session)
    [change] = plan.changes
    whole = ek.did.poisson(yearly(18_072, 20_844), inference="overdispersed").overall
    asked = replace(
        stored,
        estimates=(replace(stored.estimates[0], estimate=whole),),
        alternatives=(),
        counted=(),
    )
    lighter = Lighter(
        data=yearly(18_072, 15_844), heaviest="Homicide", about="", counted=yearly(324, 300)
    )
    found = side_by_side(beside_lighter(asked, plan, lighter), plan, change.name)
    assert found is not None
    assert [row[:2] for row in found.rows] == [
        ("Counted", f"{MINUS}7.4%"),
        ("Weighted", "+15.3%"),
        ("Without the heaviest offences (Homicide)", f"{MINUS}12.3%"),
    ]
    said = " ".join(found.words)
    for words in (
        "Counted, the best guess is a fall of 7.4 per cent",
        "; weighted, a rise of 15.3 per cent",
        "; without the heaviest offences (Homicide), a fall of 12.3 per cent",
        "The best guesses of count and weights point in different directions.",
        "Without the heaviest offences the best guess turns round",
    ):
        assert words in said, said
    none = replace(lighter, counted=None)
    assert side_by_side(beside_lighter(asked, plan, none), plan, change.name) is None
    refused = beside_lighter(asked, plan, replace(lighter, counted=None, why_not="No numbers."))
    assert "Counted, there is no number. No numbers." in refused.notes


def test_a_series_is_read_by_the_column_that_is_asked_for(ours):
    """One district: the weighted sum, the sum without its homicide, the count: each from its own column."""
    rows = offences()[lambda all: all["district"] == "D02"]
    by_month = rows.set_index(["month", "offence"])["recorded"].unstack()
    folder = ours / "case_studies" / "evening-patrols"
    others = [f"D{d:02d}" for d in range(1, 13) if d != 2]
    alone = folder.parent / "one-district"
    alone.mkdir()
    text = (folder / "data.yaml").read_text().partition("treated_from")[0]
    (alone / "data.yaml").write_text(f"{text}leave_out: [{', '.join(others)}]\n")
    for column, weights in (
        ("outcome", WEIGHTS),
        ("without_heaviest", WEIGHTS | {"Homicide": 0}),
        ("counted", dict.fromkeys(WEIGHTS, 1)),
    ):
        uses = Uses(weights="made-up@1.0", column=column)
        read = load_series(alone, first="2023-01", last="2024-12", unit_of_measure="x", uses=uses)
        assert read.outcome.tolist() == (by_month * pd.Series(weights)).sum(axis=1).tolist(), column
    with pytest.raises(DataError, match=r"weights: made-up@1.0; needed none"):
        load_series(alone, first="2023-01", last="2024-12", unit_of_measure="x")


STREET = """\
form: evalkit/police-recipe/1
source: Made up by the tests of evalkit
licence: none needed
download: d.zip
measure: recorded-robbery@1.0
unit: district
areas: [E06000015, E07000032]
treated_from: {E06000015: 2025-02}
scale: count
"""


def test_street_crime_is_counted_beside_its_weighted_sum(tmp_path, cli):
    """Robberies weigh 365 days and are the heaviest; violence weighs 194.21."""
    cli("init", "ws", "--acting-as", "Analyst", cwd=tmp_path)
    ws = tmp_path / "ws"
    measure = noun_texts.MEASURE.replace("[Robbery]", "[Robbery, Violence and sexual offences]")
    for noun, text in (("weight-table", noun_texts.WEIGHT_TABLE), ("measure", measure)):
        (ws / "new.yaml").write_text(text)
        assert cli(noun, "add", "new.yaml", cwd=ws).code == 0
    study = ws / "case_studies" / "street"
    study.mkdir(parents=True)
    (study / "data.yaml").write_text(STREET)
    events = {"derby": ((1, 2), (3, 1)), "amber": ((2, 2), (0, 4))}  # robberies, violence by month
    crimes = [
        (f"2025-0{month}", place, kind)
        for place, each in events.items()
        for month, both in enumerate(each, 1)
        for kind, n in zip(("Robbery", "Violence and sexual offences"), both, strict=True)
        for _ in range(n)
    ]
    rows = [street.row(*crime, id=f"{n:064d}") for n, crime in enumerate(crimes)]
    street.zip_of(
        ws / "d.zip",
        {
            street.name_of(month): street.text([row for row in rows if row["Month"] == month])
            for month in ("2025-01", "2025-02")
        },
    )
    (ws / f"{ID}-P1.md").write_text(PLAN)
    plan = read_protocol(ws / f"{ID}-P1.md")[0]
    plan = replace(
        plan,
        data=replace(plan.data, recipe="street"),
        window=replace(plan.window, start="2025-01", end="2025-02"),
        outcome=replace(plan.outcome, weights="police-uk-harm@1.0"),
    )
    workspace = find_workspace(ws)
    with open_registry(workspace.url) as session:
        whole = load(session, workspace, plan)
        lighter = load_lighter(session, workspace, plan)
    assert lighter is not None and lighter.why == lighter.why_not == ""
    assert lighter.heaviest == "Robbery" and whole.units == ("Amber Valley", "Derby")
    assert lighter.counted.outcome.tolist() == [[4, 4], [3, 4]]
    assert lighter.counted.unit_of_measure == "offences a month"
    assert lighter.data.outcome == pytest.approx(np.array([[2, 4], [2, 1]]) * 194.21, rel=SAME)
    robberies = np.array([[2, 0], [1, 3]])
    assert whole.outcome == pytest.approx(robberies * 365 + lighter.data.outcome, rel=SAME)


def test_the_page_shows_both(ours, cli):
    publish_all(ours)
    assert cli("hub", "build", cwd=ours).code == 0
    [page] = [p for p in (ours / "reports" / "findings").glob("*.html") if "-f01" in p.name.lower()]
    text = page.read_text()
    for words in ("harm-days", "made-up@1.0", "ithout the heaviest offences (Homicide)"):
        assert words in text, words
    section = text.partition('<section id="weighed">')[2].partition("</section>")[0]
    effects = [f"{by_hand(weights=dict.fromkeys(WEIGHTS, 1)):+.1f} offences"]
    effects += [f"{by_hand(homicide=one):+,.1f} harm-days" for one in (True, False)]
    assert "No change would fit each of them too." in section and "(90%)</td>" in section
    for effect in effects:
        assert f"<td>{effect.replace('-', MINUS, 1)}</td>" in section, (effect, section)
    assert '<a href="../weights.html#made-up-1-0">made-up@1.0</a>' in text
    weights = (ours / "reports" / "weights.html").read_text()
    for words in ("Made-up weights", "5,000", "none needed (verified)", f"Plan {ID}-P1"):
        assert words in weights, words


def test_weights_whose_licence_nobody_verified_are_described_and_not_printed():
    from evalkit.hub.edition import cut
    from evalkit.hub.render import made
    from evalkit.hub.weights import weight_pages
    from tests.hub_sample import sample

    plain = yaml.safe_load(noun_texts.WEIGHT_TABLE)
    table = TypeAdapter(WeightTable).validate_python(plain)
    assert not table.licence_verified and weight_pages(sample()) == ()
    page = made(cut(replace(sample(), weight_tables=(table,))))["weights.html"]
    assert "not verified by anybody here" in page and "Derived by" in page
    assert "which are not printed here" in page and "273.75" not in page
    assert "One weight for a whole category is approximate" in page


def test_data_of_another_table_or_of_none_are_refused(ours, cli):
    recipe = ours / "case_studies" / "evening-patrols" / "data.yaml"
    whole = recipe.read_text()
    for old, new, says in (
        ("weights: made-up@1.0", "weights: made-up@2.0", "weights: made-up@2.0; needed made-up@1.0"),
        (", without_heaviest: without_heaviest", "", "columns.without_heaviest: not given; needed both"),
        ("weights: made-up@1.0\n", "", "columns.without_heaviest: without weights; needed both"),
        ("counted: counted", "counted: counts", "columns.counted: no column counts in harm.csv"),
    ):  # fmt: skip
        recipe.write_text(whole.replace(old, new))
        said = cli("evaluate", f"{ID}-P1", cwd=ours)
        assert said.code == 1 and says in said.err, said.err
    recipe.write_text(whole)
    assert (
        noun_texts.WEIGHT_TABLE
    )  # the example is a text, and never read where nobody registered it
    assert cli("weight-table", "show", "police-uk-harm", cwd=ours).code == 1
