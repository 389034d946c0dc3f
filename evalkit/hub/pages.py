"""Every page of an edition, in one place."""

from evalkit.hub.about import accessibility_page, methods_page
from evalkit.hub.findings import finding_pages
from evalkit.hub.home import findings_page, home_page, interventions_page
from evalkit.hub.interventions import intervention_pages
from evalkit.hub.page import Page
from evalkit.hub.protocols import notebook_pages, protocol_pages
from evalkit.types.catalogue import Catalogue


def pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """All pages of the hub; the same catalogue always gives the same pages."""
    return (
        home_page(catalogue),
        interventions_page(catalogue),
        *intervention_pages(catalogue),
        findings_page(catalogue),
        *finding_pages(catalogue),
        *protocol_pages(catalogue),
        *notebook_pages(catalogue),
        methods_page(catalogue),
        accessibility_page(catalogue),
    )
