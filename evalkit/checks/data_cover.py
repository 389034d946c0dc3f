"""Checks of what a table holds at all: gaps, twins, changed boundaries, suppression, population."""

import numpy as np
import numpy.typing as npt

from evalkit.checks.data_result import counts_of, listed, noun_of, result, spans
from evalkit.data.grid import OutcomeGrid
from evalkit.types.evaluation import CheckResult

TWIN_PERIODS, TWIN_EVENTS = 6, 30
ABSENT_CHANCE = 1e-6
WIDEST_RANGE = 0.05
LARGEST_JUMP = 0.05


def gaps(grid: OutcomeGrid) -> CheckResult:
    """Whether every area is there in every period.

    No missing cell is allowed unseen: a convention of ours, because two periods with different areas in them
    cannot be compared.
    """
    missing = grid.missing[:, :, 0]
    n, noun = int(missing.sum()), noun_of(grid)
    sentence = f"Every area has every {noun}, {grid.periods[0]} to {grid.periods[-1]}."
    if n:
        parts: dict[str, list[str]] = {}
        for area in np.flatnonzero(missing.any(axis=1)):
            where = spans(grid.periods, np.flatnonzero(missing[area]).tolist())
            parts.setdefault(where, []).append(grid.area_names[area])
        said = [f"{_who(names, grid)}: {where}" for where, names in parts.items()]
        many = f"{n} of {missing.size} cells are missing, which is not zero"
        if n == 1:
            many = f"1 of {missing.size} cells is missing, which is not zero"
        sentence = f"{many}. {'; '.join(said[:3])}" + (
            f"; and {len(said) - 3} more." if len(said) > 3 else "."
        )
    return result("gaps", "Is every area there in every period?", "missing cells", n, 0, "<=",
                  sentence)  # fmt: skip


def _who(names: list[str], grid: OutcomeGrid) -> str:
    return f"All {len(names)} areas" if len(names) == len(grid.areas) > 1 else listed(names)


def duplicates(grid: OutcomeGrid) -> CheckResult:
    """Whether an area is there twice: the same name under two codes, or two identical series.

    Two series are twins from six common periods and 30 events on, a convention of ours: five events a
    month agree by chance in six months running about once in 250,000 pairs.
    """
    question = "Is any area in the table twice?"
    folded = [name.casefold() for name in grid.area_names]
    counts = counts_of(grid)
    pairs, said = 0, []
    for i in range(len(folded)):
        for j in range(i):
            a, b = (
                f"{grid.area_names[j]} ({grid.areas[j]})",
                f"{grid.area_names[i]} ({grid.areas[i]})",
            )
            if folded[i] == folded[j]:
                said.append(f"{a} and {grid.areas[i]} have the same name")
            elif _twins(counts[i], counts[j]):
                said.append(f"{a} and {b} have identical numbers")
            else:
                continue
            pairs += 1
    sentence = f"No two of the {len(folded)} areas have the same name or the same numbers."
    if said:
        sentence = f"{listed(said)}: one of them counts twice."
    return result("duplicates", question, "pairs", pairs, 0, "<=", sentence)


