"""The ledger cannot be rewritten, and whoever goes round it is found out."""

import datetime
import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from evalkit.errors import RegistryError
from evalkit.registry.ledger import Verified, entries, head, verify
from evalkit.registry.store import open_registry, upgrade_registry
from tests import tamperings
from tests.tamperings import LOCK, SECOND, TRIGGERS, TWO, UNGUARDED, tamper
from tests.test_registry_samples import DAY, PROTOCOL, filled, fresh

VERSION = (  # of the first intervention, with another reason
    "kind, id, slug, day, by, 'so', text, payload, sha256, {}, major, minor FROM entry_version"
    " WHERE id = 'EM-2026-0001'"
)


def test_an_empty_ledger_has_a_head_of_zeros(tmp_path: Path) -> None:
    with open_registry(fresh(tmp_path)) as session:
        assert head(session) == "0" * 64
        assert entries(session) == ()
        assert verify(session) == Verified(entries=0, head="0" * 64, first_problem=None)


def test_everything_that_was_done_has_its_entry(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path)) as session:
        found = entries(session)
        assert [(e.seq, e.on, e.action, e.subject) for e in found] == [
            (1, DAY, "register", "intervention/EM-2026-0001/v1.0"),
            (2, DAY, "register", "intervention/EM-2026-0002/v1.0"),
            (3, PROTOCOL.locked_on, "lock", "protocol/EM-2026-0001-P1/v1.0"),
            (4, DAY, "publish_external", "finding/EM-2026-0001-F09/v1.0"),
            (5, DAY, "run", "run/EM-2026-0001-P1/v1.0/1"),
        ]
        assert type(found[0].on) is datetime.date
        assert found[0].previous == "0" * 64
        assert [e.previous for e in found[1:]] == [e.hash for e in found[:-1]]
        assert verify(session) == Verified(entries=5, head=found[-1].hash, first_problem=None)


def test_a_hash_can_be_recomputed_by_hand(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path)) as session:
        entry = entries(session)[1]
    text = json.dumps(
        {
            "action": "register",
            "by": "not given",
            "on": "2026-03-02",
            "payload_sha256": entry.payload_sha256,
            "previous": entry.previous,
            "reason": "",
            "seq": 2,
            "subject": "intervention/EM-2026-0002/v1.0",
        },
        separators=(",", ":"),
    )
    assert entry.hash == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET day = '2020-01-01' WHERE seq = 2",
        "DELETE FROM ledger_entry WHERE seq = 5",
        "INSERT OR REPLACE INTO ledger_entry SELECT seq, '2020-01-01', action, subject, by, reason,"
        " payload_sha256, previous, hash FROM ledger_entry WHERE seq = 2",
        "INSERT INTO ledger_entry SELECT 9, day, action, subject, by, reason, payload_sha256,"
        " previous, hash FROM ledger_entry WHERE seq = 2",
        "UPDATE entry_version SET text = 'other'",
        "DELETE FROM entry_version WHERE kind = 'finding'",
        f"INSERT OR REPLACE INTO entry_version SELECT {VERSION.format('number')}",
        f"INSERT INTO entry_version SELECT {VERSION.format('number + 2')}",
    ],
)
def test_the_ledger_is_append_only(tmp_path: Path, statement: str) -> None:
    url = filled(tmp_path)
    with (
        pytest.raises(RegistryError, match="append-only"),
        open_registry(url, write=True) as session,
    ):
        session.connection().exec_driver_sql(statement)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        tamper(url, statement)
    with open_registry(url) as session:
        assert verify(session).first_problem is None


@pytest.mark.parametrize(("statement", "entry"), tamperings.CHANGED)
def test_a_changed_row_is_found_and_its_entry_named(
    tmp_path: Path, statement: str, entry: str | None
) -> None:
    found = tamper(filled(tmp_path), *UNGUARDED, statement)
    if entry is None:  # the order is what it was
        entry = f"The registry is not append-only: trigger {min(TRIGGERS)}"
    assert found.first_problem is not None
    assert found.first_problem.startswith(entry)
    assert "\n" not in found.first_problem
    assert found.entries == 5


@pytest.mark.parametrize(("statement", "problem"), tamperings.FOLLOWING)
def test_what_follows_from_the_versions_is_compared_with_them(
    tmp_path: Path, statement: str, problem: str
) -> None:
    found = tamper(filled(tmp_path), statement)
    assert found.first_problem is not None
    assert found.first_problem.startswith(problem)
    assert "\n" not in found.first_problem


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET title = 'Better', status = 'x', number = 7",
        "DELETE FROM entry_reference",
        "DROP TABLE entry_search",
        "DELETE FROM entry_search WHERE rowid > 1",
        "DELETE FROM entry_search_docsize",
        "DROP TRIGGER entry_version_never_changed",
    ],
)
def test_an_upgrade_makes_everything_again_from_the_versions(
    tmp_path: Path, statement: str
) -> None:
    url = filled(tmp_path)
    assert tamper(url, statement).first_problem is not None
    upgrade_registry(url)
    with open_registry(url) as session:
        assert verify(session).first_problem is None


