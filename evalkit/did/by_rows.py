"""Group-time effects cell by cell: missing cells, weights, covariates, clusters.

Each cell is made of the units that are observed in both its period and its base period; nothing is filled
in. Cells with the same units and the same base share their models.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from evalkit.data.panel import Panel
from evalkit.did.cells import Cells
from evalkit.did.moments import Estimated
from evalkit.did.two_groups import (
    Compared,
    Method,
    NoOverlap,
    NoVariation,
    by_covariates,
    by_means,
)
from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


def usable(panel: Panel, cells: Cells) -> Booleans:
    """Array, C: whether somebody on either side is observed in both periods."""
    group = np.searchsorted(cells.starts, panel.start)
    both = np.zeros((len(cells.starts), len(panel.periods), len(panel.periods)), dtype=np.int64)
    seen = panel.observed.astype(np.float64)
    for h in range(len(cells.starts)):
        both[h] = np.rint(seen[group == h].T @ seen[group == h])
    pairs = both[:, cells.period, cells.base]  # H x C
    own = np.searchsorted(cells.starts, cells.cohort)
    compared = (cells.compared.T * pairs).sum(axis=0)
    found: Booleans = (pairs[own, np.arange(len(own))] > 0) & (compared > 0)
    return found


def by_rows(panel: Panel, cells: Cells, *, method: Method, weighted: bool) -> Estimated:
    """Effects and joint covariance, clustered by ``panel.cluster``.

    Covariates and weights are each unit's in the cell's base period; shares of groups use the weight of a
    unit's first observed period.

    Raises
    ------
    DataError
        A covariate does not vary, or the propensity score separates the groups.
    """
    rows = _Rows.of(panel, cells, weighted)
    blocks = _Blocks.empty(cells, rows)
    effects = np.empty(len(cells.cohort))
    n_treated, n_comparison = np.empty_like(cells.cohort), np.empty_like(cells.cohort)
    trimmed = extrapolated = 0
    for batch in _batches(cells, panel.balanced):
        who, treated = rows.members(cells, batch)
        found = _compare(panel, cells, batch, rows, who, treated, method)
        effects[batch] = found.effects
        trimmed += found.trimmed * len(batch)
        extrapolated += found.extrapolated * len(batch)
        n_treated[batch], n_comparison[batch] = treated.sum(), (~treated).sum()
        blocks.add(rows, who, batch, found.influence)
    joint, shares = blocks.joint(rows, len(cells.cohort))
    return Estimated(
        effects=effects,
        joint=joint,
        n_treated=n_treated,
        n_comparison=n_comparison,
        shares=shares,
        trimmed=trimmed,
        extrapolated=extrapolated,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """Units in order of their group, so that a group is a slice."""

    order: Integers  # N: unit of each row
    bounds: Integers  # H + 1
    outcome: Floats
    observed: Booleans
    covariates: Floats
    weights: Floats | None
    first_weights: Floats  # N
    cluster: Integers
    own_clusters: bool

    @classmethod
    def of(cls, panel: Panel, cells: Cells, weighted: bool) -> "_Rows":
        order = np.argsort(panel.start, kind="stable")
        observed = panel.observed[order]
        weights = panel.weights[order] if weighted and panel.weights is not None else None
        first = np.ones(len(order))
        if weights is not None:
            first = weights[np.arange(len(order)), observed.argmax(axis=1)]
            first = np.where(observed.any(axis=1), first, 0.0)
        return cls(
            order=order,
            bounds=np.concatenate([[0], np.cumsum(cells.sizes)]),
            outcome=panel.outcome[order],
            observed=observed,
            covariates=panel.covariates[order],
            weights=weights,
            first_weights=first,
            cluster=panel.cluster[order],
            own_clusters=panel.n_clusters == len(panel.units),
        )

    def members(self, cells: Cells, batch: Integers) -> tuple[Integers, Booleans]:
        """Rows of one batch's units, those of its cohort marked True."""
        first = batch[0]
        own = int(np.searchsorted(cells.starts, cells.cohort[first]))
        groups = [own, *np.flatnonzero(cells.compared[first]).tolist()]
        who = np.concatenate([np.arange(self.bounds[h], self.bounds[h + 1]) for h in groups])
        treated = np.arange(len(who)) < self.bounds[own + 1] - self.bounds[own]
        seen = self.observed[who, cells.base[first]] & self.observed[who, cells.period[first]]
        return who[seen], treated[seen]


def _batches(cells: Cells, balanced: bool) -> Iterator[Integers]:
    """Cells that are made of the same units and the same base; one at a time where cells are missing."""
    if not balanced:
        yield from np.arange(len(cells.cohort))[:, None]
        return
    keys = np.column_stack([cells.cohort, cells.base, cells.compared])
    _, batch = np.unique(keys, axis=0, return_inverse=True)
    for b in range(int(batch.max()) + 1):
        yield np.flatnonzero(batch.ravel() == b)


