"""Who takes part: an organisation with its standing under the Serious Violence Duty."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from pydantic import ConfigDict

from evalkit.types.ids import AreaCode, Slug
from evalkit.types.intervention import DutyRole
from evalkit.types.texts import Line, ShortNote

OrganisationKind = Literal[
    "police",
    "fire",
    "integrated-care-board",
    "local-authority",
    "youth-offending-team",
    "probation",
    "local-policing-body",
    "education",
    "prison",
    "youth-custody",
    "voluntary-and-community",
    "university",
    "partnership",
    "government",
    "other",
]

USUAL_DUTY: Mapping[OrganisationKind, DutyRole] = MappingProxyType(
    {
        "police": "specified",
        "fire": "specified",
        "integrated-care-board": "specified",
        "local-authority": "specified",
        "youth-offending-team": "specified",
        "probation": "specified",
        "local-policing-body": "local-policing-body",
        "education": "relevant",
        "prison": "relevant",
        "youth-custody": "relevant",
        "voluntary-and-community": "none",
        "university": "none",
        "partnership": "none",
        "government": "none",
        "other": "none",
    }
)
"""The standing that each kind usually has under the Duty; a record may say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation.

    Attributes
    ----------
    id : str
    name : str
    kind : str
        One of ``OrganisationKind``; a police and crime commissioner is a local-policing-body, a violence
        reduction unit a partnership.
    duty : str
        Its standing under the Serious Violence Duty (Police, Crime, Sentencing and Courts Act 2022, Part 2
        Chapter 1): specified, relevant, local-policing-body or none; see ``USUAL_DUTY``.
    areas : tuple of str
        Codes of the areas that it serves.
    champion : str
        The post of its Violence Reduction Champion, never a person's name; empty where there is none.
    contact : str
        A post to ask, never a person's name.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/organisation/1"]
    id: Slug
    name: Line
    kind: OrganisationKind
    duty: DutyRole
    areas: tuple[AreaCode, ...] = ()
    champion: ShortNote = ""
    contact: ShortNote = ""
