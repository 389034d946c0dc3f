"""The change at the start of a series among dates at which nothing was done."""

from dataclasses import dataclass

import numpy as np

from evalkit.checks.largest_term import errors
from evalkit.checks.planned_series import (
    Floats,
    PlannedSeries,
    Weights,
    as_weights,
    contrast_of,
    rate_of,
)
from evalkit.checks.series_result import question
from evalkit.checks.words import p_value
from evalkit.errors import DataError
from evalkit.its.design import LEAST, segmented_design, too_few
from evalkit.types.evaluation import CheckResult, IfFailed

DRAWS = 4999
A_QUARTER, AT_MOST = 4, 12
"""Each earlier date has a quarter of the periods before the start on either side, 12 at most."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceboDates:
    """The change at the start among the same change at earlier dates.

    Attributes
    ----------
    dates : tuple of str, K
        The earlier dates.
    ratios : array, K
        The plan's effect at each of them, over its standard error at the model's autocorrelation.
    real : float
        The same at the start.
    as_large : int
        Earlier dates with a ratio at least as far from 0.
    p_value, smallest : float
        Chance of so few, and of none, were the start a date like any other.
    side : int
        Periods at least on either side of each earlier date.
    """

    dates: tuple[str, ...]
    ratios: Floats
    real: float
    as_large: int
    p_value: float
    smallest: float
    side: int


def placebos(
    model: PlannedSeries, *, side: int | None = None, seed: int = 0, draws: int = DRAWS
) -> PlaceboDates:
    """Estimate the plan's effect at each earlier date, from the periods before the start alone.

    Effects at neighbouring dates rest on nearly the same periods, so that one in so many is not the chance
    that the start has the largest: the chance of so few as large is taken from simulated series, normal and
    with the model's autocorrelation, in which nothing changes at any date.

    Parameters
    ----------
    side : int, optional
        Periods at least on either side of each date; by default a quarter of those before the start, at most
        12.

    Raises
    ------
    DataError
        There are several interruptions, or no room for an earlier date.
    """
    if len(model.interruptions) > 1:
        raise DataError("the plan has several changes: before the second there is the first")
    start = model.start
    side = side or max(LEAST, min(AT_MOST, start // A_QUARTER))
    found = [(date, _before(model, date)) for date in range(side, start - side + 1)]
    known = [(date, weights) for date, weights in found if weights is not None]
    row = model.contrast(model.interruptions[0])[None]
    real = as_weights(model.design.columns, model.outcome, model.used, model.rho, row)
    if not known or real is None:
        raise DataError(f"no earlier date has {side} periods on either side that tell an effect")
    padded = np.zeros((len(known) + 1, len(model.periods)))
    for i, (_, one) in enumerate([*known, (start, real)]):
        padded[i, : one.weights.shape[1]] = one.weights[0] / one.errors[0]
    ratios = padded @ np.where(np.isfinite(model.outcome), model.outcome, 0.0)
    drawn = np.abs(errors(len(model.periods), model.rho, draws, seed) @ padded.T)
    counts = (drawn[:, :-1] >= drawn[:, -1:]).sum(1)
    as_large = int((np.abs(ratios[:-1]) >= abs(ratios[-1])).sum())
    ratios = ratios / np.sqrt(real.variance)
    return PlaceboDates(
        dates=tuple(model.periods[date] for date, _ in known),
        ratios=ratios[:-1],
        real=float(ratios[-1]),
        as_large=as_large,
        p_value=float((1 + (counts <= as_large).sum()) / (1 + draws)),
        smallest=float((1 + (counts == 0).sum()) / (1 + draws)),
        side=side,
    )


def placebo_dates(
    model: PlannedSeries,
    *,
    claimed: bool,
    side: int | None = None,
    threshold: float = 0.10,
    if_failed: IfFailed = "cannot_tell",
    seed: int = 0,
) -> CheckResult:
    """The change at the start, among the same change at dates at which nothing was done.

    Only a claim can fail: where the plan's interval holds no change the number is shown. So it is where so
    many earlier dates could never give a p-value below the threshold.

    Parameters
    ----------
    claimed : bool
        Whether the plan's interval is clear of no change.
    side : int, optional
        As in ``placebos``.
    threshold : float
        The p-value above which a claimed change is not unusual.
    """
    asked = question("placebo_dates", threshold, if_failed)
    try:
        found = placebos(model, side=side, seed=seed)
    except DataError as error:
        return asked.not_applicable(str(error))
    sentence = (
        f"{found.as_large} of {len(found.dates)} earlier dates show as large a change, for its standard "
        f"error: {p_value(found.p_value)}; so many dates that share their periods allow {found.smallest:.3f} "
        "at the smallest."
    )
    if not claimed:
        nothing = "No change is claimed that this could disprove."
        return asked.shown(found.p_value, f"{sentence} {nothing}")
    if found.smallest > threshold:
        return asked.shown(found.p_value, f"{sentence} That is too few to judge by.")
    return asked.answered(found.p_value, sentence)


def _before(model: PlannedSeries, date: int) -> Weights | None:
    """The plan's effect at an earlier date; None where its periods cannot tell it from the rest."""
    inside, series = slice(model.start), model.series
    periods = model.periods[inside]
    design = segmented_design(
        periods,
        [periods[date]],
        model.specification,
        covariates=[(name, values[inside]) for name, values in series.covariates],
        breaks=[b for b in series.breaks if b[0] in periods[1:]],
    )
    outcome = rate_of(series)[inside]
    used = np.isfinite(outcome) & ~design.excluded
    [few] = too_few(design, used[None])
    if few:
        return None
    row = contrast_of(design, design.effects, model.horizons)[None]
    return as_weights(design.columns, outcome, used, model.rho, row)
