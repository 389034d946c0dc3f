"""Search, filters and the keyboard find the right pages, from a folder without a network."""

import dataclasses
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from evalkit.hub import build
from tests.browser.conftest import OpenPage
from tests.hub_sample import sample

pytestmark = pytest.mark.browser
SHOWN = """[...document.querySelectorAll('#tried > li')].filter(e => e.checkVisibility())
  .map(e => e.querySelector('code').textContent)"""


def test_filters_give_the_right_cards_and_the_address_gives_them_again(
    open_page: OpenPage, sample_hub: Path
) -> None:
    page = open_page(1280, "light")
    address = (sample_hub / "interventions" / "index.html").as_uri()
    page.goto(address)
    assert page.evaluate(SHOWN) == [f"EM-2026-000{n}" for n in (1, 2, 3, 4)]
    page.get_by_label("Nottinghamshire").check()
    page.get_by_label("Elsewhere", exact=False).first.check()
    assert page.evaluate(SHOWN) == ["EM-2026-0001", "EM-2026-0002", "EM-2026-0003"]
    assert page.locator("#tried-count").inner_text() == "3 of 4 interventions"
    page.get_by_label("Rose or probably rose").check()
    assert page.evaluate(SHOWN) == ["EM-2026-0002"]
    shared = page.url
    page.goto("about:blank")
    page.goto(shared)
    assert page.evaluate(SHOWN) == ["EM-2026-0002"]
    page.get_by_role("button", name="Take off: Rose or probably rose").click()
    assert page.evaluate(SHOWN) == ["EM-2026-0001", "EM-2026-0002", "EM-2026-0003"]
    page.get_by_label("No result yet").first.check()
    assert page.evaluate(SHOWN) == []
    assert page.get_by_text("No intervention matches these filters.").is_visible()
    page.get_by_role("button", name="Clear all").click()
    assert len(page.evaluate(SHOWN)) == 4 and page.url.endswith("#")
    page.goto(address + "#area=%E0%A4%A&<script>&happened=rose")
    assert page.evaluate(SHOWN) == ["EM-2026-0002"]


def found(page: Page) -> list[str]:
    links = page.locator("#found a").evaluate_all("e => e.map(a => a.getAttribute('href'))")
    return [str(link) for link in links]


def test_search_from_the_first_page_finds_pages_by_any_form_of_their_words(
    open_page: OpenPage, sample_hub: Path
) -> None:
    page = open_page(1280, "light")
    page.goto((sample_hub / "index.html").as_uri())
    page.get_by_label("Search the hub").fill("homicide castle")
    page.get_by_label("Search the hub").press("Enter")
    page.wait_for_url("**/search.html?q=homicide+castle")
    assert found(page)[0] == "findings/em-2026-0001-f01.html"
    page.get_by_label("Words to find").fill("knife knives carrying")
    assert found(page) == []
    assert "may be a gap, not a fault" in page.locator("#found-count").inner_text()
    page.get_by_label("Words to find").fill("carry knives")
    assert found(page) == ["evidence.html"]
    page.get_by_label("Words to find").fill("nottinghamshire")
    assert "areas/e23000019.html" in found(page)
    page.get_by_label("Words to find").fill("<script>alert(1)</script>")
    assert page.locator("#found script").count() == 0


def test_keyboard_alone_leads_from_the_first_page_to_the_numbers_of_a_chart(
    open_page: OpenPage, sample_hub: Path
) -> None:
    page = open_page(1280, "light")
    page.goto((sample_hub / "index.html").as_uri())
    _tab_to(page, "findings/em-2026-0001-f01.html")
    page.keyboard.press("Enter")
    page.wait_for_url("**/em-2026-0001-f01.html")
    _tab_to(page, "Show the numbers behind this chart")
    page.keyboard.press("Enter")
    assert page.locator("table.numbers").first.is_visible()
    _tab_to(page, "The numbers behind chart 1")


def _tab_to(page: Page, wanted: str) -> None:
    for _ in range(90):
        page.keyboard.press("Tab")
        if wanted in page.evaluate("document.activeElement.outerHTML"):
            return
    pytest.fail(f"{wanted} is not reached with 90 tabs")


def test_without_scripts_the_list_is_whole_and_search_says_where_to_look(
    open_page: OpenPage, sample_hub: Path
) -> None:
    page = open_page(360, "light")
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    plain.goto((sample_hub / "interventions" / "index.html").as_uri())
    assert plain.locator("#tried > li").count() == 4
    assert not plain.locator("#filters").is_visible()
    plain.goto((sample_hub / "search.html").as_uri())
    assert plain.get_by_text("this browser runs none").is_visible()
    context.close()


def test_text_in_the_index_cannot_leave_it(tmp_path: Path) -> None:
    base = sample()
    odd = dataclasses.replace(base.interventions[0], name="</script><!--\u2028<script>alert(1)")
    build(dataclasses.replace(base, interventions=(odd, *base.interventions[1:])), tmp_path / "h")
    text = (tmp_path / "h" / "static" / "search-index.js").read_text("utf-8")
    assert "<" not in text and "\u2028" not in text
    rows = json.loads(text.removeprefix("window.hubIndex=").removesuffix(";\n"))
    assert odd.name in [row[1] for row in rows]
