"""The document shows what a terminal shows. EVALKIT_TRANSCRIPTS=1 writes it anew."""

import os
import re

import pytest

from tests.first_registration import LAST, minutes, walk
from tests.terminal import Terminal

DOCUMENT = "docs/first-registration.md"


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    return walk(tmp_path_factory.mktemp("newcomer"))


def passage(root):
    """How many words of the README a newcomer reads before typing."""
    text = (root / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Your own intervention")[2].partition("Those who prefer a text")[0]
    assert section
    return len(section.split())


def test_the_document_shows_the_terminal(steps, root):
    document = (root / DOCUMENT).read_text(encoding="utf-8")
    screens = iter(steps)

    def anew(block):
        shown = [next(screens).screen for _ in re.findall(r"^\$ ", block[1], re.M)]
        return "```text\n" + "\n".join(shown) + "\n```\n"

    said = re.sub(r"```text\n(.*?)```\n", anew, document, flags=re.S)
    assert next(screens, None) is None
    if os.environ.get("EVALKIT_TRANSCRIPTS"):
        (root / DOCUMENT).write_text(said, encoding="utf-8")
    assert said == document


def test_it_takes_under_ten_minutes(steps, root):
    words = sum(step.words for step in steps[:LAST])
    keys = sum(step.keys for step in steps[:LAST])
    whole = minutes(words + passage(root), keys)
    said = " ".join((root / DOCUMENT).read_text(encoding="utf-8").split())
    for figure in (
        f"{passage(root)} words",
        f"{words} words",
        f"{keys} keys",
        f"{whole:.1f} minutes",
    ):
        assert figure in said, figure
    assert whole < 10


def test_every_screen_fits_a_terminal_and_has_no_marks_of_one(steps):
    for step in steps:
        assert all(len(line) <= 80 for line in step.screen.split("\n"))
        assert "\x1b" not in step.screen and step.screen.isascii()


def test_init_asks_on_a_terminal(tmp_path):
    asked = Terminal(tmp_path, "init", "ours")
    asked.talk(
        ("Region, as the pages will name it [East Midlands]: ", "West Midlands"),
        ("[WM]: ", "12"),
        ("12; needed two to six capitals, such as EM.", "wmp"),
        ("[not given]: ", "Mrs Ada Example"),
        ("needed a post", "Evaluation lead"),
    )
    said, code = asked.end()
    assert code == 0 and re.search(r"Region West Midlands; ids like WMP-20\d\d-0001; post:", said)
    settings = (tmp_path / "ours" / "evalkit.toml").read_text()
    assert 'prefix = "WMP"\nregion = "West Midlands"\n' in settings
    full = Terminal(tmp_path, "init", "ours")
    said, code = full.end()
    assert code == 1 and "something is in it" in said


def test_init_asks_only_for_what_is_not_given(tmp_path):
    given = ("--region", "Kent", "--prefix", "KENT", "--acting-as", "Evaluation lead")
    said, code = Terminal(tmp_path, "init", "ours", *given).end()
    assert code == 0 and "Enter takes" not in said
    begun = Terminal(tmp_path, "init", "theirs", "--region", "Kent")
    begun.talk(("[KENT]: ", "\x04"))
    assert begun.end()[1] == 1 and not (tmp_path / "theirs").exists()
