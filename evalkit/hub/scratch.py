"""What one build leaves for the next: scratch that may be deleted, written whole or not at all.

A file is believed only when it is whole and the program and the packages that made it are the very same.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from evalkit.hub.swap import is_running
from evalkit.types.program import program


def keep(place: Path, pieces: Iterable[bytes], *, packages: tuple[str, ...]) -> None:
    """Write a file, one piece after the other, in the place of the one before."""
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f"{place.name}.{os.getpid()}")
    told = hashlib.sha256()
    try:
        with partial.open("wb") as file:
            file.write(_head(told, packages))  # its place
            for piece in pieces:
                told.update(piece)
                file.write(piece)
            file.seek(0)
            file.write(_head(told, packages))
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)


def kept(place: Path, *, packages: tuple[str, ...]) -> bytes | None:
    """What was written last; None where there is nothing, or nothing that can be believed."""
    _drop_partials(place)
    try:
        told = place.read_bytes()
    except OSError:
        return None
    length = len(_head(hashlib.sha256(), packages))
    body = memoryview(told)[length:]
    return bytes(body) if told[:length] == _head(hashlib.sha256(body), packages) else None


def _drop_partials(place: Path) -> None:
    """Drop what builds left behind that were killed while they wrote."""
    for partial in place.parent.glob(f"{place.name}.*"):
        process = partial.suffix.removeprefix(".")
        if process.isdecimal() and not is_running(int(process)):
            partial.unlink(missing_ok=True)


def _head(told: "hashlib._Hash", packages: tuple[str, ...]) -> bytes:
    """A line that says of which program and which bytes a file is; it is always of one length."""
    return f"{program(*packages)} {told.hexdigest()}\n".encode()
