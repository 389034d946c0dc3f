"""A hub of many interventions: every page there, and read without an error by a strict parser."""

from pathlib import Path

import html5lib
import pytest

from evalkit.hub.outcomes import AT_ONCE, FIRST, findings_pages
from evalkit.hub.page import Later, Page
from evalkit.hub.render import build
from evalkit.hub.summaries import Summary
from tests.hub_crowd import crowd
from tests.hub_sample import sample

SOME, MANY = 12, 300


@pytest.mark.parametrize("number", [SOME, pytest.param(MANY, marks=pytest.mark.soak)])
def test_every_page_is_there_and_is_strict_html(tmp_path: Path, number: int) -> None:
    out = tmp_path / "reports"
    build(crowd(number), out)
    assert len(list((out / "interventions").glob("em-*.html"))) == number
    assert len(list((out / "findings").glob("em-*.html"))) == 2 * number
    read_strictly(out)


def members(page: Page) -> tuple[Summary, ...]:
    part = page.context["part"]
    assert isinstance(part, Later)
    told = part.make()
    assert isinstance(told, tuple)
    return told


def test_a_long_list_goes_on_over_pages_and_leaves_no_finding_out() -> None:
    edition = crowd(40)
    first, *further = findings_pages(edition)
    groups = first.context["groups"]
    assert all(len(group.shown) <= FIRST for group in groups)
    listed = [s.finding.id for page in further for s in members(page)]
    listed += [s.finding.id for group in groups if not group.more for s in group.shown]
    assert sorted(listed) == sorted(finding.id for finding in edition.findings)
    assert max(len(members(page)) for page in further) <= AT_ONCE
    assert {group.more for group in groups} - {""} <= {one.path for one in further}


def test_text_that_tries_to_break_pages_leaves_strict_html(tmp_path: Path) -> None:
    build(sample(), tmp_path / "reports")
    read_strictly(tmp_path / "reports")


def read_strictly(out: Path) -> None:
    for page in sorted(out.rglob("*.html")):
        parser = html5lib.HTMLParser(strict=True)
        try:
            parser.parse(page.read_bytes(), transport_encoding="utf-8")
        except html5lib.html5parser.ParseError as error:
            pytest.fail(f"{page.relative_to(out)}: {parser.errors[-1]} ({error})")
