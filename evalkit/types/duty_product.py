"""What the Serious Violence Duty asks a partnership to produce."""

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

from evalkit.types.dates import PartialDate
from evalkit.types.ids import AreaCode, Slug
from evalkit.types.texts import Link, Note, ShortNote

DutyProductKind = Literal[
    "definition", "data-sharing", "needs-assessment", "strategy", "annual-review"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyProduct:
    """One product of the Serious Violence Duty in one area.

    The Duty: Police, Crime, Sentencing and Courts Act 2022, Part 2 Chapter 1, in force since
    31 January 2023; the first needs assessments and strategies were due on 31 January 2024.

    Attributes
    ----------
    id : str
    area : str
        Code of the area that it is for.
    kind : str
        definition, data-sharing, needs-assessment, strategy or annual-review.
    due : str
        YYYY, YYYY-MM or YYYY-MM-DD; the last day of it counts.
    done : str or None
        When it was published or agreed; None while it is not.
    link : str
        Where it can be read; empty where it is not published.
    reference : str
        Its title or number, e.g. ``serious-violence-definition@1.0``.
    note : str
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/duty-product/1"]
    id: Slug
    area: AreaCode
    kind: DutyProductKind
    due: PartialDate
    done: PartialDate | None = None
    link: Link = ""
    reference: ShortNote = ""
    note: Note = ""
