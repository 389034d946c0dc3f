"""The change at the start of a series among dates at which nothing was done."""

from dataclasses import dataclass

import numpy as np

from evalkit.checks.largest_term import errors
from evalkit.checks.planned_series import (
    Floats,
    PlannedSeries,
    as_weights,
    contrast_of,
    rate_of,
)
from evalkit.checks.series_result import question
from evalkit.checks.words import p_value
from evalkit.data import periods as calendar
from evalkit.errors import DataError
from evalkit.its.design import segmented_design, too_few
from evalkit.types.evaluation import CheckResult, IfFailed

DRAWS = 4999
MOST = {12: 12}  # periods before and after each date, by periods a year
OTHERWISE = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceboDates:
    """The change at the start among the same change at earlier dates.

    Attributes
    ----------
    dates : tuple of str, K
        The earlier dates.
    effects : array, K
        In the outcome's unit, each at the spread of the real one.
    real : float
        The change at the start, in windows of the same length.
    as_large : int
        Earlier dates with a change at least as large.
    p_value, smallest : float
        Chance of so few, and of none, were the start a date like any other; they allow for windows that
        overlap.
    before, after : int
        Periods on either side of each date.
    """

    dates: tuple[str, ...]
    effects: Floats
    real: float
    as_large: int
    p_value: float
    smallest: float
    before: int
    after: int


def placebos(
    model: PlannedSeries, *, span: int | None = None, seed: int = 0, draws: int = DRAWS
) -> PlaceboDates:
    """Estimate the plan's effect at each earlier date, in windows that end before the start.

    Every window has as many periods before and after its date as the one around the start, so that without
    an effect all changes have the same spread. Windows overlap, and one at the end of a row of overlapping
    windows is the largest more often than one in so many; so the chance of so few as large is taken from
    series simulated with the model's autocorrelation.

    Parameters
    ----------
    span : int, optional
        Periods on either side of a date; a year of months, otherwise 8.

    Raises
    ------
    DataError
        There are several interruptions, or no room for an earlier date.
    """
    if len(model.interruptions) > 1:
        raise DataError("the plan has several changes, and a window around one holds another")
    start, effect = model.start, model.design.effects[0]
    shift = effect.first - start
    before = span or MOST.get(calendar.per_year(model.periods[0]), OTHERWISE)
    after = min(before, len(model.periods) - effect.first) + shift
    if start < before:
        raise DataError(f"there are {start} periods before the start, and a window takes {before}")
    windows = [
        _window(model, date, before, after) for date in [*range(before, start - after + 1), start]
    ]
    known = [window for window in windows if window is not None]
    if len(known) < 2 or windows[-1] is None:
        raise DataError("no earlier date has a window that tells the effect from the rest")
    weights = np.array([window.weights for window in known])
    changes = weights @ np.where(np.isfinite(model.outcome), model.outcome, 0.0)
    drawn = np.abs(errors(len(model.periods), model.rho, draws, seed) @ weights.T)
    counts = (drawn[:, :-1] >= drawn[:, -1:]).sum(1)
    as_large = int((np.abs(changes[:-1]) >= abs(changes[-1])).sum())
    return PlaceboDates(
        dates=tuple(model.periods[window.date] for window in known[:-1]),
        effects=changes[:-1] * known[-1].error,
        real=float(changes[-1] * known[-1].error),
        as_large=as_large,
        p_value=float((1 + (counts <= as_large).sum()) / (1 + draws)),
        smallest=float((1 + (counts == 0).sum()) / (1 + draws)),
        before=before,
        after=after,
    )


def placebo_dates(
    model: PlannedSeries,
    *,
    claimed: bool,
    span: int | None = None,
    threshold: float = 0.10,
    if_failed: IfFailed = "cannot_tell",
    seed: int = 0,
) -> CheckResult:
    """The change at the start, among the same change at dates at which nothing was done.

    Only a claim can fail: where the plan's interval holds no change the number is shown. Where so many
    earlier dates could never give a p-value below the threshold, the check is not applicable.

    Parameters
    ----------
    claimed : bool
        Whether the plan's interval is clear of no change.
    threshold : float
        The p-value above which a claimed change is not unusual.
    """
    asked = question("placebo_dates", threshold, if_failed)
    try:
        found = placebos(model, span=span, seed=seed)
    except DataError as error:
        return asked.not_applicable(str(error))
    count = len(found.dates)
    if found.smallest > threshold:
        return asked.not_applicable(
            f"{count} earlier dates, whose windows overlap, allow no p-value below {found.smallest:.2f}"
        )
    sentence = (
        f"{found.as_large} of {count} earlier dates show as large a change, seen through windows of the same "
        f"length: {p_value(found.p_value)}; so many overlapping windows allow {found.smallest:.3f} at the "
        "smallest."
    )
    if not claimed:
        return asked.shown(
            found.p_value, f"{sentence} No change is claimed that this could disprove."
        )
    return asked.answered(found.p_value, sentence)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Window:
    """An effect in a window as weights of the outcome (T), scaled to an error of 1 at a variance of 1.

    ``error`` is what it was scaled by.
    """

    date: int
    weights: Floats
    error: float


def _window(model: PlannedSeries, date: int, before: int, after: int) -> _Window | None:
    """None where the periods of the window cannot tell the effect from the rest."""
    inside = slice(date - before, date + after)
    periods, series = model.periods[inside], model.series
    design = segmented_design(
        periods,
        [model.periods[date]],
        model.specification,
        covariates=[(name, values[inside]) for name, values in series.covariates],
        breaks=[b for b in series.breaks if b[0] in periods[1:]],
    )
    outcome = rate_of(series)[inside]
    used = np.isfinite(outcome) & ~design.excluded
    rows = contrast_of(design, design.effects, model.horizons)[None]
    found = as_weights(design.columns, outcome, used, model.rho, rows)
    [few] = too_few(design, used[None])
    if few or found is None:
        return None
    weights = np.zeros(len(model.periods))
    weights[inside] = found.weights[0] / found.errors[0]
    return _Window(date=date, weights=weights, error=float(found.errors[0]))
