"""What is known of the coefficients of one series, and of any contrast of them."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from evalkit.errors import DataError
from evalkit.its.ar1_small_sample import SmallSample, contrast
from evalkit.its.bayes_grid import Mixture, mixture_quantiles, mixture_tail

Floats = npt.NDArray[np.float64]
Row: TypeAlias = tuple[float, ...]
Matrix: TypeAlias = tuple[Row, ...]
Reference: TypeAlias = Literal["kenward_roger", "satterthwaite", "t", "normal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """A sampling distribution of the coefficients: how a contrast's error and reference are found.

    Attributes
    ----------
    reference : str
        ``kenward_roger``: adjusted error, own degrees of freedom. ``satterthwaite``: plain error, own degrees
        of freedom. ``t``: plain error, ``free`` degrees of freedom. ``normal``: plain error, none.
    coefficients : tuple of float, P
    covariance, adjusted, turn : tuple of tuple of float, P x P
        As in ``SmallSample``, as are the others.
    trace, information, free : float
    """

    reference: Reference
    coefficients: Row
    covariance: Matrix
    adjusted: Matrix
    turn: Matrix
    trace: float
    information: float
    free: float

    @classmethod
    def of(cls, small: SmallSample, reference: Reference, row: int = 0) -> "Sampling":
        """The record of one of many series."""
        return cls(
            reference=reference,
            coefficients=tuple(small.coefficients[row].tolist()),
            covariance=matrix(small.covariance[row]),
            adjusted=matrix(small.adjusted[row]),
            turn=matrix(small.turn[row]),
            trace=float(small.trace[row]),
            information=float(small.information[row]),
            free=float(small.free[row]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """A mixture of t distributions over a grid of rho.

    Attributes
    ----------
    weights : tuple of float, G
    coefficients : G x P
    covariances : G x P x P
    free : float
        Degrees of freedom of each t.
    """

    weights: Row
    coefficients: Matrix
    covariances: tuple[Matrix, ...]
    free: float


Uncertainty: TypeAlias = Sampling | Posterior


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Contrasts with their intervals; Q each. ``error`` and ``dof`` are NaN where there is none.

    ``floored`` says that the adjusted error came out below the plain one, ``one_dof`` that the degrees of
    freedom came out below 1.
    """

    effect: Floats
    error: Floats
    dof: Floats
    low: Floats
    high: Floats
    p_value: Floats
    floored: npt.NDArray[np.bool_]
    one_dof: npt.NDArray[np.bool_]


def matrix(values: Floats) -> Matrix:
    """Rows as tuples."""
    return tuple(tuple(row) for row in values.tolist())


def judge(of: Uncertainty, contrasts: Floats, level: float, shift: float = 0.0) -> Judged:
    """Effects ``contrasts @ coefficients + shift`` (contrasts Q x P), intervals, p-values against 0."""
    if not 0 < level < 1:
        raise DataError(f"found an interval of level {level:g}; it needs one between 0 and 1")
    if isinstance(of, Posterior):
        return _posterior(of, contrasts, level, shift)
    return _sampling(of, contrasts, level, shift)


def expected(of: Uncertainty) -> Floats:
    """The coefficients: estimates, or the posterior's mean locations; P."""
    if isinstance(of, Posterior):
        return np.asarray(np.array(of.weights) @ np.array(of.coefficients))
    return np.array(of.coefficients)


def _sampling(of: Sampling, contrasts: Floats, level: float, shift: float) -> Judged:
    found = contrast(
        SmallSample(
            coefficients=np.array([of.coefficients]),
            covariance=np.array([of.covariance]),
            adjusted=np.array([of.adjusted]),
            turn=np.array([of.turn]),
            trace=np.array([of.trace]),
            information=np.array([of.information]),
            free=np.array([of.free]),
            separate=np.ones(1, dtype=bool),
        ),
        contrasts[None],
    )
    adjusts, small = (
        of.reference == "kenward_roger",
        of.reference in ("kenward_roger", "satterthwaite"),
    )
    error = (found.adjusted_error if adjusts else found.plain_error)[0]
    dof = found.dof[0] if small else np.full(len(error), of.free if of.reference == "t" else np.inf)
    low, high, p_value = t_intervals(found.effect[0] + shift, error, dof, level)
    return Judged(
        effect=found.effect[0] + shift,
        error=error,
        dof=np.where(np.isinf(dof), np.nan, dof),
        low=low,
        high=high,
        p_value=p_value,
        floored=adjusts & found.floored[0],
        one_dof=small & (dof == 1),
    )


def t_intervals(
    effect: Floats, error: Floats, dof: Floats, level: float
) -> tuple[Floats, Floats, Floats]:
    """Low ends, high ends and two-sided p-values against 0; the normal where ``dof`` is infinite."""
    normal = np.isinf(dof)
    finite = np.where(normal, 1.0, dof)
    quantile = np.where(
        normal, special.ndtri(0.5 + level / 2), special.stdtrit(finite, 0.5 + level / 2)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(effect == 0, 0.0, np.abs(effect) / error)
    p_value = 2 * np.where(normal, special.ndtr(-ratio), special.stdtr(finite, -ratio))
    return effect - quantile * error, effect + quantile * error, p_value


def _posterior(of: Posterior, contrasts: Floats, level: float, shift: float) -> Judged:
    covariances = np.array(of.covariances)
    mixture = Mixture(
        weights=np.array(of.weights)[None, :, None],
        centres=(np.array(of.coefficients) @ contrasts.T)[None] + shift,
        scales=np.sqrt(np.einsum("qp,gpr,qr->gq", contrasts, covariances, contrasts))[None],
        free=np.array([of.free]),
    )
    tails = np.array([0.5 - level / 2, 0.5, 0.5 + level / 2])
    low, middle, high = mixture_quantiles(mixture, tails)[:, 0]
    below = mixture_tail(mixture, np.zeros_like(middle)[None])[0]
    none = np.full(len(middle), np.nan)
    return Judged(
        effect=middle,
        error=none,
        dof=none,
        low=low,
        high=high,
        p_value=2 * np.minimum(below, 1 - below),
        floored=np.zeros(len(middle), dtype=bool),
        one_dof=np.zeros(len(middle), dtype=bool),
    )
