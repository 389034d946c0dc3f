"""The tables of benchmarks.calibrate_its, and what stands around them."""

from collections.abc import Callable, Sequence

from benchmarks.calibrate_its import LEVEL_BAND, SLOPE_BAND, Cell

Row = tuple[str, Cell]


def page_section(first_order: Sequence[Row], other: Sequence[Row], size: int, fewer: int) -> str:
    """Markdown, the first table for AR(1) errors and the second for errors that are something else."""
    return f"""## One series: level and slope

`python -m benchmarks.calibrate_its`. Gaussian series of unit variance without a change, interruption in the
middle; constant, trend, level and slope. Per cent of 95% intervals that hold the truth, level / slope.

**AR(1) errors**, {size:,} series a row (one standard error of a share near 95% is {_error(size):.1f} points).
*Kenward–Roger* is the default and counts every series. *Refused* are those whose autocorrelation runs to the
end of its range; they get no estimate, and *answered* is the coverage among the others. *Width* is the
median width over that of somebody who knows the autocorrelation and the variance: the price of not knowing. A
star is outside {LEVEL_BAND[0]}–{LEVEL_BAND[1]} (level) or {SLOPE_BAND[0]}–{SLOPE_BAND[1]} (slope).

{_table(first_order, FIRST_ORDER)}

**Errors that are not AR(1)**, {fewer:,} series a row ({_error(fewer):.1f} points). *Warned*: per cent of
series whose residuals, with the estimated autocorrelation taken out, correlate by more than 2/√n at a lag of
one period / of one or two.

{_table(other, OTHER)}

Read the second table before trusting an interval: where a slow movement hides under noise the default covers
too little, more so in longer series, and residuals hardly ever show it.
"""


Column = tuple[str, Callable[[Cell], str]]


def _pair(values: tuple[float, float], places: int = 1) -> str:
    return " / ".join(f"{value:.{places}f}" for value in values)


def _starred(values: tuple[float, float]) -> str:
    bands = (LEVEL_BAND, SLOPE_BAND)
    return " / ".join(
        f"{value:.1f}" + "*" * (not low <= round(value, 1) <= high)
        for value, (low, high) in zip(values, bands, strict=True)
    )


FIRST_ORDER: tuple[Column, ...] = (
    ("Kenward–Roger", lambda c: _starred(c.covered)),
    ("refused", lambda c: f"{c.refused:.1f}"),
    ("answered", lambda c: _pair(c.answered)),
    ("width", lambda c: _pair(c.width, 2)),
    ("Satterthwaite", lambda c: _pair(c.satterthwaite)),
    ("posterior", lambda c: _pair(c.bayes)),
    ("least squares", lambda c: _pair(c.least_squares)),
)
OTHER: tuple[Column, ...] = (
    ("Kenward–Roger", lambda c: _pair(c.covered)),
    *FIRST_ORDER[1:4],
    ("posterior", lambda c: _pair(c.bayes)),
    ("least squares", lambda c: _pair(c.least_squares)),
    ("warned", lambda c: _pair(c.warned)),
)


def _table(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    head = "| periods, errors | " + " | ".join(name for name, _ in columns) + " |"
    rule = "|---|" + "---|" * len(columns)
    lines = [
        f"| {name} | " + " | ".join(show(cell) for _, show in columns) + " |" for name, cell in rows
    ]
    return "\n".join([head, rule, *lines])


def _error(size: int) -> float:
    return float(100 * (0.95 * 0.05 / size) ** 0.5)
