"""From group-time effects to one number, and to one number for each distance from the start."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.did.group_time import GroupTimeEffects
from evalkit.errors import DataError
from evalkit.inference.intervals import normal_interval
from evalkit.types.estimate import Estimate, EventEffect

Floats = npt.NDArray[np.float64]
INFERENCE = "influence function, clustered by unit, normal"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventStudy:
    """Effects by periods since the start, and their covariance.

    Attributes
    ----------
    events : tuple of EventEffect
        In order of time, the base period included.
    covariance : array, E x E
        Of the events other than the base period, in the same order.
    base : int
        The event time of the base period.
    """

    events: tuple[EventEffect, ...]
    covariance: Floats
    base: int


def overall(effects: GroupTimeEffects) -> Estimate:
    """Average over all treated unit-periods: cells weighted by the size of their cohort.

    References
    ----------
    Callaway and Sant'Anna (2021), equation 3.10; the "simple" aggregate of other software.
    """
    _need_variance(effects)
    post = effects.period >= effects.cohort
    value, error = _average(effects, post)
    interval, p_value = normal_interval(value, error, level=effects.level)
    n_treated = sum(effects.cohort_sizes.values())
    return Estimate(
        estimand="ATT",
        method="group_time, never-treated comparison, overall",
        effect=value,
        standard_error=error,
        interval=interval,
        p_value=p_value,
        dof=None,
        inference=INFERENCE,
        n_obs=(n_treated + effects.n_comparison) * len(effects.periods),
        n_units=n_treated + effects.n_comparison,
        n_clusters=n_treated + effects.n_comparison,
        unit_of_measure=effects.unit_of_measure,
        why="the influence function's reference distribution is the normal",
    )


def event_study(effects: GroupTimeEffects) -> EventStudy:
    """Average effect at each distance from the start, cohorts weighted by their size.

    A distance that only cohorts of one unit reach has no standard error: such a cohort has no variance of
    its own, and the comparison group's share alone would pass for certainty.

    References
    ----------
    Callaway and Sant'Anna (2021), equation 3.4.
    """
    _need_variance(effects)
    since = effects.period - effects.cohort
    times = sorted({int(e) for e in since})
    weights = np.array([_weights(effects, since == e) for e in times])
    influence = weights @ effects.covariance @ weights.T + _weight_covariance(effects, since, times)
    values = weights @ effects.effects
    events = [
        _event(effects, since == time, time, float(values[i]), float(influence[i, i]))
        for i, time in enumerate(times)
    ]
    base = _base_event(effects)
    ordered = sorted([*events, base], key=lambda event: event.event_time)
    return EventStudy(events=tuple(ordered), covariance=influence, base=base.event_time)


def _event(
    effects: GroupTimeEffects,
    cells: npt.NDArray[np.bool_],
    time: int,
    value: float,
    variance: float,
) -> EventEffect:
    sizes = [effects.cohort_sizes[int(g)] for g in effects.cohort[cells]]
    error = float(np.sqrt(max(variance, 0.0))) if max(sizes) > 1 else None
    interval = None if error is None else normal_interval(value, error, level=effects.level)[0]
    return EventEffect(
        event_time=time,
        effect=value,
        standard_error=error,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        n_treated=sum(sizes),
        n_comparison=effects.n_comparison,
    )


def _need_variance(effects: GroupTimeEffects) -> None:
    if max(effects.cohort_sizes.values()) == effects.n_comparison == 1:
        raise DataError(
            "group_time found one unit on either side: nothing says how far one moves by chance; "
            "add comparison units"
        )


def _base_event(effects: GroupTimeEffects) -> EventEffect:
    """The base period, 0 by definition: the distance from the start that has no cell."""
    first = int(effects.cohort[0])
    here = set(effects.period[effects.cohort == first].tolist())
    base = next(t for t in range(len(effects.periods)) if t not in here)
    return EventEffect(
        event_time=base - first,
        effect=0.0,
        standard_error=None,
        low=None,
        high=None,
        n_treated=sum(effects.cohort_sizes.values()),
        n_comparison=effects.n_comparison,
    )


def _weights(effects: GroupTimeEffects, cells: npt.NDArray[np.bool_]) -> Floats:
    sizes = np.array([effects.cohort_sizes[int(g)] for g in effects.cohort], dtype=np.float64)
    weights: Floats = np.where(cells, sizes, 0.0)
    if weights.sum() == 0:
        raise DataError("no cell to average over: no treated unit has a period after its start")
    shares: Floats = weights / weights.sum()
    return shares


def _average(effects: GroupTimeEffects, cells: npt.NDArray[np.bool_]) -> tuple[float, float]:
    weights = _weights(effects, cells)
    value = float(weights @ effects.effects)
    gradient = _share_gradient(effects, cells, value)
    variance = float(weights @ effects.covariance @ weights) + _share_covariance(
        effects, gradient, gradient
    )
    return value, float(np.sqrt(max(variance, 0.0)))


def _share_gradient(
    effects: GroupTimeEffects, cells: npt.NDArray[np.bool_], value: float
) -> Floats:
    """Derivative of an average in the share of each cohort among all units, in order of cohort."""
    cohorts = sorted(effects.cohort_sizes)
    shares = {g: effects.cohort_sizes[g] / effects.n_units for g in cohorts}
    total = sum(shares[int(g)] for g in effects.cohort[cells])
    sums = [float((effects.effects[cells & (effects.cohort == g)] - value).sum()) for g in cohorts]
    return np.array(sums) / total


def _share_covariance(effects: GroupTimeEffects, left: Floats, right: Floats) -> float:
    """Cohort shares are estimated too: their multinomial covariance, through two gradients."""
    shares = np.array([effects.cohort_sizes[g] for g in sorted(effects.cohort_sizes)])
    shares = shares / effects.n_units
    return float((left * right) @ shares - (left @ shares) * (right @ shares)) / effects.n_units


def _weight_covariance(
    effects: GroupTimeEffects, since: npt.NDArray[np.int64], times: list[int]
) -> Floats:
    gradients = []
    for time in times:
        cells = since == time
        value = float(_weights(effects, cells) @ effects.effects)
        gradients.append(_share_gradient(effects, cells, value))
    return np.array([[_share_covariance(effects, a, b) for b in gradients] for a in gradients])
