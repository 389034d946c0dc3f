"""What a page is about in the words of schema.org, for search engines and catalogues."""

from collections.abc import Mapping

from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention
from evalkit.types.learning_event import LearningEvent

Linked = Mapping[str, object]
_EVENT = {
    "planned": "https://schema.org/EventScheduled",
    "held": "https://schema.org/EventScheduled",
    "cancelled": "https://schema.org/EventCancelled",
}


def of_hub(catalogue: Catalogue) -> Linked:
    """The hub as a site."""
    return _thing(
        catalogue, "WebSite", name=f"Learning hub, {catalogue.region}", inLanguage="en-GB"
    )


def of_finding(catalogue: Catalogue, finding: Finding) -> Linked:
    """A finding as a data set with its limits said: never as a claim that something works."""
    caveats = " ".join(finding.limits)
    return _thing(
        catalogue,
        "Dataset",
        identifier=finding.id,
        name=finding.headline,
        description=f"{finding.summary} {caveats}".strip(),
        variableMeasured=finding.outcome,
        measurementTechnique=finding.design,
        temporalCoverage=finding.years,
        isBasedOn=finding.source,
        distribution={
            "@type": "DataDownload",
            "encodingFormat": "text/csv",
            "contentUrl": f"../data/{finding.id.lower()}.csv",
        },
    )


def of_intervention(catalogue: Catalogue, one: Intervention) -> Linked:
    """An intervention as a project with the areas that it serves."""
    names = [catalogue.areas[code].name for code in one.areas if code in catalogue.areas]
    return _thing(
        catalogue,
        "Project",
        identifier=one.id or "",
        name=one.name,
        description=one.summary,
        areaServed=names,
    )


def of_event(catalogue: Catalogue, event: LearningEvent) -> Linked:
    """A learning event as an event for education."""
    return _thing(
        catalogue,
        "EducationEvent",
        identifier=event.id,
        name=event.name,
        startDate=event.date.isoformat(),
        location={"@type": "Place", "name": event.place},
        eventStatus=_EVENT[event.status],
    )


def _thing(catalogue: Catalogue, kind: str, **more: object) -> Linked:
    who = {"@type": "Organization", "name": catalogue.publisher}
    told = {"@context": "https://schema.org", "@type": kind, **more}
    if kind == "Project":  # the publisher keeps the record of it and does not run it
        return told
    return {**told, "organizer" if kind == "EducationEvent" else "publisher": who}
