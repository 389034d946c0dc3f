"""Every check on a strip of its own: what was seen, against what the plan says is needed."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import number, p_text
from evalkit.report.figures.figure import OF_A_MODEL, Figure
from evalkit.report.figures.marks import place_mark
from evalkit.report.figures.plot import is_wide
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Shape,
    add,
    box,
    canvas,
    decimals,
    line,
    serialise,
    ticks,
    wrapped,
    write,
)
from evalkit.types.evaluation import CheckResult

_LINE = 20.0
_WORDS_ROOM = 360.0
_GAP = 26.0


def check_strips(checks: Sequence[CheckResult], *, ident: str) -> Figure | None:
    """Draw each check that has a number and a limit; None where none has."""
    drawn = [c for c in checks if c.statistic is not None and c.threshold is not None]
    if not drawn:
        return None
    takeaway = _takeaway(drawn, len(checks))
    wide, narrow = (
        _draw(drawn, takeaway, f"{ident}-{shape}", shape) for shape in ("wide", "narrow")
    )
    return Figure(
        takeaway=takeaway,
        wide=wide,
        narrow=narrow,
        note="Shaded: what the plan accepts. Line across: its limit. Dot: what was seen. Each strip has its"
        " own scale. A check that is passed has found nothing wrong; it does not show that nothing is.",
        holds=OF_A_MODEL,
        head=("Check", "Seen", "Accepted", "Result"),
        rows=tuple((c.question, _seen(c), _accepted(c), _result(c)) for c in drawn),
    )


def _takeaway(drawn: Sequence[CheckResult], all_: int) -> str:
    passed = sum(c.passed is True for c in drawn)
    others = all_ - len(drawn)
    rest = f"; {others} more {'has' if others == 1 else 'have'} no limit to draw" if others else ""
    return f"{passed} of {len(drawn)} checks with a limit are on the accepted side{rest}."


def _seen(check: CheckResult) -> str:
    assert check.statistic is not None
    if check.statistic_name == "p":
        return p_text(check.statistic)
    return f"{check.statistic_name} {_short(check.statistic)}"


def _accepted(check: CheckResult) -> str:
    assert check.threshold is not None
    return f"{'at least' if check.rule == '>=' else 'at most'} {_short(check.threshold)}"


def _result(check: CheckResult) -> str:
    return "passed" if check.passed else "not passed"


def _short(value: float) -> str:
    text = number(value, 3)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _draw(checks: Sequence[CheckResult], desc: str, ident: str, shape: Shape) -> str:
    width = WIDE if is_wide(shape) else NARROW
    room = _WORDS_ROOM - 20 if is_wide(shape) else width - 8
    questions = [wrapped(c.question, room, TEXT_SIZE[shape]) for c in checks]
    strip = 52.0
    tall = [
        max(_LINE * (len(q) + 1), strip) if is_wide(shape) else _LINE * (len(q) + 1) + strip + 8
        for q in questions
    ]
    height = sum(tall) + _GAP * len(tall)
    root = canvas(
        width, height, ident=ident, title="Checks against their limits", desc=desc, classes=f"checks {shape}"
    )  # fmt: skip
    y = 16.0
    for check, question, high in zip(checks, questions, tall, strict=True):
        for row, text in enumerate(question):
            write(root, (0, y + _LINE * row), text)
        result = y + _LINE * len(question)
        place_mark(root, "passed" if check.passed else "not_passed", 0, result - 13, 15)
        write(root, (22, result), f"{_seen(check)}: {_result(check)}", "f-strong")
        left, top = (_WORDS_ROOM, y - 12) if is_wide(shape) else (16.0, result + 10)
        _strip(root, check, left, width - 24, top)
        y += high + _GAP
    return serialise(root)


def _strip(root: Element, check: CheckResult, left: float, right: float, top: float) -> None:
    """A scale from 0, the accepted side shaded, the limit and the number."""
    assert check.statistic is not None and check.threshold is not None
    low, seen, limit = min(0.0, check.statistic), check.statistic, check.threshold
    marks = (
        (0.0, 0.5, 1.0) if check.statistic_name == "p" else ticks(low, max(seen, limit) * 1.1, 3)
    )
    first, last = marks[0], marks[-1]

    def x(value: float) -> float:
        return left + (right - left) * (value - first) / (last - first)

    edges = (x(limit), right) if check.rule == ">=" else (left, x(limit))
    box(root, (edges[0], top), (edges[1] - edges[0], 24), "f-zone")
    line(root, (left, top + 24), (right, top + 24), "f-rail")
    line(root, (x(limit), top - 4), (x(limit), top + 28), "f-zero")
    add(root, "circle", "f-real", r=6, cx=x(seen), cy=top + 12)
    places = decimals(marks)
    for value in marks:
        write(root, (x(value), top + 43), number(value, places), "f-muted", anchor="middle")
