"""Copies are whole before they replace anything, and what cannot be copied says why in one line."""

import os
import shutil
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.errors import RegistryError
from evalkit.registry import compare, store
from evalkit.registry.backup import Copied, backup, restore
from evalkit.registry.interventions import add_intervention, read_interventions
from evalkit.registry.ledger import verify
from evalkit.registry.store import open_registry
from tests.test_registry_samples import DAY, PLAIN, filled, fresh
from tests.test_registry_store import digest, tamper

ROOM = """
import resource, sys
from pathlib import Path
from evalkit.errors import RegistryError
from evalkit.registry import backup, exchange, interventions, ledger, migrations, schema, store

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    {code}
except RegistryError as error:
    print(error)
"""

NOBODY = 65534


def path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def more(url: str, n: int = 1) -> None:
    with open_registry(url, write=True) as session:
        for i in range(n):
            record = replace(PLAIN, name=f"More {i}")
            add_intervention(session, record, slug=f"more-{i}", on=DAY, prefix="EM", text="x" * 999)


def test_a_backup_is_the_registry_and_comes_back(tmp_path: Path) -> None:
    url, kept = filled(tmp_path), tmp_path / "kept.db"
    with open_registry(url) as session:
        before, head = compare.rows(session), verify(session).head
    assert backup(url, kept) == Copied(entries=5, head=head, replaced=None)
    more(url)
    assert backup(url, kept).replaced == 5
    shutil.copy(kept, tmp_path / "six.db")
    backup(f"sqlite:///{kept}", tmp_path / "again.db")
    assert restore(tmp_path / "again.db", url).entries == 6
    with open_registry(url) as session:
        assert compare.rows(session) != before
        assert verify(session).first_problem is None
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        *("again.db", "kept.db", "registry.db", "six.db")
    ]


def test_restoring_goes_back_to_what_was(tmp_path: Path) -> None:
    url, kept = filled(tmp_path), tmp_path / "kept.db"
    with open_registry(url) as session:
        before = compare.rows(session)
    backup(url, kept)
    more(url, 40)
    assert restore(kept, url).replaced == 45
    with open_registry(url) as session:
        assert compare.rows(session) == before
        assert verify(session).first_problem is None
    assert restore(kept, f"sqlite:///{tmp_path}/new.db").replaced is None
    assert path(url).read_bytes()[18:20] == b"\x01\x01"


def test_a_backup_while_somebody_writes_is_the_registry_before(tmp_path: Path) -> None:
    url = filled(tmp_path)
    with open_registry(url, write=True) as session:
        add_intervention(session, PLAIN, slug="third", on=DAY, prefix="EM")
        assert backup(url, tmp_path / "kept.db").entries == 5
    with open_registry(f"sqlite:///{tmp_path}/kept.db") as session:
        assert len(read_interventions(session)) == 2


def test_a_damaged_registry_is_replaced_by_its_backup(tmp_path: Path) -> None:
    url, kept = filled(tmp_path), tmp_path / "kept.db"
    backup(url, kept)
    path(url).write_bytes(b"nothing that can be read")
    assert restore(kept, url).replaced is None
    with open_registry(url) as session:
        assert verify(session).first_problem is None


