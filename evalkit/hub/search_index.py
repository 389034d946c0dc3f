"""Full-text search that works from a stick: its index is a script, as pages may not read files there."""

import json
from collections.abc import Iterator

from evalkit.hub.areas import area_path, shown_areas
from evalkit.hub.events import event_path
from evalkit.hub.glossary import TERMS, key_of
from evalkit.hub.page import Asset, Crumb, Page
from evalkit.hub.plans import protocol_path
from evalkit.hub.site import page
from evalkit.hub.summaries import finding_path
from evalkit.hub.tried import intervention_path
from evalkit.hub.words import kind_words
from evalkit.types.catalogue import Catalogue

INDEX = "static/search-index.js"
Entry = tuple[str, str, str, str]
"""Kind, title, path and words of one page."""


def search_page(catalogue: Catalogue) -> Page:
    """The form, and the place for what it finds; without a script it says where to look instead."""
    return page(
        catalogue,
        "search.html",
        "search.html",
        title="Search",
        crumbs=(Crumb(title="Search"),),
    )


def search_index(catalogue: Catalogue) -> Asset:
    """``window.hubIndex``: every page that has words of its own, as data that no text can leave."""
    rows = [list(entry) for entry in _entries(catalogue)]
    told = json.dumps(rows, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    return Asset(path=INDEX, text=f"window.hubIndex={told};\n")


def _entries(catalogue: Catalogue) -> Iterator[Entry]:
    for finding in catalogue.findings:
        words = (finding.summary, finding.outcome, finding.id, finding.years, finding.design)
        limits = (*finding.supports, *finding.limits)
        path = finding_path(finding.id)
        yield "Finding", finding.headline, path, " ".join((*words, *limits))
    for one in catalogue.interventions:
        names = [catalogue.areas[code].name for code in one.areas if code in catalogue.areas]
        bodies = [organisation.name for organisation in one.organisations]
        told = (one.summary, kind_words(one.kind), one.id or "", *names, *bodies)
        more = (one.description.why, one.description.procedures, one.population)
        yield "Intervention", one.name, intervention_path(one.id or ""), " ".join((*told, *more))
    for protocol in catalogue.protocols:
        yield "Plan", f"Plan {protocol.id}", protocol_path(protocol.id), protocol.label
    yield from _smaller(catalogue)


def _smaller(catalogue: Catalogue) -> Iterator[Entry]:
    for area in shown_areas(catalogue):
        yield "Area", area.name, area_path(area.code), area.code
    for event in catalogue.events:
        said = [f"{one.title} {one.sentence}" for one in event.sessions]
        yield "Learning event", event.name, event_path(event.id), " ".join((event.place, *said))
    for need in catalogue.needs:
        yield "Need", need.text, "evidence.html", f"{need.id} {need.source}"
    for one in catalogue.definitions:
        yield "Definition", f"{one.title}, version {one.version}", "definitions.html", one.wording
    for term, text in sorted(TERMS.items()):
        yield "Glossary", term, f"glossary.html#{key_of(term)}", text
