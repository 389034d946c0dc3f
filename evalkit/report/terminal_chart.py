"""An XmR chart in plain characters, at most 80 columns wide, the same on a terminal and in a pipe."""

from collections.abc import Iterator

from evalkit.findings.numerals import number
from evalkit.report.figures.svg import decimals, ticks
from evalkit.report.monitored import Monitored
from evalkit.types.control_chart import Limits, Stretch

WIDTH, ROWS = 80, 15
KEY = "o value   @ worth asking why; not proof   - mean   . limits   + target   * small"


def terminal_chart(one: Monitored) -> tuple[str, ...]:
    """The chart as lines of ASCII; the newest periods where not all of them have room.

    A month without a value is a gap; a small number that was not kept is a star at the foot, whatever it is.
    """
    if not one.chart.readings:
        return ()
    values = [*_heights(one)]
    marks = ticks(min(values), max(values)) if values else (0.0, 1.0)
    labels = {_row(mark, marks): number(mark, decimals(marks), minus="ascii") for mark in marks}
    left = max(map(len, labels.values())) + 2
    count = len(one.chart.readings)
    step = 2 if 2 * count <= WIDTH - left else 1
    first = max(0, count - (WIDTH - left) // step)
    grid = [[" "] * (step * (count - first)) for _ in range(ROWS)]
    _draw(grid, one, marks, first, step)
    lines = [
        f"{labels.get(row, ''):>{left - 2}}  {''.join(cells)}".rstrip()
        for row, cells in enumerate(grid)
    ]
    below = " " * left + _years(one, first, step)
    note = () if first == 0 else (f"The newest {count - first} of {count} periods; --svg has all.",)
    return (*lines, below.rstrip(), *note, KEY)


def _heights(one: Monitored) -> Iterator[float]:
    yield from (reading.value for reading in one.chart.readings if reading.value is not None)
    for limits in (stretch.limits for stretch in one.chart.stretches):
        if limits is not None:
            yield from (limits.high, 0.0 if limits.low is None else limits.low)
    if one.target is not None:
        yield one.target


def _row(value: float, marks: tuple[float, ...]) -> int:
    share = (value - marks[0]) / (marks[-1] - marks[0])
    return min(max(round((ROWS - 1) * (1 - share)), 0), ROWS - 1)


def _draw(
    grid: list[list[str]], one: Monitored, marks: tuple[float, ...], first: int, step: int
) -> None:
    if one.target is not None:
        grid[_row(one.target, marks)] = ["+", " "] * (len(grid[0]) // 2) or ["+"]
        grid[_row(one.target, marks)] += ["+"] * (len(grid[0]) % 2)
    for stretch in one.chart.stretches:
        if stretch.limits is not None:
            _draw_limits(grid, stretch, stretch.limits, marks, (first, step))
    asked = one.chart.asked()
    for n, reading in enumerate(one.chart.readings[first:], first):
        column = step * (n - first)
        if reading.value is not None:
            grid[_row(reading.value, marks)][column] = "@" if n in asked else "o"
        elif reading.small:
            grid[ROWS - 1][column] = "*"


def _draw_limits(
    grid: list[list[str]],
    stretch: Stretch,
    limits: Limits,
    marks: tuple[float, ...],
    shown: tuple[int, int],
) -> None:
    first, step = shown
    for column in range(step * (max(stretch.start, first) - first), step * (stretch.stop - first)):
        grid[_row(limits.mean, marks)][column] = "-"
        for limit in (limits.low, limits.high):
            if limit is not None and column % 2 == 0:
                grid[_row(limit, marks)][column] = "."


def _years(one: Monitored, first: int, step: int) -> str:
    """Each year below its first period, where it has room."""
    text = ""
    before = ""
    for n, reading in enumerate(one.chart.readings[first:]):
        year = reading.period[:4]
        if year != before and step * n >= len(text) + bool(text):
            text = text.ljust(step * n) + year
        before = year
    return text[: WIDTH - 12]
