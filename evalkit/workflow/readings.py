"""What files hold, kept between builds: reading a page for its numbers takes longer than making it."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from evalkit.data.disclosure.reading import Found
from evalkit.hub.scratch import HarmedError, Scratch
from evalkit.types.packed import packed, unpacked

_PACKAGES = ("msgspec", "numpy", "pydantic")


@contextmanager
def readings(memory: Path | None) -> Iterator[tuple[dict[str, Found], Mapping[str, Found]]]:
    """An empty mapping to fill, and what was read the last time; what was filled in is kept at the end.

    Whatever the gate finds then: a reading depends on nothing but its file.
    """
    file = Scratch(memory, packages=_PACKAGES) if memory else None
    before: Mapping[str, Found] = {}
    if file:
        with suppress(HarmedError):
            before = {key: unpacked(Found, told) for key, told in file.read()}
    found: dict[str, Found] = {}
    yield found, before
    if file and found.keys() != before.keys():
        put = ((key, packed(one)) for key, one in found.items() if key not in before)
        with suppress(
            OSError, sqlite3.Error
        ):  # a folder that may only be read: the answer is known
            file.write(put, before.keys() - found.keys())
