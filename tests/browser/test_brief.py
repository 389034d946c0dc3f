"""A brief is one page of A4, also with the longest headline and without a picture."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_every_brief_prints_on_one_page(chromium: Browser, sample_hub: Path) -> None:
    page = chromium.new_page()
    counts = {}
    for path in sorted((sample_hub / "briefs").glob("*.html")):
        page.goto(path.as_uri())
        paper = page.pdf(prefer_css_page_size=True, print_background=True)
        counts[path.stem] = len(re.findall(rb"/Type\s*/Page\b(?!s)", paper))
    page.close()
    assert len(counts) == 10 and set(counts.values()) == {1}, counts
