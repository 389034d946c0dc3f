"""Ways round the registry's own doors, and what its proof says of each."""

import contextlib
import sqlite3

from evalkit.registry.ledger import Verified, verify
from evalkit.registry.store import open_registry

TRIGGERS = (
    "ledger_entry_never_changed",
    "ledger_entry_never_deleted",
    "ledger_entry_follows_the_last",
    "entry_version_never_changed",
    "entry_version_never_deleted",
    "entry_version_follows_the_last",
)
UNGUARDED = tuple(f"DROP TRIGGER {name}" for name in TRIGGERS)
ONE = "kind = 'intervention' AND id = 'EM-2026-0001'"
TWO = "kind = 'intervention' AND id = 'EM-2026-0002'"
FIRST = "Entry 1 (register intervention/EM-2026-0001/v1.0"
SECOND = "Entry 2 (register intervention/EM-2026-0002/v1.0"
LOCK = "Entry 3 (lock protocol/EM-2026-0001-P1/v1.0"
RESULT = "Entry 4 (publish_external finding/EM-2026-0001-F09/v1.0"
RUN = "Entry 5 (run run/EM-2026-0001-P1/v1.0/1"


CHANGED: tuple[tuple[str, str | None], ...] = (
    (f"UPDATE entry_version SET payload = replace(payload, 'Fear', 'Love') WHERE {ONE}", FIRST),
    (f"UPDATE entry_version SET payload = '{{' WHERE {TWO}", SECOND),
    (f"UPDATE entry_version SET payload = payload || ' ' WHERE {TWO}", SECOND),
    (f"UPDATE entry_version SET text = text || ' ' WHERE {ONE}", FIRST),
    ("UPDATE entry_version SET text = replace(text, char(13), '')", LOCK),
    (f"UPDATE entry_version SET by = 'somebody else' WHERE {ONE}", FIRST),
    (f"UPDATE entry_version SET reason = 'because' WHERE {ONE}", FIRST),
    (f"UPDATE entry_version SET day = '2020-01-01' WHERE {TWO}", SECOND),
    (f"UPDATE entry_version SET slug = 'other' WHERE {TWO}", SECOND),
    (f"UPDATE entry_version SET minor = 1 WHERE {TWO}", SECOND),
    (f"UPDATE entry_version SET major = 2 WHERE {TWO}", SECOND),
    (f"UPDATE entry_version SET number = 2 WHERE {TWO}", SECOND),
    (f"UPDATE entry_version SET sha256 = '00' WHERE {TWO}", SECOND),
    ("UPDATE entry_version SET kind = 'finding' WHERE kind = 'protocol'", LOCK),
    ("UPDATE entry_version SET id = 'EM-2026-0001-F08' WHERE kind = 'finding'", RESULT),
    ("DELETE FROM entry_version WHERE kind = 'protocol'", LOCK),
    ("DELETE FROM entry_version", FIRST),
    ("UPDATE run SET evaluation = replace(evaluation, '0.2', '0.3')", RUN),
    ("UPDATE run SET evaluation = '{'", RUN),
    ("UPDATE run SET record = replace(record, '2.4.0', '2.4.1')", RUN),
    ("UPDATE run SET record = ''", RUN),
    ("UPDATE run SET day = '2020-01-01'", RUN),
    ("UPDATE run SET number = 2", RUN),
    ("UPDATE finding SET finding = replace(finding, 'cannot_tell', 'fell')", RUN),
    ("UPDATE finding SET position = 7", None),
    ("UPDATE finding SET id = 'EM-2026-0001-F44'", RUN),
    ("DELETE FROM finding", RUN),
    ("DELETE FROM run", RUN),
)

