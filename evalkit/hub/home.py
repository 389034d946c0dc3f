"""The first page, and the two lists that it opens."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.hub.lookups import lookups
from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import area_names, page
from evalkit.hub.summaries import GROUPS, Summary, Tally, summaries, tallies
from evalkit.hub.words import STATUS, counted, kind_words, sentence
from evalkit.types.catalogue import Catalogue
from evalkit.types.intervention import Intervention

_NEWEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One intervention in a list."""

    id: str
    name: str
    summary: str
    kind: str
    areas: str
    status: str
    worked_example: bool
    path: str
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCount:
    """How much was tried in one police area; never a score."""

    name: str
    tried: str
    evaluated: str
    interventions: tuple[Tried, ...]


def home_page(catalogue: Catalogue) -> Page:
    """What was tried and what happened, at a glance."""
    listed = [s for s in summaries(catalogue, prefix="list") if s.counts]
    newest = _newest(catalogue, listed)
    disappointing = [s for s in listed if _disappoints(s, newest)]
    return page(
        catalogue,
        "index.html",
        "home.html",
        title="What was tried, and what happened",
        groups=[
            (word, [s for s in listed if s.finding.verdict in verdicts])
            for word, verdicts in GROUPS
        ],
        count=sentence(counted(len(listed), "finding")),
        newest=newest,
        without=[t for t in tried(catalogue) if not t.tallies],
        areas=_areas(catalogue),
        disappointing=sorted(disappointing, key=lambda s: s.tone != "worse")[:6],
        more=len(disappointing) > 6,
    )


def interventions_page(catalogue: Catalogue) -> Page:
    """Every intervention, with or without a result."""
    listed = tried(catalogue)
    return page(
        catalogue,
        "interventions/index.html",
        "interventions.html",
        title="What was tried",
        section="What was tried",
        crumbs=(Crumb(title="What was tried"),),
        listed=listed,
        count=counted(len(listed), "intervention"),
    )


def findings_page(catalogue: Catalogue) -> Page:
    """Every finding, from fell to rose."""
    every = summaries(catalogue, prefix="all")
    listed = [s for s in every if s.counts]
    groups = [
        (word, [s for s in listed if s.finding.verdict in verdicts]) for word, verdicts in GROUPS
    ]
    return page(
        catalogue,
        "findings/index.html",
        "findings.html",
        title="What happened",
        section="What happened",
        crumbs=(Crumb(title="What happened"),),
        groups=groups,
        explored=[s for s in every if s.exploratory and not s.simulated],
        made_up=[s for s in every if s.simulated],
        count=counted(len(listed), "finding"),
    )


def tried(catalogue: Catalogue, of: Sequence[Intervention] | None = None) -> tuple[Tried, ...]:
    """Every intervention, or those given, as a list shows it."""
    return tuple(_tried(catalogue, one) for one in (catalogue.interventions if of is None else of))


def intervention_path(intervention_id: str) -> str:
    """Where an intervention's page is."""
    return f"interventions/{intervention_id.lower()}.html"


def _tried(catalogue: Catalogue, intervention: Intervention) -> Tried:
    key = intervention.id or ""
    names = area_names(catalogue, intervention.areas, key)
    return Tried(
        id=key,
        name=intervention.name,
        summary=intervention.summary,
        kind=kind_words(intervention.kind),
        areas=" · ".join(names),
        status=STATUS[intervention.status],
        worked_example=intervention.worked_example,
        path=intervention_path(key),
        tallies=tallies(lookups(catalogue).findings_of.get(key, ())),
    )


def _disappoints(item: Summary, shown: Sequence[Summary]) -> bool:
    """Worse results always; an unclear one unless the page has just shown it."""
    return item.tone == "worse" or (item.finding.verdict == "cannot_tell" and item not in shown)


def _newest(catalogue: Catalogue, listed: Sequence[Summary]) -> list[Summary]:
    """Findings of our own plans, the plan that was locked last first."""
    locked = {protocol.id: protocol.locked_on for protocol in catalogue.protocols}
    own = [s for s in listed if s.finding.protocol in locked]
    own.sort(key=lambda s: s.finding.id)
    own.sort(key=lambda s: locked[s.finding.protocol or ""], reverse=True)
    return own[:_NEWEST]


def _areas(catalogue: Catalogue) -> tuple[AreaCount, ...]:
    police = [area for area in catalogue.areas.values() if area.kind == "police-area"]
    return tuple(
        _area(catalogue, area.code, area.name) for area in sorted(police, key=lambda a: a.name)
    )


def _area(catalogue: Catalogue, code: str, name: str) -> AreaCount:
    here = [i for i in catalogue.interventions if code in i.areas]
    real = (finding for finding in catalogue.findings if finding.counts)
    with_finding = {key for finding in real for key in finding.interventions}
    evaluated = sum(i.id in with_finding for i in here)
    return AreaCount(
        name=name,
        tried=f"{len(here)} tried",
        evaluated=f"{evaluated} with a finding",
        interventions=tuple(_tried(catalogue, i) for i in here),
    )
