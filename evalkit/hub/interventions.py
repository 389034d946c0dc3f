"""One page an intervention: the story, the theory, the delivery, the findings, whom to ask."""

from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.findings.cautions import MADE_UP
from evalkit.hub import dated
from evalkit.hub.delivery import delivery_of
from evalkit.hub.linked_data import of_intervention
from evalkit.hub.lookups import lookups
from evalkit.hub.monitoring import monitoring_view
from evalkit.hub.overdue import waiting
from evalkit.hub.page import Anchor, Crumb, Page, Row
from evalkit.hub.plans import protocol_path
from evalkit.hub.site import area_names, page
from evalkit.hub.summaries import summaries, tallies
from evalkit.hub.theory import theory_view
from evalkit.hub.tried import intervention_path
from evalkit.hub.withdrawn import withdrawn_of
from evalkit.hub.words import (
    ROLES,
    STATUS,
    counted,
    in_words,
    kind_words,
    paragraphs,
    partial_day,
    sentence,
)
from evalkit.types.catalogue import Catalogue
from evalkit.types.intervention import NOT_KNOWN, Intervention, ParticipatingOrganisation

_DUTIES = {
    "specified": "specified authority under the Serious Violence Duty",
    "relevant": "relevant authority under the Serious Violence Duty",
    "local-policing-body": "local policing body under the Serious Violence Duty",
    "none": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A post to ask, and what its organisation does."""

    post: str
    organisation: str
    part: str


def intervention_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """A page for every intervention."""
    return tuple(_page(catalogue, intervention) for intervention in catalogue.interventions)


def _page(catalogue: Catalogue, intervention: Intervention) -> Page:
    key = intervention.id or ""
    found = lookups(catalogue)
    findings = summaries(catalogue, prefix="row", of=found.findings_of.get(key, ()))
    plans = found.plans_of.get(key, ())
    return page(
        catalogue,
        intervention_path(key),
        "intervention.html",
        title=intervention.name,
        section="What was tried",
        crumbs=(
            Crumb(title="What was tried", href="interventions/index.html"),
            Crumb(title=intervention.name),
        ),
        anchors=_anchors(),
        linked=of_intervention(catalogue, intervention),
        intervention=intervention,
        kind=kind_words(intervention.kind),
        areas=in_words(area_names(catalogue, intervention.areas, key)),
        status=STATUS[intervention.status],
        tallies=tallies([s.finding for s in findings]),
        why=paragraphs(intervention.description.why),
        when=_when(intervention),
        dated=dated.of_intervention(catalogue, intervention),
        theory=theory_view(catalogue, intervention),
        how=delivery_of(intervention),
        delivery=tuple(_delivery(intervention)),
        monitoring=monitoring_view(catalogue, intervention),
        findings=findings,
        simulated=MADE_UP if any(s.simulated for s in findings) else "",
        found=sentence(counted(sum(s.counts for s in findings), "finding")),
        contacts=tuple(map(_contact, intervention.organisations)),
        plans=[(protocol, protocol_path(protocol.id)) for protocol in plans],
        withdrawn=withdrawn_of(catalogue, intervention=key),
        overdue=waiting(catalogue, intervention=key),
    )


def _anchors() -> tuple[Anchor, ...]:
    return (
        Anchor(id="story", title="The story"),
        Anchor(id="theory", title="Theory of change"),
        Anchor(id="delivery", title="How it was delivered"),
        Anchor(id="happened", title="What happened"),
        Anchor(id="monitoring", title="Monitoring"),
        Anchor(id="ask", title="Who to ask"),
        Anchor(id="plan", title="Plan"),
    )


def _when(intervention: Intervention) -> str:
    start = partial_day(intervention.start)
    if intervention.end is None:
        return f"From {start}"
    return f"{start} to {partial_day(intervention.end)}"


def _delivery(intervention: Intervention) -> Iterator[Row]:
    """The parts of TIDieR-PHP after the reason, which the story tells."""
    described = intervention.description
    for term, text in (
        ("Who provided it", described.provided_by),
        ("For whom", intervention.population),
        ("What was done", described.procedures),
        ("What it needed", described.materials),
        ("How it reached people", described.delivery),
        ("Where", described.location),
        ("When and how much", described.dose),
        ("Planned changes", described.planned_variation),
        ("Unplanned changes", described.unplanned_variation),
    ):
        yield Row(term=term, texts=() if text.strip().lower() == NOT_KNOWN else paragraphs(text))
    yield from delivery_of(intervention).rows


def _contact(organisation: ParticipatingOrganisation) -> Contact:
    duty = _DUTIES[organisation.duty]
    part = ROLES[organisation.role]
    return Contact(
        post=organisation.contact,
        organisation=organisation.name,
        part=f"{part}; {duty}" if duty else part,
    )
