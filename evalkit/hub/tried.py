"""Interventions as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from evalkit.hub.lookups import lookups
from evalkit.hub.page import Later
from evalkit.hub.site import area_names
from evalkit.hub.summaries import Tally, tallies
from evalkit.hub.words import STATUS, kind_words
from evalkit.types.catalogue import Catalogue
from evalkit.types.intervention import Intervention


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One intervention in a list."""

    id: str
    name: str
    summary: str
    kind: str
    areas: str
    status: str
    worked_example: bool
    path: str
    tallies: tuple[Tally, ...]


def tried(catalogue: Catalogue, of: Sequence[Intervention] | None = None) -> tuple[Tried, ...]:
    """Every intervention, or those given, as a list shows it."""
    return tuple(_tried(catalogue, one) for one in (catalogue.interventions if of is None else of))


def later(catalogue: Catalogue, of: Sequence[Intervention]) -> Later:
    """``tried`` of some interventions, worked out only for a page that is drawn."""
    told = catalogue.works_told
    named = ((i.id or "", i) for i in of)
    each = tuple((id, told[id].digest if id in told else one) for id, one in named)
    return Later(each, partial(tried, catalogue, of))


def intervention_path(intervention_id: str) -> str:
    """Where an intervention's page is."""
    return f"interventions/{intervention_id.lower()}.html"


def _tried(catalogue: Catalogue, intervention: Intervention) -> Tried:
    key = intervention.id or ""
    names = area_names(catalogue, intervention.areas, key)
    return Tried(
        id=key,
        name=intervention.name,
        summary=intervention.summary,
        kind=kind_words(intervention.kind),
        areas=" · ".join(names),
        status=STATUS[intervention.status],
        worked_example=intervention.worked_example,
        path=intervention_path(key),
        tallies=tallies(lookups(catalogue).findings_of.get(key, ())),
    )
