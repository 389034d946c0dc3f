"""From a measure to what a source can count of it."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping

from evalkit.errors import DataError, Problem
from evalkit.types.measure import EARLIER_TYPES, POLICE_UK_TYPES, Measure, OffenceSet

_ICD = re.compile(r"^([A-TV-Z])([0-9]{2})(?:\.?([0-9]))?$")
_HOME_OFFICE = re.compile(r"^[0-9]{1,3}[A-Z]?(?:/[0-9]{1,2})?$")


def problems(measure: Measure) -> Iterator[Problem]:
    """What of a measure's offence sets cannot be counted by anybody: a field each, without a file."""
    schemes = [one.scheme for one in measure.counts]
    for n, one in enumerate(measure.counts):
        if one.scheme in schemes[:n]:
            found = f"{one.scheme} again"
            yield Problem(field=f"counts[{n}].scheme", found=found, needed="each scheme once")
        for role in ("include", "exclude"):
            for m, code in enumerate(getattr(one, role)):
                if (problem := _code(one.scheme, code)) is not None:
                    found, needed, do = problem
                    field = f"counts[{n}].{role}[{m}]"
                    yield Problem(field=field, found=found, needed=needed, do=do)
        if set(one.include) <= set(one.exclude):
            yield Problem(
                field=f"counts[{n}].exclude", found="everything", needed="something left to count"
            )


def _code(scheme: str, code: str) -> tuple[str, str, str] | None:
    """What is wrong with one code: found, needed, do; None where nothing is."""
    if scheme == "police-uk" and code not in (*POLICE_UK_TYPES, *EARLIER_TYPES):
        close = difflib.get_close_matches(code, POLICE_UK_TYPES, n=1, cutoff=0.3)
        needed = "a crime type of data.police.uk in its own words"
        return code, needed, f"Try {close[0]}." if close else ""
    if scheme == "icd-10":
        ends = code.split("-")
        parts = [_ICD.match(end.strip().upper()) for end in ends]
        if len(ends) > 2 or not all(parts):
            return code, "a cause such as X99 or a range such as X93-X95", ""
        if len(ends) == 2 and _icd_key(ends[0])[:3] > _icd_key(ends[1])[:3]:
            return code, "a range from the lower to the higher cause", "Swap the two."
    if scheme == "home-office-code" and not _HOME_OFFICE.match(code.upper()):
        return code, "a code of the Counting Rules such as 8N or 104", ""
    return None


def _icd_key(code: str) -> str:
    return code.strip().upper().replace(".", "")


def counts_code(one: OffenceSet, code: str) -> bool:
    """Whether an offence set counts a code as a source writes it.

    Causes of ICD-10 are counted with their subdivisions: ``X99`` takes in ``X99.4`` and ``X994``.

    >>> knives = OffenceSet(scheme="icd-10", include=("X93-X95", "X99"), exclude=("X95.0",))
    >>> [counts_code(knives, code) for code in ("X94", "x99.4", "X950", "X951", "Y00")]
    [True, True, False, True, False]
    """
    return _any(one.scheme, one.include, code) and not _any(one.scheme, one.exclude, code)


def _any(scheme: str, codes: Iterable[str], code: str) -> bool:
    if scheme == "icd-10":
        return any(_in_icd(entry, _icd_key(code)) for entry in codes)
    if scheme == "home-office-code":
        return code.strip().upper() in {entry.upper() for entry in codes}
    return code.strip() in set(codes)


def _in_icd(entry: str, code: str) -> bool:
    first, _, last = (_icd_key(part) for part in entry.partition("-"))
    if not last:
        return code.startswith(first)
    return first <= code[: len(first)] and code[: len(last)] <= last


def police_uk_outcomes(measures: Iterable[Measure]) -> Mapping[str, frozenset[str]]:
    """By name of the measure: the crime types of data.police.uk that it counts.

    Raises
    ------
    DataError
        A measure cannot be counted in these files: it says what it can be counted in.
    """
    found: dict[str, frozenset[str]] = {}
    for measure in measures:
        sets = [one for one in measure.counts if one.scheme == "police-uk"]
        if not sets:
            raise DataError(
                Problem(
                    field=measure.name,
                    found="counted by " + " and ".join(one.scheme for one in measure.counts),
                    needed="crime types of data.police.uk (scheme police-uk)",
                    do=f"These files cannot show it: {measure.misses}",
                )
            )
        found[measure.name] = frozenset(
            name for name in (*POLICE_UK_TYPES, *EARLIER_TYPES) if counts_code(sets[0], name)
        )
    return found
