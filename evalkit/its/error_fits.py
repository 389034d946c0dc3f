"""One series under each error model: what it says of the coefficients, and in which words."""

from dataclasses import dataclass, replace

import numpy as np

from evalkit.errors import DataError
from evalkit.its.ar1 import Solved, solve
from evalkit.its.ar1_forms import Design, Floats, correlation
from evalkit.its.ar1_likelihood import Likelihood
from evalkit.its.ar1_pack import TOO_FEW
from evalkit.its.bayes_grid import GRID, grid_posterior
from evalkit.its.uncertainty import Posterior, Reference, Sampling, Uncertainty, matrix

_ROUNDS = 500
_SETTLED = 1e-13  # of rho between two rounds
_SHORT = 24  # periods below which simulated coverage falls short (docs/calibration.md)
_SHORT_NOTE = (
    "With {n} periods a 95% interval may hold the truth less often than it says: at 12 periods in 92 to 96% "
    "of simulated series for the level and 88 to 96% for the slope."
)
_MANY = 100  # periods below which Newey-West intervals are far too narrow (Turner and others 2021)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ErrorFit:
    """One series with its errors.

    Attributes
    ----------
    uncertainty : Uncertainty
    method, words : str
        The estimator, and how intervals are found; ``{dof}`` in the words stands for the degrees of freedom.
    rho : float or None
        Autocorrelation of the errors; None where the model has none.
    sigma : float
        Standard deviation of the errors.
    log_likelihood : float or None
        At its maximum; None where it was not maximised.
    boundary : int
        1 or -1 where the likelihood still rises at that end of rho's range.
    residuals : array
        Of the observed periods, with the estimated autocorrelation taken out.
    notes : tuple of str
    """

    uncertainty: Uncertainty
    method: str
    words: str
    rho: float | None
    sigma: float
    log_likelihood: float | None
    boundary: int
    residuals: Floats
    notes: tuple[str, ...] = ()


def restricted(design: Design, packed: Floats, reference: Reference) -> ErrorFit:
    """AR(1) by restricted maximum likelihood, with ``kenward_roger`` or ``satterthwaite``."""
    name = {"kenward_roger": "Kenward-Roger", "satterthwaite": "Satterthwaite"}[reference]
    fit = _likelihood(
        design, packed, "restricted", reference, f"{name}, t with {{dof}} df, AR(1) errors"
    )
    n = int(design.n[0])
    return fit if n >= _SHORT else replace(fit, notes=(_SHORT_NOTE.format(n=n),))


def maximum_likelihood(design: Design, packed: Floats) -> ErrorFit:
    """AR(1) by full maximum likelihood and the normal, as ARIMA software does."""
    return _likelihood(design, packed, "full", "normal", "normal, AR(1) errors")


def bayes_grid(design: Design, packed: Floats) -> ErrorFit:
    """AR(1) with rho averaged over its posterior."""
    posterior = grid_posterior(design, packed)
    weights = posterior.weights[0]
    rho = float(weights @ GRID)
    at_mean = solve(design, packed, rho=rho)
    return ErrorFit(
        uncertainty=Posterior(
            weights=tuple(weights.tolist()),
            coefficients=matrix(posterior.coefficients[0]),
            covariances=tuple(matrix(each) for each in posterior.covariances[0]),
            free=float(posterior.free[0]),
        ),
        method="segmented regression, AR(1) errors averaged over rho",
        words="posterior, flat prior on the coefficients, (1 - rho^2)^(-1/2) on rho",
        rho=rho,
        sigma=float(at_mean.sigma[0]),
        log_likelihood=None,
        boundary=0,
        residuals=whitened(design, packed, at_mean, rho),
        notes=("Effects are posterior medians; rho is its posterior mean.",),
    )


def least_squares(design: Design, packed: Floats) -> ErrorFit:
    """Independent errors."""
    solved = solve(design, packed, rho=0.0)
    if solved.sigma[0] == 0:
        raise DataError("the outcome follows the regressors exactly; there is nothing to judge by")
    return ErrorFit(
        uncertainty=Sampling.of(solved.small, "t"),
        method="segmented regression, ordinary least squares",
        words="t with {dof} df, errors taken as independent",
        rho=None,
        sigma=float(solved.sigma[0]),
        log_likelihood=None,
        boundary=0,
        residuals=whitened(design, packed, solved, 0.0),
    )


