"""A series without some of its periods: those around the start, or any one."""

import numpy as np
from scipy import special

from evalkit.checks.planned_series import PlannedSeries, as_weights
from evalkit.checks.series_result import question
from evalkit.checks.words import p_value, signed
from evalkit.its import ar1
from evalkit.types.evaluation import CheckResult, IfFailed

TRANSITION = 3


def transition_window(
    model: PlannedSeries,
    *,
    periods: int = TRANSITION,
    threshold: float = 0.05,
    if_failed: IfFailed = "lower_rating",
) -> CheckResult:
    """The answer without the months around the start.

    What was done may begin to work before its date, or take time. The effect is estimated again without
    ``periods`` on either side of the start; the difference of the two estimates is set against what leaving
    out any such periods changes by chance (Hausman 1978, *Econometrica* 46(6), at the model's
    autocorrelation).
    """
    asked = question("transition_window", threshold, if_failed)
    around = np.zeros(len(model.periods), dtype=bool)
    for interruption in model.interruptions:
        first = next(e.first for e in model.design.effects if e.interruption == interruption)
        around[max(0, first - periods) : first + periods] = True
    rows = np.array([model.contrast(at) for at in model.interruptions])
    whole, without = (
        as_weights(model.design.columns, model.outcome, used, model.rho, rows)
        for used in (model.used, model.used & ~around)
    )
    if whole is None or without is None or without.free < 1:
        return asked.not_applicable("without these periods too few are left to tell the effect")
    y = np.where(model.used, model.outcome, 0.0)
    changes = (without.weights - whole.weights) @ y
    spread = (without.errors**2 - whole.errors**2) * without.variance
    ratio = np.abs(changes) / np.sqrt(np.maximum(spread, 1e-300))
    worst = int(np.argmax(ratio))
    p = float(2 * special.stdtr(without.free, -ratio[worst]))
    p = min(1.0, p * len(ratio))  # Bonferroni, where there are several changes
    before, after = (
        signed(float(row @ y), per_cent=model.per_cent)
        for row in (whole.weights[worst], without.weights[worst])
    )
    sentence = (
        f"Without the {periods} periods on either side of the start the effect is {after} instead of "
        f"{before}: {p_value(p)}."
    )
    return asked.answered(p, sentence)


def single_month(
    model: PlannedSeries,
    *,
    claimed: bool,
    threshold: float = 0.50,
    if_failed: IfFailed = "lower_rating",
) -> CheckResult:
    """Does one period drive the result? The largest share of an effect that is lost without any one.

    Autocorrelation is estimated again each time. Only a claim can fail: of an effect that may be nothing, a
    share says little and is shown.
    """
    asked = question("single_month", threshold, if_failed)
    where = np.flatnonzero(model.used)
    outcomes = np.tile(model.outcome, (len(where) + 1, 1))
    outcomes[np.arange(len(where)), where] = np.nan
    rows = np.array([model.contrast(at) for at in model.interruptions])
    fits = ar1.fit(outcomes, model.design.columns[None], rows[None])
    full, others = fits.effect[-1], fits.effect[:-1]
    if not np.isfinite(full).all() or not np.isfinite(others).any():
        return asked.not_applicable("without any one period the effect cannot be told")
    lost = np.where(np.isfinite(others), 1 - others / full, -np.inf)
    period, which = np.unravel_index(int(np.argmax(lost)), lost.shape)
    share = float(lost[period, which])
    before, after = (
        signed(float(value), per_cent=model.per_cent)
        for value in (full[which], others[period, which])
    )
    lost_words = "its direction turns" if share > 1 else f"{100 * share:.0f}% of it is lost"
    sentence = (
        f"Without {model.periods[where[period]]} the effect would be {after} instead of {before}: "
        f"{lost_words}."
    )
    return asked.answered(share, sentence) if claimed else asked.shown(share, sentence)
