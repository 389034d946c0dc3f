"""Tests of one change an area, for thousands of simulated designs at once.

Adding an effect to the treated areas moves the estimate and nothing else: neither standard errors nor the
coefficients of other ways to deal treatment relative to it. So each simulated design without effect says
which effect it would just have shown, and one simulation answers for every size.
"""

import math
from collections.abc import Callable
from itertools import combinations, islice

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
    seed : int
        For drawn ways to deal.

    Returns
    -------
    array, 2 B
        Of each design and of its mirror image, which is as likely. The chance of showing an effect of size d
        is the share of these that are at most d.
    """
    if method == "permutation":
        half = _permutation(changes, n_treated, alpha=alpha, seed=seed)
    else:
        treated, others = changes[:, :n_treated], changes[:, n_treated:]
        error, dof = _RULES[method](treated, others, allowance, n_periods)
        reach = float(special.stdtrit(dof, 1 - alpha / 2)) * error
        effect = treated.mean(axis=1) - others.mean(axis=1)
        half = np.stack([reach - effect, reach + effect])
    return np.asarray(half.ravel())


def _squares(values: Floats) -> Floats:
    return np.asarray(((values - values.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))


def _cluster(treated: Floats, others: Floats, _: float, n_periods: int) -> tuple[Floats, float]:
    k, m = treated.shape[1], others.shape[1]
    factor = small_sample_factor(
        n_clusters=k + m, n_obs=(k + m) * n_periods, n_parameters=1 + n_periods
    )
    return factor * np.sqrt(_squares(treated) / k**2 + _squares(others) / m**2), k + m - 1


def _cr2(treated: Floats, others: Floats, _: float, __: int) -> tuple[Floats, float]:
    """Welch's variance, on the degrees of freedom that equal spread would give it."""
    k, m = treated.shape[1], others.shape[1]
    error = np.sqrt(_squares(treated) / (k * (k - 1)) + _squares(others) / (m * (m - 1)))
    dof = (1 / k + 1 / m) ** 2 / (1 / (k**2 * (k - 1)) + 1 / (m**2 * (m - 1)))
    return error, dof


def _donald_lang(treated: Floats, others: Floats, allowance: float, _: int) -> tuple[Floats, float]:
    k, m = treated.shape[1], others.shape[1]
    pooled = (_squares(treated) + _squares(others)) / (k + m - 2)
    share_of_few = max(k, m) / (k + m)
    larger = 1 + (allowance**2 - 1) * share_of_few
    return np.sqrt(pooled * (1 / k + 1 / m) * larger), k + m - 2


_RULES: dict[str, Callable[[Floats, Floats, float, int], tuple[Floats, float]]] = {
    "cluster": _cluster,
    "cr2": _cr2,
    "donald_lang": _donald_lang,
}


def _permutation(changes: Floats, k: int, *, alpha: float, seed: int) -> Floats:
    """Where ``inference.permutation`` ends its interval: below and above the effect, 2 x B."""
    n = changes.shape[1]
    deals, listed = _deals(n, k, seed)
    alike = (deals[:, :k].sum(axis=1) * n / k - k) / (n - k)
    twins = int((np.abs(alike) > 1 - 1e-9).sum()) if listed else 1
    keep = round(attainable(twins, len(deals), alpha) * len(deals))
    for_ever = np.abs(alike) > 1 - 1e-9
    rank = keep - int(for_ever.sum())
    if rank < 0:
        return np.full((2, len(changes)), np.inf)
    deals, alike = deals[~for_ever], alike[~for_ever]
    own = weights_of_first(n, k)
    left = deals.T * (1 / k + 1 / (n - k)) - 1 / (n - k)
    left -= np.outer(own, alike)  # the coefficient of what the observed fit leaves over
    up, down = left / (1 + alike), -left / (1 - alike)
    parts = np.array_split(changes, 1 + len(changes) * len(deals) // _CELLS)
    return np.hstack([_reaches(part @ up, part @ down, part @ own, rank) for part in parts])


def weights_of_first(n: int, k: int) -> Floats:
    """Weights of N changes in the first k's mean less the others'."""
    return np.where(np.arange(n) < k, 1 / k, -1 / (n - k))


def _reaches(up: Floats, down: Floats, effect: Floats, rank: int) -> Floats:
    """Below and above each effect: distances at which all but ``rank`` deals have stopped contesting."""
    place = up.shape[1] - 1 - rank
    above = np.maximum(up, down)
    below = np.minimum(up, down, out=up)
    above.partition(place, axis=1)
    below.partition(rank, axis=1)
    down_to, up_to = np.maximum(-below[:, rank], 0), np.maximum(above[:, place], 0)
    return np.stack([down_to - effect, up_to + effect])


def _deals(n: int, k: int, seed: int) -> tuple[Floats, bool]:
    """Rows of N zeros and k ones: every way, the observed one among them, or some."""
    total = math.comb(n, k)
    listed = total <= LIST_UP_TO
    rows = np.zeros((total if listed else 1 + DRAWN, n))
    if listed:
        for row, chosen in enumerate(islice(combinations(range(n), k), total)):
            rows[row, list(chosen)] = 1
    else:
        rows[:, :k] = 1
        rows[1:] = np.random.default_rng(seed).permuted(rows[1:], axis=1)
    return rows, listed
