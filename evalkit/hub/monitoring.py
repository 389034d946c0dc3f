"""Monitoring: a page for each intervention and each area of which something was written down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evalkit.data.monitoring.limits import SPREAD
from evalkit.hub.charts import Chart
from evalkit.hub.downloads import monitoring_path
from evalkit.hub.lookups import lookups
from evalkit.hub.measured import Measured, measured
from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.tried import intervention_path
from evalkit.hub.words import counted, in_words, sentence
from evalkit.report.figures.figure import held
from evalkit.report.figures.xmr import xmr
from evalkit.report.monitored import AREA, Monitored, monitored
from evalkit.types.catalogue import Catalogue
from evalkit.types.intervention import Intervention


@dataclass(frozen=True, slots=True, kw_only=True)
class Charted:
    """One indicator and group with its chart, or why it has none."""

    title: str
    chart: Chart | None
    number: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is monitored under one heading."""

    title: str
    href: str
    measured: tuple[Measured, ...]
    charted: tuple[Charted, ...]
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringView:
    """What an intervention's own page says of its monitoring."""

    measured: tuple[Measured, ...]
    href: str
    areas: tuple[Crumb, ...]


def monitoring_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """A page for every intervention with a recorded value."""
    followed = [(i, _of(catalogue, i)) for i in catalogue.interventions]
    return tuple(_intervention_page(catalogue, i, found) for i, found in followed if _any(found))


def monitored_area_page(catalogue: Catalogue, code: str) -> Page | None:
    """The page of what was counted in an area; None where nothing was."""
    followed = [(i, _of(catalogue, i)) for i in catalogue.interventions]
    return _area_page(catalogue, code, followed) if code in _areas(followed) else None


def monitoring_view(catalogue: Catalogue, intervention: Intervention) -> MonitoringView | None:
    """The lines for an intervention's own page; None where no indicator is named."""
    found = _of(catalogue, intervention)
    if not found:
        return None
    return MonitoringView(
        measured=tuple(map(measured, found)),
        href=_page_path(intervention) if _any(found) else "",
        areas=_area_links(catalogue, _areas([(intervention, found)])),
    )


def _of(catalogue: Catalogue, intervention: Intervention) -> tuple[Monitored, ...]:
    found, key = lookups(catalogue), intervention.id or ""
    values, limits = found.values_of.get(key, ()), found.limits_of.get(key, ())
    return monitored(intervention, values, limits, catalogue.areas)


def _any(found: Sequence[Monitored]) -> bool:
    return any(one.chart.readings or one.why for one in found)


def _page_path(intervention: Intervention) -> str:
    return f"monitoring/{(intervention.id or '').lower()}.html"


def _area_path(code: str) -> str:
    return f"monitoring/area-{code.lower()}.html"


def _place(intervention: Intervention, one: Monitored) -> str:
    """The area that values are about; empty where they are about several together."""
    if AREA in one.by:
        return one.by[AREA]
    return intervention.areas[0] if len(intervention.areas) == 1 else ""


def _areas(followed: Sequence[tuple[Intervention, Sequence[Monitored]]]) -> list[str]:
    """Codes of the areas of which something was written down, in order."""
    codes = {_place(i, one) for i, found in followed for one in found if _any([one])}
    return sorted(codes - {""})


def _area_links(catalogue: Catalogue, codes: Sequence[str]) -> tuple[Crumb, ...]:
    return tuple(Crumb(title=_area_name(catalogue, c), href=_area_path(c)) for c in codes)


def _area_name(catalogue: Catalogue, code: str) -> str:
    return catalogue.areas[code].name if code in catalogue.areas else code


