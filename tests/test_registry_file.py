"""The registry in the repository: what its text says, and nothing of the machine that built it."""

import datetime
import json
import re
import sqlite3

import pytest


@pytest.fixture
def reading():
    """Open a database file for reading only."""
    opened = []

    def read(file):
        opened.append(sqlite3.connect(f"file:{file}?mode=ro", uri=True))
        return opened[-1]

    yield read
    for database in opened:
        database.close()


def everything(database):
    """Schema and rows of every table."""
    schema = database.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    names = [name for kind, name, _ in schema if kind == "table"]
    return schema, {n: sorted(database.execute(f"SELECT * FROM {n}"), key=repr) for n in names}


def test_it_is_what_the_text_builds(root, tmp_path, copy_workspace, reading):
    from evalkit.workflow.seed import import_text
    from evalkit.workflow.workspace import find_workspace

    folder = copy_workspace(tmp_path / "workspace")
    (folder / "registry.db").unlink()
    import_text(find_workspace(folder), "registry.db", on=datetime.date(1999, 1, 1))
    built_schema, built = everything(reading(folder / "registry.db"))
    schema, stored = everything(reading(root / "registry.db"))
    assert schema == built_schema
    for name in built:
        assert stored[name] == built[name], name


def test_the_text_leaves_no_day_to_a_clock(root, reading):
    days = reading(root / "registry.db").execute("SELECT DISTINCT day FROM ledger_entry ORDER BY 1")
    assert [day for (day,) in days] == ["2026-11-22", "2026-11-24", "2026-11-27"]


def test_it_holds_registrations_and_no_runs(root, reading):
    database = reading(root / "registry.db")
    done = database.execute("SELECT action, count(*) FROM ledger_entry GROUP BY 1 ORDER BY 1")
    assert done.fetchall() == [("lock", 3), ("publish_external", 14), ("register", 12)]
    _, rows = everything(database)
    assert [name for name in rows if rows[name] and name in ("run", "finding")] == []


def test_it_names_no_machine(root):
    content = (root / "registry.db").read_bytes()
    assert str(root).encode() not in content
    assert not re.search(rb"/(home|root|tmp|Users|var|mnt)/|[A-Z]:\\\\", content)


def test_it_is_one_file(root, reading):
    database = reading(root / "registry.db")
    assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert sorted(path.name for path in root.glob("registry.db*")) == ["registry.db"]


def test_it_is_whole_and_reading_changes_no_byte(root, tmp_path, copy_workspace, cli):
    folder = copy_workspace(tmp_path / "workspace")
    verified = json.loads(cli("registry", "verify", "--json", cwd=folder).out)
    assert verified["first_problem"] is None and verified["entries"] == 29
    for words in ("intervention list", "finding list", "protocol show EM-2026-0002-P1"):
        assert cli(*words.split(), cwd=folder).code == 0
    imported = cli("registry", "import", cwd=folder)
    assert imported.out == (
        "New in registry.db: 0 interventions, 0 published findings, 0 locked protocols, "
        "0 definitions, 0 measures, 0 events, 0 syntheses.\n"
        "Read 16 texts; what is not new was registered before.\n"
    )
    assert (folder / "registry.db").read_bytes() == (root / "registry.db").read_bytes()


def test_the_settings_are_the_ones_that_init_writes(root, tmp_path, cli):
    made = cli(
        *("init", "ours", "--publisher", "the five East Midlands partnerships"), cwd=tmp_path
    )
    assert made.code == 0
    assert (tmp_path / "ours" / "evalkit.toml").read_text() == (root / "evalkit.toml").read_text()
