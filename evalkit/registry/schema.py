"""Alembic, driven from code over a connection that is already in a transaction."""

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def config(connection: Connection, folder: Path | None = None) -> Config:
    """Return alembic's settings for ``connection``.

    Parameters
    ----------
    folder : Path, optional
        Where ``env.py`` and ``versions/`` are; the package's own by default.
    """
    where = str(folder or files("evalkit.registry") / "migrations")
    settings = Config()
    settings.set_main_option("script_location", where.replace("%", "%%"))  # % interpolates there
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def upgrade(connection: Connection, folder: Path | None = None) -> None:
    """Bring the schema to the newest revision; ``store.migrate`` gives the transaction."""
    command.upgrade(config(connection, folder), "head")
