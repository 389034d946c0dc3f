"""Opening, refusing, rolling back, and two writers at once, on real files."""

import contextlib
import hashlib
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from evalkit.errors import RegistryError
from evalkit.registry import compare, guards, store
from evalkit.registry.interventions import add_intervention, read_areas, read_interventions
from evalkit.registry.ledger import entries, verify
from evalkit.registry.models import AreaRow, EntryReferenceRow
from evalkit.registry.protocols import read_protocols
from evalkit.registry.store import create_registry, open_registry, upgrade_registry
from evalkit.types.intervention import Area
from tests.test_registry_samples import DAY, INTERVENTION, PLAIN, filled, fresh

WRITER = """
from tests.test_registry_samples import DAY, PLAIN
from evalkit.registry.interventions import add_intervention
from evalkit.registry.store import open_registry

for n in range(10):
    with open_registry({url!r}, write=True) as session:
        add_intervention(session, PLAIN, slug=f"{name}-{{n}}", on=DAY, prefix="EM")
"""


def digest(url: str) -> str:
    return hashlib.sha256(Path(url.removeprefix("sqlite:///")).read_bytes()).hexdigest()


def test_a_new_registry_is_one_file_with_the_areas(tmp_path: Path) -> None:
    url = fresh(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["registry.db"]
    with open_registry(url) as session:
        areas = read_areas(session)
        assert list(areas) == sorted(areas)
        assert len(areas) == 42
        assert areas["E06000061"].parent == "E23000022"  # once, though in four partnerships
        assert areas["US-CA"] == Area(code="US-CA", name="California", kind="state", parent="US")
        assert areas["E23000018"].kind == "police-area"
        assert read_interventions(session) == ()
        assert verify(session).first_problem is None


def test_a_registry_stays_a_single_file_while_it_is_written(tmp_path: Path) -> None:
    url = fresh(tmp_path)
    connection = sqlite3.connect(tmp_path / "registry.db")
    connection.execute("PRAGMA journal_mode=WAL")  # as a visiting tool might leave it
    connection.close()
    with open_registry(url, write=True) as session:
        add_intervention(session, PLAIN, slug="a", on=DAY, prefix="EM")
        assert not (tmp_path / "registry.db-wal").exists()
    header = (tmp_path / "registry.db").read_bytes()[18:20]
    assert header == b"\x01\x01"  # read and written without a write-ahead log


def test_two_new_registries_have_the_same_bytes(tmp_path: Path) -> None:
    assert digest(filled(tmp_path, "one.db")) == digest(filled(tmp_path, "two.db"))


def test_a_percent_sign_and_a_space_in_the_path_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "50% off").mkdir()
    with open_registry(filled(tmp_path / "50% off")) as session:
        assert len(read_interventions(session)) == 2


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    url = filled(tmp_path)
    before = digest(url)
    with pytest.raises(RegistryError, match=r"registry\.db: file exists; needed a free name"):
        create_registry(url)
    assert digest(url) == before


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="no such file or directory; needed a free name"):
        create_registry(f"sqlite:///{tmp_path}/none/registry.db")


def test_a_failure_while_creating_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(guards.STATEMENTS, "broken", "CREATE TRIGGER broken BEFORE NONSENSE")
    with pytest.raises(RegistryError, match="syntax error"):
        fresh(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["", "registry.db", "sqlite://", "sqlite:///:memory:", "mysql://x"])
def test_an_address_that_is_no_file_is_refused(url: str) -> None:
    with pytest.raises(RegistryError, match="needed a SQLite file, such as"):
        create_registry(url)


def test_a_missing_registry_says_how_to_make_one(tmp_path: Path) -> None:
    with (
        pytest.raises(RegistryError, match=r"no such file.*`evalkit init`") as caught,
        open_registry(f"sqlite:///{tmp_path}/registry.db"),
    ):
        pass
    assert caught.value.problems[0].needed == "a registry"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [False, True])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, write: bool) -> None:
    (tmp_path / "notes.txt").write_text("Not a registry at all, but long enough. " * 40)
    with (
        pytest.raises(RegistryError, match="file is not a database; needed a registry"),
        open_registry(f"sqlite:///{tmp_path}/notes.txt", write=write),
    ):
        pass


def test_another_database_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    with (
        pytest.raises(RegistryError, match="a database without a registry in it"),
        open_registry(f"sqlite:///{tmp_path}/other.db"),
    ):
        pass


def test_a_newer_schema_asks_for_a_newer_evalkit(tmp_path: Path) -> None:
    url = fresh(tmp_path)
    tamper(url, "UPDATE alembic_version SET version_num = '9999'")
    match = r"the newer schema 9999; needed a registry with schema .*Upgrade evalkit itself"
    with pytest.raises(RegistryError, match=match), open_registry(url):
        pass
    with pytest.raises(RegistryError, match=match):
        upgrade_registry(url)


