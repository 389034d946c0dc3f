"""Panels that cannot answer: every estimator refuses with a reason, or answers and says what is wrong."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from evalkit.data.panel import Panel
from evalkit.did import bacon, event_study, group_time, imputation, poisson, sun_abraham, twfe
from evalkit.errors import DataError

T = 8
Frame = pd.DataFrame
STARTS: list[int | None] = [2004] * 4 + [2006] * 3 + [None] * 6


def frame(starts: list[int | None] = STARTS, n_periods: int = T) -> Frame:
    rng, n = np.random.default_rng(0), len(starts)
    rows = pd.DataFrame(
        {
            "area": np.repeat([f"area {i:02d}" for i in range(n)], n_periods),
            "year": np.tile(2001 + np.arange(n_periods), n),
            "n": rng.poisson(20, n * n_periods).astype(float),
            "start": np.repeat([np.nan if s is None else s for s in starts], n_periods),
        }
    )
    rows["size"] = np.repeat(rng.normal(size=n), n_periods)
    rows["weather"] = rng.normal(size=len(rows))
    rows["force"] = np.repeat(np.arange(n) % 7, n_periods)
    return rows


Run = Callable[[Panel], Any]
SIZE = {"covariates": ["size"]}
ESTIMATORS: dict[str, tuple[Run, dict[str, Any]]] = {
    "twfe": (lambda p: twfe(p, inference="cluster"), {}),
    "twfe chosen": (lambda p: twfe(p, inference="auto"), {}),
    "twfe covariate": (lambda p: twfe(p, inference="cluster"), {"covariates": ["weather"]}),
    "cells": (group_time, {}),
    "overall": (lambda p: group_time(p).aggregate("overall"), {}),
    "event": (lambda p: group_time(p).aggregate("event"), {}),
    "not yet": (lambda p: group_time(p, comparison="not_yet_treated").aggregate("group"), {}),
    "dr": (lambda p: group_time(p).aggregate("event"), SIZE),
    "ipw": (lambda p: group_time(p, method="ipw").aggregate("calendar"), SIZE),
    "regression": (lambda p: group_time(p, method="regression").aggregate("event"), SIZE),
    "event study": (event_study, {}),
    "sun abraham": (sun_abraham, {}),
    "imputation": (imputation, {}),
    "two-stage": (lambda p: imputation(p, standard_errors="two_stage"), {}),
    "poisson": (lambda p: poisson(p, inference="cluster"), {}),
    "poisson overdispersed": (lambda p: poisson(p, inference="overdispersed"), {}),
    "bacon": (bacon, {}),
}
COVARIATES = {"twfe covariate", "dr", "ipw", "regression"}
COMPARED_LATER = {
    *("twfe", "twfe chosen", "twfe covariate", "not yet", "event study", "imputation"),
    *("two-stage", "poisson", "poisson overdispersed", "bacon"),
}
ALL = set(ESTIMATORS)


def answer(name: str, rows: Frame, **more: Any) -> Any:
    run, columns = ESTIMATORS[name]
    return run(
        Panel.from_frame(
            rows, unit="area", period="year", outcome="n", treated_from="start", **columns, **more
        )
    )


def said(result: Any) -> str:
    """Everything that a result says of itself in words."""
    overall = getattr(result, "overall", result)
    parts = [*getattr(result, "notes", ()), *getattr(overall, "notes", ())]
    return " ".join([*parts, getattr(overall, "inference", "")])


def changed(**columns: Any) -> Callable[[], Frame]:
    return lambda: frame().assign(**columns)


# what is handed in, who refuses it, what the refusal says, and what an answer has to say
BAD: dict[str, tuple[Callable[[], Frame], set[str], str, str]] = {
    "no comparison group": (
        lambda: frame([2004] * 4 + [2006] * 4), ALL - COMPARED_LATER,
        "found no unit that is never treated; it needs at least one", "",
    ),
    "all treated at once": (
        lambda: frame([2004] * 8), ALL,
        "no unit|nobody still untreated|one cohort only", "",
    ),
    "one cohort of one unit": (
        lambda: frame([2004] + [None] * 8), {"poisson", "dr", "ipw"},
        "one treated cluster at every start|found size to separate",
        "one unit|1 treated|One cluster|smallest p-value|Cells",
    ),
    "one unit against one": (
        lambda: frame([2004, None]), ALL - {"cells", "bacon", "poisson overdispersed"},
        "either side|1 treated and 1 comparison|separate|too little variation|one treated cluster",
        "2 clusters|1 treated and 1",
    ),
    "one comparison unit": (
        lambda: frame([2004] * 6 + [None]), {"dr", "regression"},
        "found too little variation in size among 1 comparison units",
        "one unit|1 comparison|7 clusters|smallest p-value",
    ),
    "a gap": (lambda: frame().query("year != 2005"), ALL, "period: no 2005; needed every", ""),
    "an infinite value": (
        changed(n=lambda f: f["n"].where(f.index != 9, np.inf)), ALL, "an infinite number", "",
    ),
    "a row twice": (
        lambda: pd.concat([frame(), frame().iloc[[9]]]), ALL, "area 01 2002 twice", "",
    ),
    "periods as text": (changed(year="soon"), ALL, "period: soon; needed whole years", ""),
    "outcomes as text": (changed(n="many"), ALL, "outcome: text; needed numbers", ""),
    "an outcome without variation": (changed(n=5.0), ALL, "outcome: 5 in every row of n", ""),
    "no outcome": (changed(n=np.nan), ALL, "outcome: no number in n; needed at least one", ""),
    "nobody treated": (changed(start=np.nan), ALL, "treated", ""),
    "everybody always treated": (
        lambda: frame([2001] * 6), ALL, "found|needs", "",
    ),
    "one period": (lambda: frame([2001] * 4 + [None] * 4, 1), ALL, "found|cannot", ""),
    "a covariate without variation": (
        changed(size=1.0, weather=1.0), COVARIATES, "same size for everybody|weather: beside", "",
    ),
    "separation": (
        changed(size=lambda f: np.where(f["start"].notna(), 10.0, -10.0) + f.index // T % 3),
        {"dr", "ipw"}, "found size to separate treated from comparison units", "",
    ),
    "missing cells": (
        lambda: frame().drop(index=[9, 20, 21, 60]), {"bacon"},
        "no number for area 01 in 2002 .4 such cells.", "4 of 104 unit-periods have no outcome",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("case", BAD)
def test_a_reason_or_a_result_that_says_what_is_wrong(case: str, name: str):
    made, refusing, refusal, words = BAD[case]
    if name in refusing:
        with pytest.raises(DataError) as refused:
            answer(name, made())
        assert re.search(refusal, str(refused.value)), refused.value
        assert len(str(refused.value)) >= 30
        return
    result = answer(name, made())
    adapter = TypeAdapter(type(result))
    text = adapter.dump_json(result)
    json.loads(text, parse_constant=pytest.fail)  # no NaN, no Infinity
    assert adapter.validate_json(text) == result
    if name not in ("bacon", "cells"):  # which judge nothing by chance
        assert re.search(words, said(result)), said(result)


@pytest.mark.parametrize("name", sorted(ALL - {"bacon"}))
def test_three_clusters_are_said(name: str):
    rows = frame().assign(force=lambda f: f["force"] % 3)
    assert re.search(
        "3 (treated|clusters)|G-1 = 2|cluster", said(answer(name, rows, cluster="force"))
    )


@pytest.mark.parametrize("name", ESTIMATORS)
def test_treatment_that_switches_off_is_refused_with_the_units(name: str):
    rows = frame()
    on = (rows["year"] >= rows["start"]) & ~((rows["area"] == "area 02") & (rows["year"] > 2006))
    run, columns = ESTIMATORS[name]
    with pytest.raises(DataError, match="area 02"):
        run(
            Panel.from_frame(
                rows.assign(on=on.astype(int)), unit="area", period="year", outcome="n",
                treated="on", **columns,
            )
        )  # fmt: skip


def test_a_regression_that_reaches_beyond_the_comparison_says_so():
    """Separated groups: the outcome regression is read where no comparison unit is."""
    result = answer("regression", BAD["separation"][0]())
    assert "In 14 cells a covariate's mean in the cohort lies beyond every comparison" in said(
        result
    )
    assert "beyond" not in said(answer("regression", frame()))


@pytest.mark.parametrize("name", ["poisson", "poisson overdispersed"])
def test_negative_counts_are_refused(name: str):
    with pytest.raises(DataError, match="poisson found -1 for area 01 in 2002; it needs counts"):
        answer(name, frame().assign(n=lambda f: f["n"].where(f.index != 9, -1.0)))