def broken(kind: str, file: Path) -> None:
    whole = file.read_bytes()
    if kind == "truncated":
        file.write_bytes(whole[: len(whole) // 2])
    elif kind == "damaged":
        half = len(whole) // 2
        file.write_bytes(whole[:half] + b"\xff" * 9000 + whole[half + 9000 :])
    elif kind == "no database":
        file.write_text("A text. " * 900)
    elif kind == "empty":
        file.write_bytes(b"")
    elif kind == "newer":
        tamper(f"sqlite:///{file}", "UPDATE alembic_version SET version_num = '9999'")
    elif kind == "tampered":
        tamper(f"sqlite:///{file}", "UPDATE area SET name = 'x' WHERE code = 'E23000018'")


KINDS = {
    "truncated": r"malformed|not whole \(The file is damaged|not a database",
    "damaged": r"malformed|not whole",
    "no database": "not a database",
    "empty": "a database without a registry",
    "newer": "the newer schema 9999; needed .*Upgrade evalkit itself",
    "tampered": r"not whole \(Area E23000018 .*Nothing was replaced",
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_whole_is_neither_kept_nor_restored(tmp_path: Path, kind: str) -> None:
    url, bad = filled(tmp_path), filled(tmp_path, "bad.db")
    more(bad, 20)
    broken(kind, path(bad))
    before = digest(url)
    for attempt in (
        lambda: restore(path(bad), url),
        lambda: backup(bad, tmp_path / "kept.db"),
    ):
        with pytest.raises(RegistryError, match=KINDS[kind]) as caught:
            attempt()
        assert len(str(caught.value).splitlines()) == 1
        assert len(caught.value.problems) == 1
        assert "bad.db" in caught.value.problems[0].file
    assert digest(url) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.db", "registry.db"]


def test_an_older_backup_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, old = fresh(tmp_path), filled(tmp_path, "old.db")
    tamper(old, "DROP TABLE entry_search", "DROP TRIGGER entry_version_never_changed")
    assert restore(path(old), url).entries == 5
    with open_registry(url) as session:
        assert verify(session).first_problem is None


def test_only_a_backup_is_replaced_by_a_backup(tmp_path: Path) -> None:
    url = filled(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RegistryError, match="something that is no registry"):
        backup(url, tmp_path / "notes.txt")
    with pytest.raises(RegistryError, match="the registry itself"):
        backup(url, path(url))
    with pytest.raises(RegistryError, match="the registry itself"):
        restore(path(url), url)
    with pytest.raises(RegistryError, match=r"none\.db: no such file"):
        restore(tmp_path / "none.db", url)
    with pytest.raises(
        RegistryError, match=r"kept\.db: unable to open .*needed a file in a folder"
    ):
        backup(url, tmp_path / "none" / "kept.db")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    url = filled(tmp_path)
    before = digest(url)
    with (
        pytest.raises(
            RegistryError, match=r"full; needed room on the disk\. Nothing was"
        ) as caught,
        open_registry(url, write=True) as session,
    ):
        connection = session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        for n in range(100):
            add_intervention(session, PLAIN, slug=f"s{n}", on=DAY, prefix="EM", text="x" * 9000)
    assert len(str(caught.value).splitlines()) == 1
    assert digest(url) == before


@pytest.mark.parametrize(
    "code",
    [
        "backup.backup('{url}', Path('{folder}/kept.db'))",
        "backup.restore(Path('{folder}/registry.db'), 'sqlite:///{folder}/new.db')",
        "backup.restore(Path('{folder}/registry.db'), 'sqlite:///{folder}/small.db')",
        "store.create_registry('sqlite:///{folder}/new.db')",
        "store.upgrade_registry('{url}')",
    ],
)
def test_a_full_disk_leaves_the_files_as_they_were(tmp_path: Path, code: str) -> None:
    url = filled(tmp_path)
    more(url, 60)
    fresh(tmp_path, "small.db")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    program = ROOM.format(code=code.format(url=url, folder=tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert "needed room on the disk" in done.stdout
    after = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert after == before


def as_an_ordinary_user(work: Callable[[], None]) -> None:
    """Run ``work``; where root would be let through everywhere, in a child that is nobody."""
    if os.geteuid() != 0:
        work()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads: the child starts none
        child = os.fork()
    if child == 0:
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_read_only_registry_says_so() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        url = filled(folder)
        path(url).chmod(0o444)
        folder.chmod(0o555)

        def refused() -> None:
            with (
                pytest.raises(RegistryError, match="readonly"),
                open_registry(url, write=True) as session,
            ):
                add_intervention(session, PLAIN, slug="x", on=DAY, prefix="EM")
            with pytest.raises(RegistryError):
                restore(path(url), f"sqlite:///{folder}/new.db")

        as_an_ordinary_user(refused)
        folder.chmod(0o755)


def test_a_locked_registry_is_not_restored_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, kept = filled(tmp_path), tmp_path / "kept.db"
    backup(url, kept)
    monkeypatch.setattr(store, "BUSY_MILLISECONDS", 20)
    with (
        open_registry(url, write=True) as session,
        pytest.raises(RegistryError, match="locked; needed a registry that nobody else"),
    ):
        add_intervention(session, PLAIN, slug="third", on=DAY, prefix="EM")
        restore(kept, url)
    with open_registry(url) as session:
        assert verify(session).first_problem is None
