"""From group-time effects to one number, and to one for each event time, group or calendar period."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from evalkit.did.aggregates import Aggregate, AggregateEffect, EventStudy, Kind
from evalkit.did.averages import Averages, averages_of, by_share, mean_of, post_cells
from evalkit.did.group_time_effects import GroupTimeEffects
from evalkit.errors import DataError
from evalkit.inference.bands import simultaneous_band
from evalkit.inference.intervals import normal_half_width, normal_interval
from evalkit.types.estimate import Estimate, EventEffect

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

INFERENCE = "influence function, clustered by unit, normal"
AVERAGES = {
    "overall": "overall",
    "event": "mean of event times from 0",
    "group": "mean of groups by size",
    "calendar": "mean of calendar periods",
}


def aggregate(effects: GroupTimeEffects, kind: Kind, *, seed: int = 0) -> Aggregate:
    """Average group-time effects; cohorts are weighted by their share among all units.

    That the shares are estimated too is part of every standard error where they are weights.

    Parameters
    ----------
    effects : GroupTimeEffects
    kind : str
        ``"overall"``: all treated cells. ``"event"``: by periods since the start, and the mean from 0 on.
        ``"group"``: the mean of each cohort's treated periods, and their mean by size. ``"calendar"``: all
        cohorts treated by then in each period, and the mean of periods.
    seed : int
        Of the simultaneous bands.

    Raises
    ------
    DataError
        ``kind`` is another word, no treated cell is there to average over, or one unit or cluster on either
        side is all there is.

    References
    ----------
    Callaway and Sant'Anna (2021), section 3.2, table 1, and corollary 2.
    """
    if kind not in AVERAGES:
        raise DataError(f"aggregate found {kind}; it needs one of {', '.join(AVERAGES)}")
    _need_variance(effects)
    if kind == "overall":
        every = by_share(effects, post_cells(effects)[None, :])
        return Aggregate(
            kind=kind, overall=_estimate(effects, every, kind), effects=(), covariance=(),
            base=None, band=None, notes=_notes(effects),
        )  # fmt: skip
    labels, averages = averages_of(effects, kind)
    covariance = _covariance(effects, averages)
    certain = _certain(effects, averages.cells)
    band = None
    if not certain.all():
        moving = np.flatnonzero(~certain)
        band = simultaneous_band(covariance[np.ix_(moving, moving)], level=effects.level, seed=seed)
    critical = (
        normal_half_width(effects.level),
        band.critical_value if band else 0.0,
    )
    rows = [
        _row(effects, averages, i, label, None if certain[i] else covariance[i, i], critical)
        for i, label in enumerate(labels)
    ]
    base = None
    if kind == "event" and effects.base_period == "universal":
        base = -1 - effects.anticipation
        rows = sorted([*rows, _base_row(effects, base)], key=lambda row: int(row.at))
    return Aggregate(
        kind=kind,
        overall=_estimate(effects, mean_of(effects, kind, labels, averages), kind),
        effects=tuple(rows),
        covariance=tuple(tuple(row) for row in covariance.tolist()),
        base=base,
        band=band,
        notes=_notes(effects),
    )


def _covariance(effects: GroupTimeEffects, averages: Averages) -> Floats:
    """K x K; an average is of a few of the cells only."""
    slopes = csr_array(averages.slopes)
    return np.asarray(slopes @ (slopes @ effects.joint).T)


def overall(effects: GroupTimeEffects) -> Estimate:
    """Average over all treated unit-periods: cells weighted by the size of their cohort.

    References
    ----------
    Callaway and Sant'Anna (2021), equation 3.10; the "simple" aggregate of other software.
    """
    return aggregate(effects, "overall").overall


def event_study(effects: GroupTimeEffects) -> EventStudy:
    """Average effect at each distance from the start, cohorts weighted by their size.

    A distance that only cohorts of one unit reach has no standard error: such a cohort has no variance of
    its own, and the comparison group's share alone would pass for certainty.

    Raises
    ------
    DataError
        The effects are not on the universal base period.

    References
    ----------
    Callaway and Sant'Anna (2021), equation 3.4.
    """
    if effects.base_period != "universal":
        raise DataError("event_study found varying base periods; it needs the universal one")
    found = aggregate(effects, "event")
    events = tuple(
        EventEffect(
            event_time=int(row.at),
            effect=row.effect,
            standard_error=row.standard_error,
            low=row.low,
            high=row.high,
            n_treated=row.n_treated,
            n_comparison=row.n_comparison,
        )
        for row in found.effects
    )
    assert found.base is not None
    return EventStudy(events=events, covariance=np.array(found.covariance), base=found.base)


def _estimate(effects: GroupTimeEffects, average: Averages, kind: Kind) -> Estimate:
    effect = float(average.values[0])
    variance = float(average.slopes[0] @ effects.joint @ average.slopes[0])
    error = float(np.sqrt(max(variance, 0.0)))
    interval, p_value = normal_interval(effect, error, level=effects.level)
    own = effects.n_clusters == effects.n_units
    return Estimate(
        estimand="ATT",
        method=f"{effects.words}, {AVERAGES[kind]}",
        effect=effect,
        standard_error=error,
        interval=interval,
        p_value=p_value,
        dof=None,
        inference=INFERENCE
        if own
        else f"influence function, {effects.n_clusters} clusters, normal",
        n_obs=effects.n_obs,
        n_units=effects.n_units,
        n_clusters=effects.n_clusters,
        unit_of_measure=effects.unit_of_measure,
        why="the influence function's reference distribution is the normal",
    )


def _row(
    effects: GroupTimeEffects,
    averages: Averages,
    i: int,
    label: int | str,
    variance: float | None,
    critical: tuple[float, float],
) -> AggregateEffect:
    effect, cells = float(averages.values[i]), averages.cells[i]
    error = None if variance is None else float(np.sqrt(max(variance, 0.0)))
    half, wide = (None, None) if error is None else (critical[0] * error, critical[1] * error)
    return AggregateEffect(
        at=label,
        effect=effect,
        standard_error=error,
        low=None if half is None else effect - half,
        high=None if half is None else effect + half,
        band_low=None if wide is None else effect - wide,
        band_high=None if wide is None else effect + wide,
        n_treated=_treated(effects, cells),
        n_comparison=int(effects.comparison_units[cells].max()),
        why="" if error is not None else "one unit a cohort: no variance of its own",
    )


def _base_row(effects: GroupTimeEffects, base: int) -> AggregateEffect:
    return AggregateEffect(
        at=base, effect=0.0, standard_error=None, low=None, high=None, band_low=None, band_high=None,
        n_treated=sum(effects.cohort_sizes.values()), n_comparison=effects.n_comparison,
        why="the base period, 0 by definition",
    )  # fmt: skip


def _treated(effects: GroupTimeEffects, cells: Booleans) -> int:
    """Treated units behind the cells: each cohort once, though it may have several of them."""
    per_cohort: dict[int, int] = {}
    for g, n in zip(
        effects.cohort[cells].tolist(), effects.treated_units[cells].tolist(), strict=True
    ):
        per_cohort[g] = max(n, per_cohort.get(g, 0))
    return sum(per_cohort.values())


def _certain(effects: GroupTimeEffects, cells: Booleans) -> Booleans:
    """Array, K: whether every cohort behind the cells (K x C) is one unit or cluster."""
    lone = [g for g, clusters in effects.cohort_clusters.items() if clusters == 1]
    moving: Booleans = np.asarray((cells & ~np.isin(effects.cohort, lone)).any(axis=1))
    return ~moving


def _need_variance(effects: GroupTimeEffects) -> None:
    if max(effects.cohort_clusters.values()) == effects.comparison_clusters == 1:
        raise DataError(
            "group_time found one unit on either side: nothing says how far one moves by chance; "
            "add comparison units"
        )


def _notes(effects: GroupTimeEffects) -> tuple[str, ...]:
    said = []
    if lone := effects.lone_cohorts:
        said.append(
            f"{' and '.join(lone)}: one unit a cohort, which has no variance of its own, so the interval is "
            "too narrow by its share."
        )
    if effects.comparison_clusters == 1:
        said.append(
            "The comparison group is one unit, which has no variance of its own, so the interval is too "
            "narrow by its share."
        )
    return (*said, *effects.notes)
