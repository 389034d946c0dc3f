"""What every difference-in-differences promises: one list of estimators, each tried on the same promises.

A new estimator is one line in ``ESTIMATORS``: a function of a panel that gives a result. Names of leaves say
how they must move: effects with the outcome's scale, standard errors with its size, the rest not at all.
"""

import json
import math
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from evalkit.data.panel import Panel
from evalkit.did import bacon, event_study, group_time, imputation, sun_abraham, twfe
from evalkit.errors import DataError
from tests.by_another_route import panel_frame

SAME = 1e-10  # the same sums in another order, relative to numbers of size 1

STARTS: list[int | None] = [2004] * 4 + [2006] * 3 + [2007] * 4 + [None] * 7


def rows() -> pd.DataFrame:
    frame = panel_frame(11, STARTS, n_periods=8, effect=0.7, rho=0.3)
    rng = np.random.default_rng(12)
    frame["size"] = np.repeat(rng.normal(size=len(STARTS)), 8)
    frame["weather"] = rng.normal(size=len(frame))
    frame["force"] = np.repeat(np.arange(len(STARTS)) % 9, 8)
    return frame


def made(frame: pd.DataFrame, **more: Any) -> Panel:
    return Panel.from_frame(
        frame, unit="area", period="year", outcome="rate", treated_from="start", **more
    )


Estimator = tuple[Callable[[Panel], Any], dict[str, Any]]  # and which columns its panel has
SIZE, FORCE, PEOPLE = {"covariates": ("size",)}, {"cluster": "force"}, {"weights": "people"}

ESTIMATORS: dict[str, Estimator] = {
    "twfe": (twfe, {}),
    "twfe weighted": (lambda p: twfe(p, weighted=True, inference="cluster"), PEOPLE),
    "cells": (group_time, {}),
    "cells weighted": (lambda p: group_time(p, weighted=True), PEOPLE),
    "cells not yet": (lambda p: group_time(p, comparison="not_yet_treated"), {}),
    "cells varying": (lambda p: group_time(p, base_period="varying"), {}),
    "cells anticipation": (lambda p: group_time(p, anticipation=1), {}),
    "cells dr": (group_time, SIZE),
    "cells ipw": (lambda p: group_time(p, method="ipw"), SIZE),
    "cells regression": (lambda p: group_time(p, method="regression"), SIZE),
    "overall": (lambda p: group_time(p).aggregate("overall"), {}),
    "event": (lambda p: group_time(p).aggregate("event"), {}),
    "event clustered": (lambda p: group_time(p).aggregate("event"), FORCE),
    "group": (lambda p: group_time(p, comparison="not_yet_treated").aggregate("group"), {}),
    "calendar dr": (lambda p: group_time(p).aggregate("calendar"), SIZE | FORCE),
    "twfe clustered": (twfe, FORCE),
    "twfe cr2": (lambda p: twfe(p, inference="cr2"), {}),
    "twfe changes": (lambda p: twfe(p, inference="donald_lang"), PEOPLE),
    "twfe covariate": (twfe, {"covariates": ("weather",)}),
    "event study": (event_study, {}),
    "event study binned": (lambda p: event_study(p, window=(-2, 3), weighted=True), PEOPLE | FORCE),
    "sun abraham": (sun_abraham, {}),
    "sun abraham weighted": (lambda p: sun_abraham(p, weighted=True), PEOPLE | FORCE),
    "imputation": (imputation, {}),
    "imputation weighted": (lambda p: imputation(p, weighted=True), PEOPLE | FORCE),
    "imputation leave out": (lambda p: imputation(p, leave_out=True), {}),
    "imputation two-stage": (lambda p: imputation(p, standard_errors="two_stage"), FORCE),
    "bacon": (bacon, {}),
}
TAKE_MISSING_CELLS = ESTIMATORS.keys() - {"bacon"}

EFFECTS = ("effect", "effects")
ERRORS = ("standard_error", "standard_errors")
ENDS = {"low": "high", "high": "low", "band_low": "band_high", "band_high": "band_low"}
SQUARED = ("covariance", "joint")


