"""The findings of a learning event as slides, one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.hub.events import event_path, shown_at
from evalkit.hub.page import Crumb, Page
from evalkit.hub.slides import slide, slide_path
from evalkit.hub.summaries import summaries
from evalkit.types.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding stands among the slides of an event; ``before`` and ``after`` may be empty."""

    finding: str
    event: str
    number: str
    before: str
    after: str


def places(catalogue: Catalogue) -> Iterator[Place]:
    """For each event a slide a finding, in the order of its programme."""
    for event in catalogue.events:
        shown = [one.id for one in shown_at(catalogue, event)]
        paths = ["", *(slide_path(id, event.id) for id in shown), ""]
        for number, id in enumerate(shown, 1):
            yield Place(
                finding=id,
                event=event.id,
                number=f"{number} of {len(shown)}",
                before=paths[number - 1],
                after=paths[number + 1],
            )


def deck_slide(part: Catalogue, place: Place) -> Page:
    """One slide of an event, from the part that its finding is in."""
    found = [one for one in part.findings if one.id == place.finding]
    (told,) = summaries(part, prefix="slide", of=found)
    return slide(
        part,
        told,
        slide_path(place.finding, place.event),
        back=Crumb(title="Back to the event", href=event_path(place.event)),
        before=place.before,
        after=place.after,
        place=place.number,
    )
