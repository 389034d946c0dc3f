"""Tests of one change an area, for thousands of simulated designs at once.

Adding an effect to the treated areas moves the estimate and nothing else: neither standard errors nor the
coefficients of other ways to deal treatment relative to it. So each simulated design without effect says
which effect it would just have shown, and one simulation answers for every size.
"""

import math
from collections.abc import Callable
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from evalkit.inference.clusters import small_sample_factor
from evalkit.inference.judgement import attainable

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

LIST_UP_TO = 5_000
"""Ways to deal treatment that are all tried in each simulated design; of more, 1,999 are drawn."""

DRAWN = 1_999
TIE = 1e-9
_CELLS = 200_000  # numbers of a temporary array, which then stays in the processor's cache


def n_deals(n_treated: int, n_comparison: int) -> int:
    """Ways to choose the treated areas among all."""
    return math.comb(n_treated + n_comparison, n_treated)


def attainable_level(n_treated: int, n_comparison: int, alpha: float) -> float:
    """Level that permutation reaches; where it cannot reach ``alpha``, its smallest p-value."""
    twins = 2 if n_treated == n_comparison else 1
    return attainable(twins, n_deals(n_treated, n_comparison), alpha)


def shown_from(
    changes: Floats,
    n_treated: int,
    *,
    method: str,
    alpha: float,
    allowance: float = 1.0,
    n_periods: int = 2,
    sizes: Floats | None = None,
    seed: int = 0,
) -> Floats:
    """The smallest effect, added to the treated areas, that each simulated design would have shown.

    Parameters
    ----------
    changes : array, B x N
        B designs without effect: each area's change, the treated ones first.
    n_treated : int
    method : {"cluster", "cr2", "donald_lang", "permutation"}
    alpha : float
        Two-sided level of the test.
    allowance : float
        Of Donald and Lang's test, as in ``inference.donald_lang``.
    n_periods : int
        T, which the cluster rule's small-sample factor counts.
    sizes : array, N, or None
        Weights of areas within their side, e.g. expected counts; for ``cluster`` and ``permutation`` only.
    seed : int
        For drawn ways to deal.

    Returns
    -------
    array, 2 B
        Of each design and of its mirror image, which is as likely. The chance of showing an effect of size d
        is the share of these that are at most d.
    """
    weights = np.ones(changes.shape[1]) if sizes is None else sizes
    own = own_weights(weights, n_treated)
    effect = changes @ own
    if method == "permutation":
        below, above = _permutation(changes, n_treated, weights, alpha=alpha, seed=seed)
    else:
        error, dof = _RULES[method](changes, own, n_treated, allowance, n_periods)
        below = above = float(special.stdtrit(dof, 1 - alpha / 2)) * error
    return np.concatenate([below - effect, above + effect])


def own_weights(weights: Floats, k: int) -> Floats:
    """Weights of N changes in the first k's mean less the others'."""
    first = np.arange(len(weights)) < k
    return np.asarray(np.where(first, weights / weights[:k].sum(), -weights / weights[k:].sum()))


def _squares(values: Floats) -> Floats:
    return np.asarray(((values - values.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))


def _cluster(
    changes: Floats, own: Floats, k: int, _: float, n_periods: int
) -> tuple[Floats, float]:
    n = changes.shape[1]
    factor = small_sample_factor(n_clusters=n, n_obs=n * n_periods, n_parameters=1 + n_periods)
    first, others = changes[:, :k], changes[:, k:]
    left = np.hstack(
        [first - first @ own[:k, None], others + others @ own[k:, None]]  # own weights are negative
    )
    return factor * np.sqrt(left**2 @ own**2), n - 1


def _cr2(changes: Floats, _: Floats, k: int, __: float, ___: int) -> tuple[Floats, float]:
    """Welch's variance, on the degrees of freedom that equal spread would give it."""
    m = changes.shape[1] - k
    first, others = _squares(changes[:, :k]), _squares(changes[:, k:])
    error = np.sqrt(first / (k * (k - 1)) + others / (m * (m - 1)))
    dof = (1 / k + 1 / m) ** 2 / (1 / (k**2 * (k - 1)) + 1 / (m**2 * (m - 1)))
    return error, dof


def _donald_lang(
    changes: Floats, _: Floats, k: int, allowance: float, __: int
) -> tuple[Floats, float]:
    m = changes.shape[1] - k
    pooled = (_squares(changes[:, :k]) + _squares(changes[:, k:])) / (k + m - 2)
    share_of_few = max(k, m) / (k + m)
    larger = 1 + (allowance**2 - 1) * share_of_few
    return np.sqrt(pooled * (1 / k + 1 / m) * larger), k + m - 2


_Rule: TypeAlias = Callable[[Floats, Floats, int, float, int], tuple[Floats, float]]
_RULES: dict[str, _Rule] = {"cluster": _cluster, "cr2": _cr2, "donald_lang": _donald_lang}


def _permutation(
    changes: Floats, k: int, weights: Floats, *, alpha: float, seed: int
) -> tuple[Floats, Floats]:
    """How far ``inference.permutation`` has its interval reach below and above the effect."""
    deals, listed = _deals(changes.shape[1], k, seed)
    mine, theirs = deals * weights, (1 - deals) * weights
    left = mine / mine.sum(axis=1, keepdims=True) - theirs / theirs.sum(axis=1, keepdims=True)
    alike = left[:, :k].sum(axis=1)
    for_ever = np.abs(alike) > 1 - TIE
    twins = int(for_ever.sum()) if listed else 1
    keep = round(attainable(twins, len(deals), alpha) * len(deals))
    rank = keep - int(for_ever.sum())
    if rank < 0:
        never = np.full(len(changes), np.inf)
        return never, never
    left, alike = left[~for_ever], alike[~for_ever]
    left = left.T - np.outer(own_weights(weights, k), alike)  # of what the observed fit leaves over
    up, down = left / (1 + alike), -left / (1 - alike)
    parts = np.array_split(changes, 1 + len(changes) * len(alike) // _CELLS)
    found = [_reaches(part @ up, part @ down, rank) for part in parts]
    return np.concatenate([low for low, _ in found]), np.concatenate([high for _, high in found])


def _reaches(up: Floats, down: Floats, rank: int) -> tuple[Floats, Floats]:
    """Below and above: distances at which all but ``rank`` deals have stopped contesting."""
    place = up.shape[1] - 1 - rank
    above = np.maximum(up, down)
    below = np.minimum(up, down, out=up)
    above.partition(place, axis=1)
    below.partition(rank, axis=1)
    return np.maximum(-below[:, rank], 0), np.maximum(above[:, place], 0)


def _deals(n: int, k: int, seed: int) -> tuple[Floats, bool]:
    """Rows of N zeros and k ones: every way, the observed one among them, or some."""
    total = math.comb(n, k)
    listed = total <= LIST_UP_TO
    rows = np.zeros((total if listed else 1 + DRAWN, n))
    if listed:
        for row, chosen in enumerate(combinations(range(n), k)):
            rows[row, list(chosen)] = 1
    else:
        rows[:, :k] = 1
        rows[1:] = np.random.default_rng(seed).permuted(rows[1:], axis=1)
    return rows, listed
