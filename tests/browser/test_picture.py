"""Pictures of real pages: three in the README, and on demand one of every kind in every look."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.looking import PHONE, Theme, one_of_each

pytestmark = pytest.mark.browser
README = {
    "finding": (
        "findings/em-2026-0001-f01.html",
        1010,
        ("We cannot tell whether homicide", "95% interval", "not the same as"),
    ),
    "home": ("index.html", 900, ("What was tried, and what happened", "One mark for each")),
    "map": ("evidence.html", 1250, ("An empty square means", "Stronger design")),
}
"""By picture: its page, its height, and words that must be inside it."""
LOOKS: dict[str, tuple[int, Theme]] = {
    "light": (1280, "light"),
    "dark": (1280, "dark"),
    "tablet": (768, "light"),
    "phone": (PHONE, "light"),
    "projector": (1920, "light"),
}
FOLDER = "EVALKIT_PICTURES"


@pytest.mark.parametrize("name", README)
def test_a_picture_of_the_readme_shows_what_matters(
    open_page: OpenPage, demo_hub: Path, root: Path, name: str
) -> None:
    path, height, told = README[name]
    page = open_page(1280, "light")
    page.goto((demo_hub / path).as_uri())
    for words in told:
        box = page.get_by_text(words).locator("visible=true").first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= height, words
    shot = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": 1280, "height": height})
    assert shot.startswith(b"\x89PNG")
    assert f"docs/{name}.png" in (root / "README.md").read_text("utf-8")
    if os.environ.get(FOLDER):
        (root / "docs" / f"{name}.png").write_bytes(shot)


@pytest.mark.soak
@pytest.mark.parametrize("look", LOOKS)
def test_every_kind_of_page_has_its_picture(
    open_page: OpenPage, sample_hub: Path, demo_hub: Path, tmp_path: Path, look: str
) -> None:
    width, theme = LOOKS[look]
    page = open_page(width, theme)
    for hub, folder in (("demo", demo_hub), ("sample", sample_hub)):
        out = Path(os.environ.get(FOLDER, tmp_path)) / hub
        out.mkdir(parents=True, exist_ok=True)
        for path in one_of_each(folder):
            page.goto(path.as_uri())
            name = path.relative_to(folder).with_suffix("").as_posix().replace("/", "-")
            shot = page.screenshot(full_page=True, path=out / f"{name}-{look}.png")
            assert shot.startswith(b"\x89PNG"), name