def _twins(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> bool:
    both = ~np.isnan(one) & ~np.isnan(other)
    same = bool((one[both] == other[both]).all())
    return same and int(both.sum()) >= TWIN_PERIODS and float(one[both].sum()) >= TWIN_EVENTS


def boundaries(grid: OutcomeGrid) -> CheckResult:
    """Whether an area begins inside the window as another one ends: a boundary was redrawn.

    An area is absent where its first or last periods are missing while others have theirs, or are zeros that
    its other periods make all but impossible (chance below one in a million, a convention of ours: a loader
    writes zeros for a name that a publishing force no longer uses).
    """
    question = "Do the same areas exist all the time?"
    absent = _absent(grid)
    n_periods = len(grid.periods)
    begins = {int(i): int(np.argmin(absent[i])) for i in np.flatnonzero(absent[:, 0])}
    ends = {
        int(i): n_periods - int(np.argmin(absent[i][::-1])) for i in np.flatnonzero(absent[:, -1])
    }
    met = sorted({b for b in begins.values() for e in ends.values() if abs(b - e) <= 1})
    said = []
    for at in met:
        new = [f"{grid.area_names[i]}" for i, b in begins.items() if b == at]
        old = [f"{grid.area_names[i]}" for i, e in ends.items() if abs(e - at) <= 1]
        said.append(
            f"{listed(new)} {'begins' if len(new) == 1 else 'begin'} in {grid.periods[at]} as "
            f"{listed(old)} {'ends' if len(old) == 1 else 'end'}"
        )
    if said:
        sentence = (
            f"{listed(said)}: a boundary or a code changed. Add such areas up, or cut the window."
        )
    elif begins or ends:
        lone = [grid.area_names[i] for i in sorted({*begins, *ends})]
        verb = "begins or ends" if len(lone) == 1 else "begin or end"
        sentence = f"{listed(lone)} {verb} inside the window, but none takes another's place."
    else:
        sentence = "No area begins or ends inside the window."
    return result("boundaries", question, "redrawn", len(met), 0, "<=", sentence)


def _absent(grid: OutcomeGrid) -> npt.NDArray[np.bool_]:
    """Array, N x T: the first and the last periods of an area that is not there yet, or no longer."""
    counts, missing = counts_of(grid), grid.missing[:, :, 0]
    others = (~missing).any(axis=0)
    out = np.zeros_like(missing)
    for i, row in enumerate(counts):
        for order in (slice(None), slice(None, None, -1)):
            gone = (missing[i] & others)[order]
            run = 0 if gone.all() else int(np.argmin(gone))
            out[i][order][: max(run, _silent(row[order]))] = True
    return out


def _silent(row: npt.NDArray[np.float64]) -> int:
    """How many zeros a series begins with, 0 where chance could make them."""
    none = row == 0
    quiet = 0 if none.all() else int(np.argmin(none))
    rest = row[quiet:][~np.isnan(row[quiet:])]
    unlikely = quiet > 0 and np.exp(-rest.mean() * quiet) < ABSENT_CHANCE
    return quiet if unlikely else 0


def suppressed(grid: OutcomeGrid) -> CheckResult:
    """Whether hidden cells matter: how far the total could go between their bounds.

    A range of 5 per cent is a convention of ours: it is about the smallest change that evaluations of
    violence reduction look for.
    """
    question = "Do suppressed cells matter?"
    hidden = grid.suppressed[:, :, 0]
    low, high = (float(np.nansum(bound[:, :, 0])) for bound in (grid.low, grid.high))
    width = (high - low) / max(low, 1.0)
    sentence = "No cell is suppressed."
    if hidden.any():
        share = hidden.sum() / max(1, int((~grid.missing[:, :, 0]).sum()))
        names = listed([grid.area_names[i] for i in np.flatnonzero(hidden.any(axis=1))])
        sentence = (
            f"{int(hidden.sum())} cells ({100 * share:.0f}%) hide a small number ({names}): "
            f"the total lies between {low:,.0f} and {high:,.0f}."
        )
        if width > WIDEST_RANGE:
            sentence += " Ask for the numbers, or use larger areas or longer periods."
    return result("suppressed", question, "range of the total", width, WIDEST_RANGE, "<=", sentence)


def population(grid: OutcomeGrid) -> CheckResult:
    """Whether the population is there, without jumps from one period to the next.

    The largest change in a year of the 35 East Midlands districts, 2011 to 2023, was 3.1 per cent (Office for
    National Statistics, mid-year estimates); 5 per cent is a convention of ours above that.
    """
    question = "Is the population there, and without jumps?"
    people = grid.population
    name = "largest change"
    if people is None or np.isnan(people).all():
        sentence = (
            "Not applicable: no population in the table, so counts cannot be compared as rates."
        )
        return result("population", question, name, None, LARGEST_JUMP, "<=", sentence)
    unknown = ~(people > 0)
    if unknown.any():
        names = listed([grid.area_names[i] for i in np.flatnonzero(unknown.any(axis=1))])
        sentence = f"{int(unknown.sum())} of {unknown.size} cells are without population ({names})."
        return result("population", question, "cells without", unknown.sum(), 0, "<=", sentence)
    change = np.abs(np.diff(people, axis=1) / people[:, :-1])
    largest = float(change.max(initial=0.0))
    moves = f"moves by {100 * largest:.1f}% at most at once" if largest else "never moves"
    sentence = f"It is there, and {moves}."
    if largest > LARGEST_JUMP:
        i, t = (int(x) for x in np.unravel_index(int(change.argmax()), change.shape))
        sentence = (
            f"{grid.area_names[i]} goes from {people[i, t]:,.0f} in {grid.periods[t]} to "
            f"{people[i, t + 1]:,.0f} in {grid.periods[t + 1]}: another boundary, or a joined row twice?"
        )
    return result("population", question, name, largest, LARGEST_JUMP, "<=", sentence)
