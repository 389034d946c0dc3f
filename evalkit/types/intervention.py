"""What was done: an intervention as it is registered."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MaxLen, MinLen
from pydantic import ConfigDict, StringConstraints

from evalkit.types.dates import PartialDate
from evalkit.types.theory import Text, TheoryOfChange

InterventionId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}-\d{4}-\d{4}$")]
Kind = Literal[
    "accident-and-emergency-navigators",
    "community-mobilisation",
    "diversion",
    "family-support",
    "focused-deterrence",
    "hot-spot-policing",
    "law-and-regulation",
    "licensing",
    "mentoring",
    "partnership-system",
    "place-and-design",
    "school-programme",
    "therapy",
    "violence-interruption",
]
Status = Literal["idea", "planned", "live", "completed", "stopped", "withdrawn"]
OrganisationRole = Literal["lead", "deliverer", "funder", "partner", "evaluator"]
DutyRole = Literal["specified", "relevant", "local-policing-body", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation's part in an intervention.

    Attributes
    ----------
    name : str
    role : str
        lead, deliverer, funder, partner or evaluator.
    duty : str
        Its standing under the Serious Violence Duty (Police, Crime, Sentencing and Courts Act 2022, Part 2
        Chapter 1): specified, relevant, local-policing-body or none.
    contact : str
        A post to ask, never a person's name; empty where none is given.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: Text
    role: OrganisationRole
    duty: DutyRole = "none"
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What was done, after TIDieR-PHP (Campbell and others, 2018): each part a text, or "not known"."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    why: Text
    materials: Text = "not known"
    procedures: Text = "not known"
    provided_by: Text = "not known"
    delivery: Text = "not known"
    location: Text = "not known"
    dose: Text = "not known"
    planned_variation: Text = "not known"
    unplanned_variation: Text = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """An intervention as one ``intervention.yaml`` describes it.

    Attributes
    ----------
    name : str
        Up to 80 characters.
    summary : str
        One sentence: who did what, where; up to 240 characters.
    kind, status : str
        From the lists above; ``status_reason`` is needed for stopped and withdrawn.
    areas : tuple of str
        Area codes known to the registry.
    start, end : str
        YYYY, YYYY-MM or YYYY-MM-DD, as precisely as it is known; ``end`` None while it runs.
    organisations : tuple of Organisation
        Exactly one of them leads.
    theory : TheoryOfChange or None
        None where nobody has written one down; a protocol then cannot be locked.
    worked_example : bool
        True for published data from elsewhere, kept to show how the tool works.
    id : str or None
        Permanent; given by the registry when the text has none.
    registered : date or None
        The day of registration as the text declares it; the registry's clock otherwise.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/intervention/1"]
    name: Annotated[str, MinLen(1), MaxLen(80)]
    summary: Annotated[str, MinLen(1), MaxLen(240)]
    kind: Kind
    status: Status
    areas: Annotated[tuple[str, ...], MinLen(1)]
    start: PartialDate
    description: Description
    organisations: Annotated[tuple[Organisation, ...], MinLen(1)]
    end: PartialDate | None = None
    status_reason: str | None = None
    population: Text = "not known"
    theory: TheoryOfChange | None = None
    worked_example: bool = False
    id: InterventionId | None = None
    registered: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A place.

    Attributes
    ----------
    code : str
        ONS code in the United Kingdom, ISO 3166 elsewhere.
    kind : str
        "police-area", "country" or "state".
    """

    code: str
    name: str
    kind: str
