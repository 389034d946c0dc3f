"""Text from people runs nothing, breaks out of nothing, and leaves every file readable."""

import dataclasses
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import html5lib
import icalendar
import pytest

from evalkit.hub.calendar import ALL
from evalkit.hub.edition import cut
from evalkit.hub.render import made
from evalkit.types.catalogue import Catalogue
from tests.hostile_edition import free_fields, hostile_edition, places
from tests.hostile_texts import HOSTILE
from tests.hub_sample import sample


def _render(catalogue: Catalogue) -> dict[str, str | bytes]:
    return made(cut(catalogue))


def test_the_corpus_is_large_and_its_fields_exist() -> None:
    assert len(HOSTILE) >= 200
    assert len(free_fields()) > 50
    assert places() >= len(HOSTILE), "an edition has room for every text"


ALL_AT_ONCE = (" ".join(HOSTILE),)


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(HOSTILE, id="one in each field"),
        pytest.param(HOSTILE[150:] + HOSTILE[:150], id="each in another field"),
        pytest.param(ALL_AT_ONCE, id="all in every field", marks=pytest.mark.soak),
    ],
)
def test_hostile_texts_stay_text(texts: tuple[str, ...]) -> None:
    made = _render(hostile_edition(texts))
    for path, text in made.items():
        if not path.endswith(".html"):
            continue
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        try:
            tree = parser.parse(str(text))
        except html5lib.html5parser.ParseError as error:
            pytest.fail(f"{path}: {parser.errors[-1]} ({error})")
        for element in tree.iter():
            tag = str(element.tag).rpartition("}")[2]
            assert tag not in {"iframe", "object", "base", "style", "template", "video"}, path
            assert not any(name.startswith("on") or name == "style" for name in element.attrib), (
                path
            )
            if element.get("type") == "application/ld+json":
                assert json.loads(element.text or "")["@context"] == "https://schema.org", path
            elif tag == "script":
                assert re.fullmatch(r"(\.\./)*static/[a-z-]+\.js", element.get("src") or ""), path
            for name in ("href", "src", "action"):
                assert (
                    not (element.get(name) or "")
                    .strip()
                    .lower()
                    .startswith(("javascript", "data:"))
                )


def test_feed_calendar_and_records_are_read_by_well_known_readers() -> None:
    for catalogue in (sample(), hostile_edition(HOSTILE[::5])):
        made = _render(catalogue)
        feed = feedparser.parse(io.BytesIO(str(made["feed.xml"]).encode()))
        assert not feed.bozo and len(feed.entries) == 14
        events = icalendar.Calendar.from_ical(str(made[ALL])).walk("VEVENT")
        assert [str(one["SUMMARY"]) for one in events] == [
            re.sub(r"[\x00-\x1f\x7f]", "", one.name) for one in catalogue.events
        ]
        assert [one.decoded("DTSTART") for one in events] == [e.date for e in catalogue.events]
        for path, text in made.items():
            if path.endswith(".json"):
                json.loads(text)
            if path.endswith((".svg", ".xml")):
                ElementTree.fromstring(str(text))


def test_what_looks_like_an_address_in_a_record_is_no_link() -> None:
    base = sample()
    duty = dataclasses.replace(base.duties[0], link="https://example.org/strategy?a=1&b=2")
    made = _render(dataclasses.replace(base, duties=(duty, *base.duties[1:])))
    assert 'href="https://example.org/strategy?a=1&amp;b=2"' in str(made["areas/e23000019.html"])


@pytest.mark.browser
@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(HOSTILE[:: len(HOSTILE) // 90], id="some"),
        pytest.param(HOSTILE, id="one in each field", marks=pytest.mark.soak),
        pytest.param(
            HOSTILE[150:] + HOSTILE[:150], id="each in another field", marks=pytest.mark.soak
        ),
        pytest.param(ALL_AT_ONCE, id="all in every field", marks=pytest.mark.soak),
    ],
)
def test_hostile_texts_run_nothing_in_a_browser_and_break_no_layout(
    chromium_path: str, tmp_path: Path, texts: tuple[str, ...]
) -> None:
    """In a thread of its own: where another test keeps a browser open, its loop runs in this one."""
    with ThreadPoolExecutor(1) as alone:
        assert alone.submit(_complaints_of, chromium_path, tmp_path, texts).result() == []


def _complaints_of(chromium_path: str, tmp_path: Path, texts: tuple[str, ...]) -> list[str]:
    from playwright.sync_api import sync_playwright

    from evalkit.hub import build

    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 800})
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append("a dialog"))
        page.on("request", lambda request: _note(complaints, request.url))
        build(hostile_edition(texts), tmp_path / "hub")
        for path in sorted((tmp_path / "hub").rglob("*.html")):
            page.goto(path.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            ran = page.evaluate("window.pwned === 1 || document.title === 'pwned'")
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not ran and not wide, f"{path.name}: {'ran' if ran else 'scrolls sideways'}"
        browser.close()
    return complaints


def _note(complaints: list[str], url: str) -> None:
    if not url.startswith("file:"):
        complaints.append(url)
