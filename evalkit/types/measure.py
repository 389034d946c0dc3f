"""What is counted: a definition made into offences, causes or flags that a source can show."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from annotated_types import MinLen
from pydantic import ConfigDict, StringConstraints

from evalkit.types import patterns
from evalkit.types.finding import Better
from evalkit.types.ids import Slug, Version
from evalkit.types.texts import Line, Note, Text
from evalkit.types.weighted import weighted_name

Scheme = Literal[
    "police-uk", "home-office-code", "home-office-subgroup", "icd-10", "flag", "column"
]

PoliceUkType = Literal[
    "Anti-social behaviour",
    "Bicycle theft",
    "Burglary",
    "Criminal damage and arson",
    "Drugs",
    "Other crime",
    "Other theft",
    "Possession of weapons",
    "Public order",
    "Robbery",
    "Shoplifting",
    "Theft from the person",
    "Vehicle crime",
    "Violence and sexual offences",
]
"""Crime types of data.police.uk since May 2013; earlier months have some of ``EARLIER_TYPES`` instead."""

POLICE_UK_TYPES: tuple[str, ...] = get_args(PoliceUkType)
EARLIER_TYPES = ("Public disorder and weapons", "Violent crime")


@dataclass(frozen=True, slots=True, kw_only=True)
class OffenceSet:
    """What counts in one classification, and what does not.

    Attributes
    ----------
    scheme : str
        ``police-uk``: crime types of data.police.uk, in its words. ``home-office-code``: codes of the Home
        Office Counting Rules such as ``8N``. ``home-office-subgroup``: their subgroups, in words. ``icd-10``:
        causes such as ``X99``, ranges such as ``X93-X95``. ``flag``: a marker that the source sets, such as
        ``knife-enabled``. ``column``: a column of a local table that is this count already.
    include, exclude : tuple of str
        ``exclude`` takes out of what ``include`` takes in.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    scheme: Scheme
    include: Annotated[tuple[Line, ...], MinLen(1)]
    exclude: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One version of an outcome measure.

    Attributes
    ----------
    id, version : str
        ``recorded-robbery`` and ``1.0``; plans and tables name it ``recorded-robbery@1.0``. A version is
        never edited: other offences are a new version.
    title : str
        In the words of a headline, e.g. ``"recorded robbery"``.
    definition : str or None
        Id of the definition of serious violence that it puts into practice; None for a plain count.
    source : str
        Id of the data source that it can be counted in.
    unit : str
        What one event is, e.g. ``"offences"``, ``"admissions"``.
    better : "lower" or "higher"
    counts : tuple of OffenceSet
        Together they make the count; each scheme once.
    weights : str or None
        Id and version of the weight table that its offences are weighted by; None for a count. ``unit`` is
        then the table's.
    sees, misses : str
        What of the definition this count shows, and what it cannot show.
    registered : date or None
        The day of registering as the text declares it; the registry's clock otherwise.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/measure/1"]
    id: Slug
    version: Version
    title: Line
    source: Slug
    unit: Line
    counts: Annotated[tuple[OffenceSet, ...], MinLen(1)]
    sees: Text
    misses: Text
    definition: Slug | None = None
    better: Better = "lower"
    note: Note = ""
    weights: Annotated[str, StringConstraints(pattern=patterns.MEASURE)] | None = None
    registered: datetime.date | None = None

    @property
    def name(self) -> str:
        """Id and version, as plans and tables name it."""
        return f"{self.id}@{self.version}"

    @property
    def outcome(self) -> str:
        """What a table calls its numbers: the name, of a weighted measure with unit and weight table."""
        return weighted_name(self.name, self.unit, self.weights) if self.weights else self.name
