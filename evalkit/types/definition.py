"""What a partnership means by serious violence."""

import datetime
from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

from evalkit.types.dates import PartialDate
from evalkit.types.ids import AreaCode, Slug, Version
from evalkit.types.texts import Line, Note, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version of a definition of serious violence.

    Areas may keep their own definition. Under the Serious Violence Duty (Police, Crime, Sentencing and
    Courts Act 2022, Part 2 Chapter 1) it has to cover at least the scope of the Home Office's Serious
    Violence Strategy of 2018.

    Attributes
    ----------
    id, version : str
        A version is never edited once it is agreed: a new wording is a new version.
    title, wording : str
        ``wording`` as the partnership agreed it.
    source : str
        The document that it stands in.
    area : str or None
        Code of the area that owns it; None for a national or international definition.
    effective_from : str or None
        YYYY, YYYY-MM or YYYY-MM-DD.
    status : "draft", "agreed" or "replaced"
    note : str
        How it is put into practice, and what it leaves out.
    registered : date or None
        The day of registering as the text declares it; the registry's clock otherwise.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/definition/1"]
    id: Slug
    version: Version
    title: Line
    wording: Text
    source: Text
    status: Literal["draft", "agreed", "replaced"]
    area: AreaCode | None = None
    effective_from: PartialDate | None = None
    note: Note = ""
    registered: datetime.date | None = None
