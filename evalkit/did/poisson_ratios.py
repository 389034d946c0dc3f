"""From fitted counts to rate ratios and their standard errors, by the delta method on the logarithm."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.did.design import by_event_time, by_period
from evalkit.did.poisson_counts import Selected
from evalkit.did.poisson_fit import PoissonFit
from evalkit.did.two_way import summed_by
from evalkit.errors import DataError
from evalkit.inference.clusters import small_sample_factor

Floats = npt.NDArray[np.float64]
RULES = {
    "cluster": "t with G-1 = {dof:.0f} df on the log ratio, clustered, factor sqrt(G/(G-1) (n-1)/(n-K)), "
    "K = cohort-period cells and periods = {k}",
    "overdispersed": "t with {dof:.0f} df on the log ratio, Poisson variance times {dispersion:.2f} "
    "(Pearson), periods and units taken as independent",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ratios:
    """By event time and, last, over all: incidents observed and expected (E + 1).

    ``shares`` is N x E + 1: each unit's share of the expected; ``solved`` (C x T x E + 1) is how the log of
    the expected moves with each cohort's periods and cells; ``influence`` (N x E + 1) is of the log ratio.
    """

    observed: Floats
    expected: Floats
    shares: Floats
    solved: Floats
    influence: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Standard errors of the log ratios (E + 1), their degrees of freedom, and how they were found."""

    errors: Floats
    dof: float
    words: str
    n_clusters: int


def ratios(chosen: Selected, fit: PoissonFit) -> Ratios:
    """Ratios, and how each unit moves their logarithm."""
    read = chosen.read
    would = np.where(chosen.answered & ~chosen.expected_none, fit.untreated, 0.0)
    by_event = by_event_time(read, would)
    observed = by_event_time(read, np.where(chosen.answered, read.outcome, 0.0))
    expected = np.append(by_event.sum(axis=0), by_event.sum())
    if expected[-1] == 0:
        raise DataError(
            "poisson expects no incident in treated units: no untreated unit has one after the first start; "
            "use longer periods or more units"
        )
    safe = np.where(expected > 0, expected, 1.0)
    shares = np.column_stack([by_event, by_event.sum(axis=1)]) / safe
    pulled = fit.expected / fit.information.unit_totals
    right = np.stack(
        [-pulled[read.cohort == g].T @ shares[read.cohort == g] for g in range(len(read.starts))]
    )
    solved = fit.information.solve(right, by_period(read, by_event, expected))
    residuals = chosen.counts.counts - fit.expected
    after = by_event_time(read, np.where(chosen.counts.treated, residuals, 0.0))
    totals = np.append(observed.sum(axis=0), observed.sum())
    influence = np.column_stack([after, after.sum(axis=1)]) / np.where(totals > 0, totals, 1.0)
    for g in range(len(read.starts)):
        rows = read.cohort == g
        influence[rows] -= residuals[rows] @ solved[g]
    return Ratios(
        observed=totals, expected=expected, shares=shares, solved=solved, influence=influence
    )


def _n_parameters(chosen: Selected) -> int:
    """Periods and cohort-period cells that are fitted."""
    cells = sum(
        int((chosen.counts.used & chosen.counts.treated)[chosen.read.cohort == g].any(axis=0).sum())
        for g in range(len(chosen.read.starts))
    )
    untreated = chosen.counts.used & ~chosen.counts.treated
    return cells + int(untreated.any(axis=0).sum())


def clustered(chosen: Selected, found: Ratios) -> Judged:
    """By the cluster rule on the log ratios."""
    n_clusters = chosen.read.panel.n_clusters
    n_obs, k = int(chosen.counts.used.sum()), _n_parameters(chosen)
    _need_observations(n_obs, k)
    sums = summed_by(found.influence, chosen.read.panel.cluster, n_clusters)
    factor = small_sample_factor(n_clusters=n_clusters, n_obs=n_obs, n_parameters=k)
    dof = float(n_clusters - 1)
    return Judged(
        errors=factor * np.sqrt((sums**2).sum(axis=0)),
        dof=dof,
        words=RULES["cluster"].format(dof=dof, k=k),
        n_clusters=n_clusters,
    )


def overdispersed(chosen: Selected, fit: PoissonFit, found: Ratios) -> Judged:
    """By the Poisson variance times Pearson's dispersion, at least 1, as if all cells were independent."""
    used, n_obs = chosen.counts.used, int(chosen.counts.used.sum())
    k = _n_parameters(chosen) + len(chosen.read.panel.units) - 1
    _need_observations(n_obs, k)
    residuals = chosen.counts.counts - fit.expected
    pearson = np.divide(residuals**2, fit.expected, out=np.zeros_like(residuals), where=used).sum()
    dispersion = max(1.0, float(pearson) / (n_obs - k))
    errors = np.zeros(len(found.observed))
    since = np.arange(chosen.read.n_periods) - chosen.read.starts[chosen.read.cohort][:, None]
    for column in range(len(errors)):
        moved = found.solved[chosen.read.cohort, :, column]
        total = fit.information.unit_totals
        unit = (
            found.shares[:, [column]] - (fit.expected * moved).sum(axis=1, keepdims=True)
        ) / total
        here = chosen.counts.treated & ((since == column) | (column == len(errors) - 1))
        own = here / max(found.observed[column], 1.0)
        errors[column] = np.sqrt(dispersion * (fit.expected * (own - moved - unit) ** 2).sum())
    return Judged(
        errors=errors,
        dof=float(n_obs - k),
        words=RULES["overdispersed"].format(dof=n_obs - k, dispersion=dispersion),
        n_clusters=chosen.read.panel.n_clusters,
    )


def _need_observations(n_obs: int, k: int) -> None:
    if n_obs <= k:
        raise DataError(
            f"poisson found {n_obs} observations for {k} parameters; it needs more units or periods"
        )
