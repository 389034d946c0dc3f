"""A hub of many interventions in a real browser: its lists, its search, and a sample of its pages."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evalkit.hub import build
from tests.browser.conftest import OpenPage
from tests.browser.looking import (
    DESK,
    OPEN_ALL,
    PHONE,
    WIDTHS,
    broken_rules,
    faults,
    heavy,
    one_of_each,
    pages_of,
    sideways,
)
from tests.browser.test_finding_things import SHOWN, found
from tests.hub_crowd import KINDS, POLICE_AREAS, STATUSES, crowd

pytestmark = pytest.mark.browser
SOME, MANY, SAMPLE = 32, 300, 20
LISTS = (
    "index.html",
    "interventions/index.html",
    "findings/index.html",
    "findings/group-4-1.html",
    "evidence.html",
    "learning.html",
    "areas/index.html",
)
"""Pages that grow with the register."""


def ids(number: int, kind: str = "", status: str = "", area: str = "") -> list[str]:
    """Which of so many are of this kind, in this state, in this area: by the rule that made them."""
    return [
        f"EM-2026-{1000 + i}"
        for i in range(number)
        if kind in ("", KINDS[i % len(KINDS)])
        and status in ("", STATUSES[i % len(STATUSES)])
        and area in ("", POLICE_AREAS[i % len(POLICE_AREAS)])
    ]


def filters_and_search_are_right(open_page: OpenPage, base: str, number: int) -> None:
    page = open_page(DESK, "light")
    listed = f"{base}interventions/index.html"
    for kind, status, area in (
        ("", "live", ""),
        ("mentoring", "", ""),
        ("", "planned", POLICE_AREAS[2]),
        ("mentoring", "live", POLICE_AREAS[0]),
    ):
        wanted = {"kind": kind, "status": status, "area": area.lower()}
        page.goto("about:blank")
        page.goto(f"{listed}#{'&'.join(f'{k}={v}' for k, v in wanted.items() if v)}")
        expected = ids(number, kind, status, area)
        assert sorted(page.evaluate(SHOWN)) == expected, wanted
        told = f"{len(expected)} of {number} interventions"
        assert page.locator("#tried-count").inner_text() == told
    page.goto(f"{base}search.html?q=planned+routes+{number}")
    assert f"interventions/em-2026-{999 + number}.html" in found(page)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("few") / "hub"
    build(crowd(SOME), out)
    return out


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("many") / "hub"
    build(crowd(MANY), out)
    return out


def test_lists_of_some(open_page: OpenPage, few: Path) -> None:
    page, wrong = open_page(PHONE, "light"), []
    for path in LISTS:
        page.goto((few / path).as_uri())
        page.evaluate(OPEN_ALL)
        for width in WIDTHS:
            wrong += [f"{path} {fault}" for fault in sideways(page, width, "unfolded")]
        wrong += [f"{path} {fault}" for fault in broken_rules(page, "on a phone")]
    assert wrong == [] and heavy(few) == {}


def test_filters_and_search_of_some(open_page: OpenPage, few: Path) -> None:
    filters_and_search_are_right(open_page, f"{few.as_uri()}/", SOME)


@pytest.mark.soak
def test_pages_of_many(open_page: OpenPage, many: Path, serving: Callable[[Path], str]) -> None:
    page, wrong, every = open_page(PHONE, "light"), [], pages_of(many)
    some = dict.fromkeys((*one_of_each(many), *every[:: len(every) // SAMPLE]))
    for path in some:
        wrong += faults(page, path.as_uri(), thorough=True)
    address = serving(many)
    for path in some:
        answer = page.goto(address + path.relative_to(many).as_posix())
        assert answer is not None and answer.ok, path
        wrong += [f"{path.name} {fault}" for fault in broken_rules(page, "over http")]
    assert wrong == []


@pytest.mark.soak
def test_no_page_of_many_is_heavy(many: Path) -> None:
    assert heavy(many) == {}


@pytest.mark.soak
def test_filters_and_search_of_many(
    open_page: OpenPage, many: Path, serving: Callable[[Path], str]
) -> None:
    for base in (f"{many.as_uri()}/", serving(many)):
        filters_and_search_are_right(open_page, base, MANY)
