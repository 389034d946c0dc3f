"""What unit and period effects of untreated observations predict, and how chance moves the averages."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from evalkit.did.design import Design, by_event_time, by_period
from evalkit.did.two_way import period_system, summed_by, two_way_residual
from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
StandardErrors = Literal["conservative", "two_stage"]
EffectsOf = Literal["unit", "cluster"]
EXACT = 1e-18
"""Share of the sum of squares below which the treated units add nothing but rounding to a variance."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Imputed:
    """Effects of single cells, by unit and event time (N x E), and how chance in the model moves averages.

    ``weights`` is 0 where there is no effect; ``moves`` (N x E + 1) is each unit's influence through the
    unit and period effects on the averages at each event time and over all; ``lost`` counts treated cells
    without prediction.
    """

    effects: Floats
    weights: Floats
    moves: Floats
    lost: int


def impute(read: Design, effects_of: EffectsOf) -> Imputed:
    """Fit the untreated model, predict, and solve once for how it moves every average."""
    groups, n_groups = np.arange(len(read.outcome)), len(read.outcome)
    if effects_of == "cluster":
        groups, n_groups = read.panel.cluster, read.panel.n_clusters
    weights = np.where(read.untreated, read.cell_weights, 0.0)
    total = summed_by(weights, groups, n_groups)
    mean = np.divide(
        summed_by(weights * read.outcome, groups, n_groups),
        total,
        out=np.zeros_like(total),
        where=total > 0,
    )
    system = period_system(total, np.zeros(n_groups, dtype=np.int64), 1, read.n_periods)
    predicted = mean - two_way_residual(mean, total, system)
    residuals = read.outcome - predicted[groups]
    part = np.where((total > 0).any(axis=1), system.parts[(total > 0).argmax(axis=1)], -2)
    treated = read.used & ~read.untreated
    cells = treated & (system.parts == part[groups][:, None])
    if not cells.any():
        raise DataError(
            "imputation found no treated observation that it can predict: no unit is untreated in the "
            "same period; add units that are never treated"
        )
    effects = by_event_time(read, np.where(cells, residuals, 0.0))
    cell_weights = by_event_time(read, np.where(cells, read.cell_weights, 0.0))
    totals = np.append(cell_weights.sum(axis=0), cell_weights.sum())
    targets = np.column_stack([cell_weights, cell_weights.sum(axis=1)])
    targets /= np.where(totals > 0, totals, 1.0)
    own = total.sum(axis=1)
    shares = total / np.where(own > 0, own, 1.0)[:, None]
    pulled = shares.T @ summed_by(targets, groups, n_groups)
    right = by_period(read, cell_weights, totals) - pulled
    return Imputed(
        effects=effects,
        weights=cell_weights,
        moves=-(residuals * weights) @ system.solve(right),
        lost=int(treated.sum() - cells.sum()),
    )


def averages(
    read: Design, imputed: Imputed, standard_errors: StandardErrors, leave_out: bool
) -> tuple[Floats, Floats]:
    """Averages by event time and over all (E + 1), and each cluster's influence on them (G x E + 1)."""
    cluster, n_clusters = read.panel.cluster, read.panel.n_clusters
    weights, weighted = imputed.weights, imputed.weights * imputed.effects
    totals = weights.sum(axis=0)
    sums = weighted.sum(axis=0)
    safe = np.where(totals > 0, totals, 1.0)
    effects = np.append(sums / safe, sums.sum() / totals.sum())
    if standard_errors == "conservative":
        own = _beside_cohort(read, weights, weighted, leave_out=leave_out)
        around_all = own.sum(axis=1)
    else:
        own = summed_by(weighted - weights * effects[:-1], cluster, n_clusters)
        around_all = summed_by(weighted - weights * effects[-1], cluster, n_clusters).sum(axis=1)
    influence = summed_by(imputed.moves, cluster, n_clusters).copy()
    influence[:, :-1] += own / safe
    influence[:, -1] += around_all / totals.sum()
    return effects, influence


def _beside_cohort(read: Design, weights: Floats, weighted: Floats, *, leave_out: bool) -> Floats:
    """Weighted effects less the average of their cohort and event time, summed by cluster (G x E)."""
    found = np.zeros((read.panel.n_clusters, weights.shape[1]))
    for g, start in enumerate(read.starts.tolist()):
        if start >= read.n_periods:
            continue
        rows = read.cohort == g
        names, index = np.unique(read.panel.cluster[rows], return_inverse=True)
        weight = summed_by(weights[rows], index, len(names))
        total = summed_by(weighted[rows], index, len(names))
        products, squares = weight * total, weight**2
        above, below = products.sum(axis=0), squares.sum(axis=0)
        if leave_out:
            above, below = above - products, below - squares
            if (below[weight > 0] <= EXACT * squares[weight > 0]).any():
                raise DataError(
                    f"imputation with leave_out found one cluster at some event time of the cohort of "
                    f"{read.panel.periods[start]}; it needs two, or leave_out=False"
                )
        found[names] += total - weight * above / np.where(below > 0, below, 1.0)
    return found
