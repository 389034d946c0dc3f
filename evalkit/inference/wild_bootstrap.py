"""The wild cluster bootstrap with the null imposed."""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from evalkit.errors import DataError
from evalkit.inference.judgement import Judgement, attainable
from evalkit.inference.regression import Floats, Regression
from evalkit.types.estimate import Interval

WEBB = np.sqrt([1.5, 1.0, 0.5])
DRAWS = 9_999
TIE = 1 - 1e-9
"""Statistics this close count as equal, so that the observed draw always counts itself."""

ROUNDING, FARTHEST = 1e-12, 1e6
"""Of a p-value, and how many standard errors out an end of the interval is looked for."""


def wild_cluster_bootstrap(
    fit: Regression,
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = 0.95,
    multipliers: str = "auto",
) -> Judgement:
    """Wild cluster bootstrap of the clustered t statistic, null imposed (WCR).

    p = share of draws with |t*| >= |t|, the observed draw included; the interval holds every value that
    would not be rejected.

    Parameters
    ----------
    fit : Regression
    seed : int
    draws : int
        Also the largest number of sign patterns that are listed instead of drawn.
    multipliers : str
        ``"rademacher"`` (plus or minus one), ``"webb"`` (six points), or ``"auto"``: Rademacher, all
        2^G patterns listed where they are no more than ``draws``; otherwise Webb below 12 clusters and
        Rademacher from there.

    Raises
    ------
    DataError
        Unknown multipliers, or fewer than three clusters.

    References
    ----------
    Cameron, Gelbach and Miller (2008), *Review of Economics and Statistics* 90(3), section III; six-point
    weights: Webb (2014), QED working paper 1315. Fails with one or two treated clusters: MacKinnon and
    Webb (2018), *Econometrics Journal* 21(2).
    """
    if fit.n_clusters < 3:
        raise DataError(f"found {fit.n_clusters} clusters; a bootstrap over clusters needs 3")
    table, listed, name = _table(fit.n_clusters, seed, draws, multipliers)
    drawn = _drawn(fit, table)
    reached = attainable(1, len(table), 1 - level)
    step = drawn.own / fit.information
    low, high = (_end(drawn, step, side, reached) if step else fit.effect for side in (-1, 1))
    how = f"all {len(table):,} distinct" if listed else f"{draws:,} draws, seed {seed}"
    return Judgement(
        method="wild_bootstrap",
        standard_error=None,
        interval=Interval(low=low, high=high, level=1 - reached),
        p_value=drawn.p_at(0.0),
        dof=None,
        attainable_level=reached,
        words=(
            f"wild cluster bootstrap, null imposed, {name} multipliers ({how}), "
            f"{fit.n_clusters} clusters; fails with one or two treated clusters"
        ),
        why="the bootstrap gives an interval and a p-value, no standard error",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Draws:
    """What every draw says about any null, written around the estimate.

    Under the null ``effect + away`` a draw shifts the coefficient by ``shift[0] - away shift[1]``, and the
    sum of its squared cluster scores is ``squares[0] - 2 away squares[1] + away^2 squares[2]``.
    """

    effect: float
    own: float
    shift: tuple[Floats, Floats]
    squares: tuple[Floats, Floats, Floats]

    def p_at(self, null: float) -> float:
        away = null - self.effect
        shift = self.shift[0] - away * self.shift[1]
        squares = self.squares[0] - 2 * away * self.squares[1] + away**2 * self.squares[2]
        spread = np.sqrt(np.maximum(squares, 0.0))
        return float(np.mean(np.abs(shift) * self.own >= abs(away) * spread * TIE))


def _drawn(fit: Regression, table: Floats) -> _Draws:
    """Re-estimate the coefficient and its cluster scores for each row of multipliers, draws x G."""
    leverage = fit.by_cluster(fit.regressor[:, None] * fit.nuisance)
    scale = fit.by_cluster(fit.regressor**2)
    shifts, scores = [], []
    for rows in (fit.residuals, fit.regressor):
        own = fit.by_cluster(fit.regressor * rows)
        shift = table @ own / fit.information
        carried = table @ fit.by_cluster(rows[:, None] * fit.nuisance)
        shifts.append(shift)
        scores.append(table * own - carried @ leverage.T - np.outer(shift, scale))
    of_outcome, of_regressor = scores
    return _Draws(
        effect=fit.effect,
        own=math.sqrt(float((fit.by_cluster(fit.regressor * fit.residuals) ** 2).sum())),
        shift=(shifts[0], shifts[1]),
        squares=(
            (of_outcome**2).sum(axis=1),
            (of_outcome * of_regressor).sum(axis=1),
            (of_regressor**2).sum(axis=1),
        ),
    )


def _table(n: int, seed: int, draws: int, multipliers: str) -> tuple[Floats, bool, str]:
    """Multipliers, draws x G, the observed draw first; whether all are listed; their name.

    A pattern and its mirror image give the same |t*|, so half of the 2^G patterns are enough.
    """
    if multipliers not in ("auto", "rademacher", "webb"):
        raise DataError(f"found multipliers {multipliers!r}; needed auto, rademacher or webb")
    if multipliers != "webb" and 2**n <= draws:
        half = itertools.product([1.0, -1.0], repeat=n - 1)
        return np.array([(1.0, *signs) for signs in half]), True, "Rademacher"
    webb = multipliers == "webb" or (multipliers == "auto" and n < 12)
    points = np.concatenate([-WEBB, WEBB]) if webb else np.array([-1.0, 1.0])
    drawn = np.random.default_rng(seed).choice(points, size=(draws, n))
    return np.vstack([np.ones(n), drawn]), False, "Webb six-point" if webb else "Rademacher"


def _end(drawn: _Draws, step: float, side: int, alpha: float) -> float:
    """Where p falls to ``alpha`` on one side of the effect, by halving; infinite where it never does."""
    inside, outside = 0.0, 2.0
    while drawn.p_at(drawn.effect + side * outside * step) > alpha + ROUNDING:
        inside, outside = outside, 2 * outside
        if outside > FARTHEST:
            return side * math.inf
    for _ in range(50):
        middle = (inside + outside) / 2
        if drawn.p_at(drawn.effect + side * middle * step) > alpha + ROUNDING:
            inside = middle
        else:
            outside = middle
    return drawn.effect + side * outside * step
