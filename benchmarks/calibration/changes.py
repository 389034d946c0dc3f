"""The methods of ``ek.did.twfe`` for thousands of panels at once.

With one start and complete panels every method depends on one number an area: its mean after less its mean
before. Here they are written for all draws together; ``tests/test_calibration.py`` compares them with the
package, draw by draw.
"""

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from benchmarks.calibration.worlds import PERIODS
from evalkit.inference.few_treated import LIST_UP_TO, MANY_FOR_ONE
from evalkit.inference.permutation import deals

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
TIE = 1 - 1e-9
WEBB = np.sqrt([1.5, 1.0, 0.5])
CHUNK = 4_000_000
DEALT, RESAMPLED, SIGNS = 1_999, 9_999, 999


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Changes:
    """One change an area, draws x N, and which areas are treated."""

    rows: Floats
    treated: Booleans

    @property
    def sizes(self) -> tuple[int, int]:
        """Treated and comparison areas."""
        return int(self.treated.sum()), int((~self.treated).sum())

    @property
    def effect(self) -> Floats:
        """Array, draws."""
        return self.rows[:, self.treated].mean(axis=1) - self.rows[:, ~self.treated].mean(axis=1)

    @property
    def squares(self) -> tuple[Floats, Floats]:
        """Sums of squares about the mean of each side, each an array of draws."""
        sides = (self.rows[:, self.treated], self.rows[:, ~self.treated])
        first, second = (((x - x.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) for x in sides)
        return first, second


def cluster(of: Changes) -> Floats:
    """P-values of the cluster rule: t with G - 1 degrees of freedom."""
    (n1, n0), (s1, s0) = of.sizes, of.squares
    g, n, k = n1 + n0, (n1 + n0) * PERIODS, 1 + PERIODS
    variance = g / (g - 1) * (n - 1) / (n - k) * (s1 / n1**2 + s0 / n0**2)
    return _t(of.effect, variance, g - 1)


def cr2(of: Changes) -> Floats | None:
    """P-values of CR2 with Bell and McCaffrey's degrees of freedom; None with one area on a side."""
    (n1, n0), (s1, s0) = of.sizes, of.squares
    if min(n1, n0) == 1:
        return None
    dof = (1 / n1 + 1 / n0) ** 2 / (1 / (n1**2 * (n1 - 1)) + 1 / (n0**2 * (n0 - 1)))
    return _t(of.effect, s1 / (n1 - 1) / n1 + s0 / (n0 - 1) / n0, dof)


def donald_lang(of: Changes, allowance: Floats | float = 1.0) -> Floats:
    """P-values of Donald and Lang's t test; a lone area may be ``allowance`` times as variable."""
    (n1, n0), (s1, s0) = of.sizes, of.squares
    pooled, few = (s1 + s0) / (n1 + n0 - 2), min(n1, n0)
    many = n1 + n0 - few
    grown = np.asarray(allowance) ** 2 if few == 1 else 1.0
    return _t(of.effect, pooled * (grown / few + 1 / many), n1 + n0 - 2)


def wild(of: Changes, seed: int = 0) -> Floats:
    """P-values of the wild cluster bootstrap, null imposed, with at most ``SIGNS`` draws."""
    n1, n0 = of.sizes
    under = of.rows - of.rows.mean(axis=1, keepdims=True)
    table = _multipliers(n1 + n0, seed)
    own, drawn = (_statistic(under, of, w) for w in (np.ones((1, n1 + n0)), table))
    return np.mean(drawn >= own * TIE, axis=1)


def _statistic(under: Floats, of: Changes, multipliers: Floats) -> Floats:
    """Array, draws x rows of multipliers: |t| up to a constant."""
    total, variance = np.zeros((2, len(under), len(multipliers)))
    for side, sign in ((of.treated, 1.0), (~of.treated, -1.0)):
        n = int(side.sum())
        mean = under[:, side] @ multipliers[:, side].T / n
        squares = under[:, side] ** 2 @ (multipliers[:, side] ** 2).T
        total += sign * mean
        variance += np.maximum(squares - n * mean**2, 0.0) / n**2
    with np.errstate(divide="ignore"):
        return np.abs(total) / np.sqrt(variance)


def _multipliers(n: int, seed: int) -> Floats:
    if 2**n <= SIGNS:
        return np.array([(1.0, *signs) for signs in itertools.product([1.0, -1.0], repeat=n - 1)])
    points = np.concatenate([-WEBB, WEBB]) if n < 12 else np.array([-1.0, 1.0])
    drawn = np.random.default_rng(seed).choice(points, size=(SIGNS, n))
    return np.vstack([np.ones(n), drawn])


def permutation(of: Changes, seed: int = 0) -> Floats:
    """P-values of the permutation test."""
    labels = np.where(of.treated, 0, 1)
    dealt = deals(labels, draws=DEALT, seed=seed) == 0
    n1, n0 = of.sizes
    weights = np.where(dealt, 1 / n1, -1 / n0)
    return _share(of, weights)


def _share(of: Changes, weights: Floats) -> Floats:
    own = np.abs(of.effect)[:, None] * TIE
    step = max(1, CHUNK // len(weights))
    parts = [
        np.mean(np.abs(of.rows[at : at + step] @ weights.T) >= own[at : at + step], axis=1)
        for at in range(0, len(of.rows), step)
    ]
    return np.concatenate(parts)


def conley_taber(of: Changes, seed: int = 0) -> Floats | None:
    """P-values of Conley and Taber's test; None below ten comparison areas for each treated one."""
    n1, n0 = of.sizes
    if n0 < MANY_FOR_ONE * n1:
        return None
    if n0**n1 <= LIST_UP_TO:
        chosen = np.array(list(itertools.product(range(n0), repeat=n1)))
    else:
        chosen = np.random.default_rng(seed).integers(n0, size=(RESAMPLED, n1))
    weights = (chosen[:, :, None] == np.arange(n0)).mean(axis=1)
    deviations = of.rows[:, ~of.treated]
    deviations = deviations - deviations.mean(axis=1, keepdims=True)
    own = np.abs(of.effect)[:, None] * TIE
    step = max(1, CHUNK // len(weights))
    found = [
        (1 + (np.abs(deviations[at : at + step] @ weights.T) >= own[at : at + step]).sum(axis=1))
        / (1 + len(weights))
        for at in range(0, len(of.rows), step)
    ]
    return np.concatenate(found)


def _t(effect: Floats, variance: Floats, dof: float) -> Floats:
    return np.asarray(2 * stats.t.sf(np.abs(effect) / np.sqrt(variance), dof))
