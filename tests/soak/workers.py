"""Processes that write to one registry, and are killed while they do; run by test_soak.py.

Each is started as ``python -m tests.soak.workers write|kill URL …`` and prints what was acknowledged.
"""

import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection

from evalkit.registry.entries import amend, read, versions
from evalkit.registry.exchange import export, import_folder
from evalkit.registry.interventions import add_intervention, read_interventions
from evalkit.registry.ledger import entries, verify
from evalkit.registry.store import create_registry, migrate, open_registry, upgrade_registry
from tests.test_registry_samples import DAY, INTERVENTION, PLAIN

Tell = Callable[[str], None]


def write(url: str, name: str, count: int) -> None:
    """Register and amend in turn, one transaction each; print what was acknowledged."""
    id = ""
    for n in range(count):
        with open_registry(url, write=True) as session:
            if n % 2 == 0:
                record = replace(PLAIN, name=f"{name} {n}")
                done = add_intervention(session, record, slug=f"{name}-{n}", on=DAY, prefix="EM")
                id, said = str(done.intervention.id), f"intervention/{done.intervention.id}/v1.0"
            else:
                said = _amend(session, id, f"{name} amended {n}")
        print(said, flush=True)


def _amend(session: object, id: str, name: str) -> str:
    record = replace(read(session, "intervention", id), name=name)  # type: ignore[arg-type]
    now = versions(session, "intervention", id)[-1].version  # type: ignore[arg-type]
    how = {"text": f"name: {name}", "on": DAY, "by": "a worker", "reason": "soak"}
    done = amend(session, "intervention", id, record, based_on=now, **how)  # type: ignore[arg-type]
    return f"intervention/{id}/{done.version}"


def kill(folder: str, count: int, seed: int) -> None:
    """Kill a child at ``count`` random moments; after each, everything acknowledged is there."""
    chance = random.Random(seed)
    _exported(Path(folder))
    jobs = (_registering, _importing, _migrating, _creating)
    for n in range(count):
        url = f"sqlite:///{folder}/registry-{n // 20}.db"
        if not Path(url.removeprefix("sqlite:///")).exists():
            create_registry(url)
        job = jobs[n % len(jobs)]
        if job is _importing:
            url = f"sqlite:///{folder}/import-{n}.db"
            create_registry(url)
        told = _killed(partial(job, folder, url, n), chance)
        _refuse_losses(url, told, f"kill {n} in {job.__name__}")
    print(f"{count} killed", flush=True)


def _killed(work: Callable[[Tell], None], chance: random.Random) -> list[str]:
    """Run ``work`` in a child, kill it, and return what it told before."""
    heard, says = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            work(lambda text: os.write(says, f"{text}\n".encode()) and None)  # type: ignore[func-returns-value]
        os._exit(0)
    os.close(says)
    time.sleep(chance.uniform(0.0, 0.12))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(heard) as pipe:
        return pipe.read().splitlines()


def _refuse_losses(url: str, told: list[str], where: str) -> None:
    with open_registry(url) as session:
        found = verify(session)
        sealed = {entry.subject for entry in entries(session)}
        subjects = len(entries(session))
        names = {record.id for record in read_interventions(session)}
    assert found.first_problem is None, f"{where}: {found.first_problem}"
    assert subjects == len(sealed), f"{where}: something is there twice"
    lost = [text for text in told if text.startswith("intervention") and text not in sealed]
    imported = sum(str(id).startswith("IM-") for id in names)
    assert imported in (0, 60), f"{where}: {imported} of 60 were imported"
    assert not lost, f"{where}: {lost} was acknowledged and is not there"
    assert all(f"intervention/{id}/v1.0" in sealed for id in names), where
    for text in told:
        if text.startswith("created "):
            with open_registry(text.removeprefix("created ")) as session:
                assert verify(session).first_problem is None, where


def _registering(_folder: str, url: str, n: int, tell: Tell) -> None:
    id = ""
    for i in range(1000):
        with open_registry(url, write=True) as session:
            if i % 2 == 0:
                record = replace(INTERVENTION, name=f"{n} {i}")
                done = add_intervention(session, record, slug=f"{n}-{i}", on=DAY, prefix="EM")
                id, said = str(done.intervention.id), f"intervention/{done.intervention.id}/v1.0"
            else:
                said = _amend(session, id, f"{n} amended {i}")
        tell(said)


def _exported(folder: Path) -> None:
    """Make a folder with 60 entries of another prefix, for imports."""
    url = f"sqlite:///{folder}/source.db"
    create_registry(url)
    with open_registry(url, write=True) as session:
        for n in range(60):
            record = replace(PLAIN, name=f"Imported {n}")
            add_intervention(session, record, slug=f"i-{n}", on=DAY, prefix="IM", text="name: x")
    with open_registry(url) as session:
        export(session, folder / "exported")


def _importing(folder: str, url: str, _n: int, tell: Tell) -> None:
    with open_registry(url, write=True) as session:
        import_folder(session, Path(folder) / "exported")
    tell("intervention/IM-2026-0060/v1.0")


def _migrating(_folder: str, url: str, _n: int, _tell: Tell) -> None:
    def step(connection: Connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        for table in ("ledger_entry", "entry_version", "entry"):
            with operations.batch_alter_table(table, recreate="always"):
                pass

    while True:
        migrate(url, step)
        upgrade_registry(url)


def _creating(folder: str, _url: str, n: int, tell: Tell) -> None:
    for i in range(100):
        url = f"sqlite:///{folder}/created-{n}-{i}.db"
        create_registry(url)
        tell(f"created {url}")


if __name__ == "__main__":
    verb, where, *rest = sys.argv[1:]
    if verb == "write":
        write(where, rest[0], int(rest[1]))
    else:
        with tempfile.TemporaryDirectory(dir=where) as scratch:
            kill(scratch, int(rest[0]), int(rest[1]))
