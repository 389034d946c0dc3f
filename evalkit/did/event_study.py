"""Two-way fixed effects with one dummy for each distance from the start."""

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.did.aggregates import Aggregate
from evalkit.did.design import Design, design, few_note, lone_note, opening_notes
from evalkit.did.event_time_effects import Estimated, Telling, need_variance, told
from evalkit.did.two_way import TwoWayFit, cohort_sums, two_way_fit
from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
EXACT = 1e-18
"""Share of the sum of squares below which the treated units add nothing but rounding to a variance."""
RULE = (
    "t with G-1 = {dof} df, clustered, factor sqrt(G/(G-1) (n-1)/(n-K)), "
    "K = event-time dummies and periods = {k}"
)
STAGGERED = (
    "Starts are staggered: each coefficient can mix in effects at other distances and of other cohorts "
    "(Sun and Abraham 2021); sun_abraham, group_time and imputation do not."
)


def event_study(
    panel: Panel,
    *,
    window: tuple[int, int] | None = None,
    weighted: bool = False,
    level: float = 0.95,
    seed: int = 0,
) -> Aggregate:
    """Estimate effects by event time with unit and period effects; the last untreated period is 0.

    Fits ``y_it = unit_i + period_t + sum over e != -1 of effect_e 1{t - start_i = e} + e_it``. With one
    common start this is the usual dynamic difference-in-differences; with staggered starts see the note that
    the result then carries.

    Parameters
    ----------
    panel : Panel
        Missing cells are allowed. Units treated from the first period on are left out, which is noted.
    window : pair of int, or None
        First and last event time with a dummy of its own, e.g. ``(-4, 6)``; distances beyond are binned into
        the end ones. None gives every distance its own.
    weighted : bool
        Weigh cells by ``panel.weights``.
    level : float
        Of the intervals, between 0 and 1.
    seed : int
        Of the simultaneous band.

    Returns
    -------
    Aggregate
        ``overall`` averages over treated observations. Distances that the others explain are left out, the
        furthest before the start first, which is noted; without never-treated units one has to be.

    Raises
    ------
    DataError
        No unit is treated; effects after the start cannot be told from period effects; the panel has
        covariates; weights are asked for and absent; the window leaves out -1 or 0.

    References
    ----------
    Freyaldenhoven, Hansen and Shapiro (2019), *American Economic Review* 109(9); Schmidheiny and Siegloch
    (2023), *Journal of Applied Econometrics* 38(5), on binning.
    """
    if window is not None and not (window[0] <= -1 and window[1] >= 0):
        raise DataError(
            f"event_study found the window {window[0]} to {window[1]}; it needs one that holds the last "
            "period before the start (-1) and the first one after it (0)"
        )
    read = design(panel, method="event_study", weighted=weighted, early=False)
    distance = _distances(read, window)
    times = _in_order_of_preference(read, distance)
    patterns = (distance[:, :, None] == np.array(times)).astype(np.float64)
    fit = two_way_fit(read.outcome, read.weights, read.cohort, patterns)
    _need_effects(times, fit)
    lone = [read.one_cluster(read.cohort == g) for g in range(len(read.starts))]
    need_variance("event_study", certain=all(lone) and len(lone) == 2)
    kept = sorted(times[k] for k in fit.kept)
    dof = float(read.panel.n_clusters - 1)
    return told(
        read,
        _estimated(read, distance, times, fit),
        Telling(
            method="event_study, two-way fixed effects",
            inference=RULE.format(dof=int(dof), k=len(kept) + read.n_parameters_of_periods),
            reference=_counts(read, distance, -1),
            dof=dof,
            level=level,
            seed=seed,
            notes=_notes(read, window, tuple(sorted(set(times) - set(kept))), lone),
        ),
    )


def _distances(read: Design, window: tuple[int, int] | None) -> Floats:
    """Event time of each cohort in each period (C x T), NaN for units that are never treated."""
    distance = (np.arange(read.n_periods) - read.starts[:, None]).astype(np.float64)
    if window is not None:
        distance = np.clip(distance, *window)
    distance[read.starts >= read.n_periods] = np.nan
    return distance


def _in_order_of_preference(read: Design, distance: Floats) -> list[int]:
    """Distances with an observation: first those after the start, then those before it, near to far."""
    counts = np.stack([read.used[read.cohort == g].sum(axis=0) for g in range(len(distance))])
    seen = distance[(counts > 0) & np.isfinite(distance)]
    times = {int(e) for e in np.unique(seen)} - {-1}
    return sorted(times, key=lambda e: (e < 0, abs(e)))


def _need_effects(times: list[int], fit: TwoWayFit) -> None:
    kept = {times[k] for k in fit.kept}
    if not any(e >= 0 for e in times):
        raise DataError("event_study found no observation of a treated unit after its start")
    unknown = [e for e in times if e >= 0 and e not in kept]
    if unknown:
        raise DataError(
            f"event_study cannot tell the effect {unknown[0]} periods after the start from unit and period "
            "effects: no unit is untreated to compare with; add units that are never treated"
        )


def _estimated(read: Design, distance: Floats, times: list[int], fit: TwoWayFit) -> Estimated:
    """Coefficients in order of time, and their average over treated observations."""
    kept = sorted((times[k], i) for i, k in enumerate(fit.kept))
    order = [i for _, i in kept]
    found = tuple(e for e, _ in kept)
    weight = cohort_sums(read.cell_weights, read.cohort, len(distance))
    shares = np.array([weight[distance == e].sum() if e >= 0 else 0.0 for e in found])
    turn = np.column_stack([np.eye(len(found)), shares / shares.sum()])
    influence = fit.influence[:, order] @ turn
    counts = [_counts(read, distance, e) for e in found]
    moved = (fit.influence[read.panel.ever_treated][:, order] ** 2).sum(axis=0)
    return Estimated(
        times=found,
        effects=fit.coefficients[order] @ turn,
        covariance=read.covariance(influence, n_regressors=len(found), method="event_study"),
        n_treated=tuple(treated for treated, _ in counts),
        n_comparison=tuple(comparison for _, comparison in counts),
        certain=tuple((moved <= EXACT * (fit.influence[:, order] ** 2).sum(axis=0)).tolist()),
    )


def _counts(read: Design, distance: Floats, time: int) -> tuple[int, int]:
    """Units observed at an event time, and units not yet or never treated in one of its periods."""
    here = distance == time
    units = np.zeros(len(read.cohort), dtype=bool)
    for g in np.flatnonzero(here.any(axis=1)):
        rows = np.flatnonzero(read.cohort == g)
        units[rows] = read.used[np.ix_(rows, np.flatnonzero(here[g]))].any(axis=1)
    periods = np.flatnonzero(here.any(axis=0))
    return int(units.sum()), read.comparison_units(periods, units if time < 0 else None)


def _notes(
    read: Design, window: tuple[int, int] | None, left_out: tuple[int, ...], lone: list[bool]
) -> tuple[str, ...]:
    notes = list(opening_notes(read))
    if window is not None:
        notes.append(f"Distances beyond {window[0]} and {window[1]} are binned into these two.")
    if left_out:
        named = ", ".join(map(str, left_out))
        notes.append(f"Left out, because the others explain them: {named}; they count as 0 too.")
    if len(read.starts) - (read.starts[-1] >= read.n_periods) > 1:
        notes.append(STAGGERED)
    return (*notes, *lone_note(read, lone), *few_note(read.panel))
