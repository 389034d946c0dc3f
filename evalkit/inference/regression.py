"""One regressor, everything else taken out: what the methods for few clusters work on."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import linalg

from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

COLLINEAR = 1e-9
"""Share of its length that a column must keep beside the others to count as a column of its own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regression:
    """A least-squares fit of an outcome on one regressor, with the rest projected away.

    All arrays are multiplied by the square root of the weights, so that ordinary least squares applies.

    Attributes
    ----------
    outcome, regressor : array, n
        What is left of both after unit effects and ``nuisance``; n observed cells, unit by unit.
    nuisance : array, n x K
        Orthonormal columns that span period effects and covariates once unit effects are taken out.
    cluster : array, n
        0 .. n_clusters - 1. Every unit lies in one cluster.
    n_clusters : int
    n_parameters : int
        Regressor, covariates and periods: the K of the cluster rule.
    """

    outcome: Floats
    regressor: Floats
    nuisance: Floats
    cluster: Integers
    n_clusters: int
    n_parameters: int

    @property
    def information(self) -> float:
        """Sum of squares of ``regressor``."""
        return float(self.regressor @ self.regressor)

    @property
    def effect(self) -> float:
        """The coefficient."""
        return float(self.regressor @ self.outcome) / self.information

    @property
    def residuals(self) -> Floats:
        """Array, n: what the fit leaves over."""
        return self.outcome - self.effect * self.regressor

    def by_cluster(self, rows: Floats) -> Floats:
        """Sums of ``rows`` (n or n x anything) over the cells of each cluster."""
        total = np.zeros((self.n_clusters, *rows.shape[1:]))
        np.add.at(total, self.cluster, rows)
        return total


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """The observed cells of a panel and how unit effects, periods and covariates are taken out of them.

    Attributes
    ----------
    unit, period : array, n
        Row and column of each cell, unit by unit.
    root : array, n
        Square root of each cell's weight.
    share : array, n
        Each cell's share of its unit's weight.
    nuisance : array, n x K
        As in ``Regression``.
    """

    unit: Integers
    period: Integers
    root: Floats
    share: Floats
    nuisance: Floats

    def centred(self, rows: Floats) -> Floats:
        """Rows (n or n x anything) less their unit's weighted mean, times ``root``."""
        weighted = (rows.T * self.share).T
        means = np.zeros((int(self.unit[-1]) + 1, *rows.shape[1:]))
        np.add.at(means, self.unit, weighted)
        return np.asarray(((rows - means[self.unit]).T * self.root).T)

    def partialled(self, rows: Floats) -> Floats:
        """Rows centred and with ``nuisance`` projected away."""
        centred = self.centred(rows)
        return centred - self.nuisance @ (self.nuisance.T @ centred)


def cells(
    observed: Booleans, *, weights: Floats | None = None, covariates: Floats | None = None
) -> Cells:
    """The observed cells of N units and T periods.

    Parameters
    ----------
    observed : array of bool, N x T
        At least one cell a unit.
    weights : array, N x T, or None
        Positive where observed; None weighs cells alike.
    covariates : array, N x T x P, or None
    """
    if not observed.any(axis=1).all():
        raise DataError("found a unit without any observed period; leave it out of the panel")
    unit, period = (index.astype(np.int64) for index in np.nonzero(observed))
    weight = np.ones(len(unit)) if weights is None else weights[observed]
    totals = np.bincount(unit, weights=weight)
    bare = Cells(
        unit=unit,
        period=period,
        root=np.sqrt(weight),
        share=weight / totals[unit],
        nuisance=np.zeros((len(unit), 0)),
    )
    n_units, n_periods = observed.shape
    if (
        weights is None and not _any(covariates) and observed.all()
    ):  # known without solving anything
        nuisance = np.tile(linalg.helmert(n_periods).T, (n_units, 1)) / np.sqrt(n_units)
        return replace(bare, nuisance=nuisance)
    columns = (period[:, None] == np.arange(n_periods)).astype(float)
    if covariates is not None:
        columns = np.column_stack([columns, covariates[observed]])
    return replace(bare, nuisance=_basis(bare.centred(columns)))


def regression(
    outcome: Floats,
    regressor: Floats,
    *,
    observed: Booleans | None = None,
    weights: Floats | None = None,
    covariates: Floats | None = None,
    cluster: Integers | None = None,
) -> Regression:
    """Take unit effects, period effects and covariates out of an outcome and one regressor.

    Parameters
    ----------
    outcome, regressor : array, N x T
    observed : array of bool, N x T, or None
        None: every cell whose outcome is a number.
    weights : array, N x T, or None
    covariates : array, N x T x P, or None
    cluster : array of int, N, or None
        0 .. G-1; None: every unit is its own.

    Raises
    ------
    DataError
        The regressor cannot be told from unit effects, period effects and covariates.

    References
    ----------
    Frisch and Waugh (1933), *Econometrica* 1(4); Lovell (1963), *JASA* 58(304).
    """
    seen = np.isfinite(outcome) if observed is None else observed
    taken = cells(seen, weights=weights, covariates=covariates)
    before = taken.centred(regressor[seen].astype(float))
    left = before - taken.nuisance @ (taken.nuisance.T @ before)
    if float(left @ left) <= COLLINEAR * max(float(before @ before), 1e-300):
        raise DataError(
            "treatment cannot be told from unit effects, period effects and covariates: "
            "no unit changes while another does not"
        )
    of_unit = np.arange(len(outcome)) if cluster is None else cluster
    n_covariates = 0 if covariates is None else covariates.shape[2]
    return Regression(
        outcome=taken.partialled(outcome[seen]),
        regressor=left,
        nuisance=taken.nuisance,
        cluster=of_unit[taken.unit],
        n_clusters=int(of_unit.max()) + 1,
        n_parameters=1 + n_covariates + int(seen.any(axis=0).sum()),
    )


def _any(covariates: Floats | None) -> bool:
    return covariates is not None and covariates.size > 0


def _basis(columns: Floats) -> Floats:
    """Orthonormal columns with the span of ``columns``, each of them first brought to length 1."""
    length = np.sqrt((columns**2).sum(axis=0))
    kept = columns[:, length > COLLINEAR] / length[length > COLLINEAR]
    if not kept.size:
        return np.zeros((len(columns), 0))
    q, r, _ = linalg.qr(kept, mode="economic", pivoting=True)
    return np.asarray(q[:, np.abs(np.diag(r)) > COLLINEAR])
