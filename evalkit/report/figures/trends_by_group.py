"""Mean outcomes of each group with the change beside those of the comparison group, as they are."""

from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.findings.numerals import number, spoken
from evalkit.report.figures.figure import Figure, FigureWords, units_text
from evalkit.report.figures.group_means import GroupMeans, group_means, moved
from evalkit.report.figures.svg import decimals, ticks
from evalkit.report.figures.trend_panels import Trends, draw_trends

_MOST = 6
"""Groups drawn; with more, the largest."""


def trends_by_group(panel: Panel, words: FigureWords) -> Figure:
    """Draw observed means by period: each group by start beside the units that never start.

    One picture a group on one scale, so that lines do not lie on top of each other. Nothing is modelled:
    means are of the observed cells, each unit alike; a panel with exposure gives total outcome over total
    exposure. Without units that never start, those that start last compare, until they do.

    Raises
    ------
    DataError
        No unit starts inside the panel after its first period, or none is left to compare with.
    """
    means = group_means(panel)
    if not means.groups:
        raise DataError("trends_by_group found no unit that starts after the first period")
    largest = sorted(means.groups, key=lambda g: (-g.n_units, g.start))[:_MOST]
    groups = tuple(sorted(largest, key=lambda g: g.start))
    digits = _digits(means)
    trends = Trends(
        periods=panel.periods,
        comparison=means.comparison,
        groups=groups,
        titles=tuple(f"From {g.name}: {units_text(g.n_units, words.units)}" for g in groups),
        compared=_compared(means, words),
        desc=_describe(means, panel, words, digits),
    )
    wide, narrow = (draw_trends(trends, words, shape) for shape in ("wide", "narrow"))
    return Figure(
        takeaway=_takeaway(means, words, digits),
        wide=wide,
        narrow=narrow,
        note=_note(panel, means, words),
        head=("Period", _compared(means, words), *(f"Start {g.name}" for g in means.groups)),
        rows=tuple(
            (
                spoken(period) if len(period) in (4, 7) and "Q" not in period else period,
                *(
                    "–" if value is None else number(value, digits)
                    for value in (means.comparison[t], *(g.means[t] for g in means.groups))
                ),
            )
            for t, period in enumerate(panel.periods)
        ),
    )


def _digits(means: GroupMeans) -> int:
    known = [v for path in (means.comparison, *(g.means for g in means.groups)) for v in path]
    values = [v for v in known if v is not None]
    return min(4, decimals(ticks(min(values), max(values))) + 1)


def _compared(means: GroupMeans, words: FigureWords) -> str:
    size = units_text(means.n_comparison, words.units)
    return (
        f"Without the change: {size}" if means.last is None else f"Before their own change: {size}"
    )


def _takeaway(means: GroupMeans, words: FigureWords, digits: int) -> str:
    known = [
        gap for gap in (moved(group, means.comparison) for group in means.groups) if gap is not None
    ]
    if not known:
        return "No group has a period both before and after its start beside the comparison group."
    if len(known) == 1:
        size, way = number(abs(known[0]), digits), "higher" if known[0] > 0 else "lower"
        unit = f" {words.unit}" if words.unit and words.scale == "level" else ""
        said = f"From the start on, the gap between the groups was {size}{unit} {way} than before"
    else:
        rose = sum(gap > 0 for gap in known)
        said = (
            f"From its start on, the gap to the comparison group was higher than before in {rose} of"
            f" {len(known)} groups and lower in {len(known) - rose}"
        )
    return f"{said}; these lines alone cannot say whether that is chance."


def _describe(means: GroupMeans, panel: Panel, words: FigureWords, digits: int) -> str:
    return (
        f"Means of {words.outcome}, {panel.periods[0]} to {panel.periods[-1]}, for {len(means.groups)} groups"
        f" by start and their comparison. {_takeaway(means, words, digits)}"
    )


def _note(panel: Panel, means: GroupMeans, words: FigureWords) -> str:
    how = (
        "Total outcome over total exposure"
        if panel.exposure is not None
        else "Means, each unit alike"
    )
    said = [
        f"{how}, as observed: nothing is adjusted. Dashed: the comparison. Dotted line and"
        " tint: from the start on. The axis need not begin at 0. Lines that ran together before a start are"
        " no proof that they would have gone on to."
    ]
    if len(means.groups) > _MOST:
        said.append(
            f"The {_MOST} largest of {len(means.groups)} groups are drawn; the table has all."
        )
    if means.throughout:
        said.append(
            f"{units_text(means.throughout, words.units)} changed from the first period on: left out."
        )
    if not panel.balanced:
        count = number(int((~panel.observed).sum()), 0)
        said.append(f"{count} cells are missing, so who is behind a mean can change.")
    return " ".join(said)
