"""Every page of a hub of awkward texts and every state in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.looking import DESK, PHONE, faults, heavy, one_of_each, pages_of

pytestmark = pytest.mark.browser


def test_every_kind_of_page(open_page: OpenPage, sample_hub: Path) -> None:
    page = open_page(PHONE, "light")
    assert [f for path in one_of_each(sample_hub) for f in faults(page, path.as_uri())] == []


@pytest.mark.soak
def test_every_page(open_page: OpenPage, sample_hub: Path) -> None:
    page = open_page(PHONE, "light")
    for path in pages_of(sample_hub):
        assert faults(page, path.as_uri(), thorough=True) == []


def test_no_page_is_heavier_than_a_phone_likes(sample_hub: Path) -> None:
    assert heavy(sample_hub) == {}


def test_every_kind_of_page_over_serve(
    open_page: OpenPage, sample_hub: Path, serving: Callable[[Path], str]
) -> None:
    page, address = open_page(DESK, "light"), serving(sample_hub)
    for path in one_of_each(sample_hub):
        answer = page.goto(address + path.relative_to(sample_hub).as_posix())
        assert answer is not None and answer.ok
        assert page.locator("h1").count() == 1


def test_the_phone_menu_opens_by_keyboard(open_page: OpenPage, sample_hub: Path) -> None:
    page = open_page(PHONE, "light")
    page.goto((sample_hub / "index.html").as_uri())
    page.locator(".menu-fold summary").press("Enter")
    page.get_by_role("link", name="What happened").first.click()
    assert page.url.endswith("findings/index.html")


def test_printed_pages_open_their_tables(open_page: OpenPage, sample_hub: Path) -> None:
    page = open_page(DESK, "dark")
    folded = [p for p in pages_of(sample_hub / "findings") if "Show the numbers" in p.read_text()]
    page.goto(folded[0].as_uri())
    page.emulate_media(media="print")
    assert page.locator("table.numbers").first.bounding_box() is not None
    assert not page.locator("nav.menu").is_visible()
