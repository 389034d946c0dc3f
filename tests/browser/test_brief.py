"""A brief is one page of A4, also with the longest headline, without a picture, and of made-up data."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from evalkit.findings.cautions import MADE_UP

pytestmark = pytest.mark.browser
NOTICE = f'<div class="wrap"><p class="notice simulated"><strong>Simulated data.</strong> {MADE_UP}</p></div>'


def pages_of(page: Page) -> int:
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", paper))


def test_every_brief_prints_on_one_page(chromium: Browser, sample_hub: Path) -> None:
    page = chromium.new_page()
    counts = {}
    for path in sorted((sample_hub / "briefs").glob("*.html")):
        page.goto(path.as_uri())
        plain = pages_of(page)
        page.locator(".brief").evaluate(
            "(brief, notice) => brief.insertAdjacentHTML('beforebegin', notice)", NOTICE
        )
        counts[path.stem] = (plain, pages_of(page))
    page.close()
    assert len(counts) == 10 and set(counts.values()) == {(1, 1)}, counts
