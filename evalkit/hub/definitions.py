"""What areas mean by serious violence, side by side."""

from dataclasses import dataclass

from evalkit.hub import dated
from evalkit.hub.areas import area_path
from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.words import partial_day
from evalkit.types.catalogue import Catalogue
from evalkit.types.definition import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One version of a definition."""

    key: str
    title: str
    version: str
    whose: str
    href: str
    since: str
    dated: tuple[str, ...]
    state: str
    wording: str
    note: str
    source: str


def definition_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """One page with every definition that was agreed, the national ones first."""
    ordered = sorted(catalogue.definitions, key=lambda one: (one.area or "", one.id, one.version))
    return (
        page(
            catalogue,
            "definitions.html",
            "definitions.html",
            title="Definitions side by side",
            section="Areas",
            crumbs=(
                Crumb(title="Areas", href="areas/index.html"),
                Crumb(title="Definitions side by side"),
            ),
            columns=tuple(_column(catalogue, one) for one in ordered),
        ),
    )


def _column(catalogue: Catalogue, one: Definition) -> Column:
    area = catalogue.areas.get(one.area or "")
    return Column(
        key=f"{one.id}-{one.version.replace('.', '-')}",
        title=one.title,
        version=one.version,
        whose=area.name if area else one.area or "National or international",
        href=area_path(area.code) if area else "",
        since=partial_day(one.effective_from) if one.effective_from else "",
        dated=dated.of_definition(catalogue, one),
        state={"agreed": "Agreed", "replaced": "Replaced by a newer one"}.get(one.status, ""),
        wording=one.wording,
        note=one.note,
        source=one.source,
    )
