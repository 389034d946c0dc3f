"""A registry hashed row by row: whoever changes a row changes its group, and is found out there."""

import contextlib
import sqlite3
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from evalkit.registry import guards
from evalkit.registry import outline as outlines
from evalkit.registry.excerpt import excerpt
from evalkit.registry.outline import outline, outlining
from evalkit.registry.proof import first_gone
from evalkit.registry.proved import first_problem, first_problem_within
from evalkit.registry.store import open_registry
from tests import tamperings
from tests.tamperings import UNGUARDED, tamper
from tests.test_registry_samples import EXTERNAL, filled

NOT_ASKED = ("DELETE FROM entry_search_docsize", "UPDATE entry_search_data")
"""Whether search finds every word: nothing that is published is made of it."""
NOT_SEALED = ("UPDATE finding SET position",)
"""Only the order of what a run found, of which there is one."""
WAYS = [
    (*before, statement)
    for before, statement in chain(
        ((UNGUARDED, one) for one, _ in tamperings.CHANGED),
        (((), one) for one, _ in tamperings.FOLLOWING),
        ((UNGUARDED, one) for one, _ in tamperings.LEDGER),
    )
    if not statement.startswith((*NOT_ASKED, *NOT_SEALED))
]


def problem(url: str, known: frozenset[str] = frozenset()) -> tuple[str | None, frozenset[str]]:
    """What is wrong where groups with these digests are not looked into; and the digests there are."""
    with open_registry(url) as session:
        if said := first_gone(session):
            return said, known
        found = outline(session)
        groups = [one for one in found.groups if one.digest not in known]
        some = (*found.kinds.values(), *groups)
        if said := first_problem(session, found):
            return said, known
        with excerpt(session, some) as copy:
            return first_problem_within(copy, some), frozenset(one.digest for one in found.groups)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way[-1][:60])
def test_a_proof_of_what_changed_finds_what_a_proof_of_everything_finds(
    tmp_path: Path, way: tuple[str, ...]
) -> None:
    url = filled(tmp_path)
    said, known = problem(url)
    assert said is None and known
    assert problem(url, known) == (None, known)
    tamper(url, *way)
    with contextlib.closing(sqlite3.connect(tmp_path / "registry.db")) as raw, raw:
        for name, statement in guards.STATEMENTS.items():  # as if nobody had been there
            with contextlib.suppress(sqlite3.OperationalError):
                raw.execute(f"DROP TRIGGER IF EXISTS {name}")
                raw.execute(statement)
    assert problem(url, known)[0] is not None


def test_an_index_that_leads_elsewhere_is_found(tmp_path: Path) -> None:
    """What is copied is looked at again: rows that an index hides are missed."""
    with open_registry(filled(tmp_path)) as session:
        found = outline(session)
        some = (*found.kinds.values(), *found.groups)
        with excerpt(session, some) as copy:
            assert first_problem_within(copy, some) is None
            copy.connection().exec_driver_sql("DELETE FROM finding")
            assert str(first_problem_within(copy, some)).startswith("An index of the file")


def test_records_that_name_each_other_are_one_group(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path)) as session:
        found = outline(session)
    assert {"EM-2026-0001", "EM-2026-0002"} == set(EXTERNAL.interventions)
    [own] = found.groups
    assert {"EM-2026-0001", "EM-2026-0002", "EM-2026-0001-P1", EXTERNAL.id} <= set(own.owners)
    assert {("protocol", "EM-2026-0001-P1"), ("finding", EXTERNAL.id)} <= set(own.entries)
    assert own.lines == (1, 2, 3, 4, 5) and [line.seq for line in found.lines] == [1, 2, 3, 4, 5]
    assert [*found.kinds] == ["area"]


def test_a_process_of_its_own_finds_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlines, "LARGE", 0)
    with open_registry(filled(tmp_path)) as session:
        here = outline(session)
        with outlining(session) as found:
            monkeypatch.setattr(outlines, "outline", None)  # nobody asks here
            assert found() == here


@pytest.mark.parametrize("instead", ["/bin/false", "/no/such/program"])
def test_where_that_process_is_of_no_use_it_is_done_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instead: str
) -> None:
    monkeypatch.setattr(outlines, "LARGE", 0)
    monkeypatch.setattr(sys, "executable", instead)
    with open_registry(filled(tmp_path)) as session, outlining(session) as found:
        assert found() == outline(session)


def test_a_writer_who_waits_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer who cannot finish before us keeps new readers out; whoever is in reads on."""
    monkeypatch.setattr(outlines, "LARGE", 0)
    with open_registry(filled(tmp_path)) as session:
        here = outline(session)
        writer = sqlite3.connect(tmp_path / "registry.db", isolation_level=None, timeout=0)
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE area SET name = 'Elsewhere'")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            writer.execute("COMMIT")
        started = time.monotonic()
        with outlining(session) as found:
            assert found() == here
        assert time.monotonic() - started < 4  # SQLite waits five seconds unless it is told not to
        writer.close()


def test_a_process_that_nobody_asks_ends_with_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, start = [], subprocess.Popen

    def watched(*given: Any, **named: Any) -> Any:
        started.append(start(*given, **named))
        return started[-1]

    monkeypatch.setattr(outlines, "LARGE", 0)
    monkeypatch.setattr(subprocess, "Popen", watched)
    url = filled(tmp_path)
    with open_registry(url) as session, pytest.raises(KeyError), outlining(session):
        raise KeyError
    assert [one.returncode is None for one in started] == [False]


def test_rows_that_read_alike_when_joined_are_told_apart(tmp_path: Path) -> None:
    """A zero byte that moves from one column to the next makes another row."""
    url = filled(tmp_path)
    digests = []
    for by, reason in (("a\0b", "c"), ("a", "b\0c")):
        tamper(url, *UNGUARDED[3:4]) if not digests else None
        with contextlib.closing(sqlite3.connect(tmp_path / "registry.db")) as raw, raw:
            raw.execute("UPDATE entry_version SET by = ?, reason = ?", (by, reason))
        with open_registry(url) as session:
            digests.append({one.digest for one in outline(session).groups})
    assert digests[0].isdisjoint(digests[1])
