"""Every page of an edition: one module a kind of page, all of them in one list."""

from collections.abc import Callable

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
from evalkit.hub.monitoring import monitoring_pages
from evalkit.hub.outcomes import findings_pages
from evalkit.hub.page import Page
from evalkit.hub.protocols import notebook_pages, protocol_pages
from evalkit.hub.records import record_pages
from evalkit.hub.search_index import search_page
from evalkit.hub.together import together_pages
from evalkit.hub.tried import interventions_page
from evalkit.hub.weights import weight_pages
from evalkit.hub.withdrawn import withdrawn_pages
from evalkit.types.catalogue import Catalogue

KINDS: tuple[Callable[[Catalogue], Page | tuple[Page, ...]], ...] = (
    home_page,
    interventions_page,
    intervention_pages,
    monitoring_pages,
    findings_pages,
    finding_pages,
    together_pages,
    withdrawn_pages,
    protocol_pages,
    notebook_pages,
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
"""One entry a kind of page; a new kind is a module, a template and a line here."""


def pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """All pages of the hub; the same catalogue always gives the same pages."""
    made = (kind(catalogue) for kind in KINDS)
    return tuple(page for some in made for page in ((some,) if isinstance(some, Page) else some))
