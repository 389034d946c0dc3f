"""The registry's file: made, opened, migrated and guarded here, and nothing but this knows SQLite.

One opening is one transaction. Writers queue (``BEGIN IMMEDIATE``), readers cannot write, DDL rolls
back with everything else, and a registry is a single file (no write-ahead log beside it).
"""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from sqlmodel import Session as Session  # named from here by the rooms above

from evalkit.errors import Problem, RegistryError
from evalkit.registry import guards, search, seeds
from evalkit.registry.migrations import REVISIONS

BUSY_MILLISECONDS = 60_000
"""How long a writer waits for another one before it gives up."""


ROOM = "room on the disk"
FOLDER = "a file in a folder that exists and can be written to"


def create_registry(url: str) -> None:
    """Make a new registry: file, schema, areas.

    Parameters
    ----------
    url : str
        ``sqlite:///`` and a path, e.g. ``"sqlite:///registry.db"``; the folder must exist.

    Raises
    ------
    RegistryError
        When the file exists already, its folder does not, or the address is not a SQLite file.
    """
    file = path_of(url)
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")  # whole, or not there at all
    try:
        if file.exists():
            raise FileExistsError(errno.EEXIST, "File exists")
        draft.open("wb").close()
        migrate(f"sqlite:///{draft}", _first)
        os.link(draft, file)  # unlike a renaming, this never overwrites
    except OSError as error:
        raise RegistryError(
            Problem(
                file=str(file),
                found=str(error.strerror).lower(),
                needed="a free name in a folder that exists and can be written to",
                do="A registry is never overwritten: open it as it is, or move it away first.",
            )
        ) from error
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def open_registry(url: str, *, write: bool = False) -> Iterator[Session]:
    """Open a registry for one transaction.

    With ``write`` it is committed when the block ends and rolled back by any exception; without, no
    byte of the file changes.

    Parameters
    ----------
    url : str
        As for ``create_registry``.

    Raises
    ------
    RegistryError
        When there is no such file, it holds no registry, its schema is newer or older than this
        package's, a block opened for reading writes, or another writer does not finish in time.
    """
    file = _existing(url)
    engine = _engine(url, write=write)
    try:
        with house_errors(file), Session(engine) as session:
            _refuse_other_schema(session.connection(), file)
            yield session
            if write:
                session.commit()
    finally:
        engine.dispose()


def upgrade_registry(url: str) -> None:
    """Bring an older registry to this package's schema, or leave it exactly as it is.

    What lists, filters and search make of the entries is made again from their versions.

    Raises
    ------
    RegistryError
        When there is no such file, it holds no registry, or its schema is newer than the package.
    """
    from evalkit.registry import index
    from evalkit.registry.schema import upgrade

    def step(connection: sa.Connection) -> None:
        _refuse_other_schema(connection, file, older=False)
        upgrade(connection)
        seeds.plant(connection)
        index.rebuild(connection)

    file = _existing(url)
    migrate(url, step)


def migrate(url: str, step: Callable[[sa.Connection], None]) -> None:
    """Run ``step`` and renew the guards in one transaction; all of it happens, or nothing does.

    Foreign keys are off meanwhile, since re-creating a table would delete what refers to it; they
    are checked before the commit.

    Raises
    ------
    RegistryError
        When the database refuses, or a row would refer to nothing.
    """
    file = _existing(url)
    engine = _engine(url, write=True, foreign_keys=False)
    try:
        with house_errors(file), engine.begin() as connection:
            step(connection)
            search.ensure(connection)
            guards.guard(connection)
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise RegistryError(
                    Problem(
                        file=str(file),
                        found=f"the migration would break {len(broken)} references",
                        needed="every row to refer to a row that exists",
                        do="Nothing was changed; report this with the two versions of evalkit.",
                    )
                )
    finally:
        engine.dispose()


def _first(connection: sa.Connection) -> None:
    from evalkit.registry.schema import upgrade

    upgrade(connection)
    seeds.plant(connection)


def path_of(url: str) -> Path:
    """Return the file of an address; RegistryError where it is none of a SQLite file."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        address = sa.URL.create("unknown")
    if address.drivername != "sqlite" or address.database in (None, "", ":memory:"):
        raise RegistryError(
            Problem(
                found=f"registry address {url!r}",
                needed='a SQLite file, such as "sqlite:///registry.db"',
            )
        )
    return Path(str(address.database))


def _existing(url: str) -> Path:
    file = path_of(url)
    if not file.is_file():
        raise RegistryError(
            Problem(
                file=str(file),
                found="no such file",
                needed="a registry",
                do="Make a workspace with `evalkit init`, or change to the folder that has one.",
            )
        )
    return file


@lru_cache(maxsize=8)  # holds no connection; what it puts together of SQL serves the next session
def _engine(url: str, *, write: bool, foreign_keys: bool = True) -> sa.Engine:
    engine = sa.create_engine(url, poolclass=NullPool)

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # our own BEGIN, so that DDL rolls back too
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA journal_mode=DELETE" if write else "PRAGMA query_only=ON")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _refuse_other_schema(connection: sa.Connection, file: Path, *, older: bool = True) -> None:
    """Refuse what this package cannot read; a schema that is merely older only if ``older``."""
    marker = sa.table("alembic_version", sa.column("version_num"))
    known = sa.inspect(connection).has_table(marker.name)
    found = connection.scalar(sa.select(marker.c.version_num)) if known else None
    if found == REVISIONS[-1] or (found in REVISIONS and not older):
        return
    if found is None:
        what, do = "a database without a registry in it", "Name another file."
    elif found in REVISIONS:
        what, do = f"the older schema {found}", "Upgrade it with `evalkit registry upgrade`."
    else:
        what, do = f"the newer schema {found}", "Upgrade evalkit itself to read this registry."
    needed = f"a registry with schema {REVISIONS[-1]}"
    raise RegistryError(Problem(file=str(file), found=what, needed=needed, do=do))


@contextmanager
def house_errors(file: Path) -> Iterator[None]:
    """Turn what the database says into a RegistryError about ``file``."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise RegistryError(
            Problem(file=str(file), found="text that is not Unicode", needed="Unicode text")
        ) from error
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        said = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error)
        needed, do = "a write that the registry allows", "Nothing was changed."
        if "locked" in said or "busy" in said:
            needed, do = "a registry that nobody else is writing to", "Try again in a moment."
        elif "not a database" in said:
            needed, do = "a registry", "Name another file."
        elif "UTF-8" in said:
            needed, do = "text as UTF-8", "Put back a backup: evalkit registry restore."
        elif "malformed" in said:
            needed, do = "a file that is whole", "Put back a backup: evalkit registry restore."
        elif "full" in said or "disk I/O" in said:
            needed, do = ROOM, "Nothing was changed; make room and try again."
        elif "unable to open" in said:
            needed = FOLDER
        elif "readonly" in said:
            needed = "a registry opened for writing, in a file that can be written to"
        raise RegistryError(Problem(file=str(file), found=said, needed=needed, do=do)) from error
