"""Slides fit a projector, are read from the back of a room, and follow an event by keys or by links."""

from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.looking import TEXT_SIZES

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 1280, 720
SMALLEST = 0.016 * WIDTH
FITS = """(page => [page.scrollHeight <= innerHeight, page.scrollWidth <= innerWidth])(
  document.documentElement)"""
SAID = "parseFloat(getComputedStyle(document.querySelector('.slide-said')).fontSize)"
WHITE = "getComputedStyle(document.querySelector('.qr-paper')).fill"
EVENT = "spring-2027"


def test_every_slide_fits_its_screen_with_large_text(
    open_page: OpenPage, sample_hub: Path, demo_hub: Path
) -> None:
    page = open_page(WIDTH, "dark")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    slides = [path for hub in (sample_hub, demo_hub) for path in (hub / "slides").rglob("*.html")]
    for path in slides:
        page.goto(path.as_uri())
        assert page.evaluate(FITS) == [True, True], path
        assert min(page.evaluate(TEXT_SIZES), default=SMALLEST) >= SMALLEST - 0.05, path
        assert page.evaluate(SAID) >= 0.022 * WIDTH - 0.05, path
    assert len(slides) > 20


def test_arrow_keys_walk_through_the_findings_of_an_event(
    open_page: OpenPage, sample_hub: Path
) -> None:
    page = open_page(WIDTH, "light")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.goto((sample_hub / "events" / f"{EVENT}.html").as_uri())
    page.get_by_role("link", name="Project the findings").click()
    first, second = (f"**/slides/{EVENT}/em-2026-000{n}-f01.html" for n in (1, 3))
    page.wait_for_url(first)
    for key, there in (
        ("ArrowRight", second),
        ("ArrowLeft", first),
        ("ArrowLeft", first),
        ("PageDown", second),
        ("ArrowRight", second),
    ):
        page.keyboard.press(key)
        page.wait_for_url(there)
    assert page.get_by_text("2 of 2").is_visible()
    page.get_by_role("link", name="Back to the event").click()
    assert page.url.endswith(f"events/{EVENT}.html")


def test_the_code_is_white_in_the_dark_and_only_where_there_is_an_address(
    open_page: OpenPage, sample_hub: Path, demo_hub: Path
) -> None:
    page = open_page(WIDTH, "dark")
    for folder in ("findings", "slides"):
        page.goto((sample_hub / folder / "em-2026-0001-f01.html").as_uri())
        assert page.evaluate(WHITE) == "rgb(255, 255, 255)"
        page.goto((demo_hub / folder / "em-2026-0001-f01.html").as_uri())
        assert page.locator(".qr").count() == 0