def _compare(
    panel: Panel,
    cells: Cells,
    batch: Integers,
    rows: _Rows,
    who: Integers,
    treated: Booleans,
    method: Method,
) -> Compared:
    base = int(cells.base[batch[0]])
    change = rows.outcome[np.ix_(who, cells.period[batch])] - rows.outcome[who, base][:, None]
    weights = np.ones(len(who)) if rows.weights is None else rows.weights[who, base]
    if not panel.covariate_names:
        return by_means(change, treated, weights)
    values = rows.covariates[who, base]
    spread = np.where(np.ptp(values, axis=0) == 0, 0.0, values.std(axis=0))
    where = (
        f"group_time, cohort {panel.periods[cells.cohort[batch[0]]]} in "
        f"{panel.periods[cells.period[batch[0]]]}"
    )
    named = ", ".join(panel.covariate_names)
    still = [n for n, s in zip(panel.covariate_names, spread, strict=True) if s == 0]
    if still:
        raise DataError(
            f"{where}: found the same {', '.join(still)} for everybody compared; "
            "leave it out of the covariates"
        )
    design = np.column_stack([np.ones(len(who)), (values - values.mean(axis=0)) / spread])
    try:
        return by_covariates(change, treated, design, weights / weights.mean(), method)
    except NoVariation as error:
        raise DataError(
            f"{where}: found too little variation in {named} among {int((~treated).sum())} comparison "
            "units to adjust for; use fewer covariates"
        ) from error
    except NoOverlap as error:
        raise DataError(
            f"{where}: found {named} to separate treated from comparison units, so that no propensity "
            "score exists; use fewer covariates, or the method regression, which extrapolates"
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Blocks:
    """Influence of the units of each group on the cells that they can move."""

    columns: list[Integers]  # H: the cells of each block
    position: list[Integers]  # H: column of each cell in the block, C
    values: list[Floats]  # H: n_h x columns

    @classmethod
    def empty(cls, cells: Cells, rows: _Rows) -> "_Blocks":
        columns, position, values = [], [], []
        for h in range(len(cells.starts)):
            moved = np.flatnonzero(cells.own(h) | cells.compared[:, h])
            place = np.full(len(cells.cohort), -1, dtype=np.int64)
            place[moved] = np.arange(len(moved))
            columns.append(moved)
            position.append(place)
            values.append(np.zeros((int(rows.bounds[h + 1] - rows.bounds[h]), len(moved))))
        return cls(columns=columns, position=position, values=values)

    def add(self, rows: _Rows, who: Integers, batch: Integers, influence: Floats) -> None:
        """Enter one batch; the units of a group follow each other in ``who``."""
        group = np.searchsorted(rows.bounds, who, side="right") - 1
        edges = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(who)]
        for first, last in pairwise(edges):
            h = int(group[first])
            own, cells = who[first:last] - rows.bounds[h], self.position[h][batch]
            if _unbroken(own) and _unbroken(cells):  # a quarter of the time
                own_rows = slice(own[0], own[-1] + 1)
                self.values[h][own_rows, cells[0] : cells[-1] + 1] = influence[first:last]
            else:
                self.values[h][np.ix_(own, cells)] = influence[first:last]

    def joint(self, rows: _Rows, n_cells: int) -> tuple[Floats, Floats]:
        """Joint covariance of cells and shares, and the shares."""
        total = rows.first_weights.sum()
        n_groups = len(self.columns)
        slices = [slice(rows.bounds[h], rows.bounds[h + 1]) for h in range(n_groups)]
        shares = np.array([rows.first_weights[s].sum() for s in slices]) / total
        size = n_cells + n_groups
        joint = np.zeros((size, size))
        summed = None if rows.own_clusters else np.zeros((int(rows.cluster.max()) + 1, size))
        for h, of_h in enumerate(slices):
            weight = rows.first_weights[of_h, None] / total
            of_shares = -weight * shares
            of_shares[:, h] += weight[:, 0]
            block = np.hstack([self.values[h], of_shares])
            columns = np.concatenate([self.columns[h], np.arange(n_cells, size)])
            if summed is None:
                joint[np.ix_(columns, columns)] += block.T @ block
            else:
                expanded = np.zeros((len(block), size))
                expanded[:, columns] = block
                member = rows.cluster[of_h]
                at = (member, np.arange(len(member)))
                summed += (
                    csr_array((np.ones(len(member)), at), shape=(len(summed), len(member)))
                    @ expanded
                )
        return (joint if summed is None else summed.T @ summed), shares


def _unbroken(numbers: Integers) -> bool:
    """Whether each is one more than the one before."""
    return bool(numbers[-1] - numbers[0] == len(numbers) - 1) and bool(
        (np.diff(numbers) == 1).all()
    )
