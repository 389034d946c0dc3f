"""The rules that say when a control chart is worth asking about, each with its source.

Every rule is a pure function of what is known of each period and of the lines, and gives the patterns it
finds. A month that is missing ends a run of consecutive months; a small number that was not kept counts
below a line only where all that it can be is below it. The sets of rules stand at the end of this file and
nowhere else.

Sources: Western Electric Company (1956), Statistical Quality Control Handbook; L. S. Nelson (1984), The
Shewhart control chart: tests for special causes, Journal of Quality Technology 16(4); L. P. Provost and
S. K. Murray (2011), The Health Care Data Guide.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from evalkit.types.control_chart import Side
from evalkit.types.indicator_limits import RuleSet

Known = tuple[float, float] | None
"""The least and the most that a reading can be, alike for a number; None where nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of a chart; ``low`` is None where there is no lower limit. ``third`` is one sigma."""

    mean: float
    low: float | None
    high: float
    third: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Positions that make a pattern, in order, and the one at which it was complete."""

    side: Side
    at: tuple[int, ...]
    met: int


Find = Callable[[Sequence[Known], Lines], tuple[Pattern, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its name, what it says with ``{side}`` for the side, and how it is found."""

    name: str
    words: str
    find: Find


def outside(known: Sequence[Known], lines: Lines) -> tuple[Pattern, ...]:
    """Find each value beyond a limit, three sigma from the mean (Western Electric 1956, test 1).

    A value exactly on a limit is not beyond it.
    """
    found: list[Pattern] = []
    for n, one in enumerate(known):
        if one is not None and one[0] > lines.high:
            found.append(Pattern(side="above", at=(n,), met=n))
        elif one is not None and lines.low is not None and one[1] < lines.low:
            found.append(Pattern(side="below", at=(n,), met=n))
    return tuple(found)


def one_side(known: Sequence[Known], lines: Lines, *, length: int) -> tuple[Pattern, ...]:
    """Find ``length`` or more consecutive values on one side of the mean.

    Eight: Western Electric (1956), test 4; Provost and Murray (2011), rule 2. A value exactly on the mean
    neither counts nor ends the run (Provost and Murray).
    """
    sides = [_side(one, lines.mean) for one in known]
    found: list[Pattern] = []
    for run in _runs(sides):
        at = [n for n in run if sides[n] != "on"]
        if len(at) >= length:
            found.append(Pattern(side=_as_side(sides[at[0]]), at=tuple(at), met=at[length - 1]))
    return tuple(found)


def trend(known: Sequence[Known], lines: Lines, *, length: int) -> tuple[Pattern, ...]:
    """Find ``length`` or more consecutive values, each above, or each below, the one before.

    Six values, five steps: Nelson (1984), test 3; Provost and Murray (2011), rule 3. A value equal to the one
    before neither counts nor ends the trend (Provost and Murray).
    """
    del lines
    found: list[Pattern] = []
    for side in ("rising", "falling"):
        for at in _monotone(known, side):
            if len(at) >= length:
                found.append(Pattern(side=_as_side(side), at=tuple(at), met=at[length - 1]))
    return tuple(sorted(found, key=lambda pattern: pattern.met))


def far_out(
    known: Sequence[Known], lines: Lines, *, count: int, of: int, sigmas: int
) -> tuple[Pattern, ...]:
    """Find ``count`` of ``of`` consecutive values beyond ``sigmas`` sigma on the same side of the mean.

    Two of three beyond two sigma, the outer third of the way to a limit: Western Electric (1956), test 2;
    Provost and Murray (2011), rule 4. Four of five beyond one sigma: Western Electric (1956), test 3.
    """
    found: list[Pattern] = []
    for side, line in (
        ("above", lines.mean + sigmas * lines.third),
        ("below", lines.mean - sigmas * lines.third),
    ):
        beyond = [n for n, one in enumerate(known) if _side(one, line) == side]
        found += _joined(beyond, _as_side(side), count, of)
    return tuple(sorted(found, key=lambda pattern: pattern.met))


def _side(one: Known, line: float) -> str:
    """above, below or on; empty where it cannot be told."""
    if one is None:
        return ""
    if one[0] > line:
        return "above"
    if one[1] < line:
        return "below"
    return "on" if one[0] == one[1] else ""


def _as_side(text: str) -> Side:
    sides: Mapping[str, Side] = {
        "above": "above", "below": "below", "rising": "rising", "falling": "falling",
    }  # fmt: skip
    return sides[text]


def _runs(sides: Sequence[str]) -> Iterator[list[int]]:
    """Consecutive positions on one side, those on the line carried along."""
    run: list[int] = []
    of = ""
    for n, side in enumerate(sides):
        if side == "" or (side != "on" and side != of):
            yield run
            run, of = [], "" if side == "" else side
        if of:
            run.append(n)
    yield run


def _monotone(known: Sequence[Known], side: str) -> Iterator[list[int]]:
    """Consecutive positions that go one way, equal ones left out."""
    at: list[int] = []
    for n, one in enumerate(known):
        before = known[at[-1]] if at else None
        if one is None or one[0] != one[1]:
            yield at
            at = []
        elif before is None:
            at = [n]
        elif one[0] == before[0]:
            continue
        elif (one[0] > before[0]) == (side == "rising"):
            at.append(n)
        else:
            yield at
            at = [n]
    yield at


def _joined(beyond: Sequence[int], side: Side, count: int, of: int) -> Iterator[Pattern]:
    """Windows that hold enough of them; those that share a value are one pattern."""
    at: list[int] = []
    met = 0
    for n in range(count - 1, len(beyond)):
        window = beyond[n - count + 1 : n + 1]
        if window[-1] - window[0] >= of:
            continue
        if at and window[0] <= at[-1]:
            at += [one for one in window if one > at[-1]]
            continue
        if at:
            yield Pattern(side=side, at=tuple(at), met=met)
        at, met = list(window), window[-1]
    if at:
        yield Pattern(side=side, at=tuple(at), met=met)


OUTSIDE = Rule(name="outside", words="{side} the limits", find=outside)
EIGHT = Rule(
    name="one_side",
    words="8 or more in a row {side} the mean",
    find=partial(one_side, length=8),
)
SIX = Rule(name="trend", words="6 or more in a row {side}", find=partial(trend, length=6))
TWO_OF_THREE = Rule(
    name="two_of_three",
    words="2 of 3 far {side} the mean (beyond two sigma)",
    find=partial(far_out, count=2, of=3, sigmas=2),
)
FOUR_OF_FIVE = Rule(
    name="four_of_five",
    words="4 of 5 well {side} the mean (beyond one sigma)",
    find=partial(far_out, count=4, of=5, sigmas=1),
)

STANDARD: RuleSet = "health-care-data-guide-2011"
RULE_SETS: Mapping[RuleSet, tuple[Rule, ...]] = MappingProxyType(
    {
        STANDARD: (OUTSIDE, EIGHT, SIX, TWO_OF_THREE),
        "western-electric-1956": (OUTSIDE, TWO_OF_THREE, FOUR_OF_FIVE, EIGHT),
    }
)
"""The sets by name, as limits are locked with them. The fifth rule of Provost and Murray, fifteen values
close to the mean, asks whether limits are too wide and is left out."""
