"""Areas: what each tries and needs, and how far its duties are; never compared, never ranked."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from evalkit.hub import dated
from evalkit.hub.lookups import here, lookups
from evalkit.hub.page import Anchor, Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.summaries import Tally, tallies
from evalkit.hub.tried import Tried, later, tried
from evalkit.hub.words import counted, in_figures, overdue_by, paragraphs, partial_day, sentence
from evalkit.report.figures.marks import Mark
from evalkit.types.catalogue import Catalogue
from evalkit.types.dates import last_day
from evalkit.types.definition import Definition
from evalkit.types.duty_product import DutyProduct, DutyProductKind
from evalkit.types.intervention import Area
from evalkit.types.need import Need

TILES: Mapping[str, tuple[int, int]] = {
    "E23000018": (1, 1),
    "E23000019": (3, 1),
    "E23000020": (5, 1),
    "E23000021": (2, 2),
    "E23000022": (3, 3),
}
"""Column (of six; a tile is two wide) and row of each police area, roughly as on a map."""
PRODUCTS: Mapping[DutyProductKind, str] = {
    "definition": "Agreed local definition",
    "data-sharing": "Data-sharing arrangement",
    "needs-assessment": "Strategic needs assessment",
    "strategy": "Strategy",
    "annual-review": "Annual review",
}


NeedState = Literal["Evaluated", "Tried, not evaluated", "Nothing yet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One square of the map, or one line of the list beside it."""

    code: str
    name: str
    tried: str
    evaluated: str
    ask: str
    path: str
    column: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """A need, what is meant to answer it, and what was found; empty where nothing is.

    Attributes
    ----------
    state : "Evaluated", "Tried, not evaluated" or "Nothing yet"
        What is only an idea or planned has not been tried.
    """

    need: Need
    met_by: tuple[Tried, ...]
    tallies: tuple[Tally, ...]
    state: NeedState
    dated: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """A product of the Duty and how far it is."""

    product: str
    state: str
    mark: Mark
    date: str
    duty: DutyProduct


def area_path(code: str) -> str:
    """Where an area's page is."""
    return f"areas/{code.lower()}.html"


def area_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """The list with its map, and a page for every area that is shown."""
    return (_index(catalogue), *(_page(catalogue, area) for area in shown_areas(catalogue)))


def shown_areas(catalogue: Catalogue) -> list[Area]:
    """All police areas, and every other area that something is registered for; by name."""
    named = {code for one in catalogue.interventions for code in one.areas}
    named |= {need.area for need in catalogue.needs} | {duty.area for duty in catalogue.duties}
    named |= {one.area for one in catalogue.definitions if one.area}
    shown = (a for a in catalogue.areas.values() if a.kind == "police-area" or a.code in named)
    return sorted(shown, key=lambda area: (area.name, area.code))


@lru_cache(maxsize=1)
def tiles(catalogue: Catalogue, *, kind: str = "police-area") -> tuple[Tile, ...]:
    """Every shown area of a kind, by name."""
    return tuple(_tile(catalogue, a) for a in shown_areas(catalogue) if a.kind == kind)


def placed(squares: Sequence[Tile]) -> tuple[Tile, ...]:
    """The squares of the map; none at all where one of them has no place."""
    return tuple(squares) if all(square.column for square in squares) else ()


def need_rows(catalogue: Catalogue, needs: Sequence[Need]) -> tuple[NeedRow, ...]:
    """Each need with the work that says it answers it."""
    return tuple(_need_row(catalogue, need) for need in needs)


def duty_row(duty: DutyProduct, today: datetime.date) -> DutyRow:
    """Done, due or overdue, in words."""
    due = last_day(duty.due)
    product = PRODUCTS[duty.kind]
    if duty.done is not None:
        return DutyRow(
            product=product,
            state="Done",
            mark="passed",
            date=sentence(partial_day(duty.done)),
            duty=duty,
        )
    late = due < today
    return DutyRow(
        product=product,
        state=f"Overdue by {overdue_by(due, today)}" if late else "Due",
        mark="overdue" if late else "being_tried",
        date=f"{'Was due' if late else 'Due'} {partial_day(duty.due)}",
        duty=duty,
    )


