"""What stands on every page: wordmark, menu, breadcrumb, footer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalkit.errors import HubError
from evalkit.hub.linked_data import Linked
from evalkit.hub.page import Anchor, Crumb, Page
from evalkit.hub.words import day, short_hash
from evalkit.types.catalogue import Catalogue

MENU = (
    ("What was tried", "interventions/index.html"),
    ("What happened", "findings/index.html"),
    ("Where evidence is thin", "evidence.html"),
    ("Areas", "areas/index.html"),
    ("Learning events", "events/index.html"),
    ("How we know", "methods.html"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The hub, as header and footer of every page tell it."""

    publisher: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which edition this is: on the pages about the hub only, so that a new entry leaves the others alone."""

    day: str
    ledger: str


def edition_of(catalogue: Catalogue) -> Edition:
    """The day of the newest entry in the ledger, and its hash."""
    return Edition(day=day(catalogue.edition), ledger=short_hash(catalogue.ledger_head))


def page(
    catalogue: Catalogue,
    path: str,
    template: str,
    *,
    title: str,
    section: str = "",
    crumbs: Sequence[Crumb] = (),
    anchors: Sequence[Anchor] = (),
    simulated: str = "",
    exploratory: str = "",
    linked: Linked | None = None,
    edition: Edition | None = None,
    **context: object,
) -> Page:
    """A page with everything that its frame needs.

    ``section`` is the menu entry it belongs to; ``simulated`` what on it a generator made up;
    ``exploratory`` what on it no locked plan asked for; ``linked`` what it is in the words of schema.org;
    ``edition`` which edition the footer names: without it, the footer says where that stands.
    """
    frame: Mapping[str, object] = {
        "site": Site(publisher=catalogue.publisher, region=catalogue.region),
        "root": "../" * path.count("/"),
        "title": title,
        "section": section,
        "menu": MENU,
        "crumbs": (Crumb(title="Home", href="index.html"), *crumbs) if crumbs else (),
        "anchors": tuple(anchors),
        "simulated": simulated,
        "exploratory": exploratory,
        "linked": linked,
        "edition": edition,
    }
    return Page(path=path, template=template, context={**frame, **context})


def area_names(catalogue: Catalogue, codes: Sequence[str], owner: str) -> tuple[str, ...]:
    """The names of areas; an unknown code is refused by name of its owner."""
    for code in codes:
        if code not in catalogue.areas:
            raise HubError(f"{owner} names area {code}, which this edition does not hold.")
    return tuple(catalogue.areas[code].name for code in codes)
