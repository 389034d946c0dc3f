"""Weight tables that plans of this edition weight by: whose weights these are, and what they cannot show."""

from dataclasses import dataclass

from evalkit.hub.page import Crumb, Page, Row
from evalkit.hub.plans import plan_of, protocol_path
from evalkit.hub.site import page
from evalkit.hub.words import counted, partial_day, sentence
from evalkit.types.catalogue import Catalogue
from evalkit.types.weight_table import WeightTable

PATH = "weights.html"
_APPROXIMATE = (
    "One weight for a whole category is approximate: it stands for offences of very different gravity, so"
    " that a shift among them is not seen. Where a sum has one category only, it is the count times a number."
)
_EACH = "Each offence has a weight of its own."


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One version of a weight table."""

    key: str
    name: str
    title: str
    rows: tuple[Row, ...]
    weights: tuple[tuple[str, str], ...]
    withheld: str
    without: tuple[tuple[str, str], ...]
    unit: str
    used_by: tuple[Crumb, ...]


def weights_href(catalogue: Catalogue, name: str) -> str:
    """Where a weight table is described; empty where this edition has no such table."""
    found = next((one for one in catalogue.weight_tables if one.name == name), None)
    return f"{PATH}#{_key(found)}" if found else ""


def weight_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """One page with every table; none where nothing is weighted."""
    if not catalogue.weight_tables:
        return ()
    return (
        page(
            catalogue,
            PATH,
            "weights.html",
            title="Weights: what one offence counts for",
            section="What happened",
            crumbs=(
                Crumb(title="What happened", href="findings/index.html"),
                Crumb(title="Weights"),
            ),
            tables=tuple(_weighed(catalogue, one) for one in catalogue.weight_tables),
        ),
    )


def _key(one: WeightTable) -> str:
    return f"{one.id}-{one.version.replace('.', '-')}"


def _weighed(catalogue: Catalogue, one: WeightTable) -> Weighed:
    heaviest_first = sorted(one.weights.items(), key=lambda pair: (-pair[1], pair[0]))
    return Weighed(
        key=_key(one),
        name=one.name,
        title=one.title,
        rows=_rows(one),
        weights=tuple((name, f"{weight:,g}") for name, weight in heaviest_first)
        if one.licence_verified
        else (),
        withheld="" if one.licence_verified else _withheld(one),
        without=tuple(sorted((one.without or {}).items())),
        unit=one.unit,
        used_by=_used_by(catalogue, one.name),
    )


def _withheld(one: WeightTable) -> str:
    return (
        f"{sentence(counted(len(one.weights), 'weight'))}, which are not printed here: nobody has"
        " verified that the licence allows it. Ask whoever published them."
    )


def _rows(one: WeightTable) -> tuple[Row, ...]:
    verified = "verified" if one.licence_verified else "not verified by anybody here"
    derived = (f"Derived by {one.derived_by}, not by the source.",) if one.derived_by else ()
    since = (
        (Row(term="Registered", texts=(partial_day(str(one.registered)),)),)
        if one.registered
        else ()
    )
    return (
        Row(term="A weighted sum counts", texts=(one.unit,)),
        Row(term="Source", texts=(one.source, *derived)),
        Row(term="Licence", texts=(f"{one.licence} ({verified})",)),
        Row(term="How fine", texts=(_APPROXIMATE if one.level == "category" else _EACH,)),
        *since,
        *((Row(term="Note", texts=(one.note,)),) if one.note else ()),
    )


def _used_by(catalogue: Catalogue, name: str) -> tuple[Crumb, ...]:
    weighted = [
        p for p in catalogue.protocols if p.canonical and plan_of(p).outcome.weights == name
    ]
    return tuple(Crumb(title=f"Plan {p.id}", href=protocol_path(p.id)) for p in weighted)
