"""What files hold, kept between builds: reading a page for its numbers takes longer than making it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from evalkit.data.disclosure.reading import Found
from evalkit.hub import scratch
from evalkit.types.adapter import exact_json, from_exact_json

_PACKAGES = ("numpy", "pydantic")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Readings:
    found: Mapping[str, Found]


@contextmanager
def readings(memory: Path | None) -> Iterator[tuple[dict[str, Found], Mapping[str, Found]]]:
    """An empty mapping to fill, and what was read the last time; what was filled in is kept at the end.

    Whatever the gate finds then: a reading depends on nothing but its file.
    """
    body = scratch.kept(memory, packages=_PACKAGES) if memory else None
    before = from_exact_json(_Readings, body).found if body else {}
    found: dict[str, Found] = {}
    yield found, before
    if memory and found.keys() != before.keys():
        with suppress(OSError):  # a folder that may only be read, a full disk: the answer is known
            scratch.keep(memory, (exact_json(_Readings(found=found)),), packages=_PACKAGES)
