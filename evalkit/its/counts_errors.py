"""One series of counts: how sure its regression can be."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from evalkit.errors import DataError
from evalkit.its.counts_glm import CountFits, Family, Flags, Floats, fit_counts
from evalkit.its.counts_posterior import RHO, SHARE, TIMES, CountPosterior, count_posterior
from evalkit.its.uncertainty import Posterior, Sampling, Uncertainty, matrix

CountInference: TypeAlias = Literal["bayes_grid", "independent"]

_FEWEST_FREE = 3  # degrees of freedom: with fewer a t interval reaches everywhere
_EXACT = 1e-12  # of a count: smaller residuals are rounding
_DRIFTING = 0.9  # rho at which twenty periods forget only nine tenths of a shock
_FEW = 5.0  # incidents a period: from here on calibrated, see docs/calibration.md
_METHOD = "log-linear regression of counts, {variance}"
_VARIANCE = {
    "quasi_poisson": "variance in proportion to the mean",
    "negative_binomial": "negative binomial variance",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountErrors:
    """A fitted series of counts.

    Attributes
    ----------
    uncertainty : Uncertainty
        Of the coefficients of the log rate.
    method, words : str
        The estimator, and how intervals are found; ``{dof}`` in the words stands for the degrees of freedom.
    alpha : float or None
        Of the negative binomial's variance ``mu + alpha mu^2``.
    dispersion : float
        Pearson's: how many times that variance, or the mean, the counts vary.
    autocorrelation : float or None
        Of neighbouring periods, Poisson scatter included, posterior mean; None where they are taken as
        independent.
    notes : tuple of str
    """

    uncertainty: Uncertainty
    method: str
    words: str
    alpha: float | None
    dispersion: float
    autocorrelation: float | None
    notes: tuple[str, ...]


def fit_count_errors(
    counts: Floats,
    log_exposure: Floats,
    columns: Floats,
    observed: Flags,
    family: Family,
    inference: CountInference,
) -> CountErrors:
    """Fit one series (T) on regressors (T x P).

    Raises
    ------
    DataError
        The family or inference is unknown, there are fewer than three periods more than regressors, the
        counts follow the regressors exactly, or ``fit_counts`` found a problem.
    """
    if inference not in get_args(CountInference):
        names = ", ".join(get_args(CountInference))
        raise DataError(f"found inference {inference}; it needs one of {names}")
    n, p = int(observed.sum()), columns.shape[1]
    if n < p + _FEWEST_FREE:
        raise DataError(
            f"found {n} observed periods for {p} regressors; counts needs at least {p + _FEWEST_FREE}: "
            "use a longer series or fewer regressors"
        )
    fits = fit_counts(counts[None], log_exposure[None], columns, observed[None], family)
    if fits.problem[0]:
        raise DataError(f"counts found that {fits.problem[0]}")
    if np.abs(counts - fits.mean[0])[observed].max() <= _EXACT * counts[observed].max():
        raise DataError("the counts follow the regressors exactly; there is nothing to judge by")
    few = _few(counts[observed])
    if inference == "independent":
        return _independent(fits, family, n - p, few)
    posterior = count_posterior(counts[None], columns, observed[None], fits)
    return _correlated(fits, posterior, family, few)


def _independent(fits: CountFits, family: Family, free: int, notes: tuple[str, ...]) -> CountErrors:
    dispersion, p = float(fits.dispersion[0]), fits.coefficients.shape[1]
    zero = matrix(np.zeros((p, p)))
    return CountErrors(
        uncertainty=Sampling(
            reference="t",
            coefficients=tuple(fits.coefficients[0].tolist()),
            covariance=matrix(dispersion * fits.covariance[0]),
            adjusted=zero,
            turn=zero,
            trace=0.0,
            information=1.0,
            free=float(free),
        ),
        method=_METHOD.format(variance=_VARIANCE[family]),
        words=f"t with {{dof}} df, periods taken as independent, dispersion {dispersion:.2f} (Pearson)",
        alpha=_alpha(fits, family),
        dispersion=dispersion,
        autocorrelation=None,
        notes=("Where neighbouring periods are alike these intervals are too narrow.", *notes),
    )


def _correlated(
    fits: CountFits, posterior: CountPosterior, family: Family, notes: tuple[str, ...]
) -> CountErrors:
    weights = posterior.weights[0]
    return CountErrors(
        uncertainty=Posterior(
            weights=tuple(weights.tolist()),
            coefficients=matrix(posterior.coefficients[0]),
            covariances=tuple(matrix(each) for each in posterior.covariances[0]),
            free=np.inf,
        ),
        method=_METHOD.format(variance=_VARIANCE[family]) + ", correlated periods",
        words="posterior over the excess and correlation of periods, flat prior on the coefficients",
        alpha=_alpha(fits, family),
        dispersion=float(fits.dispersion[0]),
        autocorrelation=float(weights @ (SHARE * RHO * TIMES / (1 + TIMES))),
        notes=("Effects are posterior medians.", *_drift(weights), *notes),
    )


def _alpha(fits: CountFits, family: Family) -> float | None:
    return float(fits.alpha[0]) if family == "negative_binomial" else None


def _few(counts: Floats) -> tuple[str, ...]:
    if counts.mean() >= _FEW:
        return ()
    return (
        f"On average {counts.mean():.1f} incidents a period: with fewer than {_FEW:g} the 95% intervals of "
        "simulated series held the truth in 93 to 98%.",
    )


def _drift(weights: Floats) -> tuple[str, ...]:
    probability = float(weights[(RHO > _DRIFTING) & (TIMES > 1)].sum())
    if probability <= 0.5:
        return ()
    return (
        f"More likely than not ({probability:.0%}) the rate drifts without returning to its trend "
        f"(autocorrelation above {_DRIFTING:g}): such a series hardly tells a change from drift, and the "
        "interval says so by its width.",
    )
