"""What is new as an Atom feed (RFC 4287), for those who follow it with a reader."""

import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from evalkit.hub.lookups import lookups
from evalkit.hub.page import Asset
from evalkit.hub.records import found_on
from evalkit.hub.summaries import Summary, summaries
from evalkit.hub.tried import intervention_path
from evalkit.report.figures.svg import printable
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention

PATH = "feed.xml"
_ATOM = "http://www.w3.org/2005/Atom"
_MOST = 50


def feed(catalogue: Catalogue) -> Asset:
    """The newest findings and interventions; addresses are relative, as a hub may stand anywhere."""
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": "en-GB"})
    _text(root, "id", f"urn:evalkit:hub:{catalogue.prefix.lower()}")
    _text(root, "title", f"Learning hub, {catalogue.region}")
    _text(root, "updated", _time(catalogue.edition))
    _text(SubElement(root, "author"), "name", catalogue.publisher)
    SubElement(root, "link", {"rel": "self", "href": PATH})
    SubElement(root, "link", {"href": "index.html"})
    for when, _, entry in _newest(catalogue):
        _text(entry, "updated", _time(when))
        root.append(entry)
    xml = tostring(root, encoding="unicode")
    return Asset(path=PATH, text=f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n')


def _newest(catalogue: Catalogue) -> list[tuple[datetime.date, str, Element]]:
    days = found_on(catalogue)
    made = {one.id: one.on for one in reversed(catalogue.history) if one.kind == "intervention"}
    today = catalogue.edition
    rows: list[tuple[datetime.date, str, Finding | Intervention]] = [
        (days.get(one.id, today), one.id, one) for one in lookups(catalogue).counted
    ]
    rows += [
        (made.get(one.id or "", one.registered or today), one.id or "", one)
        for one in catalogue.interventions
    ]
    rows.sort(key=lambda row: row[1])
    newest = sorted(rows, key=lambda row: row[0], reverse=True)[:_MOST]
    shown = [one for _, _, one in newest if isinstance(one, Finding)]
    told = {s.finding.id: s for s in summaries(catalogue, prefix="feed", of=shown)}
    return [
        (on, key, _finding(told[key]) if isinstance(one, Finding) else _work(one))
        for on, key, one in newest
    ]


def _finding(item: Summary) -> Element:
    size = f"{item.figure}. {item.interval}." if item.finding.effect else f"{item.figure}."
    words = f"{item.word}. {item.finding.summary} {size}"
    return _entry(item.finding.id, item.finding.headline, item.path, words)


def _work(one: Intervention) -> Element:
    return _entry(one.id or "", one.name, intervention_path(one.id or ""), one.summary)


def _entry(key: str, title: str, path: str, summary: str) -> Element:
    entry = Element("entry")
    _text(entry, "id", f"urn:evalkit:{key.lower()}")
    _text(entry, "title", title)
    SubElement(entry, "link", {"href": path})
    _text(entry, "summary", summary)
    return entry


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = printable(text)


def _time(day: datetime.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