FOLLOWING: tuple[tuple[str, str | None], ...] = (
    (f"UPDATE entry SET title = 'Better' WHERE {TWO}", "intervention EM-2026-0002: its title"),
    (f"UPDATE entry SET status = 'live' WHERE {ONE}", "intervention EM-2026-0001: its status"),
    (f"UPDATE entry SET slug = 'other' WHERE {TWO}", "intervention EM-2026-0002: its slug"),
    (f"UPDATE entry SET number = 2 WHERE {TWO}", "intervention EM-2026-0002: it points at"),
    (f"UPDATE entry SET search_row = 9 WHERE {TWO}", "intervention EM-2026-0002: what search"),
    ("DELETE FROM entry WHERE kind = 'finding'", "finding EM-2026-0001-F09 has versions"),
    (
        "INSERT INTO entry VALUES ('finding', 'X', 'x', '', '', 1, 9)",
        "finding X is listed, but has no version",
    ),
    (
        f"DELETE FROM entry_reference WHERE {ONE} AND role = 'area'",
        "intervention EM-2026-0001: its reference to area",
    ),
    (
        f"UPDATE entry_reference SET target = 'therapy' WHERE {TWO} AND role LIKE 'kind%'",
        "intervention EM-2026-0002: its reference to kind-of-activity",
    ),
    (
        "INSERT INTO entry_reference VALUES ('intervention', 'EM-2026-0002', 'area', 'US')",
        "intervention EM-2026-0002: its reference to area US",
    ),
    (
        "INSERT INTO entry_reference VALUES ('intervention', 'EM-2026-0099', 'area', 'US')",
        "intervention EM-2026-0099 is referred from",
    ),
    ("UPDATE entry_search SET title = 'x' WHERE rowid = 3", "protocol EM-2026-0001-P1: what"),
    ("UPDATE entry_search SET body = '' WHERE rowid = 2", "intervention EM-2026-0002: what"),
    ("DELETE FROM entry_search WHERE rowid = 4", "finding EM-2026-0001-F09: what search"),
    ("INSERT INTO entry_search VALUES ('more', 'words')", "Search finds row 5, which is no"),
    ("DELETE FROM entry_search_docsize WHERE id = 2", "Search no longer finds"),
    ("UPDATE entry_search_data SET block = x'00' WHERE id > 10", "Search no longer finds"),
    (
        "UPDATE area SET name = 'Nowhere' WHERE code = 'E23000018'",
        "Area E23000018 (Derbyshire)",
    ),
    ("UPDATE area SET parent = NULL WHERE code = 'E06000015'", "Area E06000015 (Derby) is not"),
    ("CREATE TABLE notes (x)", "The file holds table notes, which is not"),
    ("CREATE VIEW kind AS SELECT 1", "The file holds view kind, which is not"),
    ("CREATE INDEX i ON entry (title)", "The file holds index i, which is not"),
    (
        "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM run; END",
        "The file holds trigger t, which is not",
    ),
    ("DROP TABLE finding", "Table finding is missing"),
    ("DROP TABLE entry_search", "Table entry_search is missing"),
)

LEDGER: tuple[tuple[str, str | None], ...] = (
    ("UPDATE ledger_entry SET day = '2020-01-01' WHERE seq = 2", "Entry 2 (register inter"),
    ("UPDATE ledger_entry SET hash = '00' WHERE seq = 3", "Entry 3 (lock"),
    ("UPDATE ledger_entry SET payload_sha256 = '00' WHERE seq = 4", "Entry 4 (publish_ext"),
    ("DELETE FROM ledger_entry WHERE seq = 2", "Entry 2 is missing: entry 3 stands in"),
    ("DELETE FROM ledger_entry WHERE seq = 1", "Entry 1 is missing: entry 2 stands in"),
    ("DELETE FROM ledger_entry WHERE seq = 5", "Run EM-2026-0001-P1/v1.0/1 is stored, but no"),
    ("DELETE FROM ledger_entry", "finding/EM-2026-0001-F09/v1.0 is stored as number 1, but no"),
    ("UPDATE ledger_entry SET by = 'me' WHERE seq = 3", "Entry 3 (lock"),
    ("UPDATE ledger_entry SET reason = 'so' WHERE seq = 3", "Entry 3 (lock"),
    ("UPDATE ledger_entry SET action = 'amend' WHERE seq = 3", "Entry 3 (amend"),
    ("UPDATE ledger_entry SET subject = 'x' WHERE seq = 3", "Entry 3 (lock x"),
)


def tamper(url: str, *statements: str) -> Verified:
    """Change the file behind the registry's back and verify it."""
    with (
        contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection,
        connection,
    ):
        for statement in statements:
            connection.execute(statement)
    with open_registry(url) as session:
        return verify(session)
