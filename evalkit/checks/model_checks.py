"""Does the plan's model of a series fit it? A season left over, another shape of the effect, another date."""

from collections.abc import Sequence

import numpy as np

from evalkit.checks.added_terms import added
from evalkit.checks.largest_term import DRAWS, largest_term
from evalkit.checks.planned_series import Floats, PlannedSeries
from evalkit.checks.series_result import question
from evalkit.checks.words import p_value, signed
from evalkit.data import periods as calendar
from evalkit.errors import DataError
from evalkit.types.evaluation import CheckResult, IfFailed

EARLY = (3, 6, 9, 12)
"""So many periods from the start on may differ from the shape that the plan gives the effect."""
EDGE = 3
"""Periods on either side of another change, and between it and a planned one."""


def seasonality_left(
    model: PlannedSeries, *, threshold: float = 0.05, if_failed: IfFailed = "lower_rating"
) -> CheckResult:
    """A season that the model leaves out: effects of the months, or quarters, are added to it.

    Not applicable to yearly series, to fewer than two years, and where the model has an effect for every
    month.
    """
    asked = question("seasonality_left", threshold, if_failed)
    per_year = calendar.per_year(model.periods[0])
    if per_year == 1 or len(model.periods) < 2 * per_year:
        return asked.not_applicable("a season needs two years of months or quarters")
    turn = np.array([calendar.ordinal(period) % per_year for period in model.periods])
    months = (turn[:, None] == np.arange(1, per_year)).astype(float)
    try:
        found = added(model, months)
    except DataError as error:
        return asked.not_applicable(str(error))
    noun = "months" if per_year == 12 else "quarters"
    seen = "no" if found.p_value >= threshold else "a"
    return asked.answered(
        found.p_value,
        f"Effects of the {noun} of the year, added to the model, show {seen} season that it leaves out: "
        f"{p_value(found.p_value)}.",
    )


def impact_model(
    model: PlannedSeries,
    *,
    threshold: float = 0.05,
    if_failed: IfFailed = "cannot_tell",
    seed: int = 0,
    draws: int = DRAWS,
) -> CheckResult:
    """The shape that the plan gives the effect, against others.

    One at a time are added to the plan's model: a step, a change of trend, and departures of the first 3, 6,
    9 or 12 periods that stay for their length or fade out. The largest is judged as the largest of many. An
    effect that builds up over months, analysed as a step, shows as first months that lag behind.
    """
    asked = question("impact_model", threshold, if_failed)
    names, terms = _shapes(model)
    try:
        found = largest_term(model, terms, seed=seed, draws=draws)
    except DataError as error:
        return asked.not_applicable(str(error))
    size = signed(found.coefficient, per_cent=model.per_cent)
    seen = (
        f"No other shape fits better beyond chance; the best would add {names[found.index]}, {size}"
        if found.p_value >= threshold
        else f"Another shape fits better: {names[found.index]}, {size}"
    )
    return asked.answered(found.p_value, f"{seen}: {p_value(found.p_value)}.")


def break_search(
    model: PlannedSeries,
    *,
    threshold: float = 0.05,
    if_failed: IfFailed = "cannot_tell",
    seed: int = 0,
    draws: int = DRAWS,
) -> CheckResult:
    """Another change, at a date that the plan does not know of.

    A step at each other period, one at a time, is added to the plan's model; the largest is judged as the
    largest of many. Where the registered date is wrong, a step at the right one is what the model lacks.
    """
    asked = question("break_search", threshold, if_failed)
    at = _elsewhere(model)
    if not at:
        return asked.not_applicable("the series is too short for another date")
    try:
        found = largest_term(model, _steps(model, at), seed=seed, draws=draws)
    except DataError as error:
        return asked.not_applicable(str(error))
    where = model.periods[at[found.index]]
    size = signed(found.coefficient, per_cent=model.per_cent)
    seen = (
        f"show no step beyond chance; the largest would be {size} at {where}"
        if found.p_value >= threshold
        else f"show a step of {size} at {where}"
    )
    return asked.answered(
        found.p_value, f"{len(at)} other dates searched {seen}: {p_value(found.p_value)}."
    )


def comparison_shock(
    comparison: PlannedSeries,
    *,
    threshold: float = 0.05,
    if_failed: IfFailed = "cannot_tell",
    seed: int = 0,
    draws: int = DRAWS,
) -> CheckResult:
    """A change of the comparison series from the start on.

    The difference takes whatever moved the comparison for what would have happened here. Steps, and changes
    that last three periods, at each period from the start on are added one at a time to a model of the
    comparison series alone; the largest is judged as the largest of many. A shock that hit both series alike
    cancels out in the difference and is found all the same: the reader has to judge which it was.

    Parameters
    ----------
    comparison : PlannedSeries
        Of the comparison series, made with ``comparison=True``.
    """
    asked = question("comparison_shock", threshold, if_failed)
    at = [t for t in range(comparison.start, len(comparison.periods)) if _room(comparison, t)]
    if not at:
        return asked.not_applicable("too few periods of the comparison series have a number")
    steps = _steps(comparison, at)
    short = steps - _steps(comparison, [t + EDGE for t in at])
    try:
        found = largest_term(comparison, np.column_stack([steps, short]), seed=seed, draws=draws)
    except DataError as error:
        return asked.not_applicable(str(error))
    where = comparison.periods[at[found.index % len(at)]]
    lasting = "to stay" if found.index < len(at) else f"for {EDGE} periods"
    size = signed(found.coefficient, per_cent=comparison.per_cent)
    if found.p_value >= threshold:
        seen = f"No change beyond chance; the largest would be {size} at {where}, {lasting}"
    else:
        seen = (
            f"The comparison series moved by {size} at {where}, {lasting}; if nothing moved the other "
            "series too, the answer is wrong by as much"
        )
    return asked.answered(found.p_value, f"{seen}: {p_value(found.p_value)}.")


def _shapes(model: PlannedSeries) -> tuple[list[str], Floats]:
    """Other shapes of the effect of each interruption, in words and as regressors; T x K."""
    names, terms = [], []
    for interruption in model.interruptions:
        first = next(e.first for e in model.design.effects if e.interruption == interruption)
        since = np.arange(len(model.periods)) - first
        names += [f"a step at {interruption}", f"a change of trend at {interruption}"]
        terms += [since >= 0, np.maximum(since, 0)]
        for k in EARLY:
            early = (since >= 0) & (since < k)
            names += [f"first {k} periods from {interruption} that lie apart"]
            names += [f"first {k} periods from {interruption} that come into line"]
            terms += [early, early * (1 - since / k)]
    return names, np.column_stack(terms).astype(float)


def _steps(model: PlannedSeries, at: Sequence[int]) -> Floats:
    return (np.arange(len(model.periods))[:, None] >= np.array(at)).astype(float)


def _elsewhere(model: PlannedSeries) -> list[int]:
    """Positions of dates that are none of the plan's, nor next to one."""
    planned = [
        t
        for effect in model.design.effects
        for t in range(model.periods.index(effect.interruption), effect.first + 1)
    ]
    return [
        t
        for t in range(1, len(model.periods))
        if _room(model, t) and all(abs(t - p) >= EDGE for p in planned)
    ]


def _room(model: PlannedSeries, at: int) -> bool:
    return int(model.used[:at].sum()) >= EDGE and int(model.used[at:].sum()) >= EDGE
