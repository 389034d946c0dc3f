"""The picture in the README is a real page, taken by the means that the other tests use."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage

PICTURE = {"x": 0, "y": 0, "width": 1280, "height": 1010}


@pytest.mark.browser
def test_the_picture_shows_headline_interval_and_doubt(
    open_page: OpenPage, demo_workspace: Path, root: Path
) -> None:
    page = open_page(1280, "light")
    page.goto((demo_workspace / "reports" / "findings" / "em-2026-0001-f01.html").as_uri())
    for words in ("We cannot tell whether homicide", "95% interval", "not the same as"):
        box = page.get_by_text(words).locator("visible=true").first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= PICTURE["height"], words
    shot = page.screenshot(full_page=True, clip=PICTURE)
    assert shot.startswith(b"\x89PNG")
    if os.environ.get("EVALKIT_PICTURES"):
        (root / "docs" / "finding.png").write_bytes(shot)
