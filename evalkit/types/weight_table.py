"""What one offence weighs, so that a sum can say more of harm than a count does."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Gt, MinLen
from pydantic import ConfigDict, StringConstraints

from evalkit.types import patterns
from evalkit.types.ids import Slug, Version
from evalkit.types.measure import Scheme
from evalkit.types.texts import Line, Note, Number, ShortNote, Text

Weight = Annotated[Number, Gt(0)]
"""Of one offence, in the unit of its table. Not 0: an offence that weighs nothing would not be seen."""

WeightTableName = Annotated[str, StringConstraints(pattern=patterns.MEASURE)]
"""Id and version, e.g. ``"police-uk-harm@1.0"``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightTable:
    """One version of a table of weights, as whoever uses it supplies it.

    Attributes
    ----------
    id, version : str
        ``police-uk-harm`` and ``1.0``; plans and tables name it ``police-uk-harm@1.0``. A version is never
        edited: other weights are a new version.
    title : str
    unit : str
        What a weighted sum counts, e.g. ``"harm-days"``.
    level : "offence" or "category"
        Of ``category`` each weight stands for offences of very different gravity: a shift among them
        is not seen.
    scheme : str
        The classification of the offences, as in ``OffenceSet``; ``column`` for the texts of a local table.
    weights : mapping
        By offence or category, in the words of the scheme: above 0.
    without : mapping
        Offences that the source gives no weight, with why. Like offences that are not named at all they
        cannot be weighted.
    source : str
        Who published the weights, where and when.
    derived_by : str
        Who made these numbers of what the source published; empty where they are the source's own.
    licence : str
        As stated, and by whom.
    licence_verified : bool
        Whether somebody has read that the licence allows this use.
    registered : date or None
        The day of registering as the text declares it; the registry's clock otherwise.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/weight-table/1"]
    id: Slug
    version: Version
    title: Line
    unit: Line
    level: Literal["offence", "category"]
    scheme: Scheme
    weights: Annotated[dict[Line, Weight], MinLen(1)]
    source: Text
    licence: Line
    licence_verified: bool
    derived_by: ShortNote = ""
    without: dict[Line, Line] | None = None
    note: Note = ""
    registered: datetime.date | None = None

    @property
    def name(self) -> str:
        """Id and version, as plans and tables name it."""
        return f"{self.id}@{self.version}"
