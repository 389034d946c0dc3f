"""The tables of benchmarks.calibrate_counts, and what stands around them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks.calibrate_counts import BAND, USUAL, VARIATIONS, Cell

Rows = Mapping[tuple[int, int, float], Sequence[Cell]]
_OF = {
    name: (lambda c, name=name: getattr(c, name)) for name in ("covered", "independent", "width")
}


def page_section(rows: Rows, others: Sequence[tuple[str, Sequence[Cell]]], size: int) -> str:
    """Markdown."""
    error = 100 * (0.95 * 0.05 / size) ** 0.5
    return f"""## One series of counts: level and slope

`python -m benchmarks.calibrate_counts`. Counts without a change: Poisson around a log-normal rate whose
logarithm is AR(1), so that the variance is D times the mean and the rate has autocorrelation r (with D = 1
the rate is constant). Fitted by `ek.its.counts` with constant, trend, level and slope. {size:,} series a
cell; one standard error of a share near 95% is {error:.1f} points.

**The default**: per cent of 95% intervals that hold the truth, for level / slope / ratio over all periods
after the interruption, on which the incidents avoided rest. A star: level outside {BAND[0]}–{BAND[1]}.

{_table(rows, _three)}

{_worst(rows)}

**Width** of these intervals over that of somebody who knows the variance and the autocorrelation, median,
level / slope: the price of not knowing.

{_table(_with_mean(rows, 5, 20), _width)}

**`inference="independent"`**, for comparison: quasi-Poisson with t on n − p degrees of freedom.

{_table(_with_mean(rows, 20), _independent)}

**Other worlds**: {USUAL.n} periods, {USUAL.start} of them before, {USUAL.mean:g} incidents a period, D =
{USUAL.overdispersion:g}, changed in one respect. Level / slope / all periods after.

{_others(others)}

**How the default was chosen.** Tried on cells of these tables (300 to 1,000 series each) and left:

- restricted maximum likelihood with Kenward–Roger errors of AR(1), on log(count + ½): level 90–96, slope
  87–97; and on the working residuals of the Poisson regression: level 89–96, slope 86–96. The scatter of
  counts hides the autocorrelation of their rate, so it is underestimated;
- AR(1) plus noise by restricted maximum likelihood, plugged in: level 86–94 from r = 0.6 on;
- intervals around the independent estimates with errors that allow for the autocorrelation: covered alike,
  but with r = 0.8 and D = 4 even known parameters make them a fifth wider than weighting by it does;
- taking scatter to be at least Poisson's: narrower where it is just that, 1 to 2 points less elsewhere;
- a posterior with flat priors: level down to 87 with 24 periods and r = 0.8;
- correcting the nominal level by a parametric bootstrap averaged over the posterior: the coverage averaged
  so is right already, too low for a high autocorrelation and too high for a negative one.

What was left was to choose the prior of the autocorrelation and of the share of noise for the most even
coverage. It was chosen on simulated worlds like these, with other random numbers.
"""


def _table(rows: Rows, said: Callable[[Cell], str]) -> str:
    head = ["periods (before + after), mean", *(f"D {d:g}, r {rho:g}" for d, rho in VARIATIONS)]
    body = (
        (f"{n} ({start} + {n - start}), {mean:g}", *map(said, cells))
        for (n, start, mean), cells in rows.items()
    )
    return _markdown(head, body)


def _three(cell: Cell) -> str:
    level, slope = cell.covered
    star = "" if BAND[0] <= round(level, 1) <= BAND[1] else "*"
    return f"{level:.1f}{star} / {slope:.1f} / {cell.average:.1f}"


def _width(cell: Cell) -> str:
    return " / ".join(f"{value:.2f}" for value in cell.width)


def _independent(cell: Cell) -> str:
    return " / ".join(f"{value:.1f}" for value in cell.independent)


def _with_mean(rows: Rows, *means: float) -> Rows:
    return {key: cells for key, cells in rows.items() if key[2] in means}


def _worst(rows: Rows) -> str:
    enough = [cell for (_, _, mean), cells in rows.items() if mean >= 5 for cell in cells]
    few = [cell for (_, _, mean), cells in rows.items() if mean < 5 for cell in cells]
    refused = max(cell.refused for cell in (*enough, *few))
    inside = sum(BAND[0] <= round(cell.covered[0], 1) <= BAND[1] for cell in enough)
    return f"""With a mean of 5 or more the level is covered {_ranges(enough)[0]} of the time ({inside} of
{len(enough)} cells are within {BAND[0]}–{BAND[1]}), the slope {_ranges(enough)[1]}, all periods together
{_ranges(enough)[2]}. With a mean of 2 it is {_ranges(few)[0]}, {_ranges(few)[1]} and {_ranges(few)[2]}.
Series without an estimate, because a stretch has no incident: at most {refused:.1f}% of a cell."""


def _ranges(cells: Sequence[Cell]) -> tuple[str, ...]:
    columns = zip(*((*cell.covered, cell.average) for cell in cells), strict=True)
    return tuple(f"{min(column):.1f}–{max(column):.1f}%" for column in columns)


def _others(rows: Sequence[tuple[str, Sequence[Cell]]]) -> str:
    head = ["", "r 0", "r 0.6", "r 0.8", "refused, r 0"]
    body = ((name, *map(_three, cells), f"{cells[0].refused:.1f}") for name, cells in rows)
    return _markdown(head, body)


def _markdown(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
