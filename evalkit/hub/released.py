"""Small numbers that a reviewer let go out, as pages say it: what and why, never the number."""

from collections.abc import Collection

from evalkit.hub.page import Row
from evalkit.hub.words import day
from evalkit.types.catalogue import Catalogue
from evalkit.types.release import Release


def released_rows(catalogue: Catalogue, files: Collection[str] | None = None) -> tuple[Row, ...]:
    """A row a release: of the whole edition, or only of what stands in these files."""
    return tuple(_row(one) for one in catalogue.released if files is None or _stands_in(one, files))


def _row(one: Release) -> Row:
    when = (f"On {day(one.released)}",) if one.released else ()
    rule = (f"Rule: {one.profile}",) if one.profile else ()
    return Row(term="; ".join(one.cells), texts=(one.reason, f"Released by {one.by}", *when, *rule))


def _stands_in(one: Release, files: Collection[str]) -> bool:
    """Places are a file's name and, after a space, which table of it."""
    return any(place.partition(" ")[0] in files for place in one.where)
