"""What stands on an XmR chart, and where."""

from dataclasses import dataclass

from evalkit.report.figures.plot import Plot
from evalkit.types.control_chart import ControlChart

ROW = 20.0
"""Height of a line of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something marked at the left edge of a period."""

    at: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class XmrPicture:
    """Everything that stands on the picture."""

    chart: ControlChart
    axis: str
    title: str
    desc: str
    ident: str
    places: int
    target: float | None
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture with its plot."""

    picture: XmrPicture
    area: Plot

    def across(self, index: float) -> float:
        """Where a period is from left to right."""
        count = len(self.picture.chart.readings)
        room = self.area.right - self.area.left - 16
        share = index / (count - 1) if count > 1 else 0.5
        return self.area.left + 8 + room * share

    def edge(self, index: float) -> float:
        """Inside the plot, half a period before a position."""
        return min(max(self.across(index - 0.5), self.area.left), self.area.right)