def _index(catalogue: Catalogue) -> Page:
    squares = tiles(catalogue)
    rest = [a for a in shown_areas(catalogue) if a.kind != "police-area"]
    return page(
        catalogue,
        "areas/index.html",
        "areas.html",
        title="Areas",
        section="Areas",
        crumbs=(Crumb(title="Areas"),),
        squares=placed(squares),
        listed=squares,
        rest=tuple(_tile(catalogue, area) for area in rest),
    )


def _page(catalogue: Catalogue, area: Area) -> Page:
    work = here(catalogue, area.code)
    needs = [n for n in catalogue.needs if _lies_in(catalogue, n.area, area.code)]
    duties = [d for d in catalogue.duties if d.area == area.code]
    found = lookups(catalogue).findings_of
    with_result = sum(any(f.counts for f in found.get(one.id or "", ())) for one in work)
    return page(
        catalogue,
        area_path(area.code),
        "area.html",
        title=area.name,
        section="Areas",
        crumbs=(Crumb(title="Areas", href="areas/index.html"), Crumb(title=area.name)),
        anchors=(
            Anchor(id="tried", title="What is being tried"),
            Anchor(id="needs", title="Needs and gaps"),
            Anchor(id="duty", title="Serious Violence Duty"),
            Anchor(id="definition", title="Definition in use"),
            Anchor(id="ask", title="Who to ask"),
        ),
        area=area,
        kind=sentence(area.kind.replace("-", " ")),
        squares=placed(tiles(catalogue)),
        work=later(catalogue, work),
        lead=f"{sentence(counted(len(work), 'intervention'))} on the register,"
        f" {in_figures(with_result)} with a result.",
        needs=need_rows(catalogue, needs),
        duties=tuple(
            duty_row(one, catalogue.edition) for one in sorted(duties, key=lambda d: d.due)
        ),
        definitions=tuple(map(_told, in_use(catalogue, area.code))),
        asked=_asked(catalogue, area.code),
    )


def _told(one: Definition) -> tuple[Definition, str, tuple[str, ...]]:
    since = f" · from {partial_day(one.effective_from)}" if one.effective_from else ""
    return one, f"Version {one.version}{since} · {one.source}", paragraphs(one.wording)


def in_use(catalogue: Catalogue, code: str) -> tuple[Definition, ...]:
    """The agreed definitions of an area and of the areas around it, the nearest first."""
    around = lookups(catalogue).around.get(code, (code,))
    agreed = [one for one in catalogue.definitions if one.status == "agreed"]
    return tuple(one for at in around for one in agreed if one.area == at)


def _asked(catalogue: Catalogue, code: str) -> tuple[tuple[str, str], ...]:
    """Posts and their organisations in an area; never a name."""
    serving = [one for one in catalogue.organisations if code in one.areas]
    posts = ((post, one.name) for one in serving for post in (one.champion, one.contact) if post)
    return tuple(dict.fromkeys(posts))


def _lies_in(catalogue: Catalogue, code: str, area: str) -> bool:
    return area in lookups(catalogue).around.get(code, (code,))


def _tile(catalogue: Catalogue, area: Area) -> Tile:
    found = lookups(catalogue).findings_of
    work = here(catalogue, area.code)
    evaluated = sum(any(f.counts for f in found.get(one.id or "", ())) for one in work)
    posts = _asked(catalogue, area.code)
    column, row = TILES.get(area.code, (0, 0))
    return Tile(
        code=area.code,
        name=area.name,
        tried=f"{len(work)} tried",
        evaluated=f"{evaluated} evaluated",
        ask=f"Ask: {posts[0][0]}, {posts[0][1]}" if posts else "No post to ask is registered",
        path=area_path(area.code),
        column=column,
        row=row,
    )


def _need_row(catalogue: Catalogue, need: Need) -> NeedRow:
    met = [
        one for one in catalogue.interventions if need.id in one.needs and one.status != "withdrawn"
    ]
    found = lookups(catalogue).findings_of
    findings = {f.id: f for one in met for f in found.get(one.id or "", ())}
    evidence = tallies(list(findings.values()))
    begun = any(one.status not in ("idea", "planned") for one in met)
    return NeedRow(
        need=need,
        met_by=tried(catalogue, met),
        tallies=evidence,
        state="Evaluated" if evidence else "Tried, not evaluated" if begun else "Nothing yet",
        dated=dated.of_need(catalogue, need),
    )
