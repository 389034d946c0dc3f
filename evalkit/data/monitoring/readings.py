"""Recorded values as one regular row of periods: what is missing stays a gap, what is small stays small."""

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from evalkit.data.periods import like, ordinal
from evalkit.errors import DataError, Problem
from evalkit.types.control_chart import Reading
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.theory import Indicator

SPARSEST = 0.5
"""The smallest share of periods with an entry that still makes a row: below it more is gap than row."""

_SIGNED = re.compile(r"\b(change|difference|net|balance|score)s?\b", re.IGNORECASE)


def may_be_negative(indicator: Indicator) -> bool:
    """True for a change, a difference, a net figure, a balance or a score, as its unit or its figures say.

    Everything else that partnerships write down is a count, a share or a rate, and never below zero.

    >>> may_be_negative(Indicator(of="x", name="visits", unit="visits a month"))
    False
    >>> may_be_negative(Indicator(of="x", name="trust", unit="change in points"))
    True
    """
    figures = (indicator.baseline, indicator.target)
    return bool(_SIGNED.search(indicator.unit)) or any(f is not None and f < 0 for f in figures)


def readings(values: Iterable[IndicatorValue]) -> tuple[Reading, ...]:
    """Every period from the first recorded to the last, one step apart.

    Parameters
    ----------
    values : iterable of IndicatorValue
        Of one indicator and one group, in any order.

    Raises
    ------
    DataError
        A period is there twice, years stand beside months, or the periods have no regular step.
    """
    found = sorted(values, key=lambda value: value.period)
    if not found:
        return ()
    _refuse_mixed(found)
    places = [ordinal(value.period) for value in found]
    step = math.gcd(*(after - before for before, after in pairwise(places))) or 1
    whole = range(places[0], places[-1] + 1, step)
    if len(found) < SPARSEST * len(whole):
        raise DataError(_irregular(found, len(whole)))
    known = {place: _reading(value) for place, value in zip(places, found, strict=True)}
    first = found[0].period
    return tuple(known.get(at) or Reading(period=like(first, at)) for at in whole)


def _reading(value: IndicatorValue) -> Reading:
    return Reading(
        period=value.period,
        value=None if value.suppressed else value.value,
        small=value.suppressed,
        below=value.below,
        note=value.note,
    )


def _refuse_mixed(found: Sequence[IndicatorValue]) -> None:
    for before, after in pairwise(found):
        if before.period == after.period:
            problem = Problem(field="period", found=f"{after.period} twice", needed="each once")
            raise DataError(problem)
    lengths = {len(value.period): value.period for value in found}
    if len(lengths) > 1:
        both = " beside ".join(sorted(lengths.values(), key=len))
        do = "Record the same kind of period throughout."
        raise DataError(Problem(field="period", found=both, needed="years or months", do=do))


def _irregular(found: Sequence[IndicatorValue], whole: int) -> Problem:
    return Problem(
        field="period",
        found=f"entries for {len(found)} of the {whole} periods from {found[0].period} to "
        f"{found[-1].period}, with no regular step",
        needed="every month, quarter or year, and no more gaps than entries",
        do="Record why a period has no value, with --note.",
    )
