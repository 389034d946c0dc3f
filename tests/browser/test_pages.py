"""Every page in a real browser: accessible, within its width, usable by keyboard, and silent."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "preload": False,
}
HEAVIEST = 150_000  # bytes of a page, the full list of cards aside
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
FITS = "document.documentElement.scrollWidth <= innerWidth"
TEXT_SIZES = """() => [...document.querySelectorAll('svg.figure-svg text')]
  .filter(t => t.getClientRects().length && t.getBoundingClientRect().width)
  .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"""
REACHABLE = """() => [...document.querySelectorAll(
  'a[href], button, summary, input, select, textarea, [tabindex="0"]')]
  .filter(e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})).length"""
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  e.dataset.reached = e.dataset.reached || 'yes';
  const s = getComputedStyle(e);
  return [e.outerHTML.slice(0, 120), s.outlineStyle, parseFloat(s.outlineWidth)];
}"""


def pages_of(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def check(page: Page, where: str) -> None:
    """No accessibility rule is broken and nothing runs off the side, folded parts included."""
    assert page.evaluate(FITS), f"{where} scrolls sideways"
    page.evaluate(OPEN_ALL)
    result = Axe().run(page, options=RULES)
    assert result.violations_count == 0, f"{where}: {result.generate_report()}"
    assert page.evaluate(FITS), f"{where} scrolls sideways when unfolded"
    sizes = page.evaluate(TEXT_SIZES)
    assert all(size >= 13 - 0.05 for size in sizes), f"{where}: chart text of {min(sizes)} pixels"


def one_of_each(folder: Path) -> list[Path]:
    """The pages at the top, and the first and last of every kind."""
    kinds: dict[str, list[Path]] = {}
    for path in pages_of(folder):
        kinds.setdefault(path.parent.name if path.parent != folder else path.name, []).append(path)
    ends = (path for paths in kinds.values() for path in (paths[0], paths[-1]))
    return list(dict.fromkeys(ends))


@pytest.mark.parametrize("width", [360, 1280])
def test_every_kind_of_page_in_light(open_page: OpenPage, hub_folder: Path, width: int) -> None:
    page = open_page(width, "light")
    for path in one_of_each(hub_folder):
        page.goto(path.as_uri())
        check(page, f"{path.relative_to(hub_folder)} at {width}")


@pytest.mark.soak
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_in_light(open_page: OpenPage, hub_folder: Path, width: int) -> None:
    page = open_page(width, "light")
    for path in pages_of(hub_folder):
        page.goto(path.as_uri())
        check(page, f"{path.relative_to(hub_folder)} at {width}")


@pytest.mark.parametrize("width", [360, 1280])
def test_every_kind_of_page_in_dark(open_page: OpenPage, demo_hub: Path, width: int) -> None:
    page = open_page(width, "dark")
    for path in one_of_each(demo_hub):
        page.goto(path.as_uri())
        check(page, f"{path.relative_to(demo_hub)} at {width} in dark")


def test_every_kind_of_page_as_printed(open_page: OpenPage, demo_hub: Path) -> None:
    page = open_page(794, "light")  # A4 at 96 points an inch
    page.emulate_media(media="print")
    for path in one_of_each(demo_hub):
        page.goto(path.as_uri())
        result = Axe().run(page, options=RULES)
        assert result.violations_count == 0, f"{path.name} printed: {result.generate_report()}"


def test_no_page_is_heavier_than_a_phone_likes(hub_folder: Path) -> None:
    lists = {hub_folder / "interventions" / "index.html"}
    heavy = {
        path.relative_to(hub_folder).as_posix(): path.stat().st_size
        for path in pages_of(hub_folder)
        if path.stat().st_size > HEAVIEST and path not in lists
    }
    assert heavy == {}


@pytest.mark.parametrize("width", [320, 768, 1024, 1920])
def test_no_width_scrolls_sideways(open_page: OpenPage, hub_folder: Path, width: int) -> None:
    page = open_page(width, "light")
    for path in one_of_each(hub_folder):
        page.goto(path.as_uri())
        page.evaluate(OPEN_ALL)
        assert page.evaluate(FITS), f"{path.relative_to(hub_folder)} at {width}"


@pytest.mark.parametrize("width", [360, 1280])
def test_everything_is_reached_by_keyboard(open_page: OpenPage, demo_hub: Path, width: int) -> None:
    page = open_page(width, "light")
    for path in one_of_each(demo_hub):
        page.goto(path.as_uri())
        expected = page.evaluate(REACHABLE)
        seen = 0
        while seen <= expected:
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            if focus is None:
                break
            markup, style, thickness = focus
            assert style != "none" and thickness >= 2, f"{path.name}: no visible focus on {markup}"
            seen += 1
        reached = page.evaluate("document.querySelectorAll('[data-reached]').length")
        assert reached >= expected, f"{path.name} at {width}: {reached} of {expected} reached"


def test_the_phone_menu_opens_by_keyboard(open_page: OpenPage, hub_folder: Path) -> None:
    page = open_page(360, "light")
    page.goto((hub_folder / "index.html").as_uri())
    page.locator(".menu-fold summary").press("Enter")
    page.get_by_role("link", name="What happened").first.click()
    assert page.url.endswith("findings/index.html")


def test_every_page_over_serve(open_page: OpenPage, hub_folder: Path, served: str) -> None:
    page = open_page(1280, "light")
    for path in one_of_each(hub_folder):
        answer = page.goto(served + path.relative_to(hub_folder).as_posix())
        assert answer is not None and answer.ok
        assert page.locator("h1").count() == 1


def test_printed_pages_open_their_tables(open_page: OpenPage, hub_folder: Path) -> None:
    page = open_page(1280, "dark")
    folded = [p for p in pages_of(hub_folder / "findings") if "Show the numbers" in p.read_text()]
    page.goto(folded[0].as_uri())
    page.emulate_media(media="print")
    assert page.locator("table.numbers").first.bounding_box() is not None
    assert not page.locator("nav.menu").is_visible()
