"""Permutation of treatment over units: how often would chance deal as large an effect."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evalkit.errors import DataError
from evalkit.inference.judgement import Judgement, attainable
from evalkit.inference.regression import COLLINEAR, Booleans, Floats, Integers, cells, regression
from evalkit.types.estimate import Interval

TIE = 1 - 1e-9
"""Coefficients this close count as equal, so that the observed assignment always counts itself."""

LIST_UP_TO = 20_000
"""Assignments that are listed instead of drawn: all choices of 3 areas out of 43 are 12,341."""

CHUNK = 4_096


def permutation(
    outcome: Floats,
    start: Integers,
    *,
    observed: Booleans | None = None,
    weights: Floats | None = None,
    covariates: Floats | None = None,
    cluster: Integers | None = None,
    seed: int,
    draws: int = 1_999,
    level: float = 0.95,
) -> Judgement:
    """Permute start dates over units (over clusters, where units lie in some) and compare coefficients.

    Exact without any assumption on errors where chance decided who started when; otherwise it takes areas
    to be exchangeable. p = share of assignments whose two-way coefficient is at least as far from 0, the
    observed one included. The interval holds every constant effect that would not be rejected, found
    exactly: for each assignment these values are one interval around the estimate.

    Parameters
    ----------
    outcome : array, N x T
    start : array, N
        Index of the first treated period; T or more for never.
    observed, weights, covariates, cluster
        As in ``regression``.
    seed : int
        Used only where there are more than 20,000 assignments.
    draws : int
        Assignments drawn beside the observed one where they are too many to list.

    Raises
    ------
    DataError
        Units of one cluster start at different times, or every assignment says the same.

    References
    ----------
    Fisher (1935), *The Design of Experiments*, chapter 2; Imbens and Rubin (2015), *Causal Inference*,
    chapter 5 (interval by inversion: section 5.7).
    """
    n_periods = outcome.shape[1]
    seen = np.isfinite(outcome) if observed is None else observed
    groups = np.arange(len(outcome)) if cluster is None else cluster
    patterns, labels = np.unique(
        of_clusters(np.minimum(start, n_periods), groups), return_inverse=True
    )
    paths = (np.arange(n_periods) >= patterns[:, None]).astype(float)
    tables = _tables(outcome, paths, labels, seen, groups, weights, covariates)
    total = n_assignments(labels)
    listed = total <= LIST_UP_TO
    dealt = deals(labels, draws=draws, seed=seed)
    said, left, alike = _coefficients(tables, dealt)
    effect = tables.effect
    p_value = float(np.mean(np.abs(said) >= abs(effect) * TIE))
    twins = int((np.abs(alike) >= TIE).sum()) if listed else 1
    if twins == len(dealt):
        what = f"all {len(dealt)} ways to deal the start dates over {len(labels)} units"
        raise DataError(f"permutation cannot tell anything: {what} compare the same units")
    reached = attainable(twins, len(dealt), 1 - level)
    keep = round(reached * len(dealt))
    high = effect + _reach(left, alike, keep)
    low = effect - _reach(-left, alike, keep)
    extreme = round(p_value * len(dealt))
    what = f"all {total:,} ways" if listed else f"{draws + 1:,} drawn ways"
    called = "units" if len(labels) == len(outcome) else "clusters"
    drawn = "" if listed else f", seed {seed}"
    return Judgement(
        method="permutation",
        standard_error=None,
        interval=Interval(low=low, high=high, level=1 - reached),
        p_value=p_value,
        dof=None,
        attainable_level=reached,
        words=(
            f"permutation, {extreme:,} of {what} to deal the start dates over {len(labels)} {called} at "
            f"least as large{drawn}; smallest p {twins / len(dealt):.3g}, attainable level {reached:.1%}"
        ),
        why="permutation gives an interval and a p-value, no standard error",
    )


def n_assignments(labels: Integers) -> int:
    """How many different ways there are to deal these labels over as many units.

    >>> n_assignments(np.array([0, 0, 1, 1, 1]))
    10
    """
    ways = math.factorial(len(labels))
    for count in np.unique(labels, return_counts=True)[1].tolist():
        ways //= math.factorial(count)
    return ways


def deals(labels: Integers, *, draws: int, seed: int) -> Integers:
    """Ways to deal ``labels`` (0 .. K-1, array G) over as many units, one a row.

    Every different one where they are no more than 20,000; otherwise the observed one first, then ``draws``.
    """
    total = n_assignments(labels)
    if total > LIST_UP_TO:
        dealt = np.tile(labels, (draws, 1))
        return np.vstack([labels, np.random.default_rng(seed).permuted(dealt, axis=1)])
    counts = np.unique(labels, return_counts=True)[1]
    dealt = np.zeros((total, len(labels)), dtype=np.int64)
    for row, places in enumerate(_places(tuple(range(len(labels))), counts[1:].tolist())):
        for label, chosen in enumerate(places, start=1):
            dealt[row, list(chosen)] = label
    return dealt


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Sums for "group g follows pattern k", k x G: every assignment is a choice of one k for each g.

    ``with_residual`` and ``with_observed`` are products with the observed fit's residuals and regressor,
    ``squares`` and ``projections`` (k x G x K) what the squared length of the new regressor is made of.
    """

    effect: float
    with_residual: Floats
    with_observed: Floats
    squares: Floats
    projections: Floats


