"""Named rules for small numbers, as their sources say them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evalkit.errors import DataError, Problem

ROUNDED_LEAVES = 3
"""Values that a hidden number must still have under a profile that rounds. The sources give no number;
independent rounding to 5 can leave 4 of the 7 values that ``*`` stands for, so that a full range would refuse
tables that follow the rule, and 2 would tell a value from its neighbour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one owner of data wants small numbers to be treated; never edited, a change is a new version.

    Attributes
    ----------
    name, version : str
    hides : (int, int) or None
        Lowest and highest number that is not shown; None where nothing is hidden.
    rounds : int
        Numbers that are shown are rounded to the nearest multiple of it; 1 where they are exact.
    least_values : int
        How many values a hidden number must still be able to have for somebody who knows all the rest.
    least_in_line : int
        Hidden cells that a row or column needs where its total is shown and it has any.
    least_denominator : int
        Smallest number of people or events that a percentage or mean may rest on; 0 where there is none.
    case_by_case : bool
        True where a reviewer decides on every small number: it is refused until released.
    national : tuple of str
        Names of whole countries, whose numbers the rule leaves alone.
    source : str
        Where the rule comes from, and what of it is this package's own reading.
    """

    name: str
    version: str
    hides: tuple[int, int] | None
    rounds: int = 1
    least_values: int = 0
    least_in_line: int = 1
    least_denominator: int = 0
    case_by_case: bool = False
    national: tuple[str, ...] = ()
    source: str = ""

    @property
    def label(self) -> str:
        """Name and version, as pages and releases print them."""
        return f"{self.name} {self.version}"

    def is_small(self, value: float) -> bool:
        """Whether a number of this size is hidden."""
        return self.hides is not None and self.hides[0] <= value <= self.hides[1]

    def rounded(self, value: int) -> int:
        """A number to the nearest multiple of what the profile rounds to; halves go up."""
        return (2 * value + self.rounds) // (2 * self.rounds) * self.rounds

    def range_words(self) -> str:
        """What a hidden number can be, e.g. ``"1 to 7"``."""
        return f"{self.hides[0]} to {self.hides[1]}" if self.hides else "nothing"


_ALL = (
    Profile(
        name="hes-2018",
        version="1.0",
        hides=(1, 7),
        rounds=5,
        least_values=ROUNDED_LEAVES,
        least_denominator=8,
        national=("england", "wales", "england and wales", "united kingdom", "great britain"),
        source="Hospital Episode Statistics, NHS Digital's rule of 2018: sub-national counts of 1 to 7 are"
        " shown as *, others rounded to the nearest 5, averages only from 8; zero is shown. It replaced"
        " hiding 1 to 5 with secondary suppression by hand. How many values * keeps is evalkit's reading.",
    ),
    Profile(
        name="ons-ls",
        version="1.0",
        hides=(0, 9),
        least_values=10,
        least_in_line=2,
        case_by_case=True,
        source="ONS Longitudinal Study: anything under 10 is checked case by case. That zero is in it, and"
        " that a cell which is hidden must keep all ten values, is evalkit's reading.",
    ),
    Profile(
        name="uk-llc",
        version="1.0",
        hides=(0, 9),
        least_values=10,
        least_in_line=2,
        least_denominator=10,
        source="UK Longitudinal Linkage Collaboration: under 10, zero included, is not released; at least two"
        " cells a row and column are masked; percentages and means need 10.",
    ),
    Profile(
        name="police-5",
        version="1.0",
        hides=(0, 4),
        rounds=5,
        least_values=ROUNDED_LEAVES,
        least_denominator=5,
        source="A rule in common use: under 5 is hidden, the rest rounded to 5. No single owner publishes it;"
        " the smallest denominator is evalkit's reading.",
    ),
    Profile(
        name="open",
        version="1.0",
        hides=None,
        source="Published already, such as data.police.uk: nothing is hidden. It must not be crossed with"
        " data that are not open.",
    ),
)
PROFILES: Mapping[str, Profile] = MappingProxyType({one.name: one for one in _ALL})


def profile_of(name: str, *, owner: str = "") -> Profile:
    """The profile of this name.

    Raises
    ------
    DataError
        There is none; ``owner`` says whose it was to be.
    """
    if name not in PROFILES:
        found = f"profile {name or '(none)'}{f' of {owner}' if owner else ''}, which is not known"
        raise DataError(
            Problem(
                field="suppression",
                found=found,
                needed=f"one of {', '.join(PROFILES)}",
                do="Without a profile nothing of this source is published.",
            )
        )
    return PROFILES[name]


def loosened(before: Profile, now: Profile) -> str:
    """What the later profile no longer protects, in words; empty where it protects as much."""
    if before.hides is None:
        return ""
    if now.hides is None:
        return f"{before.range_words()} was hidden and now nothing is"
    if now.hides[0] > before.hides[0] or now.hides[1] < before.hides[1]:
        return f"{before.range_words()} was hidden and now only {now.range_words()}"
    if now.rounds < before.rounds and now.least_values < before.hides[1] - before.hides[0] + 1:
        return f"numbers were rounded to {before.rounds} and now they are exact"
    if now.least_values < before.least_values:
        return f"a hidden number kept {before.least_values} values and now {now.least_values}"
    return ""


def strictest(profiles: tuple[Profile, ...]) -> Profile:
    """The one that hides most; of several the one that asks for the largest denominator."""

    def size(one: Profile) -> tuple[int, int, int]:
        width = one.hides[1] - one.hides[0] + 1 if one.hides else 0
        return width, one.least_values, one.least_denominator

    return max(profiles, key=size)
