"""Where data come from, what they miss and who may see them."""

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

from evalkit.types.dates import PartialDate
from evalkit.types.ids import Slug
from evalkit.types.texts import Line, Note, ShortNote, Text

LawfulBasis = Literal["open", "pcsc-2022-s16", "cda-1998-s115", "other", "not known"]
SuppressionProfile = Literal["hes-2018", "ons-ls", "uk-llc", "police-5", "open"]
Cadence = Literal[
    "daily", "weekly", "monthly", "quarterly", "yearly", "irregular", "once", "not known"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A day from which a source no longer measures what it measured before, and what changed."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    on: PartialDate
    what: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """A source of data.

    Attributes
    ----------
    id, name : str
    owner : str
        The organisation that holds the data.
    measures, misses : str
        What it measures, and what it cannot see.
    contact : str
        Whom to ask: a post, never a person's name.
    lawful_basis : str
        ``open`` (published), ``pcsc-2022-s16`` (Police, Crime, Sentencing and Courts Act 2022, section 16),
        ``cda-1998-s115`` (Crime and Disorder Act 1998, section 115), ``other`` or ``not known``. Neither
        section overrides data protection law.
    lawful_basis_note : str
    suppression : str
        How small numbers are hidden. ``hes-2018``: 1 to 7 hidden, others rounded to 5; ``ons-ls``: under 10
        checked case by case; ``uk-llc``: under 10 hidden, zero included; ``police-5``: under 5 hidden,
        others rounded to 5; ``open``: published already, nothing to hide.
    agreement : str or None
        Id of the agreement that allows its use; None for open data.
    breaks : tuple of Break
        Known breaks in the series.
    cadence : str
        How often new data come.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/data-source/1"]
    id: Slug
    name: Line
    owner: Line
    measures: Text
    suppression: SuppressionProfile
    misses: Text = "not known"
    contact: ShortNote = ""
    lawful_basis: LawfulBasis = "not known"
    lawful_basis_note: Note = ""
    agreement: Slug | None = None
    breaks: tuple[Break, ...] = ()
    cadence: Cadence = "not known"
