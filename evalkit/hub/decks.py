"""The findings of a learning event as slides, one after the other."""

from collections.abc import Iterator

from evalkit.hub.events import event_path, shown_at
from evalkit.hub.page import Crumb, Page
from evalkit.hub.slides import slide, slide_path
from evalkit.hub.summaries import summaries
from evalkit.types.catalogue import Catalogue
from evalkit.types.learning_event import LearningEvent


def deck_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """For each event a slide a finding, in the order of its programme."""
    return tuple(one for event in catalogue.events for one in _deck(catalogue, event))


def _deck(catalogue: Catalogue, event: LearningEvent) -> Iterator[Page]:
    shown = shown_at(catalogue, event)
    told = {one.finding.id: one for one in summaries(catalogue, prefix="slide", of=shown)}
    paths = [slide_path(one.id, event.id) for one in shown]
    for number, one in enumerate(shown):
        yield slide(
            catalogue,
            told[one.id],
            paths[number],
            back=Crumb(title="Back to the event", href=event_path(event.id)),
            before=paths[number - 1] if number else "",
            after=paths[number + 1] if number + 1 < len(paths) else "",
            place=f"{number + 1} of {len(paths)}",
        )
