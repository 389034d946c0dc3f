"""What is usual for an area and a period, on a scale on which chance is equally large everywhere."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WINDOW = 6
"""Periods on either side from which the level of an area is taken."""

MANY_AREAS, TWO_YEARS, FEWEST = 5, 24, 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Usual:
    """Every cell against its own area and its own period.

    Attributes
    ----------
    events : array, N x T
        What is usual, in events; NaN where it cannot be told.
    distance : array, N x T
        How far the cell is from that, in standard deviations of its own area.
    spread : array, N
        Standard deviation of an area on the scale of Anscombe (1948); 1 is Poisson, never taken as less.
    season : bool
        Whether what all areas share in a period was allowed for.
    """

    events: Floats
    distance: Floats
    spread: Floats
    season: bool


def usual(counts: Floats, *, monthly: bool) -> Usual:
    """Compare every cell with the median of its area around it, moved as all areas move in that period.

    Counts are taken to ``2 sqrt(y + 3/8)`` (Anscombe 1948), on which their standard deviation is about 1
    if they are Poisson. What a period does to an area is the median over the other areas from five areas on;
    with fewer, and two years of months, over the other cells of the same calendar month; otherwise nothing is
    allowed for. The spread is 1.4826 times the median absolute deviation (Rousseeuw and Croux 1993). No cell
    takes part in what is usual for itself.
    """
    rooted = 2 * np.sqrt(counts + 0.375)
    level = _level(rooted)
    share, season = _shared(rooted / level, monthly=monthly)
    expected = level * share
    apart = rooted - expected
    known = ~np.isnan(apart)
    spread = np.array(
        [
            max(1.0, 1.4826 * float(np.median(np.abs(row[fine])))) if fine.any() else 1.0
            for row, fine in zip(apart, known, strict=True)
        ]
    )
    return Usual(
        events=np.maximum((expected / 2) ** 2 - 0.375, 0.0),
        distance=apart / spread[:, None],
        spread=spread,
        season=season,
    )


def _level(rooted: Floats) -> Floats:
    """Array, N x T: median of the neighbours in time of each cell, without the cell itself."""
    n_periods = rooted.shape[1]
    out = np.full_like(rooted, np.nan)
    for t in range(n_periods):
        first, last = max(0, t - WINDOW), min(n_periods, t + WINDOW + 1)
        near = np.delete(rooted[:, first:last], t - first, axis=1)
        for i, row in enumerate(near):
            fine = row[~np.isnan(row)]
            if len(fine) >= FEWEST:
                out[i, t] = np.median(fine)
    return out


def _shared(relative: Floats, *, monthly: bool) -> tuple[Floats, bool]:
    """Array, N x T: what other cells say that a period does to an area, around one; False where nothing."""
    n_areas, n_periods = relative.shape
    share = np.ones_like(relative)
    if n_areas >= MANY_AREAS:
        for i in range(n_areas):
            share[i] = _medians(np.delete(relative, i, axis=0).T)
        return share, True
    if not monthly or n_periods < TWO_YEARS:
        return share, False
    for i in range(n_areas):
        for t in range(n_periods):
            alike = relative[:, t % 12 :: 12].copy()
            alike[i, t // 12] = np.nan
            share[i, t] = _medians(alike.ravel()[None, :])[0]
    return share, True


def _medians(rows: Floats) -> Floats:
    """Median of each row; 1 where fewer than three numbers are known."""
    known = [row[~np.isnan(row)] for row in rows]
    return np.array([np.median(row) if len(row) >= FEWEST else 1.0 for row in known])
