"""Limits of an XmR chart from a baseline: how far single values stray when nothing in particular happens.

W. A. Shewhart (1931), Economic Control of Quality of Manufactured Product; D. J. Wheeler and D. S. Chambers
(1992), Understanding Statistical Process Control.
"""

from collections.abc import Sequence
from itertools import pairwise

from evalkit.data.monitoring.rules import STANDARD
from evalkit.errors import DataError, Problem
from evalkit.types.control_chart import Limits, Reading
from evalkit.types.indicator_limits import Base, RuleSet

SPREAD = 2.66
"""Three sigma in mean moving ranges: 3 / 1.128, where 1.128 is the mean range of two normal values."""

RANGE_SPREAD = 3.267
"""The upper limit of a moving range in mean moving ranges: D4 for two values."""

LEAST = 12
"""Values that limits need. No number is agreed: Provost and Murray (2011) advise 20 to 30, Wheeler (1993)
finds five or six useful; how often 12 raise false signals stands in docs/calibration.md."""

LEAST_RANGES = 9
"""Moving ranges that limits need: every gap costs up to two, and the limits rest on their mean."""


def moving_ranges(readings: Sequence[Reading]) -> tuple[float | None, ...]:
    """Absolute differences from the period before; None at the start, in a gap and after one."""
    values = [reading.value for reading in readings]
    steps = (
        None if before is None or after is None else abs(after - before)
        for before, after in pairwise(values)
    )
    return (None, *steps) if readings else ()


def limits_of(readings: Sequence[Reading], *, negative: bool, rules: RuleSet = STANDARD) -> Limits:
    """Mean ± 2.66 mean moving ranges.

    Parameters
    ----------
    readings : sequence of Reading
        The baseline, its gaps included.
    negative : bool
        Whether the indicator can be below zero; otherwise a lower limit below zero is no limit.
    rules : str
        Name of the set of rules that goes with them.

    Raises
    ------
    DataError
        There are too few values or neighbours, some are only known to be small, or none differ.
    """
    values = [reading.value for reading in readings if reading.value is not None]
    ranges = [step for step in moving_ranges(readings) if step is not None]
    _refuse(readings, len(values), ranges)
    mean, step = sum(values) / len(values), sum(ranges) / len(ranges)
    return _drawn(
        mean, step, negative=negative, ends=(readings[0].period, readings[-1].period),
        counts=(len(values), len(ranges)), rules=rules,
    )  # fmt: skip


def locked(base: Base, *, negative: bool) -> Limits:
    """The limits that were locked, whatever has become of the values since."""
    return _drawn(
        base.mean, base.moving_range, negative=negative, ends=(base.first, base.last),
        counts=(base.n, base.n_ranges), rules=base.rules, is_locked=True, reason=base.reason,
    )  # fmt: skip


def base_of(readings: Sequence[Reading], *, negative: bool, rules: RuleSet, reason: str) -> Base:
    """A baseline as it is locked; DataError as for ``limits_of``."""
    found = limits_of(readings, negative=negative, rules=rules)
    return Base(
        first=found.first,
        last=found.last,
        mean=found.mean,
        moving_range=found.moving_range,
        n=found.n,
        n_ranges=found.n_ranges,
        rules=rules,
        reason=reason,
    )


def _drawn(
    mean: float,
    step: float,
    *,
    negative: bool,
    ends: tuple[str, str],
    counts: tuple[int, int],
    rules: RuleSet,
    is_locked: bool = False,
    reason: str = "",
) -> Limits:
    low = mean - SPREAD * step
    return Limits(
        first=ends[0],
        last=ends[1],
        mean=mean,
        moving_range=step,
        low=low if negative or low > 0 else None,
        high=mean + SPREAD * step,
        range_high=RANGE_SPREAD * step,
        n=counts[0],
        n_ranges=counts[1],
        rules=rules,
        locked=is_locked,
        reason=reason,
    )


def _refuse(readings: Sequence[Reading], n: int, ranges: Sequence[float]) -> None:
    """Refuse a baseline that cannot carry limits."""
    small = sum(reading.small for reading in readings)
    if small:
        raise _no(
            f"{small} of {n + small} values only known to be small",
            "a baseline without them: left out, they would put the limits too high",
            "Count over longer periods or a larger area.",
        )
    if n < LEAST or len(ranges) < LEAST_RANGES:
        found = f"{n} values, {len(ranges)} of them beside the one before"
        needed = f"at least {LEAST} values and {LEAST_RANGES} neighbours"
        raise _no(f"too few to set limits: {found}", needed)
    if not any(ranges):
        raise _no(f"{n} values that are all the same", "values that differ: they show how far")


def _no(found: str, needed: str, do: str = "") -> DataError:
    return DataError(Problem(field="baseline", found=found, needed=needed, do=do))
