"""Which months and areas the table spans, from what was asked for and what was published."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.data import periods as calendar
from evalkit.data.lsoa_change import LsoaChange, read_lsoa_change
from evalkit.data.places import read_lsoa_list
from evalkit.data.police.choice import Choice, Placing, home_force, placing
from evalkit.data.police.downloads import find_street_files
from evalkit.data.police.names import StreetFile
from evalkit.data.police.overlaps import one_a_month
from evalkit.data.police.staging import peek
from evalkit.errors import DataError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Months that each force published; files with a header and no row do not count, and are named."""

    months: Mapping[str, frozenset[str]]
    empty: tuple[str, ...]

    def forces(self, month: str) -> tuple[str, ...]:
        """Forces that published a month."""
        return tuple(sorted(force for force, months in self.months.items() if month in months))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be read and what the table will span.

    Attributes
    ----------
    reading : tuple of StreetFile
        One a force and month.
    passed : tuple of StreetFile
        In whose place another of the same force and month counts.
    same : int
        How many of them are the same, byte for byte.
    outside : int
        Files of months that are not in the table.
    others : mapping
        By kind: how many files are no street files.
    """

    choice: Choice
    where: Placing
    known: Published
    months: tuple[str, ...]
    reading: tuple[StreetFile, ...]
    passed: tuple[StreetFile, ...]
    same: int
    outside: int
    others: Mapping[str, int]


def make_plan(downloads: Sequence[Path], choice: Choice) -> Plan:
    """Look through the downloads and the look-ups, and refuse what cannot be right before rows are read.

    Raises
    ------
    DataError
        As ``read_police``.
    """
    found = find_street_files(downloads)
    change = lsoa_change(choice)
    given = read_lsoa_list(choice.lsoas, choice.areas) if choice.lsoas else None
    listed = listed_areas(given, change)
    used, unused, same = one_a_month(from_to(found.files, choice), choice.newer)
    known = published(used)
    where = placing(choice, frozenset(known.months), listed, change)
    refuse_parts(choice, where)
    months = months_of(choice, where, known)
    reading = tuple(file for file in used if file.month in months)
    return Plan(
        choice=choice,
        where=where,
        known=known,
        months=months,
        reading=reading,
        passed=tuple(file for file in unused if file.month in months),
        same=same,
        outside=len(found.files) - len(unused) - len(reading),
        others=found.others,
    )


def published(files: Sequence[StreetFile]) -> Published:
    """Look at the start of each file.

    Raises
    ------
    DataError
        A header that cannot be read.
    """
    months: dict[str, set[str]] = defaultdict(set)
    empty = []
    for file in files:
        if peek(file)[1]:
            months[file.force].add(file.month)
        else:
            empty.append(file.name)
    by_force = {force: frozenset(of) for force, of in months.items()}
    return Published(months=by_force, empty=tuple(empty))


def from_to(files: Sequence[StreetFile], choice: Choice) -> tuple[StreetFile, ...]:
    """Keep the files of the months asked for.

    Raises
    ------
    DataError
        A month that is none, the last before the first, or no file between them.
    """
    for option, month in (("--from", choice.first), ("--to", choice.last)):
        if month and len(month) != 7:
            raise DataError(Problem(field=option, found=month, needed="a month such as 2018-10"))
        calendar.ordinal(month or "2018-10")
    if choice.first and choice.last and choice.last < choice.first:
        needed = f"a month from {choice.first} on"
        raise DataError(Problem(field="--to", found=choice.last, needed=needed))
    first, last = choice.first or "0000-01", choice.last or "9999-12"
    kept = tuple(file for file in files if first <= file.month <= last)
    if not kept:
        there = f"{min(file.month for file in files)} to {max(file.month for file in files)}"
        found = f"no file from {choice.first or 'the first'} to {choice.last or 'the last'}"
        raise DataError(Problem(field="--from", found=found, needed=f"months of {there}"))
    return kept


def months_of(choice: Choice, where: Placing, known: Published) -> tuple[str, ...]:
    """Every month of the table: those asked for, otherwise from the first to the last published.

    Raises
    ------
    DataError
        No force of the chosen areas published any month: whatever other forces' files say is not their count.
    """
    homes = sorted({home_force(where.areas, district) for district in where.districts})
    months = sorted(set().union(*(known.months.get(force, frozenset()) for force in homes)))
    if not months:
        there = (
            f"files of {', '.join(sorted(known.months))}" if known.months else "no row in any file"
        )
        raise DataError(
            Problem(
                field="--area",
                found=there,
                needed=f"files of {', '.join(homes) or 'a force of the areas that are known'}",
                do="Only its own force's files say what was recorded in an area.",
            )
        )
    return calendar.between(choice.first or months[0], choice.last or months[-1])


def refuse_parts(choice: Choice, where: Placing) -> None:
    """Refuse a police area of which only a part was chosen."""
    if choice.unit != "police-area":
        return
    parents = {where.areas[district].parent for district in where.districts}
    for code in sorted(set(where.names.values()) - where.districts):
        if where.areas[code].parent in parents or where.listed is not None:
            raise DataError(
                Problem(
                    field="--unit",
                    found="police-area for a part of a police area",
                    needed="whole police areas, or --unit district",
                )
            )


def lsoa_change(choice: Choice) -> LsoaChange | None:
    """Read the look-up where there is one.

    Raises
    ------
    DataError
        What changed is to be joined, and there is none; or as ``read_lsoa_change``.
    """
    if choice.lookup is not None:
        return read_lsoa_change(choice.lookup, join=choice.join_changed)
    if choice.join_changed:
        found, needed = "no look-up", "--lookup FILE, which says what changed"
        raise DataError(Problem(field="--join-changed", found=found, needed=needed))
    return None


def listed_areas(
    listed: Mapping[str, str] | None, change: LsoaChange | None
) -> Mapping[str, str] | None:
    """The list by areas of the table.

    Raises
    ------
    DataError
        A code that is none of 2021, or one of LSOAs that are counted together without the others.
    """
    if listed is None or change is None:
        return listed
    for code in listed:
        if code not in change.parts:
            found, needed = (
                f"{code}, which is no LSOA21CD of the look-up",
                "a list in codes of 2021",
            )
            raise DataError(Problem(field="--lsoas", found=found, needed=needed))
    areas = {change.parts[code]: district for code, district in listed.items()}
    for code, area in change.parts.items():
        if area in areas and code not in listed:
            one = next(listed_one for listed_one in listed if change.parts[listed_one] == area)
            found = f"{one} without {code}, with which it is counted together"
            raise DataError(Problem(field="--lsoas", found=found, needed="both, or neither"))
    return areas
