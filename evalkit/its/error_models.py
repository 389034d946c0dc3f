"""Which errors go with which inference."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from evalkit.errors import DataError
from evalkit.its import error_fits
from evalkit.its.ar1_forms import Floats
from evalkit.its.ar1_pack import EXACT, pack, problems
from evalkit.its.error_fits import ErrorFit

Errors: TypeAlias = Literal["ar1", "ols"]
Inference: TypeAlias = Literal[
    "kenward_roger", "satterthwaite", "bayes_grid", "maximum_likelihood", "prais_winsten", "hac"
]

_SAME_FOR_OLS = ("kenward_roger", "satterthwaite")  # without rho both are t with n - p exactly


@dataclass(frozen=True, slots=True, kw_only=True)
class NeweyWest:
    """Newey and West's covariance for ordinary least squares, given as ``inference``.

    Attributes
    ----------
    lags : int or None
        0 or more; None for ``floor(4 (n / 100)^(2/9))`` (Newey and West 1994).
    adjusted : bool
        Multiply the covariance by n / (n - p).
    """

    lags: int | None = None
    adjusted: bool = True


def need_errors(errors: str, inference: "str | NeweyWest") -> None:
    """Refuse errors and inference that are unknown or do not go together.

    Raises
    ------
    DataError
    """
    if errors not in get_args(Errors):
        raise DataError(f"found errors {errors}; they need to be {' or '.join(get_args(Errors))}")
    name = "hac" if isinstance(inference, NeweyWest) else inference
    if name not in get_args(Inference):
        raise DataError(f"found inference {name}; it needs one of {', '.join(get_args(Inference))}")
    needs = "ols" if name == "hac" else "ar1"
    if errors != needs and not (errors == "ols" and name in _SAME_FOR_OLS):
        raise DataError(f"found inference {name} with errors {errors}; it needs errors {needs}")


def fit_errors(
    outcome: Floats, regressors: Floats, errors: Errors, inference: Inference | NeweyWest
) -> ErrorFit:
    """Fit one series (T, NaN where missing) on regressors (T x P).

    Raises
    ------
    DataError
        As ``need_errors``; a method cannot do with missing periods; or ``problems`` finds one.
    """
    need_errors(errors, inference)
    design, packed = pack(regressors[None], outcome[None])
    reason = problems(design, packed, rho_known=errors == "ols")[0]
    if reason and not (errors == "ols" and reason == EXACT):
        raise DataError(f"segmented found that {reason}; there is nothing to estimate")
    if inference == "hac":
        inference = NeweyWest()
    if isinstance(inference, NeweyWest):
        return error_fits.newey_west(design, packed, inference.lags, inference.adjusted)
    if errors == "ols":
        return error_fits.least_squares(design, packed)
    if inference == "bayes_grid":
        return error_fits.bayes_grid(design, packed)
    if inference == "maximum_likelihood":
        return error_fits.maximum_likelihood(design, packed)
    if inference == "prais_winsten":
        return error_fits.prais_winsten(design, packed)
    return error_fits.restricted(design, packed, inference)
