"""The one of many terms that would add most to a plan's model, judged as the largest of many."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.checks.planned_series import Floats, PlannedSeries, apart
from evalkit.errors import DataError
from evalkit.its import ar1

Integers = npt.NDArray[np.int64]

DRAWS = 499
_TINY = 1e-300
_CELLS = 2_000_000  # numbers of a temporary array


@dataclass(frozen=True, slots=True, kw_only=True)
class Largest:
    """The one of many terms that would add most.

    Attributes
    ----------
    index : int
        Which.
    coefficient : float
    p_value : float
        Share of series without any such term whose largest is at least as large.
    """

    index: int
    coefficient: float
    p_value: float


def largest_term(model: PlannedSeries, terms: Floats, *, seed: int, draws: int = DRAWS) -> Largest:
    """Add one of many terms (T x K) at a time, and judge the largest as the largest of many.

    The largest is found at the autocorrelation of the plan's model. Then the autocorrelation is estimated
    again with that term in the model, since what a missing term would explain passes for autocorrelation, and
    the largest is found once more. The p-value is the share of simulated series, normal and with the model's
    autocorrelation, in which the same two steps find one as large (Davies 1987, *Biometrika* 74(1), by
    simulation instead of a bound).

    Raises
    ------
    DataError
        The model already has all terms, or leaves no degree of freedom.
    """
    columns, used = model.design.columns, model.used
    _, new = apart(terms[used], columns[used])
    candidates = terms[:, new]
    if not new.any() or used.sum() <= columns.shape[1] + 1:
        raise DataError("the model leaves no room for other terms")
    outcomes = np.vstack([model.outcome, errors(len(used), model.rho, draws, seed)])
    outcomes[:, ~used] = np.nan
    one = np.eye(1, columns.shape[1])[None]
    first = _search(outcomes, columns, candidates, ar1.fit(outcomes, columns[None], one).rho)
    with_one = np.concatenate(
        [np.broadcast_to(columns, (candidates.shape[1], *columns.shape)), candidates.T[:, :, None]],
        axis=2,
    )
    again = ar1.fit(
        outcomes, with_one, np.eye(1, columns.shape[1] + 1)[None].repeat(len(with_one), 0),
        which=first.index,
    )  # fmt: skip
    found = _search(outcomes, columns, candidates, again.rho)
    at_least = int((found.ratio[1:] >= found.ratio[0]).sum())
    return Largest(
        index=int(np.flatnonzero(new)[found.index[0]]),
        coefficient=float(found.coefficient[0]),
        p_value=(1 + at_least) / (1 + draws),
    )


def errors(n: int, rho: float, draws: int, seed: int) -> Floats:
    """Stationary AR(1) series of variance one, draws x n."""
    noise = np.random.default_rng(seed).standard_normal((draws, n))
    noise[:, 1:] *= np.sqrt(1 - rho**2)
    for t in range(1, n):
        noise[:, t] += rho * noise[:, t - 1]
    return noise


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """The largest term of each of N series, its t ratio and its coefficient."""

    index: Integers
    ratio: Floats
    coefficient: Floats


def _search(outcomes: Floats, columns: Floats, terms: Floats, rho: Floats) -> _Found:
    """Each series (N x T) at its own autocorrelation; all have the same periods."""
    used = np.isfinite(outcomes[0])
    gaps, x, z = np.diff(np.flatnonzero(used)), columns[used], terms[used]
    size = max(1, _CELLS // ((x.shape[1] + z.shape[1] + 1) * len(x)))
    parts = [
        _search_some(outcomes[a : a + size, used], x, z, rho[a : a + size, None] ** gaps)
        for a in range(0, len(outcomes), size)
    ]
    return _Found(
        index=np.concatenate([part.index for part in parts]),
        ratio=np.concatenate([part.ratio for part in parts]),
        coefficient=np.concatenate([part.coefficient for part in parts]),
    )


def _search_some(y: Floats, x: Floats, z: Floats, r: Floats) -> _Found:
    all_ = np.concatenate(
        [np.broadcast_to(np.column_stack([x, z]), (len(y), len(x), x.shape[1] + z.shape[1])),
         y[:, :, None]], axis=2,
    )  # fmt: skip
    r = r[:, :, None]
    white = np.concatenate(
        [all_[:, :1], (all_[:, 1:] - r * all_[:, :-1]) / np.sqrt(np.maximum(1 - r**2, _TINY))], 1
    )
    basis, _ = np.linalg.qr(white[:, :, : x.shape[1]])
    rest = white[:, :, x.shape[1] :]
    left = rest - basis @ (np.swapaxes(basis, 1, 2) @ rest)
    terms, outcome = left[:, :, :-1], left[:, :, -1]
    length = np.maximum((terms**2).sum(1), _TINY)
    along = np.einsum("nmk,nm->nk", terms, outcome)
    squares = (outcome**2).sum(1)[:, None]
    gain = along**2 / length
    free = len(x) - x.shape[1] - 1
    ratio = np.sqrt(gain * free / np.maximum(squares - gain, _TINY))
    best = ratio.argmax(1)
    rows = np.arange(len(y))
    return _Found(
        index=best,
        ratio=ratio[rows, best],
        coefficient=along[rows, best] / length[rows, best],
    )
