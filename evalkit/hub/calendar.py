"""Learning events as iCalendar (RFC 5545), each in a file of its own and all in one."""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from evalkit.hub.page import Asset
from evalkit.types.catalogue import Catalogue
from evalkit.types.learning_event import LearningEvent

ALL = "events/events.ics"
_STATUS = {"planned": "CONFIRMED", "held": "CONFIRMED", "cancelled": "CANCELLED"}
_LONGEST = 75  # octets of a line (RFC 5545, 3.1)


def calendar_path(event: LearningEvent) -> str:
    """Where an event's calendar file is."""
    return f"events/{event.id}.ics"


def calendar_assets(catalogue: Catalogue) -> tuple[Asset, ...]:
    """A file an event and one with all of them; none while there is no event, as a calendar needs one."""
    if not catalogue.events:
        return ()
    single = (
        Asset(path=calendar_path(event), text=calendar((event,), catalogue.edition))
        for event in catalogue.events
    )
    return (*single, Asset(path=ALL, text=calendar(catalogue.events, catalogue.edition)))


def calendar(events: Sequence[LearningEvent], stamp: datetime.date) -> str:
    """The events as all-day entries: the end of the last session is not known."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//evalkit//learning hub//EN"]
    for event in events:
        lines += _entry(event, stamp)
    return "".join(
        f"{folded}\r\n" for line in (*lines, "END:VCALENDAR") for folded in _folded(line)
    )


def _entry(event: LearningEvent, stamp: datetime.date) -> Iterable[str]:
    following = event.date + datetime.timedelta(days=1)
    programme = "\n".join(f"{one.time} {one.title}: {one.sentence}" for one in event.sessions)
    yield "BEGIN:VEVENT"
    yield f"UID:{event.id}@learning-hub"
    yield f"DTSTAMP:{stamp:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{event.date:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{following:%Y%m%d}"
    yield f"SUMMARY:{_escaped(event.name)}"
    yield f"LOCATION:{_escaped(event.place)}"
    yield f"STATUS:{_STATUS[event.status]}"
    if programme:
        yield f"DESCRIPTION:{_escaped(programme)}"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """Text as RFC 5545, 3.3.11 writes it; other control characters are left out."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        text = text.replace(plain, written)
    told = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(letter for letter in told if letter >= " " and letter != "\x7f")


def _folded(line: str) -> Iterator[str]:
    """Cut a line so that none is longer than 75 octets, and no letter is cut."""
    part, size = "", 0
    for letter in line:
        more = len(letter.encode())
        if size + more > _LONGEST:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + more
    yield part
