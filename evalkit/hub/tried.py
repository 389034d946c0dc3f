"""Interventions as lists show them, and the list of them all."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.hub.filters import filters, keys_of
from evalkit.hub.lookups import lookups
from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import area_names, page
from evalkit.hub.summaries import Tally, tallies
from evalkit.hub.words import STATUS, counted, kind_words
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


def interventions_page(catalogue: Catalogue) -> Page:
    """Every intervention, with or without a result, and what the list can be narrowed by."""
    listed = tried(catalogue)
    keys = [keys_of(catalogue, one) for one in catalogue.interventions]
    return page(
        catalogue,
        "interventions/index.html",
        "interventions.html",
        title="What was tried",
        section="What was tried",
        crumbs=(Crumb(title="What was tried"),),
        listed=list(zip(listed, keys, strict=True)),
        filters=filters(catalogue),
        count=counted(len(listed), "intervention"),
    )


def tried(catalogue: Catalogue, of: Sequence[Intervention] | None = None) -> tuple[Tried, ...]:
    """Every intervention, or those given, as a list shows it."""
    return tuple(_tried(catalogue, one) for one in (catalogue.interventions if of is None else of))


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
