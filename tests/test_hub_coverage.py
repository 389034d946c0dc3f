"""The coverage grid on the page of a finding: what the run had, and nothing where nobody wrote it down."""

import dataclasses
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from evalkit.evaluation.did import _observed
from evalkit.hub.coverage import coverage_chart
from evalkit.hub.render import build
from evalkit.report.coverage import coverage_of_run
from evalkit.types.evaluation import Evaluation, Observed
from tests.by_another_route import as_panel, panel_frame
from tests.hub_sample import castle_run, sample, traffic_run

FINDING = next(f for f in sample().findings if f.protocol == "EM-2026-0001-P1")


def run_with(*observed: Observed, **cover: object) -> Evaluation:
    run = castle_run()
    changed = dataclasses.replace(run.coverage, observed=observed, **cover)  # type: ignore[arg-type]
    return dataclasses.replace(run, coverage=changed)


def test_the_page_has_the_grid_twice_with_alt_text_and_all_of_its_numbers() -> None:
    chart = coverage_chart(FINDING, castle_run())
    assert chart is not None
    assert chart.takeaway == (
        "47 of 50 states have all 11 years, 2000 to 2010; 5 of 550 state-years are missing."
    )
    for drawn in (chart.wide, chart.narrow):
        root = ElementTree.fromstring(drawn)
        assert root.findtext("title") == "Coverage: Homicides per 100,000 people"
        assert "50 states, 2000 to 2010, year by year. 47 of them" in root.findtext("desc", "")
        assert "State with a name that is long enough to wrap (1)" in root.findtext("desc", "")
    assert [row[1:] for row in chart.rows] == [
        ("all 11 years", "none missing"),
        ("9 of 11 years", "missing: 2000, 2001"),
        ("10 of 11 years", "missing: 2007"),
    ]


def test_it_stands_below_how_the_finding_was_made(tmp_path: Path) -> None:
    build(sample(), tmp_path)
    page = (tmp_path / f"findings/{FINDING.id.lower()}.html").read_text()
    made = page.partition('id="made"')[2]
    assert "Chart 3" in made and "The numbers behind chart 3" in made
    assert "Nasty &lt;b&gt;state&lt;/b&gt;" in made and "<b>state" not in page


def test_a_whole_panel_is_one_line_and_says_so() -> None:
    run = run_with(Observed(units=("A", "B", "C"), missing=()), first_period="2021-04",
                   last_period="2022-03", n_periods=12, unit_name="police area")  # fmt: skip
    chart = coverage_chart(FINDING, run)
    assert chart is not None
    assert chart.takeaway == "All 3 police areas have all 12 months, April 2021 to March 2022."
    assert chart.rows == (("A, B, C", "all 12 months", "none missing"),)


def test_quarters_are_quarters() -> None:
    run = run_with(Observed(units=("A",), missing=("2021-Q2",)), first_period="2021-Q1",
                   last_period="2022-Q4", n_periods=8)  # fmt: skip
    table = coverage_of_run(run.coverage, most=8)
    assert table is not None
    assert (table.noun, table.step, len(table.columns)) == ("quarter", "quarter", 8)
    assert [c.text for c in table.rows[0].cells] == ["1", ".", *"111111"]
    chart = coverage_chart(FINDING, run)
    assert chart is not None and chart.rows[0][2] == "missing: Q2 2021"


def test_simulated_data_say_so_in_the_picture() -> None:
    run = castle_run()
    made_up = dataclasses.replace(run.provenance, simulated=True)
    chart = coverage_chart(FINDING, dataclasses.replace(run, provenance=made_up))
    assert chart is not None and "SIMULATED DATA" in chart.wide and "SIMULATED DATA" in chart.narrow


@pytest.mark.parametrize("run", [traffic_run(), run_with()])
def test_a_series_and_an_earlier_run_have_none(run: Evaluation) -> None:
    assert coverage_chart(FINDING, run) is None


def test_a_run_writes_down_every_unit_once() -> None:
    frame = panel_frame(1, [2002, None, None, None], n_periods=3)
    gone = frame["area"].isin(["area 001", "area 003"]) & (frame["year"] == 2003)
    frame.loc[gone | (frame["area"].eq("area 002") & frame["year"].eq(2001)), "rate"] = np.nan
    panel = as_panel(frame)
    found = _observed(panel)
    assert [(one.units, one.missing) for one in found] == [
        (("area 000",), ()),
        (("area 002",), ("2001",)),
        (("area 001", "area 003"), ("2003",)),
    ]