def _intervention_page(
    catalogue: Catalogue, intervention: Intervention, found: Sequence[Monitored]
) -> Page:
    home = Crumb(title=intervention.name, href=intervention_path(intervention.id or ""))
    part = _part(intervention.name, "", found, first=1, table=monitoring_path(intervention))
    return page(
        catalogue,
        _page_path(intervention),
        "monitoring.html",
        title=f"Monitoring: {intervention.name}",
        section="What was tried",
        crumbs=(
            Crumb(title="What was tried", href="interventions/index.html"),
            home,
            Crumb(title="Monitoring"),
        ),
        kicker=intervention.id,
        lead=f"What was counted while {intervention.name} ran, period by period.",
        worked_example=intervention.worked_example,
        parts_of_page=(part,),
        hidden=_hidden(catalogue, [intervention]),
        spread=SPREAD,
        elsewhere=(),
        areas=_area_links(catalogue, _areas([(intervention, found)])),
    )


def _area_page(
    catalogue: Catalogue,
    code: str,
    followed: Sequence[tuple[Intervention, Sequence[Monitored]]],
) -> Page:
    name = _area_name(catalogue, code)
    here = [(i, [one for one in found if _place(i, one) == code]) for i, found in followed]
    shown = [(i, found) for i, found in here if _any(found)]
    others = [
        i
        for i, found in followed
        if code in i.areas and _any(found) and i not in [one for one, _ in shown]
    ]
    return page(
        catalogue,
        _area_path(code),
        "monitoring.html",
        title=f"Monitoring in {name}",
        section="What was tried",
        crumbs=(
            Crumb(title="What was tried", href="interventions/index.html"),
            Crumb(title=f"Monitoring in {name}"),
        ),
        kicker=code,
        lead=f"What was counted in {name} where {_named(shown)} ran, period by period.",
        worked_example=False,
        parts_of_page=tuple(_parts(shown)),
        hidden=_hidden(catalogue, [i for i, _ in shown]),
        spread=SPREAD,
        elsewhere=tuple(Crumb(title=i.name, href=_page_path(i)) for i in others),
        areas=(),
    )


def _hidden(catalogue: Catalogue, shown: Sequence[Intervention]) -> tuple[str, ...]:
    """What was done to the values of these because of small numbers, each sentence once."""
    notes = (catalogue.value_notes.get(i.id or "", "") for i in shown)
    return tuple(dict.fromkeys(note for note in notes if note))


def _named(shown: Sequence[tuple[Intervention, Sequence[Monitored]]]) -> str:
    names = [intervention.name for intervention, _ in shown]
    return in_words(names) if len(names) <= 2 else counted(len(names), "intervention")


def _parts(shown: Sequence[tuple[Intervention, Sequence[Monitored]]]) -> Iterator[Part]:
    first = 1
    for intervention, found in shown:
        path = intervention_path(intervention.id or "")
        yield _part(intervention.name, path, found, first=first, table="")
        first += sum(_any([one]) for one in found)


def _part(title: str, href: str, found: Sequence[Monitored], *, first: int, table: str) -> Part:
    charted = [one for one in found if _any([one])]
    return Part(
        title=title,
        href=href,
        measured=tuple(map(measured, found)),
        charted=tuple(_charted(one, first + n) for n, one in enumerate(charted)),
        table=table,
    )


def _nothing_drawn(one: Monitored) -> str:
    there = any(r.value is not None or r.below is not None for r in one.chart.readings)
    return "" if there else "No value that could be drawn: each is missing, or small and hidden."


def _charted(one: Monitored, number: int) -> Charted:
    title = sentence(one.indicator.name)
    if why := one.why or _nothing_drawn(one):
        return Charted(title=f"{title}, {one.group}", chart=None, number=number, why=why)
    figure = xmr(one, ident=f"xmr-{number}")
    chart = Chart(
        heading="",
        takeaway=figure.takeaway,
        wide=Markup(figure.wide),
        narrow=Markup(figure.narrow),
        note=figure.note,
        head=figure.head,
        rows=figure.rows,
        holds=held(figure.holds, len(figure.head)),
    )
    return Charted(title=f"{title}, {one.group}", chart=chart, number=number, why="")
