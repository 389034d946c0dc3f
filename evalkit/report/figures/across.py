"""A numbered horizontal axis, for charts whose effects run from left to right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.report.figures.svg import line, number_width, ticks, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """Where values go from ``left`` to ``right``."""

    left: float
    right: float
    marks: tuple[float, ...]
    labels: tuple[str, ...]

    def x(self, value: float) -> float:
        """Place of a value on the picture."""
        share = (value - self.marks[0]) / (self.marks[-1] - self.marks[0])
        return self.left + share * (self.right - self.left)


def across(
    values: Sequence[float],
    label: Callable[[Sequence[float]], tuple[str, ...]],
    *,
    left: float,
    right: float,
    size: float,
) -> Across:
    """Choose as many round numbers as have room beside each other."""
    for count in (6, 5, 4, 3, 2, 1):
        marks = ticks(min(values), max(values), count)
        labels = label(marks)
        needed = max(number_width(text, size) for text in labels) + 10
        if needed <= (right - left) / max(len(marks) - 1, 1):
            break
    return Across(left=left, right=right, marks=marks, labels=labels)


def draw_across(root: Element, axis: Across, top: float, bottom: float) -> None:
    """Vertical lines, each with its number below."""
    for mark, label in zip(axis.marks, axis.labels, strict=True):
        x = axis.x(mark)
        line(root, (x, top), (x, bottom), "f-grid")
        write(root, (x, bottom + 22), label, "f-muted", anchor="middle")