def newey_west(design: Design, packed: Floats, lags: int | None, adjusted: bool) -> ErrorFit:
    """Ordinary least squares with Newey and West's covariance and t with n - p degrees of freedom."""
    from statsmodels.regression.linear_model import (
        OLS,  # a second that other error models do not need
    )

    _need_every_period(design, "hac")
    n, p = design.columns.shape[1:]
    chosen = int(4 * (n / 100) ** (2 / 9)) if lags is None else lags
    if not 0 <= chosen < n:
        raise DataError(f"found {chosen} lags in {n} periods; they need to be from 0 to {n - 1}")
    kinds = {"maxlags": chosen, "use_correction": adjusted}
    robust = OLS(packed[0], design.columns[0]).fit(cov_type="HAC", cov_kwds=kinds)
    turn = design.to_given[0]
    covariance = matrix(turn @ robust.cov_params() @ turn.T)
    plain = least_squares(design, packed)
    assert isinstance(plain.uncertainty, Sampling)
    notes = [
        "Newey-West errors are too small in short series that are alike from period to period."
    ]
    if n < _MANY:
        notes.append(f"With {n} periods a 95% Newey-West interval often covers 60 to 90%.")
    return ErrorFit(
        uncertainty=Sampling(
            reference="t",
            coefficients=plain.uncertainty.coefficients,
            covariance=covariance,
            adjusted=covariance,
            turn=plain.uncertainty.turn,
            trace=0.0,
            information=1.0,
            free=float(n - p),
        ),
        method=plain.method,
        words=f"Newey-West, {chosen} lags, "
        + ("factor n/(n-p), " if adjusted else "")
        + "t with {dof} df",
        rho=None,
        sigma=plain.sigma,
        log_likelihood=None,
        boundary=0,
        residuals=plain.residuals,
        notes=tuple(notes),
    )


def prais_winsten(design: Design, packed: Floats) -> ErrorFit:
    """AR(1) with rho from the regression of each residual on the one before, iterated.

    Prais and Winsten (1954), Cowles Commission discussion paper 383.
    """
    _need_every_period(design, "prais_winsten")
    rho = 0.0
    for _ in range(_ROUNDS):
        solved = solve(design, packed, rho=rho)
        residuals = packed[0] - _fitted(design, solved)
        before = rho
        rho = float(residuals[1:] @ residuals[:-1] / (residuals[:-1] @ residuals[:-1]))
        if abs(rho) >= 1 or abs(rho - before) < _SETTLED:
            break
    if abs(rho) >= 1 or abs(rho - before) >= _SETTLED:
        raise DataError(
            f"Prais-Winsten did not settle on an autocorrelation (the last was {rho:.3f}); "
            "use inference bayes_grid"
        )
    return ErrorFit(
        uncertainty=Sampling.of(solved.small, "t"),
        method="segmented regression, AR(1) errors by Prais-Winsten",
        words="t with {dof} df, rho taken as known",
        rho=rho,
        sigma=float(solved.sigma[0]),
        log_likelihood=None,
        boundary=0,
        residuals=whitened(design, packed, solved, rho),
        notes=("Prais-Winsten underestimates the autocorrelation of short series.",),
    )


def whitened(design: Design, packed: Floats, solved: Solved, rho: float) -> Floats:
    """Residuals of one series less what ``rho`` predicts from the observation before, at equal variance."""
    n = int(design.n[0])
    left = (packed[0] - _fitted(design, solved))[:n]
    r, _, _ = correlation(np.array([rho]), design.gap[0, 1:n])
    return np.concatenate([left[:1], (left[1:] - r[0] * left[:-1]) / np.sqrt(1 - r[0] ** 2)])


def _likelihood(
    design: Design, packed: Floats, likelihood: Likelihood, reference: Reference, words: str
) -> ErrorFit:
    solved = solve(design, packed, likelihood=likelihood)
    if not solved.small.separate[0]:
        raise DataError(f"segmented found that {TOO_FEW}; use a longer series or a simpler model")
    rho = float(solved.rho[0])
    return ErrorFit(
        uncertainty=Sampling.of(solved.small, reference),
        method=f"segmented regression, AR(1) errors by {likelihood} maximum likelihood",
        words=words,
        rho=rho,
        sigma=float(solved.sigma[0]),
        log_likelihood=float(solved.log_likelihood[0]),
        boundary=int(solved.boundary[0]),
        residuals=whitened(design, packed, solved, rho),
    )


def _fitted(design: Design, solved: Solved) -> Floats:
    given = np.linalg.solve(design.to_given[0], solved.small.coefficients[0])
    return np.asarray(design.columns[0] @ given)


def _need_every_period(design: Design, inference: str) -> None:
    if (design.gap > 1).any():
        raise DataError(
            f"inference {inference} cannot do with missing periods inside the series; use kenward_roger"
        )
