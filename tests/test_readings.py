"""The gate remembers what files hold: the same answer, and only new files are read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evalkit.data.disclosure import reading
from evalkit.data.disclosure.profiles import PROFILES
from evalkit.data.disclosure.reading import Found
from evalkit.hub.edition import cut
from evalkit.hub.render import made
from evalkit.workflow.gate import Gate, inspect
from evalkit.workflow.readings import readings
from evalkit.workflow.shielded import Rule
from tests.harm_to_files import HARMS, harmed
from tests.hub_sample import counted

RULE = Rule(outcome="calls@1.0", profile=PROFILES["uk-llc"], units=("calls",), place="derby")
TABLE = "data/em-2026-0002-f01.csv"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return {path: text for path, text in made(cut(counted())).items() if isinstance(text, str)}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths of files that were read, in order."""
    paths: list[str] = []
    really = reading.read_file

    def noted(path: str, text: str) -> Found:
        paths.append(path)
        return really(path, text)

    monkeypatch.setattr(reading, "read_file", noted)
    yield paths


def asked(files: dict[str, str], before: dict[str, str], memory: Path | None) -> Gate:
    rules = {path: RULE for path in files if "em-2026-0002" in path}
    return inspect(files, rules, (), before=before, memory=memory)


def test_the_next_time_only_what_changed_is_read(
    files: dict[str, str], read: list[str], tmp_path: Path
) -> None:
    memory = tmp_path / ".evalkit" / "numbers.db"
    assert asked(files, {}, memory).leaks == () and sorted(read) == sorted(files)
    read.clear()
    assert asked(files, files, memory).leaks == () and read == []
    leaky = {**files, TABLE: files[TABLE].replace("1981-02,41.0,", "1981-02,3.0,")}
    first = asked(leaky, files, memory)
    assert read == [TABLE] and first == asked(leaky, files, None)
    assert {leak.rule for leak in first.leaks} >= {"shown"}
    read.clear()
    assert asked(leaky, files, memory) == first and read == []


def test_the_same_text_in_another_place_is_another_file(
    files: dict[str, str], read: list[str], tmp_path: Path
) -> None:
    memory = tmp_path / "numbers.db"
    asked(files, {}, memory)
    read.clear()
    moved = {path: text for path, text in files.items() if path != TABLE}
    moved["data/em-2026-0002-f09.csv"] = files[TABLE]
    asked(moved, {}, memory)
    assert read == ["data/em-2026-0002-f09.csv"]


def test_what_is_no_part_of_the_edition_is_forgotten(files: dict[str, str], tmp_path: Path) -> None:
    memory = tmp_path / "numbers.db"
    asked(files, {}, memory)
    few = {path: text for path, text in files.items() if "em-2026-0002" in path}
    asked(few, {}, memory)
    with readings(memory) as (_, before):
        assert len(before) == len(few)


@pytest.mark.parametrize("harm", HARMS)
def test_a_memory_that_cannot_be_believed_is_not(
    files: dict[str, str],
    read: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    harm: str,
) -> None:
    memory = tmp_path / "numbers.db"
    asked(files, {}, memory)
    read.clear()
    harmed(memory, harm, monkeypatch)
    leaky = {**files, TABLE: files[TABLE].replace("1981-02,41.0,", "1981-02,3.0,")}
    assert asked(leaky, {}, memory).leaks and sorted(read) == sorted(files)


def test_a_folder_that_cannot_be_written_to_changes_no_answer(
    files: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    assert asked(files, {}, tmp_path / "file" / "numbers.db").leaks == ()


def test_drawings_come_back_to_the_last_digit(tmp_path: Path) -> None:
    memory = tmp_path / "numbers.db"
    points = "0.1,0.30000000000000004 2,1e-7 3,12345678.9 4,5 5,6"
    svg = f'<svg viewBox="0 0 10 10"><polyline points="{points}"/></svg>'
    with readings(memory) as (seen, _):
        seen["a"] = reading.read_file("a.svg", svg)
        told = dict(seen)
    with readings(memory) as (_, before):
        assert before == told and before["a"].marks
