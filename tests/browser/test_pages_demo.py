"""Every page of the demo's hub in a real browser: on real data, from a folder and over http."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.looking import DESK, PHONE, faults, heavy, one_of_each, pages_of

pytestmark = pytest.mark.browser


def test_every_kind_of_page(open_page: OpenPage, demo_hub: Path) -> None:
    page = open_page(PHONE, "light")
    assert [fault for path in one_of_each(demo_hub) for fault in faults(page, path.as_uri())] == []


@pytest.mark.soak
def test_every_page(open_page: OpenPage, demo_hub: Path) -> None:
    page = open_page(PHONE, "light")
    for path in pages_of(demo_hub):
        assert faults(page, path.as_uri(), thorough=True) == []


def test_no_page_is_heavier_than_a_phone_likes(demo_hub: Path) -> None:
    assert heavy(demo_hub) == {}


def test_every_kind_of_page_over_serve(
    open_page: OpenPage, demo_hub: Path, serving: Callable[[Path], str]
) -> None:
    page, address = open_page(DESK, "light"), serving(demo_hub)
    for path in one_of_each(demo_hub):
        answer = page.goto(address + path.relative_to(demo_hub).as_posix())
        assert answer is not None and answer.ok
        assert page.locator("h1").count() == 1
