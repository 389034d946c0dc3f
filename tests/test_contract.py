"""What every estimator and every check promises, tested once for all of them."""

import json
import math
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from evalkit import checks
from evalkit.checks import placebo_date, residual_autocorrelation
from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.did import group_time, twfe
from evalkit.did.aggregate import event_study, overall
from evalkit.errors import DataError
from evalkit.its import segmented
from tests.by_another_route import as_panel, as_series, monthly_frame, panel_frame

ROUNDING = 1e-9  # sums of a few hundred numbers of size 1 to 1,000 in another order or scale

Data = Panel | TimeSeries
Made = Callable[[pd.DataFrame], Data]


def of_panel(run: Callable[[Panel], Any]) -> tuple[Callable[[], pd.DataFrame], Made, Any]:
    starts: list[int | None] = [2004] * 4 + [2006] * 3 + [None] * 6
    return (
        lambda: panel_frame(11, starts, n_periods=8, effect=0.7),
        lambda frame: as_panel(frame, weights="people"),
        run,
    )


def of_series(run: Callable[[TimeSeries], Any]) -> tuple[Callable[[], pd.DataFrame], Made, Any]:
    rng = np.random.default_rng(12)
    outcome, days = 5 + rng.normal(size=72), rng.integers(8, 11, 72)
    return (
        lambda: monthly_frame(outcome).assign(days=days),
        lambda frame: as_series(frame, "days"),
        run,
    )


def steps(series: TimeSeries):
    return segmented(
        series, interruptions=["1984-01", "1985-06"], impact="level", months=True, errors="ols"
    )


ESTIMATORS = {
    "twfe": of_panel(twfe),
    "twfe weighted": of_panel(lambda panel: twfe(panel, weighted=True, inference="cluster")),
    "overall": of_panel(lambda panel: overall(group_time(panel))),
    "events": of_panel(lambda panel: event_study(group_time(panel)).events),
    "segmented": of_series(steps),
    "segmented AR(1)": of_series(
        lambda series: segmented(series, interruptions=["1984-01"], harmonics=2)
    ),
    "segmented posterior": of_series(
        lambda series: segmented(series, interruptions=["1984-01"], inference="bayes_grid")
    ),
}
CHECKS = {
    name: of_panel(getattr(checks, name))
    for name in (
        "pre_trend",
        "placebo_start",
        "leave_one_unit_out",
        "enough_units",
        "already_treated_share",
        "small_cohorts",
        "pre_period_balance",
        "composition_change",
    )
} | {
    "placebo_date": of_series(
        lambda series: placebo_date(
            series,
            at="1982-06",
            first_interruption="1984-01",
            months=True,
            threshold=0.1,
            if_failed="cannot_tell",
        )
    ),
    "residual_autocorrelation": of_series(
        lambda series: residual_autocorrelation(
            steps(series), threshold=0.2, if_failed="lower_rating"
        )
    ),
}
ALL = ESTIMATORS | CHECKS
TESTED = {"p_value", "durbin_watson", "autocorrelation", "rho", "dof"}  # whatever the unit
TAKE_MISSING_CELLS = {
    "twfe",
    "twfe weighted",
    "overall",
    "events",
    *CHECKS,
} - {"placebo_date", "residual_autocorrelation"}
BLIND = {"enough_units", "small_cohorts", "placebo_start"}  # these do not look at that cell


def numbers(result: Any) -> dict[str, Any]:
    """Every leaf of a result by its path."""
    if is_dataclass(result):
        pairs = [(f.name, getattr(result, f.name)) for f in fields(result) if f.compare]
    elif isinstance(result, tuple):
        pairs = [(str(i), item) for i, item in enumerate(result)]
    else:
        return {"": result}
    return {f"{name}.{path}": leaf for name, item in pairs for path, leaf in numbers(item).items()}


def assert_same(one: Any, two: Any, *, factor: float = 1.0, scaled: tuple[str, ...] = ()) -> None:
    first, second = numbers(one), numbers(two)
    assert first.keys() == second.keys()
    for path, value in first.items():
        grows = factor if any(name in path for name in scaled) else 1.0
        if isinstance(value, float):
            assert second[path] == pytest.approx(value * grows, rel=ROUNDING, abs=ROUNDING), path
        else:
            assert second[path] == value, path


