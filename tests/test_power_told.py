"""Power as it is told: sentences, the chart with its numbers, and the command."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

import evalkit as ek
from evalkit.errors import DataError
from evalkit.findings.power_words import PowerWords, headline, how_made, per_cent, power_sentences
from evalkit.report.figures.power_chart import power_chart
from evalkit.report.figures.svg import standalone
from evalkit.types.adapter import adapter
from evalkit.types.power import Power
from tests.own_evidence import INTERVENTION, recipe, write_evidence, write_plans
from tests.test_power_did import THREE, before, panel
from tests.test_power_its import before as before_series

ROBBERIES = PowerWords(unit="robberies a month", areas="districts")
ID = "EM-2026-0001"


@pytest.fixture(scope="module")
def planned() -> Power:
    return ek.power.did(
        before(),
        treated=THREE,
        after=24,
        scale="ratio",
        minimum_effect=10,
        draws=1_000,
        chart=True,
    )


@pytest.fixture(scope="module")
def alone() -> Power:
    return ek.power.its(
        before_series(), after=24, impact="level", minimum_effect=30, draws=1_000, chart=True
    )


@pytest.mark.parametrize(
    ("value", "text"), [(14.4, "14%"), (8.84, "8.8%"), (9.96, "10%"), (0.04, "0.0%")]
)
def test_per_cent_has_two_digits(value, text):
    assert per_cent(value) == text


def test_the_sentences_say_what_would_show_what_is_planned_and_what_would_change_it(planned):
    power = replace(planned, smallest_between=None)
    power = replace(power, minimum_power=0.6)
    first, second, third, fourth = power_sentences(power, ROBBERIES)
    assert re.fullmatch(
        r"Would show a fall of [\d.]+% or more \(80% power, 5% test\): \d+ robberies a month in the "
        r"3 districts together, [\d,]+ in 24 months\.",
        first,
    ), first
    assert second == (
        "You said 10% matters: that could be missed; it would show in 60 of 100 such evaluations."
    )
    assert re.fullmatch(r"12 more months: [\d.]+%\. 2 more treated districts: [\d.]+%\.", third)
    assert "Smallest p possible 0.00025 (3 of 30 districts)" in fourth
    assert "Seed 0" in how_made(power, ROBBERIES)


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.85, "matters: it would show in 85 of 100"),
        (0.999, "matters: it would show in more than 99 of 100"),
        (0.001, "could be missed; it would show in fewer than 1 of 100"),
    ],
)
def test_the_planned_change_is_missed_or_shown(planned, chance, words):
    said = power_sentences(replace(planned, minimum_power=chance), ROBBERIES)
    assert any(words in line for line in said), said


def test_a_vague_answer_says_how_vague(planned):
    low, high = (replace(planned.smallest, effect=e, per_cent=100 * e) for e in (0.05, 0.2))
    said = power_sentences(replace(planned, smallest_between=(low, high)), ROBBERIES)
    assert said[1] == "Another 24 months before the start might have said 5.0% to 20%."


def test_no_answer_is_said_first_and_a_rise_is_no_fall(planned):
    none = replace(planned, smallest=None, why="Only that.", what_if=())
    assert headline(none, ROBBERIES) == (
        "This design cannot answer the question (80% power, 5% test). Only that."
    )
    assert headline(replace(planned, better="higher"), ROBBERIES).startswith("Would show a rise of")


def test_false_alarms_are_told_only_where_there_are_too_many(planned):
    def told(share: float) -> bool:
        said = power_sentences(replace(planned, false_alarms=share), ROBBERIES)
        return any("Where nothing changes" in line for line in said)

    assert told(0.2) and not told(0.06)


def test_an_outcome_with_a_unit_is_told_in_it(alone):
    words = PowerWords(unit="calls", period="month")
    said = power_sentences(alone, words)
    assert re.match(
        r"Would show a fall of [\d.]+ calls or more .*: [\d.]+% of what there was", said[0]
    )
    assert said[1].startswith("You said 2") and " calls matters: it would show" in said[1]


def test_the_record_survives_json(planned, alone):
    for power in (planned, alone):
        text = adapter(Power).dump_json(power)
        assert b"NaN" not in text and adapter(Power).validate_json(text) == power


def test_the_chart_shows_every_number_and_names_every_line(planned):
    chart = power_chart(planned, ROBBERIES)
    assert {row[0] for row in chart.rows} == {"3", "5", "7"}
    assert [row[1] for row in chart.rows if row[0] == "3"] == ["6", "12", "18", "24", "30", "36"]
    for svg in (chart.wide, chart.narrow):
        drawn = ElementTree.fromstring(svg)
        texts = ["".join(e.itertext()) for e in drawn.iter("text")]
        assert {"3 districts with it, as planned", "5 districts with it", "planned: 24"} <= set(
            texts
        )
        assert len(list(drawn.iter("circle"))) == 12 + 2  # and two in the key
        assert len(list(drawn.iter("polygon"))) == 6 + 1
        width = float(drawn.get("viewBox", "").split()[2])
        assert all(0 <= float(e.get("cx", "0")) <= width for e in drawn.iter("circle"))
    assert "a fall of 10%" in chart.takeaway
    ElementTree.fromstring(standalone(chart.wide))


def test_power_on_the_chart_grows_with_length_and_areas(planned):
    by = {(p.n_treated, p.n_after): p.power for p in planned.grid.points}
    assert by[3, 6] < by[3, 36] and by[3, 24] < by[7, 24]
    planned_point = by[3, 24]
    assert planned_point == pytest.approx(planned.minimum_power, abs=0.05)  # 1,000 draws


def test_the_chart_of_one_series_has_one_line_and_says_where_nothing_suffices(alone):
    chart = power_chart(alone, PowerWords(unit="calls"))
    assert chart.head == ("Months", "Chance", "Smallest change shown")
    assert "would show a fall of" in chart.takeaway
    points = tuple(replace(point, power=0.1) for point in alone.grid.points)
    weak = replace(alone, grid=replace(alone.grid, points=points))
    assert "missed too often at every length" in power_chart(weak, PowerWords()).takeaway


def test_no_chart_without_its_numbers(planned):
    with pytest.raises(DataError, match="chart=True"):
        power_chart(replace(planned, grid=None), ROBBERIES)
    wild = panel(5 + 500 * np.random.default_rng(1).normal(size=(8, 24)))
    none = ek.power.did(wild, treated=["a00"], after=12, draws=1_000, chart=True)
    assert none.grid is None


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, cli):
    folder = tmp_path_factory.mktemp("power") / "workspace"
    cli("init", "workspace", cwd=folder.parent)
    file = write_evidence(folder)
    file.write_text(
        INTERVENTION.replace("name: Eve", f"id: {ID}\nregistered: 2026-11-02\nname: Eve")
    )
    write_plans(folder, ID)
    done = cli("intervention", "add", file, cwd=folder)
    assert done.code == 0, done.err
    return folder


@pytest.mark.parametrize("plan", [f"{ID}-P1", f"protocols/{ID}-P2.md"])
def test_the_command_answers_for_a_draft_of_either_design(workspace, cli, plan):
    said = cli("protocol", "power", plan, "--draws", 1_000, "--full", cwd=workspace)
    assert said.code == 0, said.err
    assert re.match(r"Would show a fall of [\d.]+ incidents or more \(80% power", said.out), (
        said.out
    )
    assert "12 more months" in said.out and "You said" in said.out and "Seed 1." in said.out
    assert said.out.isascii()
    again = cli("protocol", "power", plan, "--draws", 1_000, "--json", cwd=workspace)
    found = json.loads(again.out)
    assert found["form"] == "evalkit/power/1" and found["changes"][0]["power"]["seed"] == 1


def test_the_command_draws_the_chart(workspace, cli, tmp_path):
    file = tmp_path / "power.svg"
    said = cli("protocol", "power", f"{ID}-P1", "--draws", 1_000, "--svg", file, cwd=workspace)
    assert said.code == 0 and "Power against length" in file.read_text()
    assert cli("protocol", "power", f"{ID}-P1", "--svg", "power.png", cwd=workspace).code == 2


def test_data_that_end_before_the_start_are_enough(workspace, cli, tmp_path):
    """Planning: the file holds 2023 alone and says that four districts start in January 2024."""
    folder = workspace / "case_studies" / "evening-patrols"
    whole, said_of = (folder / "robbery.csv").read_bytes(), (folder / "data.yaml").read_text()
    before_it = cli("protocol", "power", f"{ID}-P1", "--draws", 1_000, cwd=workspace)
    rows = [line.split(",") for line in whole.decode().splitlines()[1:]]
    kept = [
        f"{d},{m},{'2024-01' if d <= 'District 04' else ''},{y}"
        for d, m, _, y in rows
        if m < "2024"
    ]
    (folder / "robbery.csv").write_text(
        "\n".join(["district,month,patrolled,robberies", *kept]) + "\n"
    )
    text = recipe(folder / "robbery.csv").replace("treated: patrolled", "treated_from: patrolled")
    (folder / "data.yaml").write_text(text)
    try:
        planned = cli("protocol", "power", f"{ID}-P1", "--draws", 1_000, cwd=workspace)
        other = cli(
            *("protocol", "power", f"{ID}-P1", "--draws", 1_000, "--after", 24),
            *("--treated", "District 05, District 06"),
            cwd=workspace,
        )
    finally:
        (folder / "robbery.csv").write_bytes(whole)
        (folder / "data.yaml").write_text(said_of)
    assert planned.out == before_it.out
    assert "(2 of 12 districts)" in other.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--treated", "Derby"), "no area Derby"),
        (("--draws", "5"), "at least 1,000"),
    ],
)
def test_the_command_refuses_in_one_line(workspace, cli, words, says):
    said = cli("protocol", "power", f"{ID}-P1", *words, cwd=workspace)
    assert said.code == 1 and says in said.err and said.out == ""
    unknown = cli("protocol", "power", "EM-2026-0099-P1", cwd=workspace)
    assert unknown.code == 1 and "EM-2026-0099-P1.md" in unknown.err


def test_the_python_of_the_page_runs(root):
    """docs/power.md, on 30 areas and a series that end in March 2023."""
    [code] = re.findall(r"```python\n(.*?)```", (root / "docs/power.md").read_text(), re.S)
    names = ("Derby", "Leicester", *(f"Area {i}" for i in range(28)))
    areas = replace(before(), units=names, cluster_names=names)
    months = before_series(51)
    found = {"ek": ek, "panel": areas, "series": months}
    exec(code.replace("minimum_effect", "draws=1_000, minimum_effect"), found)
    assert found["power"].design == "its" and found["power"].n_after == 24
