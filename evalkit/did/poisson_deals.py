"""The rate ratio of ``poisson`` for thousands of ways to deal the start dates at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

CONVERGED = 1e-11
"""Largest change of a log ratio in the last step."""
MOST_STEPS, NEWTON_STEPS = 500, 60
FLAT = 1e-12
"""Added to what is solved, so that patterns without incidents have a solution, which is not to move."""
CHUNK = 2_000_000
"""Numbers in one array."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deals:
    """Complete counts and the ways to deal start dates.

    Attributes
    ----------
    exposure : array, N x T
    starts : array, K
        First treated period of each pattern; T, for never, is one of them.
    pattern : array, B x N
        The pattern that each unit follows in each deal.
    """

    exposure: Floats
    starts: Integers
    pattern: Integers

    def some(self, which: Booleans | slice) -> "Deals":
        """These deals only."""
        return Deals(exposure=self.exposure, starts=self.starts, pattern=self.pattern[which])


def log_ratios(deals: Deals, counts: Floats) -> Floats:
    """Array, B: the log of incidents over treated cells divided by what they would have been.

    Infinite where none were observed, or none expected. The likelihood is climbed in two alternating steps:
    the level of each pattern, by Newton's method, and each unit's share of its pattern, in closed form.
    Without exposure, or with one that changes alike everywhere, one round is enough.

    Parameters
    ----------
    counts : array, N x T

    Raises
    ------
    DataError
        No convergence.
    """
    n_deals, n_units = deals.pattern.shape
    step = max(1, CHUNK // (n_units * (len(deals.starts) + counts.shape[1])))
    parts = [
        _log_ratios(deals.some(slice(at, at + step)), counts) for at in range(0, n_deals, step)
    ]
    return np.concatenate(parts)


def _log_ratios(deals: Deals, counts: Floats) -> Floats:
    n_periods = counts.shape[1]
    member = (deals.pattern[:, None, :] == np.arange(len(deals.starts))[:, None]).astype(np.float64)
    treated = np.arange(n_periods) >= deals.starts[:, None]
    by_pattern = member @ counts
    totals = counts.sum(axis=1)
    own = np.broadcast_to(totals / deals.exposure.sum(axis=1), deals.pattern.shape)
    levels = np.zeros(by_pattern.shape[:2])
    before = np.full(len(member), np.inf)
    for _ in range(MOST_STEPS):
        exposed = (member * own[:, None, :]) @ deals.exposure
        levels = _levels(by_pattern, exposed, ~treated, levels)
        exposed = exposed * np.exp(levels)[:, :, None]
        free = (by_pattern * ~treated).sum(axis=1) / _positive((exposed * ~treated).sum(axis=1))
        expected = (exposed * free[:, None, :] * treated).sum(axis=(1, 2))
        observed = (by_pattern * treated).sum(axis=(1, 2))
        with np.errstate(divide="ignore"):
            found = np.log(observed) - np.log(expected)
        if _settled(found, before):
            return np.asarray(found)
        before = found
        rates = np.where(treated, by_pattern / _positive(exposed), free[:, None, :])
        rates = rates * np.exp(levels)[:, :, None]
        met = np.take_along_axis(rates @ deals.exposure.T, deals.pattern[:, None, :], axis=1)
        own = np.where(totals > 0, totals / _positive(met[:, 0]), 0.0)
    raise DataError(
        "poisson found no maximum of the likelihood for some ways to deal the start dates; join small areas "
        "or short periods, or use inference='cluster'"
    )


def _levels(by_pattern: Floats, exposed: Floats, untreated: Booleans, start: Floats) -> Floats:
    """Log levels of patterns (B x K), that of the last one 0, which make fitted untreated counts add up.

    Each period's untreated incidents are shared out among patterns like a multinomial; a pattern without any
    has a level of minus infinity.
    """
    incidents = by_pattern * untreated
    wanted, of_period = incidents.sum(axis=2), incidents.sum(axis=1)
    levels = start - start[:, -1:]
    levels[:, :-1][wanted[:, :-1] == 0] = -np.inf
    for _ in range(NEWTON_STEPS):
        there = exposed * np.exp(levels)[:, :, None] * untreated
        share = there / _positive(there.sum(axis=1))[:, None, :]
        weighted = share * of_period[:, None, :]
        slope = (wanted - weighted.sum(axis=2))[:, :-1]
        curve = -weighted @ share.transpose(0, 2, 1)
        diagonal = np.arange(curve.shape[1])
        curve[:, diagonal, diagonal] += weighted.sum(axis=2) + FLAT
        move = np.linalg.solve(curve[:, :-1, :-1], slope[:, :, None])[:, :, 0]
        levels[:, :-1] += np.clip(move, -2.0, 2.0)
        if np.abs(move).max(initial=0.0) < CONVERGED:
            break
    return levels


def _settled(found: Floats, before: Floats) -> bool:
    same = found == before  # infinite ones, too
    with np.errstate(invalid="ignore"):
        return bool((same | (np.abs(found - before) < CONVERGED)).all())


def _positive(values: Floats) -> Floats:
    """Values, with 1 in the place of 0, where the numerator is 0 too."""
    return np.where(values > 0, values, 1.0)
