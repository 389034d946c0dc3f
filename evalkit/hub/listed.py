"""The list of everything that was tried."""

from markupsafe import Markup

from evalkit.hub.filters import filters
from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.told import told_of_work
from evalkit.hub.words import counted
from evalkit.types.catalogue import Catalogue


def interventions_page(catalogue: Catalogue) -> Page:
    """Every intervention, with or without a result, and what the list can be narrowed by."""
    cards = [told_of_work(catalogue, one).card for one in catalogue.interventions]
    return page(
        catalogue,
        "interventions/index.html",
        "interventions.html",
        title="What was tried",
        section="What was tried",
        crumbs=(Crumb(title="What was tried"),),
        number=len(cards),
        cards=Markup("".join(cards)),
        filters=filters(catalogue),
        count=counted(len(cards), "intervention"),
    )
