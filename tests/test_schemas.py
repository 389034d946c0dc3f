"""A registry of every earlier schema, made by the code that released it, is upgraded and loses nothing."""

import contextlib
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from evalkit.errors import RegistryError
from evalkit.registry import guards, schema, store
from evalkit.registry.entries import amend, read, versions
from evalkit.registry.kinds import INTERVENTION
from evalkit.registry.ledger import verify
from evalkit.registry.migrations import REVISIONS
from evalkit.registry.search import search
from evalkit.registry.store import open_registry, upgrade_registry
from tests.schemas.dump import FOLDER, dump, load
from tests.test_migrations import HALF, NEXT, STEP, with_step
from tests.test_registry_samples import DAY

HEAD = {
    "0001": "6220770baf8fdc51007a625cadcf81dc2cc3378463629aaacbbf50c9a5b97d40",
    "0002": "0047d0e924b45148aba04735e3d5a42d5edfef47da6b187e917ad170247c0494",
}
SEALED = {
    "entry_version": "kind, id, number, slug, major, minor, day, by, reason, text, payload, sha256",
    "ledger_entry": "seq, day, action, subject, by, reason, payload_sha256, previous, hash",
    "entry": "kind, id, slug, number, title, status, search_row",
    "entry_reference": "kind, id, role, target",
    "run": "protocol_id, version, number, day, evaluation",
    "finding": "protocol_id, version, run_number, position, id, finding",
    "entry_search": "rowid, title, body",
}
"""What has to be in every later schema too; a table that is renamed keeps its rows under another name."""


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of what was registered, as the file has it."""
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {columns} FROM {table}"))
            for table, columns in SEALED.items()
        }


def test_every_schema_has_a_file_of_its_own() -> None:
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.sql"))) == REVISIONS
    assert tuple(HEAD) == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_is_loaded_is_the_file(tmp_path: Path, revision: str) -> None:
    load(revision, tmp_path / "registry.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "registry.db")) as connection:
        assert dump(connection) == (FOLDER / f"{revision}.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_earlier_registry_is_upgraded_and_loses_nothing(tmp_path: Path, revision: str) -> None:
    url = load(revision, tmp_path / "registry.db")
    before = rows(url)
    if revision != REVISIONS[-1]:
        with pytest.raises(RegistryError, match="evalkit registry upgrade"), open_registry(url):
            pass
    upgrade_registry(url)
    whole_and_usable(url, before, HEAD[revision])


def whole_and_usable(url: str, before: dict[str, list[tuple[object, ...]]], head: str) -> None:
    """Nothing was lost on the way, the guards stand, and work goes on."""
    assert rows(url) == before
    assert len(before["entry_reference"]) > 20 and len(before["finding"]) == 1
    id = "EM-2026-0002"
    with open_registry(url, write=True) as session:
        found = verify(session)
        assert found.first_problem is None and found.head.startswith(head)
        assert guards.missing(session.connection()) == ()
        for row in before["entry_version"]:
            kind, of, number = str(row[0]), str(row[1]), int(str(row[2]))
            assert versions(session, kind, of)[number - 1].text == row[9]
        assert [hit.id for hit in search(session, "navigators", kinds=["intervention"])]
        record = read(session, INTERVENTION.name, id)
        assert record.population == "all"
        how = {"text": "", "on": DAY, "by": "Registrar", "reason": "More", "based_on": "v2.0"}
        assert amend(session, INTERVENTION.name, id, record, **how).version == "v2.1"  # type: ignore[arg-type]
    with open_registry(url) as session:
        assert verify(session).first_problem is None
    file = url.removeprefix("sqlite:///")
    for table in ("ledger_entry", "entry_version"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET reason = 'x'"):
            refused = pytest.raises(sqlite3.IntegrityError, match="append-only")
            with contextlib.closing(sqlite3.connect(file)) as raw, refused:
                raw.execute(statement)


@pytest.fixture
def next_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package that has one more step, after the released ones."""

    def install(step: str) -> None:
        folder = with_step(tmp_path, step)
        monkeypatch.setattr(schema, "upgrade", partial(schema.upgrade, folder=folder))
        monkeypatch.setattr(store, "REVISIONS", (*REVISIONS, NEXT))

    return install


def test_child_rows_and_triggers_survive_the_rebuilding_of_their_tables(
    tmp_path: Path, next_schema
) -> None:
    url = load("0001", tmp_path / "registry.db")
    before = rows(url)
    next_schema(STEP)
    with pytest.raises(RegistryError, match="older schema 0001; needed"), open_registry(url):
        pass
    upgrade_registry(url)
    whole_and_usable(url, before, HEAD["0001"])


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, next_schema) -> None:
    url = load(REVISIONS[-1], tmp_path / "registry.db")
    before = (tmp_path / "registry.db").read_bytes()
    next_schema(HALF)
    with pytest.raises(RegistryError, match="no such table: nowhere"):
        upgrade_registry(url)
    assert (tmp_path / "registry.db").read_bytes() == before
    assert not list(tmp_path.glob("registry.db-*"))


def test_a_newer_schema_is_refused_whatever_is_asked(tmp_path: Path) -> None:
    url = load(REVISIONS[-1], tmp_path / "registry.db")
    with pytest.MonkeyPatch.context() as newer:
        newer.setattr(store, "REVISIONS", (*REVISIONS, NEXT))
        folder = with_step(tmp_path, STEP)
        newer.setattr(schema, "upgrade", partial(schema.upgrade, folder=folder))
        upgrade_registry(url)
    before = (tmp_path / "registry.db").read_bytes()
    for ask in (lambda: upgrade_registry(url), lambda: open_registry(url).__enter__()):
        with pytest.raises(RegistryError, match=rf"newer schema {NEXT}; needed .* Upgrade"):
            ask()
    assert (tmp_path / "registry.db").read_bytes() == before
