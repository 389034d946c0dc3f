"""Full-text search that works from a stick: its index is a script, as pages may not read files there."""

from collections.abc import Iterator

from evalkit.hub.areas import area_path, shown_areas
from evalkit.hub.events import event_path
from evalkit.hub.glossary import TERMS, key_of
from evalkit.hub.page import Asset, Crumb, Page
from evalkit.hub.plans import protocol_path
from evalkit.hub.site import page
from evalkit.hub.told import searched, told_of_finding, told_of_work
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
    return Asset(path=INDEX, text=b"window.hubIndex=[%s];\n" % b",".join(_rows(catalogue)))


def _rows(catalogue: Catalogue) -> Iterator[bytes]:
    for finding in catalogue.findings:
        yield told_of_finding(catalogue, finding).search
    for one in catalogue.interventions:
        yield told_of_work(catalogue, one).search
    for protocol in catalogue.protocols:
        path = protocol_path(protocol.id)
        yield searched("Plan", f"Plan {protocol.id}", path, protocol.label)
    for entry in _smaller(catalogue):
        yield searched(*entry)


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
