"""One series as it is, before any model: a dot a period, and the dates that the plan names."""

from collections.abc import Sequence

from evalkit.data.series import TimeSeries
from evalkit.findings.numerals import number
from evalkit.report.figures.figure import Figure
from evalkit.report.figures.plot import (
    axis_labels,
    axis_room,
    draw_grid,
    draw_years,
    is_wide,
    period_words,
    plot,
)
from evalkit.report.figures.series_lines import Lines, draw_gaps, draw_observed
from evalkit.report.figures.series_names import ROW, Interruption, draw_names, named_lines
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Shape,
    canvas,
    decimals,
    serialise,
    ticks,
    wrapped,
    write,
)
from evalkit.types.estimate import PathPoint


def observed_chart(
    series: TimeSeries,
    interruptions: Sequence[Interruption],
    *,
    subject: str,
    axis: str,
    ident: str,
    breaks: Sequence[Interruption] = (),
) -> Figure:
    """Draw what was observed; nothing is modelled or smoothed.

    Parameters
    ----------
    interruptions, breaks : sequence of Interruption
        What was done, and what else is known to have changed.
    subject, axis : str
        The outcome, and the title of its axis.
    """
    path = tuple(_point(p, float(v)) for p, v in zip(series.periods, series.outcome, strict=True))
    takeaway = _takeaway(path, interruptions)
    wide, narrow = (
        _draw(path, interruptions, breaks, subject, axis, takeaway, f"{ident}-{shape}", shape)
        for shape in ("wide", "narrow")
    )
    return Figure(
        takeaway=takeaway,
        wide=wide,
        narrow=narrow,
        note=(
            "Dots: observed, as they are. Pale columns: no number. The axis need not begin at 0. What lies"
            " higher or lower after a date may have begun before it."
        ),
        head=("Period", "Observed"),
        holds=("name", "count"),
        rows=tuple((period_words(p.period), _told(p, _places(path))) for p in path),
    )


def _point(period: str, value: float) -> PathPoint:
    seen = None if value != value else value
    return PathPoint(period=period, observed=seen, fitted=0.0, counterfactual=0.0)


def _seen(path: Sequence[PathPoint]) -> list[float]:
    return [p.observed for p in path if p.observed is not None]


def _places(path: Sequence[PathPoint]) -> int:
    seen = _seen(path)
    return 0 if all(v == int(v) for v in seen) else decimals(ticks(min(seen), max(seen))) + 1


def _told(point: PathPoint, places: int) -> str:
    return "no number" if point.observed is None else number(point.observed, places)


def _takeaway(path: Sequence[PathPoint], interruptions: Sequence[Interruption]) -> str:
    seen = _seen(path)
    low, high = (number(f(seen), _places(path)) for f in (min, max))
    gone = len(path) - len(seen)
    missing = f"{gone} of {len(path)} periods have no number" if gone else "no period is missing"
    first = min(i.period for i in interruptions)
    before = sum(p.period < first for p in path)
    return (
        f"{period_words(path[0].period)} to {period_words(path[-1].period)}: between {low} and {high}, "
        f"{before} periods before {period_words(first)} and {len(path) - before} from it on; {missing}."
    )


def _draw(
    path: Sequence[PathPoint],
    interruptions: Sequence[Interruption],
    breaks: Sequence[Interruption],
    subject: str,
    axis: str,
    desc: str,
    ident: str,
    shape: Shape,
) -> str:
    width = WIDE if is_wide(shape) else NARROW
    lines = wrapped(axis, width - 8, TEXT_SIZE[shape])
    named = named_lines(interruptions, breaks, path)
    top = ROW * (len(lines) + len(named)) + 22
    height = top + 260.0
    root = canvas(
        width, height, ident=ident, title=f"Observed: {subject}", desc=desc, classes=f"series {shape}"
    )  # fmt: skip
    for row, text in enumerate(lines):
        write(root, (0, 16 + ROW * row), text)
    seen = _seen(path)
    labels = axis_labels(ticks(min(seen), max(seen)), signed=False)
    left = axis_room(labels, TEXT_SIZE[shape])
    area = plot(seen, left=left, right=width - 8, top=top, bottom=height - 36)
    drawn = Lines(path=path, area=area, starts=(), breaks=(), transition=0)
    draw_gaps(root, drawn)
    draw_grid(root, area, labels)
    draw_names(root, named, drawn, TEXT_SIZE[shape], width)
    draw_years(root, [p.period for p in path], area, drawn.across)
    draw_observed(root, drawn)
    return serialise(root)
