"""What was done: an intervention as it is registered."""

import datetime
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import MaxLen, MinLen
from pydantic import ConfigDict, StringConstraints

from evalkit.types import patterns
from evalkit.types.dates import PartialDate
from evalkit.types.five_cs import FiveCs
from evalkit.types.ids import InterventionId as InterventionId
from evalkit.types.ids import NeedId
from evalkit.types.money import Cost, Funding
from evalkit.types.texts import Line, Note, ShortNote, Text
from evalkit.types.theory import TheoryOfChange

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
PreventionLevel = Literal["primary", "secondary", "tertiary", "not known"]
Setting = Literal["public-space", "school", "home", "health", "custody", "online", "not known"]
NOT_KNOWN = "not known"
"""What stands in a field until somebody knows better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipatingOrganisation:
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

    name: Line
    role: OrganisationRole
    duty: DutyRole = "none"
    contact: ShortNote = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What was done, after TIDieR-PHP (Campbell and others, 2018): each part a text, or "not known".

    Attributes
    ----------
    why : str
        The reasoning: how it was expected to work.
    materials, procedures : str
        What was used; what was done.
    provided_by, delivery, location : str
        Who provided it, with which powers; in what way; where.
    dose : str
        When, how often, how much.
    planned_variation, unplanned_variation : str
        What was meant to differ from place to place; what changed on the way.
    fidelity_planned, fidelity_actual : str
        How well it was to be delivered; how well it was.
    """

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
    fidelity_planned: Text = "not known"
    fidelity_actual: Text = "not known"


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
    planned_start, planned_end : str or None
        What was planned, as precisely; None where it is not known.
    organisations : tuple of ParticipatingOrganisation
        Exactly one of them leads.
    population, setting, prevention_level : str
        Whom it is for and where it meets them. Primary prevention is for everybody, secondary for those at
        risk, tertiary for those already involved in violence.
    risk_and_protective_factors : tuple of str
        What it works on, a line each.
    cost : Cost or None
    funding : tuple of Funding
        Who pays, and until when.
    five_cs : FiveCs
        A sentence for each of the five Cs, or empty.
    needs : tuple of str
        Needs that it answers, e.g. ``derby-2024/N3``.
    adverse_effects, equity : str
        Harm that was seen or is expected; who may be reached less or hurt more.
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
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=patterns.NOT_BLANK)]
    summary: Line
    kind: Kind
    status: Status
    areas: Annotated[tuple[Annotated[str, MinLen(1), MaxLen(12)], ...], MinLen(1)]
    start: PartialDate
    description: Description
    organisations: Annotated[tuple[ParticipatingOrganisation, ...], MinLen(1)]
    end: PartialDate | None = None
    status_reason: Note | None = None
    planned_start: PartialDate | None = None
    planned_end: PartialDate | None = None
    population: Text = "not known"
    setting: Setting = "not known"
    prevention_level: PreventionLevel = "not known"
    risk_and_protective_factors: tuple[Line, ...] = ()
    cost: Cost | None = None
    funding: tuple[Funding, ...] = ()
    five_cs: FiveCs = field(default_factory=FiveCs)
    needs: tuple[NeedId, ...] = ()
    adverse_effects: Text = "not known"
    equity: Text = "not known"
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
        "police-area", "local-authority", "country" or "state".
    parent : str or None
        Code of the area around it.
    boundary_version : str
        The year of the boundaries, e.g. "2024"; empty outside the United Kingdom.
    """

    code: str
    name: str
    kind: str
    parent: str | None = None
    boundary_version: str = ""