def _tables(
    outcome: Floats,
    paths: Floats,
    labels: Integers,
    seen: Booleans,
    groups: Integers,
    weights: Floats | None,
    covariates: Floats | None,
) -> _Tables:
    taken = cells(seen, weights=weights, covariates=covariates)
    treated = paths[labels[groups]]
    fit = regression(
        outcome, treated, observed=seen, weights=weights, covariates=covariates, cluster=groups
    )
    own = [taken.centred(path[taken.period]) for path in paths]
    plain = weights is None and covariates is None and fit.n_clusters == len(outcome)
    if plain and seen.all():  # dealing then only reorders rows: the length stays what it is
        squares = np.full((len(paths), fit.n_clusters), fit.information / fit.n_clusters)
        projections = np.zeros((*squares.shape, 0))
    else:
        squares = np.array([fit.by_cluster(x**2) for x in own])
        projections = np.array([fit.by_cluster(x[:, None] * taken.nuisance) for x in own])
    return _Tables(
        effect=fit.effect,
        with_residual=np.array([fit.by_cluster(x * fit.residuals) for x in own]),
        with_observed=np.array([fit.by_cluster(x * fit.regressor) for x in own]),
        squares=squares,
        projections=projections,
    )


def _coefficients(tables: _Tables, dealt: Integers) -> tuple[Floats, Floats, Floats]:
    """For each assignment: its coefficient, that of the residuals, and that of the observed treatment."""
    k, g = tables.squares.shape
    per_choice = np.column_stack(
        [
            tables.with_residual.reshape(k * g),
            tables.with_observed.reshape(k * g),
            tables.squares.reshape(k * g),
            tables.projections.reshape(k * g, -1),
        ]
    )
    sums = np.concatenate(
        [
            (part[:, None, :] == np.arange(k)[:, None]).reshape(len(part), k * g) @ per_choice
            for part in np.array_split(dealt, 1 + len(dealt) // CHUNK)
        ]
    )
    length = sums[:, 2] - (sums[:, 3:] ** 2).sum(axis=1)
    known = length > COLLINEAR * np.maximum(sums[:, 2], 1e-300)
    safe = np.where(known, length, 1.0)
    left = np.where(known, sums[:, 0] / safe, np.inf)
    alike = np.where(known, sums[:, 1] / safe, 1.0)
    return left + alike * tables.effect, left, alike


def _reach(left: Floats, alike: Floats, keep: int) -> float:
    """How far above the estimate a constant effect can lie before at most ``keep`` assignments contest it.

    With d the distance, an assignment contests while d <= |left - alike d|: up to one distance, and, in an
    unbalanced panel only, again from another one on.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(1 + alike > 0, left / (1 + alike), -np.inf)
        below = np.where(1 - alike > 0, -left / (1 - alike), -np.inf)
        until = np.maximum(np.maximum(above, below), 0.0)
        again = np.where(np.abs(alike) > 1, np.sign(alike) * left / (np.abs(alike) - 1), np.inf)
    scale = float(np.abs(left[np.isfinite(left)]).max())
    tied = (np.abs(np.abs(alike) - 1) <= 1 - TIE) & (np.abs(left) <= (1 - TIE) * scale)
    again = np.where(tied | ~np.isfinite(left), 0.0, np.maximum(again, 0.0))
    for_ever = again <= until
    back = again[~for_ever & np.isfinite(again)]
    contesting = int(for_ever.sum()) + len(back)
    if contesting > keep:
        return math.inf
    turns = np.concatenate([until[~for_ever], back])
    change = np.concatenate([np.ones(int((~for_ever).sum())), -np.ones(len(back))])
    order = np.argsort(-turns, kind="stable")
    count = contesting + np.cumsum(change[order])
    return float(turns[order][np.argmax(count > keep)])


def of_clusters(start: Integers, groups: Integers) -> Integers:
    """Start of each cluster (array G), from that of its units (array N)."""
    found = np.full(int(groups.max()) + 1, -1, dtype=np.int64)
    found[groups] = start
    if not np.array_equal(found[groups], start):
        raise DataError(
            "permutation deals starts over clusters; found a cluster whose units start at different times"
        )
    return found


def _places(free: tuple[int, ...], counts: list[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    if len(counts) == 1:
        yield from ((chosen,) for chosen in itertools.combinations(free, counts[0]))
        return
    for chosen in itertools.combinations(free, counts[0]):
        rest = tuple(place for place in free if place not in chosen)
        for others in _places(rest, counts[1:]):
            yield (chosen, *others)
