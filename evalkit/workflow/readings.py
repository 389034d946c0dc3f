"""What files hold, kept between builds: reading a page for its numbers takes longer than making it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from evalkit.data.disclosure.reading import Found
from evalkit.hub.scratch import Memory

_PACKAGES = ("msgspec", "numpy", "pydantic")


@contextmanager
def readings(memory: Path | None) -> Iterator[tuple[dict[str, Found], Mapping[str, Found]]]:
    """An empty mapping to fill, and what was read the last time; what was filled in is kept at the end.

    Whatever the gate finds then: a reading depends on nothing but its file.
    """
    file = Memory(memory, Found, packages=_PACKAGES) if memory else None
    before: Mapping[str, Found] = file.known if file else {}
    found: dict[str, Found] = {}
    yield found, before
    if file and found.keys() != before.keys():
        file.remember(found)
