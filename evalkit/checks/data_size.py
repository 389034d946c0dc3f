"""Checks of how much a table can show: odd cells, zeros, and too few events to see anything."""

import math

import numpy as np

from evalkit.checks.data_result import counts_of, listed, noun_of, result
from evalkit.checks.data_usual import usual
from evalkit.data.grid import OutcomeGrid
from evalkit.types.evaluation import CheckResult

FAR = 6.0
MOST_ZEROS = 0.5
WORTH_SEEING = 0.33
POWER = 1.96 + 0.84
"""Standard errors that an effect must be away from none to be seen with 80 per cent power at 5 per cent."""


def outliers(grid: OutcomeGrid) -> CheckResult:
    """Whether any single cell is far from what is usual for its area and its period.

    Six standard deviations of the area's own scatter: a convention of ours, above the 3.5 of Iglewicz and
    Hoaglin (1993) for one short series, because hundreds of cells are looked at.
    """
    question = "Is any one number far from the usual?"
    counts = counts_of(grid)
    seen = usual(counts, monthly=noun_of(grid) == "month")
    far = np.abs(np.where(np.isnan(seen.distance), 0.0, seen.distance))
    if np.isnan(seen.distance).all():
        sentence = "Not applicable: too few periods to say what is usual."
        return result("outliers", question, "furthest", None, FAR, "<=", sentence)
    odd = np.argwhere(far > FAR)
    if len(odd):
        worst = sorted(odd.tolist(), key=lambda at: -far[at[0], at[1]])
        said = [
            f"{grid.area_names[i]} {grid.periods[t]}: {counts[i, t]:,.0f}, usual about "
            f"{seen.events[i, t]:,.0f}"
            for i, t in worst
        ]
        sentence = f"{listed(said)}. Look these up before anything else."
        if any(counts[i, t] == 0 for i, t in worst):
            sentence += " A lone zero is often a period that nobody published."
    else:
        i, t = (int(x) for x in np.unravel_index(int(far.argmax()), far.shape))
        sentence = (
            f"The furthest is {grid.area_names[i]} {grid.periods[t]}: {counts[i, t]:,.0f}, usual "
            f"about {seen.events[i, t]:,.0f}, which chance can do."
        )
    if not seen.season:
        sentence += " A season could not be allowed for."
    return result("outliers", question, "furthest", float(far.max()), FAR, "<=", sentence)


def zeros(grid: OutcomeGrid) -> CheckResult:
    """Whether most cells are zero; then the middle one says nothing. Half is a convention of ours."""
    question, noun = "Are there too many zeros?", noun_of(grid)
    counts = counts_of(grid)
    known = ~np.isnan(counts)
    if not known.any():
        sentence = "Not applicable: no number is known."
        return result("zeros", question, "share of zeros", None, MOST_ZEROS, "<=", sentence)
    none = counts == 0
    share = float(none.sum() / known.sum())
    sentence = f"{100 * share:.0f}% of the numbers are zero"
    own = none.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    mostly = [int(i) for i in np.argsort(-own, kind="stable") if own[i] > MOST_ZEROS]
    sentence += (
        f"; more than half in {listed([grid.area_names[i] for i in mostly])}." if mostly else "."
    )
    if share > MOST_ZEROS:
        longer = "quarters or years" if noun == "month" else "several years"
        sentence += f" Use {longer}, or larger areas."
    return result("zeros", question, "share of zeros", share, MOST_ZEROS, "<=", sentence)


def few_events(grid: OutcomeGrid) -> CheckResult:
    """Whether there are enough events to see a change in one area at all.

    What a comparison of the first half with the second half of one area could show at best, with 80 per
    cent power at 5 per cent: log ratio ``2.8 sqrt(phi (1/E1 + 1/E2))``, phi the area's own scatter. The area
    in the middle must be able to show a fall of a third: the mean change in the studies of focused
    deterrence, which the Youth Endowment Fund's Toolkit calls a high impact.
    """
    question, noun = "Are there enough events to see a change?", noun_of(grid)
    counts = counts_of(grid)
    known = ~np.isnan(counts)
    n_known = known.sum(axis=1)
    able = np.flatnonzero(n_known >= 4)
    if not len(able):
        sentence = f"Not applicable: no area has four {noun}s that are known."
        return result("few_events", question, "smallest fall", None, WORTH_SEEING, "<=", sentence)
    mean = np.nansum(counts[able], axis=1) / n_known[able]
    spread = usual(counts, monthly=noun == "month").spread[able]
    falls = [
        smallest_fall(float(m), int(n), float(s) ** 2)
        for m, n, s in zip(mean, n_known[able], spread, strict=True)
    ]
    order = np.argsort(falls, kind="stable")
    middle, worst = int(order[(len(order) - 1) // 2]), int(order[-1])
    half = int(n_known[able[middle]]) // 2
    sentence = (
        f"The area in the middle, {_about(grid, int(able[middle]), float(mean[middle]), noun)}, could show "
        f"{_at_best(falls[middle])} ({half} {noun}s against {half})"
    )
    if falls[worst] > falls[middle]:
        hardest = _about(grid, int(able[worst]), float(mean[worst]), noun)
        sentence += f"; the hardest, {hardest}, {_fall(falls[worst])}"
    sentence += "."
    if falls[middle] > WORTH_SEEING:
        sentence += " Add areas up, take longer periods, or a wider outcome."
    return result(
        "few_events", question, "smallest fall", falls[middle], WORTH_SEEING, "<=", sentence
    )


def smallest_fall(mean: float, periods: int, phi: float) -> float:
    """Smallest fall that half of the periods against the other half could show: 0.33 is a third.

    >>> round(smallest_fall(12.0, 48, 1.5), 3)
    0.249
    """
    if mean <= 0:
        return 1.0
    expected = mean * periods / 2
    return -math.expm1(-POWER * math.sqrt(phi * 2 / expected))


def _about(grid: OutcomeGrid, area: int, mean: float, noun: str) -> str:
    shown = f"{mean:,.0f}" if mean >= 10 else f"{mean:.1f}"
    return f"{grid.area_names[area]} with {shown} a {noun}"


def _no_fall(share: float) -> bool:
    return share > 0.995


def _at_best(share: float) -> str:
    return "no fall at all" if _no_fall(share) else f"a fall of {_fall(share)} at best"


def _fall(share: float) -> str:
    return "nothing" if _no_fall(share) else f"{100 * share:.0f}% or more"
