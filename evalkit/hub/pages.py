"""Every page of an edition: one module a kind of page, all of them in two lists."""

from collections.abc import Callable, Iterator

from evalkit.hub.about import about_page, accessibility_page, methods_page
from evalkit.hub.areas import area_pages
from evalkit.hub.briefs import finding_pages
from evalkit.hub.definitions import definition_pages
from evalkit.hub.events import event_pages
from evalkit.hub.evidence import evidence_pages
from evalkit.hub.glossary import glossary_page
from evalkit.hub.home import home_page
from evalkit.hub.interventions import intervention_pages
from evalkit.hub.learning import learning_pages
from evalkit.hub.listed import interventions_page
from evalkit.hub.monitoring import monitored_area_page, monitoring_pages
from evalkit.hub.outcomes import findings_pages
from evalkit.hub.page import Page
from evalkit.hub.parts import area_parts, record_parts
from evalkit.hub.protocols import notebook_pages, protocol_pages
from evalkit.hub.records import record_pages
from evalkit.hub.search_index import search_page
from evalkit.hub.slides import slide_pages
from evalkit.hub.together import together_pages
from evalkit.hub.weights import weight_pages
from evalkit.hub.withdrawn import withdrawn_pages
from evalkit.types.catalogue import Catalogue

Kind = Callable[[Catalogue], Page | tuple[Page, ...]]
WHOLE: tuple[Kind, ...] = (
    home_page,
    interventions_page,
    findings_pages,
    together_pages,
    withdrawn_pages,
    area_pages,
    definition_pages,
    weight_pages,
    evidence_pages,
    event_pages,
    learning_pages,
    record_pages,
    glossary_page,
    about_page,
    search_page,
    methods_page,
    accessibility_page,
)
"""Pages that may tell of anything in the edition; a new kind is a module, a template and a line here."""
OF_RECORDS: tuple[Kind, ...] = (
    intervention_pages,
    monitoring_pages,
    finding_pages,
    slide_pages,
    protocol_pages,
    notebook_pages,
)
"""Pages that tell of a few records: each is made from one part of the edition (see ``record_parts``)."""


def pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """All pages of the hub; the same catalogue always gives the same pages."""
    records = (page for part in record_parts(catalogue) for page in pages_of_records(part))
    areas = (page for code, part in area_parts(catalogue) for page in pages_of_area(part, code))
    return (*whole_pages(catalogue), *records, *areas)


def whole_pages(catalogue: Catalogue) -> Iterator[Page]:
    """The pages about the edition as a whole."""
    return _made(WHOLE, catalogue)


def pages_of_records(part: Catalogue) -> Iterator[Page]:
    """The pages of one part of an edition."""
    return _made(OF_RECORDS, part)


def pages_of_area(part: Catalogue, code: str) -> Iterator[Page]:
    """The page of what was counted in an area, where anything was."""
    made = monitored_area_page(part, code)
    yield from () if made is None else (made,)


def _made(kinds: tuple[Kind, ...], catalogue: Catalogue) -> Iterator[Page]:
    for kind in kinds:
        some = kind(catalogue)
        yield from (some,) if isinstance(some, Page) else some
