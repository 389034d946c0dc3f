"""Learning events: the programme, the findings shown, what to take away, and the date for a calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalkit.hub.calendar import calendar_path
from evalkit.hub.linked_data import of_event
from evalkit.hub.lookups import lookups
from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.slides import slide_path
from evalkit.hub.summaries import summaries
from evalkit.hub.words import counted, day, in_words, sentence
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding
from evalkit.types.learning_event import LearningEvent, Theme

THEMES: Mapping[Theme, str] = {
    "strategic-needs-assessments": "Strategic needs assessments",
    "partnership-knowledge-and-collaboration": "Partnership knowledge and collaboration",
    "community-consensus": "Community consensus",
    "evaluation-and-monitoring": "Evaluation and monitoring",
}
STATES = {"planned": "Planned", "held": "Held", "cancelled": "Cancelled"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event in a list or on a card."""

    event: LearningEvent
    path: str
    calendar: str
    number: str
    month: str
    when: str
    state: str
    about: str


def event_path(event_id: str) -> str:
    """Where an event's page is."""
    return f"events/{event_id}.html"


def event_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """The list, and a page for every event."""
    return (_index(catalogue), *(_page(catalogue, event) for event in catalogue.events))


def event_row(event: LearningEvent) -> EventRow:
    """An event as lists tell it."""
    return EventRow(
        event=event,
        path=event_path(event.id),
        calendar=calendar_path(event),
        number=str(event.date.day),
        month=day(event.date).partition(" ")[2],
        when=f"{_WEEKDAYS[event.date.weekday()]} {day(event.date)}",
        state=STATES[event.status],
        about=sentence(
            in_words(
                (
                    counted(len(event.sessions), "session"),
                    f"{counted(len(event.findings), 'finding')} on the programme",
                )
            )
        ),
    )


def next_event(catalogue: Catalogue) -> LearningEvent | None:
    """The first planned event from the day of the edition on."""
    ahead = [e for e in catalogue.events if e.status == "planned" and e.date >= catalogue.edition]
    return min(ahead, key=lambda event: (event.date, event.id), default=None)


def last_event(catalogue: Catalogue) -> LearningEvent | None:
    """The newest event that was held."""
    held = [e for e in catalogue.events if e.status == "held" and e.date <= catalogue.edition]
    return max(held, key=lambda event: (event.date, event.id), default=None)


def shown_at(catalogue: Catalogue, event: LearningEvent) -> list[Finding]:
    """The findings of an event's programme that are in this edition, each once, in its order."""
    known = lookups(catalogue).findings
    return [known[key] for key in dict.fromkeys(event.findings) if key in known]


def _index(catalogue: Catalogue) -> Page:
    rows = sorted(map(event_row, catalogue.events), key=lambda row: row.event.id)
    newest = sorted(rows, key=lambda row: row.event.date, reverse=True)
    return page(
        catalogue,
        "events/index.html",
        "events.html",
        title="Learning events",
        section="Learning events",
        crumbs=(Crumb(title="Learning events"),),
        ahead=[r for r in reversed(newest) if r.event.status == "planned"],
        past=[r for r in newest if r.event.status != "planned"],
        themes=[(name, _touching(rows, theme)) for theme, name in THEMES.items()],
    )


def _touching(rows: Sequence[EventRow], theme: Theme) -> list[EventRow]:
    return [row for row in rows if theme in row.event.themes]


def _page(catalogue: Catalogue, event: LearningEvent) -> Page:
    shown = shown_at(catalogue, event)
    there = {one.id for one in shown}
    return page(
        catalogue,
        event_path(event.id),
        "event.html",
        title=event.name,
        section="Learning events",
        crumbs=(
            Crumb(title="Learning events", href="events/index.html"),
            Crumb(title=event_row(event).when),
        ),
        linked=of_event(catalogue, event),
        row=event_row(event),
        themes=[(name, theme in event.themes) for theme, name in THEMES.items()],
        programme=[(_clock(one.time), one, THEMES[one.theme]) for one in event.sessions],
        findings=summaries(catalogue, prefix="shown", of=shown),
        missing=[key for key in event.findings if key not in there],
        slides=slide_path(shown[0].id, event.id) if shown else "",
    )


def _clock(time: str) -> str:
    """``9.30 am`` from ``09:30``."""
    hours, minutes = (int(part) for part in time.split(":"))
    half = "am" if hours < 12 else "pm"
    past = f".{minutes:02d}" if minutes else ""
    return f"{(hours - 1) % 12 + 1}{past} {half}"
