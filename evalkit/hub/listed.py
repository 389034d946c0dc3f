"""The list of everything that was tried."""

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from evalkit.hub.filters import filters
from evalkit.hub.page import Crumb, Later, Page
from evalkit.hub.site import page
from evalkit.hub.told import told_of_work
from evalkit.hub.words import counted
from evalkit.types.catalogue import Catalogue
from evalkit.types.told import ToldWork


def interventions_page(catalogue: Catalogue) -> Page:
    """Every intervention, with or without a result, and what the list can be narrowed by."""
    each = tuple(told_of_work(catalogue, one) for one in catalogue.interventions)
    return page(
        catalogue,
        "interventions/index.html",
        "interventions.html",
        title="What was tried",
        section="What was tried",
        crumbs=(Crumb(title="What was tried"),),
        number=len(each),
        cards=Later(tuple(one.digest or one for one in each), partial(_cards, each)),
        filters=filters(catalogue),
        count=counted(len(each), "intervention"),
    )


def _cards(each: Sequence[ToldWork]) -> Markup:
    return Markup("".join([one.card for one in each]))
