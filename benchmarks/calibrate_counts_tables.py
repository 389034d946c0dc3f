"""The tables of benchmarks.calibrate_counts, and what stands around them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

from benchmarks.calibrate_counts import BAND, FRESH, USUAL, VARIATIONS, Cell, Found

Rows = Mapping[tuple[int, int, float], Sequence[Cell]]
Variations = Sequence[tuple[float, float]]


def page_section(found: Found, size: int) -> str:
    """Markdown."""
    error = 100 * (0.95 * 0.05 / size) ** 0.5
    rows, fresh = found.table, found.fresh
    return f"""## One series of counts: level and slope

`python -m benchmarks.calibrate_counts`. Counts without a change: Poisson around a log-normal rate whose
logarithm is AR(1), so that the variance is D times the mean and the rate has autocorrelation r (with D = 1
the rate is constant). Fitted by `ek.its.counts` with constant, trend, level and slope. {size:,} series a
cell; one standard error of a share near 95% is {error:.1f} points.

**The default**: per cent of 95% intervals that hold the truth, for level / slope / ratio over all periods
after the interruption, on which the incidents avoided rest. A star: level outside {BAND[0]}–{BAND[1]}; two
stars: outside by more than two standard errors, so that chance in the simulation is no excuse.

{_table(rows, _three(size), VARIATIONS)}

{_worst(rows, size)}

**Cells that nothing was chosen on**, with other random numbers: other lengths, means and excesses.

{_table(fresh, _three(size), _FRESH)}

{_band_of("Here", [cell for cells in fresh.values() for cell in cells], size)}

**Width** of these intervals over that of somebody who knows the variance and the autocorrelation, median,
level / slope: the price of not knowing.

{_table(_with_mean(rows, 5, 20), _width, VARIATIONS)}

**`inference="independent"`**, for comparison: quasi-Poisson with t on n − p degrees of freedom.

{_table(_with_mean(rows, 20), _independent, VARIATIONS)}

**Other lengths and other worlds**: {USUAL.n} periods, {USUAL.start} of them before, {USUAL.mean:g} incidents
a period, D = {USUAL.overdispersion:g}, changed in one respect. Level / slope / all periods after.

{_others(found.others, size)}

{CHOSEN}"""


_FRESH = tuple(dict.fromkeys((d, rho) for _, _, d, rho in FRESH))
CHOSEN = """**How the default was chosen.** Tried on some of these cells (300 to 2,000 series each), and left:

- restricted maximum likelihood with Kenward–Roger errors of AR(1), on log(count + ½): level 90–96, slope
  87–97; and on the working residuals of the Poisson regression: level 89–96, slope 86–96. The scatter of
  counts hides the autocorrelation of their rate, so it is underestimated;
- AR(1) plus noise by restricted maximum likelihood, plugged in: level 86–94 from r = 0.6 on;
- intervals around the independent estimates with errors that allow for the autocorrelation: covered alike,
  but with r = 0.8 and D = 4 even known parameters make them a fifth wider than weighting by it does;
- a posterior with flat priors: level down to 87 with 24 periods and r = 0.8;
- a posterior that does not use that counts scatter by 1 / mean, so that noise of any size may hide the
  autocorrelation: level 92–98, too low at r = 0.8 and too high at r = 0, whatever the prior;
- the same with the Poisson scatter known and a flat prior on the logarithm of D: level 93–97 from 24 periods
  on, but 91 with 12; the prior by Jeffreys' rule mends that, because it knows how little the residuals of a
  short regression say of a slow movement;
- all of the excess slow: level down to 89 where half of it is noise, with 100 periods; always half: level
  down to 92 with 24 periods;
- correcting the nominal level by a parametric bootstrap averaged over the posterior: the coverage averaged
  so is right already, too low for a high autocorrelation and too high for a negative one.

Counts that are exactly Poisson (D = 1) pay for this: that their rate does not move at all cannot be seen
in 24 or 48 of them, so the interval allows for some. A prior probability of no movement of 0.3 instead of
0.05 brings that column to 97–98.5 and takes the others, at r = 0.8, to 91–93: the error that misleads. The
prior was chosen on simulated worlds like these, with other random numbers.
"""


def _table(rows: Rows, said: Callable[[Cell], str], variations: Variations) -> str:
    head = ["periods (before + after), mean", *(f"D {d:g}, r {rho:g}" for d, rho in variations)]
    body = (
        (f"{n} ({start} + {n - start}), {mean:g}", *map(said, cells))
        for (n, start, mean), cells in rows.items()
    )
    return _markdown(head, body)


def _three(size: int) -> Callable[[Cell], str]:
    def said(cell: Cell) -> str:
        level, slope = cell.covered
        return f"{level:.1f}{_stars(level, size)} / {slope:.1f} / {cell.average:.1f}"

    return said


def _stars(level: float, size: int) -> str:
    low, high = BAND
    spare = [2 * (edge * (100 - edge) / size) ** 0.5 for edge in BAND]
    outside = not low <= round(level, 1) <= high
    return "*" * outside + "*" * (not low - spare[0] <= level <= high + spare[1])


def _width(cell: Cell) -> str:
    return " / ".join(f"{value:.2f}" for value in cell.width)


def _independent(cell: Cell) -> str:
    return " / ".join(f"{value:.1f}" for value in cell.independent)


def _with_mean(rows: Rows, *means: float) -> Rows:
    return {key: cells for key, cells in rows.items() if key[2] in means}


def _worst(rows: Rows, size: int) -> str:
    by = list(
        zip(VARIATIONS * len(rows), (c for cells in rows.values() for c in cells), strict=True)
    )
    means = [mean for (_, _, mean), _ in product(rows, VARIATIONS)]
    enough = [(d, c) for ((d, _), c), mean in zip(by, means, strict=True) if mean >= 5]
    few = [c for (_, c), mean in zip(by, means, strict=True) if mean < 5]
    refused = max(cell.refused for _, cell in by)
    over = _band_of(
        "With a mean of 5 or more and overdispersion", [c for d, c in enough if d > 1], size
    )
    exact = _band_of("With exactly Poisson counts", [c for d, c in enough if d == 1], size)
    level, slope, average = _ranges(few)
    return f"""{over}

{exact} These intervals are wider than they need be, not too narrow.

With a mean of 2 the level is covered {level}, the slope {slope} and all periods together {average}.
Series without an estimate, because a stretch has no incident: at most {refused:.1f}% of a cell."""


def _band_of(start: str, cells: Sequence[Cell], size: int) -> str:
    level, slope, average = _ranges(cells)
    stars = [_stars(cell.covered[0], size) for cell in cells]
    return f"""{start} the level is covered {level} of the time: {stars.count("")} of {len(cells)} cells
are within {BAND[0]}–{BAND[1]}, {stars.count("**")} are outside by more than two standard errors. The slope is
covered {slope}, all periods together {average}."""


def _ranges(cells: Sequence[Cell]) -> tuple[str, ...]:
    columns = zip(*((*cell.covered, cell.average) for cell in cells), strict=True)
    return tuple(f"{min(column):.1f}–{max(column):.1f}%" for column in columns)


def _others(rows: Sequence[tuple[str, Sequence[Cell]]], size: int) -> str:
    head = ["", "r 0", "r 0.6", "r 0.8", "refused, r 0"]
    body = ((name, *map(_three(size), cells), f"{cells[0].refused:.1f}") for name, cells in rows)
    return _markdown(head, body)


def _markdown(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