@pytest.mark.parametrize("name", ALL)
def test_input_is_unchanged_and_the_result_the_same_twice(name: str):
    frame, made, run = ALL[name]
    rows, data = frame(), made(frame())
    before = {f.name: getattr(made(rows), f.name) for f in fields(data)}
    first, second = run(data), run(data)
    assert first == second
    for field, value in before.items():
        if isinstance(value, np.ndarray):
            assert np.array_equal(getattr(data, field), value), field
    pd.testing.assert_frame_equal(rows, frame())


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("seed", [0, 1])
def test_row_order_does_not_matter(name: str, seed: int):
    frame, made, run = ALL[name]
    assert run(made(frame().sample(frac=1, random_state=seed))) == run(made(frame()))


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("factor", [1000.0, -1.0, 0.001])
def test_rescaling_the_outcome_rescales_effect_and_error(name: str, factor: float):
    frame, made, run = ESTIMATORS[name]
    data = made(frame())
    once, again = numbers(run(data)), numbers(run(replace(data, outcome=factor * data.outcome)))
    for path, value in once.items():
        last = path.rstrip(".").rpartition(".")[2]
        if last in ("standard_error", "sigma") and value is not None:
            assert again[path] == pytest.approx(abs(factor) * value, rel=ROUNDING), path
        elif last in ("effect", "observed", "fitted", "counterfactual"):
            assert again[path] == pytest.approx(factor * value, rel=ROUNDING, abs=1e-12), path
        elif last.endswith(("low", "high")) and value is not None:
            other = last.replace("low", "^").replace("high", "low").replace("^", "high")
            source = path if factor > 0 else path.removesuffix(last + ".") + other + "."
            assert again[path] == pytest.approx(factor * once[source], rel=ROUNDING), path
        elif value is not None and last in TESTED:
            assert again[path] == pytest.approx(value, rel=1e-7), path
        elif last == "log_likelihood" and value is not None:  # a density of the rescaled outcome
            assert math.isfinite(again[path])
        else:
            assert again[path] == value, path


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("factor", [1000.0, -1.0])
def test_checks_do_not_depend_on_the_unit(name: str, factor: float):
    frame, made, run = CHECKS[name]
    data = made(frame())
    once, again = run(data), run(replace(data, outcome=factor * data.outcome))
    assert again.statistic == pytest.approx(once.statistic, rel=1e-7)
    assert again.passed == once.passed


@pytest.mark.parametrize("name", ALL)
def test_adding_a_constant_does_not_move_it(name: str):
    frame, made, run = ALL[name]
    data = made(frame())
    once, again = numbers(run(data)), numbers(run(replace(data, outcome=data.outcome + 1000.0)))
    for path, value in once.items():
        if any(word in path for word in ("observed", "fitted", "counterfactual")):
            assert again[path] == pytest.approx(value + 1000.0, abs=1e-8), path
        elif isinstance(value, float):
            assert again[path] == pytest.approx(value, rel=1e-7, abs=1e-8), path
        else:
            assert again[path] == value, path


@pytest.mark.parametrize("name", ALL)
def test_missing_and_duplicate_rows_are_refused(name: str):
    frame, made, run = ALL[name]
    with pytest.raises(DataError, match="twice"):
        run(made(pd.concat([frame(), frame().iloc[[9]]])))
    if name in TAKE_MISSING_CELLS:
        again = run(made(frame().drop(index=9)))
        assert (again == run(made(frame()))) == (name in BLIND)
        return
    with pytest.raises(DataError, match=r"no (number|19|20)"):
        run(made(frame().drop(index=9)))


@pytest.mark.parametrize("name", ALL)
def test_results_hold_built_in_types_and_finite_numbers(name: str):
    frame, made, run = ALL[name]
    for path, value in numbers(run(made(frame()))).items():
        assert type(value) in (float, int, str, bool, type(None)), (path, type(value))
        if isinstance(value, float):
            assert math.isfinite(value), path


@pytest.mark.parametrize("name", ALL)
def test_results_survive_json(name: str):
    frame, made, run = ALL[name]
    result = run(made(frame()))
    kind = type(result) if is_dataclass(result) else tuple[type(result[0]), ...]
    adapter = TypeAdapter(kind)
    text = adapter.dump_json(result)
    assert adapter.validate_json(text) == result
    json.loads(text, parse_constant=pytest.fail)  # no NaN, no Infinity


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_interval_holds_its_effect_and_says_its_level(name: str):
    frame, made, run = ESTIMATORS[name]
    found = numbers(run(made(frame())))
    held = 0
    for path, low in found.items():
        if path.endswith(".low.") and low is not None:
            effect = path.removesuffix("low.").removesuffix("interval.") + "effect."
            assert low < found[effect] < found[path.removesuffix("low.") + "high."]
            held += 1
        if path.endswith("interval.level."):
            assert found[path] == 0.95
    assert held >= 1