def leaves(result: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every number and text of a result by its path."""
    if is_dataclass(result):
        pairs = [(f.name, getattr(result, f.name)) for f in fields(result)]
    elif isinstance(result, np.ndarray):
        return leaves(result.tolist(), path)
    elif isinstance(result, tuple | list):
        pairs = [(str(i), item) for i, item in enumerate(result)]
    elif isinstance(result, dict):
        pairs = [(str(key), item) for key, item in result.items()]
    else:
        return {path: result}
    return {k: v for name, item in pairs for k, v in leaves(item, (*path, name)).items()}


def of(name: str, frame: pd.DataFrame) -> Any:
    run, columns = ESTIMATORS[name]
    return run(made(frame, **columns))


def role(path: tuple[str, ...]) -> str:
    named = [part for part in path if not part.isdigit()]
    return named[-1] if named else ""


def assert_moved(once: Any, again: Any, *, factor: float = 1.0, skip: tuple[str, ...] = ()) -> None:
    """``again`` is ``once`` with the outcome times ``factor``."""
    before, after = leaves(once), leaves(again)
    assert before.keys() == after.keys()
    for path, value in before.items():
        kind, expected = role(path), value
        if kind in skip or not isinstance(value, float):
            assert kind in skip or after[path] == value, path
            continue
        if kind in EFFECTS:
            expected = factor * value
        elif kind in ERRORS:
            expected = abs(factor) * value
        elif kind in ENDS:
            other = (*path[:-1], ENDS[kind])
            expected = factor * (value if factor > 0 else before[other])
        elif kind == "covariance":
            expected = factor**2 * value
        elif kind == "joint" and factor != 1:
            continue  # effects and shares scale differently; the covariance of effects is tried by itself
        scale = max(1.0, factor**2 if kind in SQUARED else abs(factor))
        assert after[path] == pytest.approx(expected, rel=1e-8, abs=SAME * scale), path


@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_same_twice_and_nothing_changed(name: str):
    run, columns = ESTIMATORS[name]
    frame = rows()
    panel, before = made(frame, **columns), made(frame, **columns)
    assert run(panel) == run(panel)
    for field in fields(panel):
        value = getattr(panel, field.name)
        if isinstance(value, np.ndarray):
            assert np.array_equal(value, getattr(before, field.name)), field.name
    pd.testing.assert_frame_equal(frame, rows())


@pytest.mark.parametrize("name", ESTIMATORS)
def test_row_order_does_not_matter(name: str):
    assert of(name, rows().sample(frac=1, random_state=0)) == of(name, rows())


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("names", ["reversed", "numbers"])
def test_names_of_units_and_clusters_do_not_matter(name: str, names: str):
    renamed = rows()
    number = renamed["area"].str[-3:].astype(int)
    renamed["area"] = 1000 - number if names == "reversed" else (number * 7) % 19
    renamed["force"] = 100 - renamed["force"]
    assert_moved(of(name, rows()), of(name, renamed))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_names_of_periods_do_not_matter(name: str):
    later = rows().assign(year=rows()["year"] - 2000, start=rows()["start"] - 2000)
    labels = ("periods", "at", "inference", "group", "period", "treated", "comparison")
    assert_moved(of(name, rows()), of(name, later), skip=labels)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("factor", [1000.0, -1.0, 0.001])
def test_effects_take_the_scale_of_the_outcome(name: str, factor: float):
    scaled = rows().assign(rate=factor * rows()["rate"])
    assert_moved(of(name, rows()), of(name, scaled), factor=factor)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("added", ["constant", "units", "periods"])
def test_levels_of_units_and_periods_do_not_matter(name: str, added: str):
    rng = np.random.default_rng(13)
    level = {
        "constant": np.full((len(STARTS), 8), 50.0),
        "units": np.repeat(5 * rng.normal(size=(len(STARTS), 1)), 8, axis=1),
        "periods": np.repeat(5 * rng.normal(size=(1, 8)), len(STARTS), axis=0),
    }[added]
    lifted = rows().assign(rate=rows()["rate"] + level.ravel())
    assert_moved(of(name, rows()), of(name, lifted))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_missing_cell_is_refused_or_said(name: str):
    frame = rows().drop(index=9)
    if name not in TAKE_MISSING_CELLS:
        with pytest.raises(DataError, match="no number for area 001 in 2002"):
            of(name, frame)
        return
    result = of(name, frame)
    assert any("1 of 144 unit-periods have no outcome" in note for note in result.notes)
    n_obs = result.n_obs if hasattr(result, "n_obs") else result.overall.n_obs
    assert n_obs == len(frame)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        (lambda f: pd.concat([f, f.iloc[[9]]]), "area 001 2002 twice"),
        (lambda f: f.assign(rate=f["rate"].where(f.index != 9, np.inf)), "an infinite number"),
        (lambda f: f.assign(year="soon"), "period: soon; needed whole years"),
        (lambda f: f[f["year"] != 2005], "period: no 2005; needed every period"),
        (lambda f: f.assign(start=None), "treated"),  # nobody
        (lambda f: f[f["start"].notna() & (f["year"] > 2006)], "found"),  # always
    ],
)
def test_what_cannot_be_answered_is_refused(name: str, spoilt: Any, message: str):
    with pytest.raises(DataError, match=message):
        of(name, spoilt(rows()))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_numbers_are_finite_and_built_in(name: str):
    for path, value in leaves(of(name, rows())).items():
        assert type(value) in (float, int, str, bool, type(None)), (path, type(value))
        if isinstance(value, float):
            assert math.isfinite(value), path


@pytest.mark.parametrize("name", ESTIMATORS)
def test_results_survive_json(name: str):
    result = of(name, rows())
    adapter = TypeAdapter(type(result))
    text = adapter.dump_json(result)
    assert adapter.validate_json(text) == result
    json.loads(text, parse_constant=pytest.fail)  # no NaN, no Infinity


@pytest.mark.parametrize("name", [n for n in ESTIMATORS if not n.startswith(("twfe", "bacon"))])
def test_results_are_tables_with_their_words(name: str):
    result = of(name, rows())
    frame = result.to_frame()
    labels = [name for name, kind in frame.dtypes.items() if kind.kind not in "if"]
    assert set(labels) <= {"group", "period"}
    first = frame.iloc[-1]
    assert first["low"] < first["effect"] < first["high"]
    html = result._repr_html_()
    assert html.count("<tr") == len(frame) + 1 and "comparison" in html and "95%" in html


def test_units_all_treated_at_once_have_nobody_to_be_compared_with():
    frame = rows().assign(start=2005.0)
    with pytest.raises(DataError, match="found no unit that is never treated; it needs at least"):
        group_time(made(frame))
    with pytest.raises(DataError, match="found nobody still untreated when others are treated"):
        group_time(made(frame), comparison="not_yet_treated")
    with pytest.raises(DataError, match="cannot tell treatment from unit and period effects"):
        twfe(made(frame), inference="cluster")


def test_without_never_treated_units_the_last_cohort_is_only_compared_with():
    frame = rows()[rows()["start"].notna()]
    effects = group_time(made(frame), comparison="not_yet_treated")
    assert sorted(effects.cohort_sizes) == [3, 5]
    assert {(o.group, o.why) for o in effects.omitted} == {
        ("2004", "nobody is still untreated"),
        ("2006", "nobody is still untreated"),
        ("2007", "nobody is still untreated"),
    }
    before = made(
        frame[frame["year"] < 2007].assign(start=frame["start"].where(frame["start"] < 2007))
    )
    assert effects.effects == pytest.approx(
        group_time(before, comparison="not_yet_treated").effects, abs=SAME
    )


def test_few_clusters_are_said_and_one_is_refused():
    few = made(rows().assign(force=rows()["force"] % 3), cluster="force")
    event = group_time(few).aggregate("event")
    assert event.overall.n_clusters == 3
    assert event.overall.inference == "influence function, 3 clusters, normal"
    assert "3 clusters: the intervals need many and are far too narrow here." in event.notes
    assert group_time(few).pre_trend_test() is None
    with pytest.raises(DataError, match="found one cluster; it needs at least two"):
        group_time(made(rows().assign(force=1), cluster="force"))


def test_a_cohort_in_one_cluster_has_no_variance_of_its_own():
    frame = rows()
    frame["force"] = frame["force"].where(frame["start"] != 2006, 99)
    effects = group_time(made(frame, cluster="force"))
    assert effects.lone_cohorts == ("2006",)
    [group] = [row for row in effects.aggregate("group").effects if row.at == "2006"]
    assert (group.standard_error, group.low, group.band_low) == (None, None, None)
    assert group.why == "one unit a cohort: no variance of its own"
    assert effects.aggregate("group").notes[0].startswith("2006: one unit a cohort")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"comparison": "never"}, "found comparison never; it needs never_treated or not_yet"),
        ({"base_period": "first"}, "found base_period first; it needs universal or varying"),
        ({"method": "psm"}, "found method psm; it needs dr or regression or ipw"),
        ({"weighted": True}, "asked to weigh units; the panel has no weights"),
    ],
)
def test_other_words_are_refused(options: dict[str, Any], message: str):
    with pytest.raises(DataError, match=message):
        group_time(made(rows()), **options)


def test_another_aggregate_is_refused():
    with pytest.raises(DataError, match="found dynamic; it needs one of overall, event, group"):
        group_time(made(rows())).aggregate("dynamic")  # type: ignore[arg-type]


def test_without_covariates_all_methods_agree():
    panel = made(rows())
    once = group_time(panel)
    for method in ("regression", "ipw"):
        assert group_time(replace(panel), method=method) == once  # type: ignore[arg-type]
