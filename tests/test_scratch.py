"""What a build leaves for the next is whole, or the one before: whoever writes, reads or kills."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evalkit.hub.scratch import Memory
from tests.harm_to_files import HARMS, harmed

ROOT = Path(__file__).parents[1]
PACKAGES = ("msgspec",)
KILLED = """
import os, signal, sys
from pathlib import Path
from evalkit.hub.scratch import Memory

class Deadly(dict):
    def items(self):
        yield from ((str(number), "another " * 10_000) for number in range(300))
        os.kill(os.getpid(), signal.SIGKILL)

Memory(Path(sys.argv[1]), str, packages=("msgspec",)).remember(Deadly())
"""


def memory(place: Path) -> Memory[str]:
    return Memory(place, str, packages=PACKAGES)


def test_what_is_left_is_found_again_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "a folder" / "left#1.db"
    first = {"a": "one", "b": "two", "c": "three"}
    memory(place).remember(first)
    assert memory(place).known == first
    second = {"a": "one", "b": "another", "d": "four"}
    memory(place).remember(second)
    assert memory(place).known == second
    memory(place).remember({})
    assert memory(place).known == {}
    assert [path.name for path in place.parent.iterdir()] == ["left#1.db"]


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    place = tmp_path / "left.db"
    memory(place).remember({str(number): "text " * 1000 for number in range(1000)})
    last = memory(place)
    before = place.read_bytes()
    last.remember({**last.known, "7": "another"})
    after = place.read_bytes()
    pages = range(0, max(len(before), len(after)), 4096)
    assert sum(before[at : at + 4096] != after[at : at + 4096] for at in pages) < len(pages) / 50


@pytest.mark.parametrize("harm", HARMS)
def test_what_came_to_harm_is_not_believed_and_is_made_anew(
    tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "left.db"
    memory(place).remember({str(number): "text " * 1000 for number in range(9)})
    harmed(place, harm, monkeypatch)
    last = memory(place)
    assert last.known == {}
    last.remember({"a": "one"})
    assert memory(place).known == ({} if harm == "a folder" else {"a": "one"})


def test_of_two_builds_at_once_the_first_is_remembered(tmp_path: Path) -> None:
    place = tmp_path / "left.db"
    memory(place).remember({"a": "one"})
    one, other = memory(place), memory(place)
    one.remember({"b": "two"})
    other.remember({"c": "three"})
    assert memory(place).known == {"b": "two"}


def test_two_first_builds_at_once_leave_one_of_theirs(tmp_path: Path) -> None:
    place = tmp_path / "left.db"
    one, other = memory(place), memory(place)
    one.remember({"b": "two"})
    other.remember({"c": "three"})
    assert memory(place).known == {"c": "three"}


def test_what_a_killed_build_wrote_is_undone(tmp_path: Path) -> None:
    place = tmp_path / "left.db"
    first = {str(number): "text " * 10_000 for number in range(300)}
    memory(place).remember(first)
    whole = place.read_bytes()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(place)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert place.read_bytes() != whole and (tmp_path / "left.db-journal").stat().st_size
    assert memory(place).known == first
    assert [path.name for path in tmp_path.iterdir()] == ["left.db"]


def test_a_folder_that_cannot_be_written_to_costs_the_memory_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    left = memory(tmp_path / "file" / "left.db")
    left.remember({"a": "one"})
    assert memory(tmp_path / "file" / "left.db").known == {}