def test_a_trigger_that_lets_everything_through_is_found(tmp_path: Path) -> None:
    url = filled(tmp_path)
    name = "entry_version_never_changed"
    found = tamper(
        url,
        f"DROP TRIGGER {name}",
        f"CREATE TRIGGER {name} BEFORE UPDATE ON entry_version BEGIN SELECT 1; END",
    )
    assert found.first_problem == f"The registry is not append-only: trigger {name} is missing."
    upgrade_registry(url)
    with open_registry(url) as session:
        assert verify(session).first_problem is None


def test_changing_a_version_and_putting_the_guards_back_is_found(tmp_path: Path) -> None:
    url = filled(tmp_path)
    tamper(url, *UNGUARDED, f"UPDATE entry_version SET by = 'me' WHERE {TWO}")
    upgrade_registry(url)
    with open_registry(url) as session:
        found = verify(session).first_problem
    assert found is not None
    assert found.startswith(SECOND)


def test_a_version_that_was_sealed_again_does_not_fit_the_ledger(tmp_path: Path) -> None:
    url = filled(tmp_path)
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.row_factory = sqlite3.Row
    row = dict(connection.execute(f"SELECT * FROM entry_version WHERE {TWO}").fetchone())
    connection.close()
    columns = {name: value for name, value in row.items() if name != "sha256"} | {"by": "me"}
    text = json.dumps(columns, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    sealed = hashlib.sha256(text.encode()).hexdigest()
    found = tamper(
        url,
        *UNGUARDED,
        f"UPDATE entry_version SET by = 'me', sha256 = '{sealed}' WHERE {TWO}",
    )
    assert found.first_problem is not None
    assert found.first_problem.startswith(SECOND)


@pytest.mark.parametrize(("statement", "problem"), tamperings.LEDGER)
def test_a_changed_ledger_is_found(tmp_path: Path, statement: str, problem: str) -> None:
    found = tamper(filled(tmp_path), *UNGUARDED, statement)
    assert found.first_problem is not None
    assert found.first_problem.startswith(problem)


def test_an_entry_that_was_sealed_again_breaks_the_next_one(tmp_path: Path) -> None:
    url = filled(tmp_path)
    with open_registry(url) as session:
        entry = entries(session)[1]
    forged = {
        "action": entry.action,
        "by": entry.by,
        "on": "2020-01-01",
        "payload_sha256": entry.payload_sha256,
        "previous": entry.previous,
        "reason": entry.reason,
        "seq": 2,
        "subject": entry.subject,
    }
    sealed = hashlib.sha256(json.dumps(forged, separators=(",", ":")).encode()).hexdigest()
    found = tamper(
        url,
        *UNGUARDED,
        f"UPDATE ledger_entry SET day = '2020-01-01', hash = '{sealed}' WHERE seq = 2",
    )
    assert found.first_problem is not None
    assert found.first_problem.startswith(LOCK)
    assert "does not continue" in found.first_problem


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "INSERT INTO entry_version SELECT kind, id, slug, day, by, reason, text, payload,"
            " sha256, 2, 9, 0 FROM entry_version WHERE kind = 'protocol'",
            "protocol/EM-2026-0001-P1/v9.0 is stored as number 2",
        ),
        (
            "INSERT INTO entry_version SELECT kind, id, slug, day, by, reason, text, payload,"
            " sha256, 2, major, minor FROM entry_version WHERE kind = 'protocol'",
            "protocol/EM-2026-0001-P1/v1.0",
        ),
        (
            "INSERT INTO run SELECT protocol_id, version, day, evaluation, 2, record FROM run",
            "Run EM-2026-0001-P1/v1.0/2",
        ),
        (
            "INSERT INTO finding SELECT protocol_id, 'v1.1', 'EM-2026-0001-F02', finding, 1, 1"
            " FROM finding",
            "Finding EM-2026-0001-F02",
        ),
    ],
)
def test_a_row_that_went_round_the_ledger_is_found(
    tmp_path: Path, statement: str, named: str
) -> None:
    found = tamper(filled(tmp_path), statement)
    assert found.first_problem is not None
    assert named in found.first_problem
    assert "entry seals" in found.first_problem or "sealed" in found.first_problem


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_missing_guard_is_found_and_an_upgrade_restores_it(tmp_path: Path, name: str) -> None:
    url = filled(tmp_path)
    found = tamper(url, f"DROP TRIGGER {name}")
    assert found.first_problem == f"The registry is not append-only: trigger {name} is missing."
    upgrade_registry(url)
    with open_registry(url) as session:
        assert verify(session).first_problem is None


def test_an_entry_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    url = filled(tmp_path)
    tamper(url, *UNGUARDED, "UPDATE ledger_entry SET day = 'never' WHERE seq = 1")
    with open_registry(url) as session, pytest.raises(RegistryError, match=r"entry 1: day never"):
        entries(session)
