"""Alternatives that take other data: another definition, other areas or years, or none that can be had."""

from dataclasses import replace

import numpy as np
import pytest

from evalkit.data.series import TimeSeries
from evalkit.evaluation import evaluate
from evalkit.protocol.contradictions import contradictions
from evalkit.protocol.document import read_protocol
from evalkit.protocol.plan import Alternative, Window
from evalkit.protocol.series_estimators import SeriesAlternative
from evalkit.report.specifications import curve
from tests.by_another_route import as_panel, panel_frame
from tests.locked_plans import ORIGIN, locked

SAME = 1e-12


@pytest.fixture(scope="module")
def did(root):
    """The castle plan, on years that are made up."""
    return read_protocol(root / "protocols" / "EM-2026-0001-P1.md")[0]


@pytest.fixture(scope="module")
def panel():
    starts = [2006, 2006, 2007, 2007, *[None] * 8]
    made = as_panel(panel_frame(3, starts, n_periods=11, effect=2.0, first=2000))
    return replace(made, provenance=ORIGIN)


def alternatives(plan, *items):
    return replace(plan, alternatives=items)


def effects(evaluation):
    return {one.name: one.estimate.effect for one in evaluation.alternatives}


def whys(evaluation):
    return {one.name: one.answer.why for one in evaluation.unanswered}


def asked(name, **more):
    return Alternative(name=name, estimator="group_time", **more)


def main(evaluation):
    return evaluation.estimates[0].estimate.effect


def test_each_is_the_same_question_of_other_data(did, panel):
    """Identities: as if a plan of its own had been run on these areas, years or numbers."""
    gone, kept = panel.units[-1], np.array([u != panel.units[-1] for u in panel.units])
    again = replace(panel, outcome=2 * panel.outcome)
    plan = alternatives(
        did,
        asked("fewer areas", leave_out=(gone,)),
        asked("fewer years", start="2002", end="2009"),
        asked("another definition", recipe="again", measure="other@1.0"),
    )
    plan = replace(plan, window=Window(start=panel.periods[0], end=panel.periods[-1]))
    found = effects(evaluate(locked(plan), panel, others={"again": again}))
    alone = alternatives(plan)

    def on(data, window=plan.window):
        return main(evaluate(locked(replace(alone, window=window)), data))

    assert found["fewer areas"] == pytest.approx(on(panel.without(~kept)), rel=SAME)
    assert found["another definition"] == pytest.approx(2 * on(panel), rel=1e-9)
    short = replace(
        panel, periods=panel.periods[2:10], outcome=panel.outcome[:, 2:10],
        start=np.clip(panel.start - 2, 0, 8), weights=None, covariates=panel.covariates[:, 2:10],
    )  # fmt: skip
    window = Window(start="2002", end="2009")
    assert found["fewer years"] == pytest.approx(on(short, window), rel=1e-9)


def test_what_cannot_be_run_is_listed_with_why_and_stops_nothing(did, panel):
    plan = alternatives(
        did,
        asked("an area that is not there", leave_out=("Nowhere",)),
        asked("an area that was treated", leave_out=(panel.units[0],)),
        asked("from the start on", start="2006"),
        asked("before anything", end="2004"),
        asked("no such data", recipe="gone"),
        asked("data of another shape", recipe="series"),
        asked("what could not be read", recipe="broken"),
    )
    plan = replace(plan, window=Window(start=panel.periods[0], end=panel.periods[-1]))
    series = TimeSeries(
        periods=panel.periods, outcome=panel.outcome[0], covariates=(), unit_of_measure=""
    )
    others = {"series": series, "broken": "data.yaml:3 sha256: other bytes"}
    found = evaluate(locked(plan), panel, others=others)
    assert found.estimates and found.alternatives == ()
    said = whys(found)
    assert "no comparison area Nowhere" in said["an area that is not there"]
    assert f"no comparison area {panel.units[0]}" in said["an area that was treated"]
    for name in ("from the start on", "before anything"):
        assert "leaves a unit no period before its start, or nobody who starts" in said[name]
    assert said["no such data"] == "the data of gone were not given"
    assert "needed a panel" in said["data of another shape"]
    assert said["what could not be read"] == "data.yaml:3 sha256: other bytes"


@pytest.fixture(scope="module")
def its(root):
    read, _ = read_protocol(root / "protocols" / "EM-2026-0002-P1.md")
    return replace(read, estimator=replace(read.estimator, covariates=()))


def months(its, n=108):
    from evalkit.data import periods as calendar

    last = calendar.later(its.window.start, n - 1)
    values = np.random.default_rng(1).normal(100, 5, n)
    return TimeSeries(
        periods=calendar.between(its.window.start, last), outcome=values, covariates=(),
        unit_of_measure=its.outcome.unit, provenance=ORIGIN,
    )  # fmt: skip


def test_a_season_in_too_short_a_window_is_said_and_neither_dropped_nor_an_error(its):
    """The plan models a season; its alternative has 20 months, and another one no month with the change."""
    belt, _ = its.changes
    plan = replace(its, changes=(belt,))
    assert getattr(plan.estimator, "months", False)
    plan = alternatives(
        plan,
        SeriesAlternative(name="short", start="1985-04", end="1986-11"),
        SeriesAlternative(name="before", end="1985-06"),
        SeriesAlternative(name="no season", months=False, start="1985-04", end="1986-11"),
        SeriesAlternative(name="doubled", recipe="twice"),
    )
    assert not [*contradictions(plan, plan.id)]
    data = months(its)
    twice = replace(data, outcome=2 * data.outcome)
    found = evaluate(locked(plan), data, others={"twice": twice})
    assert {*whys(found)} == {"short", "before"} and {*effects(found)} == {"no season", "doubled"}
    assert "needs 24" in whys(found)["short"] or "two years" in whys(found)["short"]
    assert effects(found)["doubled"] == pytest.approx(2 * main(found), rel=1e-9)
    figure = curve(found, plan, belt.name, ident="c")
    assert "short: " in figure.note and "2 give no number" in figure.takeaway + figure.note
    heads = " ".join(figure.head)
    assert "Season" in heads and "Window" in heads and "Data" in heads


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"measure": "other@1.0"}, "measure"),
        ({"start": "1990"}, "start"),
        ({"end": "2030"}, "end"),
    ],
)
def test_what_does_not_fit_the_plan_is_refused_before_it_is_locked(did, item, field):
    plan = alternatives(did, asked("x", **item))
    assert [one[0] for one in contradictions(plan, plan.id)] == [f"alternatives[0].{field}"]


def test_the_plans_own_data_and_areas_without_a_comparison_are_refused(did, its):
    own = alternatives(did, asked("x", recipe=did.data.recipe))
    assert [one[0] for one in contradictions(own, own.id)] == ["alternatives[0].recipe"]
    alone = alternatives(its, SeriesAlternative(name="x", leave_out=("Derby",)))
    assert "alternatives[0].leave_out" in [one[0] for one in contradictions(alone, alone.id)]
