"""One or few treated units beside many: the comparison units show how far a unit moves by chance."""

import itertools

import numpy as np
import scipy  # its parts are read when one is first named

from evalkit.errors import DataError
from evalkit.inference.judgement import Judgement, attainable
from evalkit.inference.regression import Booleans, Floats
from evalkit.types.estimate import Interval

LIST_UP_TO = 20_000
MANY_FOR_ONE = 10
"""Comparison units for each treated one: with fewer, the chance movement of their own mean matters."""
TIE = 1 - 1e-9


def few_treated(
    changes: Floats,
    treated: Booleans,
    *,
    size: Floats | None = None,
    seed: int,
    draws: int = 9_999,
    level: float = 0.95,
) -> Judgement:
    """Conley and Taber's test; with ``size`` Ferman and Pinto's, which allows for units of unequal size.

    The effect is the treated units' mean change less the comparison units'. Its distribution by chance is
    that of the mean of as many comparison units' deviations from their mean, drawn with replacement; all
    combinations are listed up to 20,000. With ``size``, variance is A + B / size, estimated by non-negative
    least squares on the comparison units' squared deviations, and each deviation is brought to the spread
    of the treated unit it stands for. p = (1 + those at least as far out) / (1 + all).

    Parameters
    ----------
    changes : array, N
        Each unit's mean after the start less its mean before.
    treated : array of bool, N
    size : array, N, or None
        Positive: population or number of people behind each unit.

    Raises
    ------
    DataError
        Fewer than ten comparison units for each treated one, no treated ones, or a size that is not positive.

    References
    ----------
    Conley and Taber (2011), *Review of Economics and Statistics* 93(1), section III; Ferman and Pinto
    (2019), *Review of Economics and Statistics* 101(3), section III.
    """
    n_few, n_many = int(treated.sum()), int((~treated).sum())
    if n_few < 1 or n_many < MANY_FOR_ONE * n_few:
        raise DataError(
            f"found {n_few} treated and {n_many} comparison units; this test needs one or more treated and "
            f"at least {MANY_FOR_ONE} to learn from for each of them"
        )
    effect = float(changes[treated].mean() - changes[~treated].mean())
    deviations = changes[~treated] - changes[~treated].mean()
    scaled = np.tile(deviations, (n_few, 1))
    if size is not None:
        spread = _spread(deviations, size, treated)
        scaled = scaled * spread[treated][:, None] / spread[~treated]
    listed = n_many**n_few <= LIST_UP_TO
    chance = np.abs(_means(scaled, listed, seed, draws))
    p_value = float((1 + (chance >= abs(effect) * TIE).sum()) / (1 + len(chance)))
    reached = attainable(1, 1 + len(chance), 1 - level)
    # b is rejected while at most k - 1 draws lie at least |effect - b| out, k = reached (1 + draws)
    rank = round(reached * (1 + len(chance)))
    half = float(np.sort(chance)[len(chance) - rank])
    how = f"all {len(chance):,} draws" if listed else f"{draws:,} draws, seed {seed}"
    name = "Conley-Taber" if size is None else "Ferman-Pinto, spread by size"
    return Judgement(
        method="conley_taber" if size is None else "ferman_pinto",
        standard_error=None,
        interval=Interval(low=effect - half, high=effect + half, level=1 - reached),
        p_value=p_value,
        dof=None,
        attainable_level=reached,
        words=(
            f"{name}: {how} from {n_many} comparison units; needs many of these, "
            + ("all with equal spread" if size is None else "spread that depends on size alone")
        ),
        why="chance is read off the comparison units, which gives no standard error",
    )


def _spread(deviations: Floats, size: Floats, treated: Booleans) -> Floats:
    if not (np.isfinite(size) & (size > 0)).all():
        raise DataError(
            "found a size that is missing, 0 or less; Ferman-Pinto needs one for each unit"
        )
    inverse = size.mean() / size
    design = np.column_stack([np.ones(len(deviations)), inverse[~treated]])
    parts, _ = scipy.optimize.nnls(design, deviations**2)
    if not parts.any():
        raise DataError("the comparison units all change alike, which says nothing about chance")
    return np.asarray(np.sqrt(parts[0] + parts[1] * inverse))


def _means(scaled: Floats, listed: bool, seed: int, draws: int) -> Floats:
    n_few, n_many = scaled.shape
    if listed:
        chosen = np.array(list(itertools.product(range(n_many), repeat=n_few)))
    else:
        chosen = np.random.default_rng(seed).integers(n_many, size=(draws, n_few))
    return np.asarray(scaled[np.arange(n_few), chosen].mean(axis=1))
