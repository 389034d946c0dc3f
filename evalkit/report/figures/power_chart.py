"""The chance of showing a change against length, for several numbers of treated areas."""

from evalkit.errors import DataError
from evalkit.findings.numerals import number
from evalkit.findings.power_words import PowerWords, planned_size, short_size
from evalkit.report.figures.figure import Figure
from evalkit.report.figures.power_lines import PowerLine, PowerPicture, draw_power
from evalkit.types.power import Power, PowerGrid, PowerPoint, Size


def power_chart(power: Power, words: PowerWords, *, ident: str = "power") -> Figure:
    """Draw power against periods after the start.

    Of the planned smallest change that would matter; where none was planned, of the change that the planned
    design just shows.

    Raises
    ------
    DataError
        The grid was not asked for (``chart=True``), or there is no size to draw it for.
    """
    if power.grid is None:
        found = power.why or "it was not worked out"
        raise DataError(
            f"power has no chart here: {found}; ask for it with chart=True and a smallest change that "
            "would matter"
        )
    grid = power.grid
    takeaway = _takeaway(power, grid, words)
    picture = PowerPicture(
        lines=tuple(_line(grid, n, power, words) for n in _numbers(grid)),
        wanted=100 * power.power,
        planned=power.n_after,
        axis=f"Chance of showing {_change(grid.size, power, words)}",
        along=f"{words.period.capitalize()}s from the start on",
        desc=takeaway,
        ident=ident,
    )
    wide, narrow = (draw_power(picture, shape) for shape in ("wide", "narrow"))
    return Figure(
        takeaway=takeaway,
        wide=wide,
        narrow=narrow,
        note=_note(power, grid, words),
        head=_head(power, words),
        rows=tuple(_row(point, power, words) for point in grid.points),
    )


def _numbers(grid: PowerGrid) -> tuple[int, ...]:
    return tuple(dict.fromkeys(point.n_treated for point in grid.points))


def _line(grid: PowerGrid, n_treated: int, power: Power, words: PowerWords) -> PowerLine:
    name = f"{words.areas_text(n_treated)} with it"
    if power.design != "did":
        name = "This series"
    elif n_treated == power.n_treated:
        name += ", as planned"
    return PowerLine(
        name=name,
        points=tuple(
            (p.n_after, 100 * p.power)
            for p in grid.points
            if p.n_treated == n_treated and p.power is not None
        ),
    )


def _change(size: Size, power: Power, words: PowerWords) -> str:
    word = "a fall" if power.better == "lower" else "a rise"
    return f"{word} of {planned_size(size, power, words)}"


def _takeaway(power: Power, grid: PowerGrid, words: PowerWords) -> str:
    reached = [
        p
        for p in grid.points
        if p.power is not None and p.power >= power.power and p.n_treated == power.n_treated
    ]
    change = _change(grid.size, power, words)
    chance = f"{100 * power.power:.0f}%"
    longest = max(p.n_after for p in grid.points)
    if not reached:
        return (
            f"{change[:1].upper()}{change[1:]} would be missed too often at every length up to "
            f"{_periods(longest, words)}."
        )
    shortest = min(p.n_after for p in reached)
    return f"{_periods(shortest, words)} would show {change} with a chance of {chance}."


def _periods(n: int, words: PowerWords) -> str:
    return f"{n} {words.period}{'' if n == 1 else 's'}"


def _note(power: Power, grid: PowerGrid, words: PowerWords) -> str:
    which = (
        "planned smallest change that would matter"
        if grid.is_minimum
        else "smallest detectable change"
    )
    said = [
        f"The size is the {which}. Dashed line: the chance of {100 * power.power:.0f}% that is asked for;"
        f" dotted: the planned length of {_periods(power.n_after, words)}.",
        f"Each point comes from 1,000 simulated data sets, so chances are right to about three points."
        f" {power.method}. Seed {power.seed}.",
    ]
    return " ".join([*said, power.caveat]).rstrip()


def _head(power: Power, words: PowerWords) -> tuple[str, ...]:
    size = "Smallest change shown"
    if power.design != "did":
        return (f"{words.period.capitalize()}s", "Chance", size)
    return (f"{words.areas.capitalize()} with it", f"{words.period.capitalize()}s", "Chance", size)


def _row(point: PowerPoint, power: Power, words: PowerWords) -> tuple[str, ...]:
    chance = "–" if point.power is None else f"{number(100 * point.power, 0)}%"
    size = "no answer" if point.smallest is None else short_size(point.smallest, power)
    cells = (str(point.n_after), chance, size)
    return cells if power.design != "did" else (str(point.n_treated), *cells)
