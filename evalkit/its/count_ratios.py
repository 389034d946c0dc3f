"""Rate ratios and incidents avoided: contrasts of a fitted series of counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from evalkit.errors import DataError
from evalkit.its.ar1_forms import Floats
from evalkit.its.context import Context
from evalkit.its.contrasts import effects_of, span_of
from evalkit.its.design import Effect
from evalkit.its.estimates import Answer, contrasted
from evalkit.its.uncertainty import Row, expected, judge
from evalkit.types.estimate import Estimate, Interval, NoEstimate, PathPoint

BAND = (
    "Pointwise {level:g}% intervals of what the model expects, for the uncertainty of its coefficients; "
    "the counts of single periods scatter around that."
)
_FURTHEST = 20.0  # log ratio, some 500 million fold: an interval that reaches it says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class CountContext:
    """What every contrast of a fitted series of counts is made of.

    Attributes
    ----------
    context : Context
        On the scale of the log rate.
    log_exposure, counts : tuple of float, T
        Counts are NaN where missing.
    """

    context: Context
    log_exposure: Row
    counts: Row


def coefficients(of: CountContext, effects: Sequence[Effect]) -> tuple[Answer, ...]:
    """The rate ratio of each effect; of a slope, the ratio from each period to the next."""
    rows = np.zeros((len(effects), len(of.context.names)))
    rows[np.arange(len(effects)), [effect.column for effect in effects]] = 1.0
    words = {"level": "rate ratio", "slope": "rate ratio a period"}
    return tuple(
        _ratio(of, f"{words[effect.kind]}, {effect.estimand}", row)
        for effect, row in zip(effects, rows, strict=True)
    )


def effect_at(of: CountContext, horizon: int, interruption: str | None = None) -> Answer:
    """The rate ratio ``horizon`` periods after the first one that an interruption changed."""
    effects = effects_of(of.context, interruption)
    whole = np.array(of.context.columns)[span_of(of.context, effects, horizon, horizon)][0]
    row = np.zeros_like(whole)
    columns = [effect.column for effect in effects]
    row[columns] = whole[columns]
    return _ratio(of, f"rate ratio after {horizon} period" + "s" * (horizon != 1), row)


def average_effect(
    of: CountContext, interruption: str | None = None, *, first: int = 0, last: int | None = None
) -> Answer:
    """Expected incidents from horizon ``first`` to ``last`` over what they would have been.

    Missing periods between them count: the model says what is expected there. The error is that of the
    logarithm by the delta method, at the expected coefficients.
    """
    effects = effects_of(of.context, interruption)
    at = np.arange(len(of.counts))[span_of(of.context, effects, first, last)]
    return _average(of, effects, at, f"rate ratio over {len(at)} periods")


def avoided(
    of: CountContext, interruption: str | None = None, *, first: int = 0, last: int | None = None
) -> Answer:
    """Incidents that would have been less those that were, over the periods with a count.

    With N incidents and a rate ratio R over these periods, ``N (1 / R - 1)``; the ends come from those of R.

    Raises
    ------
    DataError
        No incident was counted in these periods, or none of them has a count.
    """
    effects = effects_of(of.context, interruption)
    counts = np.array(of.counts)
    at = np.arange(len(counts))[span_of(of.context, effects, first, last)]
    there = at[np.isfinite(counts[at])]
    seen = float(counts[there].sum())
    if seen == 0:
        raise DataError(
            f"no incident was counted in the {len(at)} periods from {of.context.periods[at[0]]} on: the "
            "incidents avoided are all that were expected, which the path shows; give more periods"
        )
    words = f"incidents avoided over {len(there)} periods"
    ratio = _average(of, effects, there, words)
    unit = of.context.unit_of_measure
    if isinstance(ratio, NoEstimate):
        return replace(ratio, unit_of_measure=unit)
    ends, gaps = ratio.interval, len(at) - len(there)
    missing = f"{gaps} periods without a count are left out." if gaps else ""
    return replace(
        ratio,
        effect=seen * (1 / ratio.effect - 1),
        standard_error=None,
        interval=Interval(
            low=seen * (1 / ends.high - 1), high=seen * (1 / ends.low - 1), level=ends.level
        ),
        unit_of_measure=unit,
        why="the interval is that of the rate ratio, at the number of incidents that was observed",
        notes=(*ratio.notes, *(missing,) * bool(gaps)),
    )


def path_of(of: CountContext) -> tuple[PathPoint, ...]:
    """Every period of the series, in incidents; missing and left-out ones too."""
    columns = np.array(of.context.columns)
    without = columns.copy()
    without[:, [effect.column for effect in of.context.effects]] = 0.0
    exposure = np.exp(of.log_exposure)
    lines = []
    for rows in (columns, without):
        on_log = judge(of.context.uncertainty, rows, of.context.level)
        reach = np.clip([on_log.effect, on_log.low, on_log.high], -_FURTHEST * 2, _FURTHEST * 2)
        lines.append((exposure * np.exp(reach)).tolist())
    (fitted, low, high), (projected, projected_low, projected_high) = lines
    return tuple(
        PathPoint(
            period=period,
            observed=count if np.isfinite(count) else None,
            fitted=fitted[i],
            counterfactual=projected[i],
            fitted_low=low[i],
            fitted_high=high[i],
            counterfactual_low=projected_low[i],
            counterfactual_high=projected_high[i],
        )
        for i, (period, count) in enumerate(zip(of.context.periods, of.counts, strict=True))
    )


def _average(
    of: CountContext, effects: tuple[Effect, ...], at: "np.typing.NDArray[np.int64]", words: str
) -> Answer:
    rows = np.array(of.context.columns)[at]
    without = rows.copy()
    without[:, [effect.column for effect in effects]] = 0.0
    centre, exposure = expected(of.context.uncertainty), np.array(of.log_exposure)[at]
    (total, pull), (base, base_pull) = (
        _log_sum(part, centre, exposure) for part in (rows, without)
    )
    gradient = pull - base_pull
    return _ratio(of, words, gradient, shift=total - base - float(gradient @ centre))


def _log_sum(rows: Floats, centre: Floats, exposure: Floats) -> tuple[float, Floats]:
    """Logarithm of the expected incidents in all, and its gradient."""
    each = rows @ centre + exposure
    return float(special.logsumexp(each)), special.softmax(each) @ rows


def _ratio(of: CountContext, words: str, row: Floats, *, shift: float = 0.0) -> Answer:
    unit = f"rate ratio of {of.context.unit_of_measure}; standard error of its logarithm"
    [on_log] = contrasted(of.context, [words], row[None], unit, shift=shift)
    if isinstance(on_log, NoEstimate):
        return on_log
    low, high = on_log.interval.low, on_log.interval.high
    if max(abs(low), abs(high)) > _FURTHEST:
        return _cannot_tell(on_log)
    return replace(
        on_log,
        effect=float(np.exp(on_log.effect)),
        interval=Interval(
            low=float(np.exp(low)), high=float(np.exp(high)), level=on_log.interval.level
        ),
    )


def _cannot_tell(of: Estimate) -> NoEstimate:
    return NoEstimate(
        estimand=of.estimand,
        method=of.method,
        why="The interval holds every ratio that could matter, from next to none to a hundred million: these "
        "periods cannot tell. Use more of them, fewer regressors, or a nearer horizon.",
        n_obs=of.n_obs,
        unit_of_measure=of.unit_of_measure,
    )
