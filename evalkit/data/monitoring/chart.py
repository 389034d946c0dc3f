"""The control chart of one indicator: stretches with their limits, and the signals in them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from evalkit.data.monitoring.limits import limits_of, locked, moving_ranges
from evalkit.data.monitoring.rules import RULE_SETS, Known, Lines
from evalkit.errors import DataError
from evalkit.types.control_chart import ControlChart, Limits, Reading, Signal, Stretch
from evalkit.types.indicator_limits import Base

SAME = 1e-9
"""How far a mean worked out again may be from the locked one, in moving ranges: rounding, nothing else."""


def control_chart(
    readings: Sequence[Reading], bases: Sequence[Base] = (), *, negative: bool = False
) -> ControlChart:
    """Chart readings with the limits that were locked, or with provisional ones where none were.

    Parameters
    ----------
    readings : sequence of Reading
        One step apart, as ``readings.readings`` makes them.
    bases : sequence of Base
        Locked baselines, oldest first; the limits of each count from its first period to the next.
    negative : bool
        Whether the indicator can be below zero.

    Returns
    -------
    ControlChart
        No stretch of it has limits where the values cannot carry any; it then says why.
    """
    stretches = tuple(_stretches(readings, bases, negative=negative))
    known = [_known(reading) for reading in readings]
    found = [signal for stretch in stretches for signal in _signals(known, stretch)]
    return ControlChart(
        readings=tuple(readings),
        ranges=moving_ranges(readings),
        stretches=stretches,
        signals=tuple(sorted(found, key=lambda signal: (signal.met, signal.at))),
    )


def lines_of(limits: Limits) -> Lines:
    """The lines that rules ask by; a sigma is a third of the way to a limit."""
    third = (limits.high - limits.mean) / 3
    return Lines(mean=limits.mean, low=limits.low, high=limits.high, third=third)


def _known(reading: Reading) -> Known:
    """What a reading can be: a small number is anything from zero to what it is known to be below."""
    if reading.value is not None:
        return reading.value, reading.value
    return (0.0, reading.below) if reading.small and reading.below is not None else None


def _stretches(
    readings: Sequence[Reading], bases: Sequence[Base], *, negative: bool
) -> Iterator[Stretch]:
    stop = len(readings)
    if not readings:
        return
    if not bases:
        yield _provisional(readings, negative=negative)
        return
    starts = [_place(readings, base.first) for base in bases]
    if starts[0] > 0:
        why = "No baseline was stated for these periods."
        yield Stretch(start=0, stop=starts[0], limits=None, why=why)
    for base, (start, end) in zip(bases, pairwise([*starts, stop]), strict=True):
        again = readings[start : _place(readings, base.last) + 1]
        yield Stretch(
            start=start,
            stop=end,
            limits=locked(base, negative=negative),
            note=_changed(base, again, negative=negative),
        )


def _place(readings: Sequence[Reading], period: str) -> int:
    return sum(reading.period < period for reading in readings)


def _provisional(readings: Sequence[Reading], *, negative: bool) -> Stretch:
    """All values as their own baseline: good for a first look, moved by every new value."""
    try:
        limits = limits_of(readings, negative=negative)
    except DataError as error:
        problem = error.problems[0]
        why = f"{problem.found[:1].upper()}{problem.found[1:]}; needed {problem.needed}."
        return Stretch(start=0, stop=len(readings), limits=None, why=why)
    note = "Provisional: no baseline is locked, so every new value moves these limits."
    return Stretch(start=0, stop=len(readings), limits=limits, note=note)


def _changed(base: Base, again: Sequence[Reading], *, negative: bool) -> str:
    """Whether the values of a locked baseline are still those that it was locked on."""
    what = "Values of the baseline were changed after its limits were locked"
    try:
        now = limits_of(again, negative=negative)
    except DataError:
        return f"{what}; they would carry no limits now."
    apart = max(abs(now.mean - base.mean), abs(now.moving_range - base.moving_range))
    if apart <= SAME * base.moving_range and (now.n, now.n_ranges) == (base.n, base.n_ranges):
        return ""
    return f"{what}: the mean would now be {now.mean:.4g} instead of {base.mean:.4g}."


def _signals(known: Sequence[Known], stretch: Stretch) -> Iterator[Signal]:
    """Patterns within one stretch: a run does not go on across limits that were based anew."""
    if stretch.limits is None:
        return
    here, lines = known[stretch.start : stretch.stop], lines_of(stretch.limits)
    for rule in RULE_SETS[stretch.limits.rules]:
        for pattern in rule.find(here, lines):
            yield Signal(
                rule=rule.name,
                words=rule.words.format(side=pattern.side),
                side=pattern.side,
                at=tuple(stretch.start + n for n in pattern.at),
                met=stretch.start + pattern.met,
            )
