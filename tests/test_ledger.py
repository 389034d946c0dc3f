"""The ledger cannot be rewritten, and whoever goes round it is found out."""

import datetime
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from evalkit.errors import RegistryError
from evalkit.registry.ledger import Verified, entries, head, verify
from evalkit.registry.store import open_registry, upgrade_registry
from tests.test_registry_samples import DAY, PROTOCOL, filled, fresh

TRIGGERS = (
    "ledger_entry_never_changed",
    "ledger_entry_never_deleted",
    "ledger_entry_follows_the_last",
)
UNGUARDED = tuple(f"DROP TRIGGER {name}" for name in TRIGGERS)


def tamper(url: str, *statements: str) -> Verified:
    """Change the file behind the registry's back and verify it."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    with open_registry(url) as session:
        return verify(session)


def test_an_empty_ledger_has_a_head_of_zeros(tmp_path: Path) -> None:
    with open_registry(fresh(tmp_path)) as session:
        assert head(session) == "0" * 64
        assert entries(session) == ()
        assert verify(session) == Verified(entries=0, head="0" * 64, first_problem=None)


def test_everything_that_was_done_has_its_entry(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path)) as session:
        found = entries(session)
        assert [(e.seq, e.on, e.action, e.subject) for e in found] == [
            (1, DAY, "register", "EM-2026-0001"),
            (2, DAY, "register", "EM-2026-0002"),
            (3, PROTOCOL.locked_on, "lock", "EM-2026-0001-P1/v1.0"),
            (4, DAY, "publish_external", "EM-2026-0001-F09"),
            (5, DAY, "run", "EM-2026-0001-P1/v1.0/1"),
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
            "on": "2026-03-02",
            "payload_sha256": entry.payload_sha256,
            "previous": entry.previous,
            "seq": 2,
            "subject": "EM-2026-0002",
        },
        separators=(",", ":"),
    )
    assert entry.hash == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET day = '2020-01-01' WHERE seq = 2",
        "DELETE FROM ledger_entry WHERE seq = 5",
        "INSERT OR REPLACE INTO ledger_entry SELECT seq, '2020-01-01', action, subject,"
        " payload_sha256, previous, hash FROM ledger_entry WHERE seq = 2",
        "INSERT INTO ledger_entry SELECT 9, day, action, subject, payload_sha256, previous, hash"
        " FROM ledger_entry WHERE seq = 2",
    ],
)
def test_the_ledger_is_append_only(tmp_path: Path, statement: str) -> None:
    url = filled(tmp_path)
    with (
        pytest.raises(RegistryError, match="the ledger is append-only"),
        open_registry(url, write=True) as session,
    ):
        session.connection().exec_driver_sql(statement)
    with pytest.raises(sqlite3.IntegrityError, match="the ledger is append-only"):
        tamper(url, statement)
    with open_registry(url) as session:
        assert verify(session).first_problem is None


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        ("UPDATE intervention SET summary = 'better' WHERE id = 'EM-2026-0002'", "Entry 2 (reg"),
        ("UPDATE intervention SET registered = '2020-01-01'", "Entry 1 (register EM-2026-0001"),
        ("UPDATE intervention SET registered = 'never'", "Entry 1 (register EM-2026-0001"),
        ("UPDATE intervention SET kind = 'magic' WHERE id = 'EM-2026-0002'", "Entry 2 (reg"),
        ("UPDATE description SET dose = 'twice'", "Entry 1 (register EM-2026-0001"),
        ("DELETE FROM description", "Entry 1 (register EM-2026-0001"),
        ("DELETE FROM theory_link_evidence WHERE finding_id = 'A'", "Entry 1 (reg"),
        ("UPDATE theory_indicator SET baseline = baseline + 1e-9", "Entry 1 (reg"),
        ("UPDATE intervention_organisation SET contact = 'me' WHERE position = 1", "Entry 1 (reg"),
        ("UPDATE intervention_area SET position = 9 WHERE position = 0", "Entry 1 (reg"),
        ("UPDATE protocol SET text = text || ' '", "Entry 3 (lock EM-2026-0001-P1/v1.0"),
        ("DELETE FROM protocol", "Entry 3 (lock EM-2026-0001-P1/v1.0"),
        ("UPDATE external_finding SET high = 4.24", "Entry 4 (publish_external EM-2026-0001-F09"),
        ("DELETE FROM external_finding_limit WHERE position = 1", "Entry 4 (publish_external"),
        ("UPDATE run SET evaluation = replace(evaluation, '0.2', '0.3')", "Entry 5 (run EM-2026"),
        ("UPDATE run SET evaluation = '{'", "Entry 5 (run EM-2026-0001-P1/v1.0/1"),
        ("UPDATE finding SET finding = replace(finding, 'cannot_tell', 'fell')", "Entry 5 (run"),
        ("DELETE FROM finding", "Entry 5 (run"),
    ],
)
def test_a_changed_row_is_found_and_its_entry_named(
    tmp_path: Path, statement: str, entry: str
) -> None:
    found = tamper(filled(tmp_path), statement)
    assert found.first_problem is not None
    assert found.first_problem.startswith(entry)
    assert "\n" not in found.first_problem
    assert found.entries == 5


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE ledger_entry SET day = '2020-01-01' WHERE seq = 2", "Entry 2 (register EM-2026-0"),
        ("UPDATE ledger_entry SET hash = '00' WHERE seq = 3", "Entry 3 (lock"),
        ("UPDATE ledger_entry SET payload_sha256 = '00' WHERE seq = 4", "Entry 4 (publish_ext"),
        ("DELETE FROM ledger_entry WHERE seq = 2", "Entry 2 is missing: entry 3 stands in"),
        ("DELETE FROM ledger_entry WHERE seq = 1", "Entry 1 is missing: entry 2 stands in"),
        ("DELETE FROM ledger_entry WHERE seq = 5", "EM-2026-0001-P1/v1.0/1 is stored, but no"),
        ("DELETE FROM ledger_entry", "EM-2026-0001 is stored, but no entry"),
    ],
)
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
        "on": "2020-01-01",
        "payload_sha256": entry.payload_sha256,
        "previous": entry.previous,
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
    assert found.first_problem.startswith("Entry 3 (lock EM-2026-0001-P1/v1.0")
    assert "does not continue" in found.first_problem


def test_a_row_that_went_round_the_ledger_is_found(tmp_path: Path) -> None:
    found = tamper(
        filled(tmp_path),
        "INSERT INTO protocol SELECT id, 'v9.0', intervention_id, text, sha256, canonical, label,"
        " locked_on, declared FROM protocol",
    )
    assert found.first_problem is not None
    assert "v9.0" in found.first_problem


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_missing_guard_is_found_and_an_upgrade_restores_it(tmp_path: Path, name: str) -> None:
    url = filled(tmp_path)
    found = tamper(url, f"DROP TRIGGER {name}")
    assert found.first_problem == f"The ledger is not append-only: trigger {name} is missing."
    upgrade_registry(url)
    with open_registry(url) as session:
        assert verify(session).first_problem is None


def test_an_entry_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    url = filled(tmp_path)
    tamper(url, *UNGUARDED, "UPDATE ledger_entry SET day = 'never' WHERE seq = 1")
    with open_registry(url) as session, pytest.raises(RegistryError, match=r"Entry\.on: 'never'"):
        entries(session)
