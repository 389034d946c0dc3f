"""What the least-squares estimators read of a panel: who starts when, which cells count, and how much."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.did.two_way import clustered, cohort_sums
from evalkit.errors import DataError
from evalkit.inference.clusters import small_sample_factor

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

NAMED = 5
"""Units that a note names."""
MANY = 10
"""Clusters on either side from which intervals of the usual kind begin to hold; see checks.panel_checks."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """A panel as arrays, for estimators whose regressors are the same for all units of a cohort.

    Attributes
    ----------
    panel : Panel
        Without the units that the estimator cannot use.
    outcome : array, N x T
        0 in a missing cell.
    weights : array, N x T, or None
        0 in a missing cell; None where every cell counts 1.
    starts : array, C
        First treated period of each cohort, in order; T stands for never.
    cohort : array, N
        Position of each unit's start in ``starts``.
    dropped : tuple of str
        Units treated from the panel's first period on, which were left out.
    weighted : bool
        Whether ``weights`` are those of the panel.
    """

    panel: Panel
    outcome: Floats
    weights: Floats | None
    starts: Integers
    cohort: Integers
    dropped: tuple[str, ...]
    weighted: bool

    @property
    def n_periods(self) -> int:
        """T."""
        return len(self.panel.periods)

    @property
    def n_obs(self) -> int:
        """Cells used."""
        return self.outcome.size if self.weights is None else int((self.weights > 0).sum())

    @cached_property
    def used(self) -> Booleans:
        """Array, N x T: whether the cell counts."""
        if self.weights is None:
            return np.ones(self.outcome.shape, dtype=bool)
        return self.weights > 0

    @property
    def cell_weights(self) -> Floats:
        """Array, N x T: weights with 1 for unweighted and 0 for missing cells."""
        return np.ones(self.outcome.shape) if self.weights is None else self.weights

    @property
    def n_parameters_of_periods(self) -> int:
        """Periods with at least one cell."""
        return int(self.used.any(axis=0).sum())

    def covariance(self, influence: Floats, *, n_regressors: int, method: str) -> Floats:
        """Clustered covariance (K x K) of coefficients from their influences (N x K), by the cluster rule."""
        n, k, g = self.n_obs, n_regressors + self.n_parameters_of_periods, self.panel.n_clusters
        if g < 2:
            raise DataError(f"{method} found one cluster; nothing says how far it moves by chance")
        if n <= k:
            raise DataError(
                f"{method} found {n} observations for {k} regressors and periods; it needs more "
                "observations than that, that is more units"
            )
        factor = small_sample_factor(n_clusters=g, n_obs=n, n_parameters=k)
        covariance: Floats = factor**2 * clustered(influence, self.panel.cluster, g)
        return covariance

    @cached_property
    def untreated(self) -> Booleans:
        """Array, N x T: cells used in which the unit is not treated."""
        return self.used & ~self.panel.treated

    def comparison_units(self, periods: Integers, but: Booleans | None = None) -> int:
        """Units that are untreated in one of the periods, without those marked in ``but`` (array, N)."""
        if self.weights is None:
            units = self.panel.start > periods.min()
        else:
            units = self.untreated[:, periods].any(axis=1)
        return int((units if but is None else units & ~but).sum())

    def one_cluster(self, rows: Booleans) -> bool:
        """Whether the units marked in ``rows`` (array, N) all lie in one cluster."""
        return len(np.unique(self.panel.cluster[rows])) == 1


def design(panel: Panel, *, method: str, weighted: bool = False, early: bool = True) -> Design:
    """Read a panel.

    Parameters
    ----------
    method : str
        Stands in the errors.
    weighted : bool
        Weigh cells by ``panel.weights``.
    early : bool
        Keep units that are treated from the panel's first period on.

    Raises
    ------
    DataError
        Weights are asked for and absent, the panel has covariates, nobody is treated, or everybody always.
    """
    if weighted and panel.weights is None:
        raise DataError(f"{method} was asked to weigh cells; the panel has no weights")
    if panel.covariate_names:
        names = ", ".join(panel.covariate_names)
        raise DataError(
            f"{method} found the covariates {names}, which it does not use; build the panel without "
            "them, or use group_time or twfe, which adjust for covariates"
        )
    always = panel.start == 0
    dropped = () if early else tuple(np.array(panel.units)[always].tolist())
    if dropped:
        panel = panel.without(always)
    if not panel.ever_treated.any():
        also = f" once {len(dropped)} treated from the first period on are left out" * bool(dropped)
        raise DataError(f"{method} found no treated unit{also}; it needs at least one")
    starts, cohort = np.unique(panel.start, return_inverse=True)
    outcome, weights = panel.outcome, panel.weights if weighted else None
    if not panel.balanced:
        observed = panel.observed
        outcome = np.where(observed, outcome, 0.0)
        weights = observed.astype(np.float64) if weights is None else np.where(observed, weights, 0)
    return Design(
        panel=panel,
        outcome=outcome,
        weights=weights,
        starts=starts,
        cohort=cohort,
        dropped=dropped,
        weighted=weighted,
    )


def by_event_time(read: Design, values: Floats) -> Floats:
    """Values (N x T) in columns of time since the start: event times 0, 1, 2, and so on (N x E)."""
    turned = np.zeros((len(values), read.n_periods - int(read.starts[0])))
    for g, start in enumerate(read.starts.tolist()):
        if start < read.n_periods:
            rows = read.cohort == g
            turned[rows, : read.n_periods - start] = values[rows, start:]
    return turned


def by_period(read: Design, weights: Floats, totals: Floats) -> Floats:
    """Share of each event time, and of all of them together, that falls into each period (T x E + 1).

    ``weights`` is N x E; ``totals`` holds its E column sums and their sum.
    """
    sums = cohort_sums(weights, read.cohort, len(read.starts))
    shares = np.zeros((read.n_periods, len(totals)))
    for g, start in enumerate(read.starts.tolist()):
        for e in range(read.n_periods - start):
            shares[start + e, [e, -1]] += sums[g, e]
    found: Floats = shares / np.where(totals > 0, totals, 1.0)
    return found


def opening_notes(read: Design) -> tuple[str, ...]:
    """Sentences on units that were left out and cells that are missing; nothing where none are."""
    notes = missing_note(read.panel)
    if not read.dropped:
        return notes
    return (f"Left out, because treated from the first period on: {listed(read.dropped)}.", *notes)


def missing_note(panel: Panel) -> tuple[str, ...]:
    """A sentence on missing cells; nothing where none are."""
    missing = panel.outcome.size - int(panel.observed.sum())
    if not missing:
        return ()
    return (f"{missing} of {panel.outcome.size} unit-periods have no outcome and take no part.",)


def listed(names: tuple[str, ...]) -> str:
    """The first five names, and how many more."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def lone_note(read: Design, lone: list[bool]) -> tuple[str, ...]:
    """A sentence on groups of one cluster (a truth value each), which have no variance of their own."""
    labels = [
        "the comparison group"
        if start >= read.n_periods
        else f"the cohort of {read.panel.periods[start]}"
        for start, alone in zip(read.starts.tolist(), lone, strict=False)
        if alone
    ]
    if not labels:
        return ()
    named = ", ".join(labels)
    return (
        f"One cluster only in {named}: it has no variance of its own, so intervals are too narrow "
        "by its share.",
    )


def few_note(panel: Panel) -> tuple[str, ...]:
    """A sentence where there are too few clusters on a side for intervals that rest on many."""
    treated, cluster = panel.ever_treated, panel.cluster
    n_treated, n_others = len(np.unique(cluster[treated])), len(np.unique(cluster[~treated]))
    return few_sides(n_treated, n_others)


def few_sides(n_treated: int, n_others: int) -> tuple[str, ...]:
    """The same for numbers of clusters; without any on the other side only the treated ones count."""
    if min(n_treated, n_others) >= MANY or (n_others == 0 and n_treated >= MANY):
        return ()
    return (
        f"{n_treated} treated and {n_others} comparison clusters: below {MANY} on either side the "
        "interval is too narrow and the p-value too small.",
    )