def test_an_older_schema_asks_to_be_upgraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh(tmp_path)
    match = f"the older schema {store.REVISIONS[-1]}.*evalkit registry upgrade"
    monkeypatch.setattr(store, "REVISIONS", (*store.REVISIONS, "9999"))
    with pytest.raises(RegistryError, match=match), open_registry(url, write=True):
        pass


def test_upgrading_a_registry_that_is_up_to_date_changes_nothing_in_it(tmp_path: Path) -> None:
    url = filled(tmp_path)
    with open_registry(url) as session:
        before = compare.rows(session)
    upgrade_registry(url)
    with open_registry(url) as session:
        assert compare.rows(session) == before
        assert verify(session).first_problem is None


def test_reading_changes_no_byte(tmp_path: Path) -> None:
    url = filled(tmp_path)
    before = digest(url)
    with open_registry(url) as session:
        read_interventions(session)
        read_protocols(session)
        compare.rows(session)
        verify(session)
    assert digest(url) == before
    assert [path.name for path in tmp_path.iterdir()] == ["registry.db"]


def test_registering_again_changes_no_byte(tmp_path: Path) -> None:
    url = filled(tmp_path)
    before = digest(url)
    with open_registry(url, write=True) as session:
        add_intervention(session, INTERVENTION, slug="navigators", on=DAY, prefix="EM")
    assert digest(url) == before


def test_a_session_opened_for_reading_cannot_write(tmp_path: Path) -> None:
    url = fresh(tmp_path)
    with (
        pytest.raises(RegistryError, match=r"readonly.*needed a registry opened for writing"),
        open_registry(url) as session,
    ):
        add_intervention(session, INTERVENTION, slug="navigators", on=DAY, prefix="EM")


def test_an_exception_in_the_middle_writes_nothing(tmp_path: Path) -> None:
    url = filled(tmp_path)
    before = digest(url)
    with pytest.raises(ZeroDivisionError), open_registry(url, write=True) as session:
        add_intervention(session, PLAIN, slug="third", on=DAY, prefix="EM")
        assert len(read_interventions(session)) == 3
        raise ZeroDivisionError
    assert digest(url) == before
    with open_registry(url) as session:
        assert len(read_interventions(session)) == 2
        assert len(entries(session)) == 5


def test_a_row_that_refers_to_nothing_is_refused(tmp_path: Path) -> None:
    url = filled(tmp_path)
    with (
        pytest.raises(RegistryError, match="FOREIGN KEY constraint failed"),
        open_registry(url, write=True) as session,
    ):
        session.add(EntryReferenceRow(kind="intervention", id="no", role="area", target="US"))


def test_a_writer_who_waits_too_long_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh(tmp_path)
    monkeypatch.setattr(store, "BUSY_MILLISECONDS", 20)
    with (
        open_registry(url, write=True),
        pytest.raises(RegistryError, match="locked; needed a registry that nobody else"),
        open_registry(url, write=True),
    ):
        pass


def test_readers_see_the_registry_as_it_was_when_they_opened_it(tmp_path: Path) -> None:
    url = fresh(tmp_path)
    with open_registry(url, write=True) as writer:
        writer.add(AreaRow(code="X", name="Nowhere", kind="state"))
        writer.flush()
        with open_registry(url) as reader:
            assert reader.exec(select(AreaRow.code).where(AreaRow.code == "X")).first() is None


def test_four_threads_writing_at_once_all_succeed(tmp_path: Path) -> None:
    url = fresh(tmp_path)
    failed: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for n in range(10):
                with open_registry(url, write=True) as session:
                    record = replace(PLAIN, name=f"{name} {n}")
                    add_intervention(session, record, slug=f"{name}-{n}", on=DAY, prefix="EM")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with open_registry(url) as session:
        found = [record.id for record in read_interventions(session)]
        assert found == [f"EM-2026-{n:04d}" for n in range(1, 41)]
        assert verify(session).first_problem is None


def test_two_processes_writing_at_once_both_succeed(tmp_path: Path) -> None:
    url = fresh(tmp_path)
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WRITER.format(url=url, name=name)],
            cwd=Path(__file__).parents[1],
            stderr=subprocess.PIPE,
        )
        for name in ("one", "two")
    ]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    with open_registry(url) as session:
        assert len(read_interventions(session)) == 20
        assert verify(session).entries == 20
        assert verify(session).first_problem is None


def tamper(url: str, *statements: str) -> None:
    with (
        contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection,
        connection,
    ):
        for statement in statements:
            connection.execute(statement)
