"""What every registry holds from the start: the areas of ``seed/areas.csv``."""

import csv
from importlib.resources import files

import sqlalchemy as sa
from sqlmodel import col

from evalkit.registry.models import AreaRow


def areas() -> list[dict[str, str | None]]:
    """Return the areas of the package as rows, each after the area around it."""
    with (files("evalkit.registry") / "seed" / "areas.csv").open(encoding="utf-8") as lines:
        return [{**row, "parent": row["parent"] or None} for row in csv.DictReader(lines)]


def plant(connection: sa.Connection) -> None:
    """Add the areas that are not there yet; what is there stays as it is."""
    there = set(connection.execute(sa.select(col(AreaRow.code))).scalars())
    if new := [area for area in areas() if area["code"] not in there]:
        connection.execute(sa.insert(AreaRow), new)
