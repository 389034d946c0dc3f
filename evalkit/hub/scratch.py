"""What one build leaves for the next: scratch that may be deleted, written whole or not at all.

A file is believed only when it is whole and the program and the packages that made it are the very same.
"""

import hashlib
import os
from pathlib import Path

from evalkit.hub.swap import is_running
from evalkit.types.program import program


def keep(place: Path, body: bytes, *, packages: tuple[str, ...]) -> None:
    """Write a file in the place of the one before."""
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        partial.write_bytes(_head(body, packages) + body)
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
    length = len(_head(b"", packages))
    return told[length:] if told[:length] == _head(told[length:], packages) else None


def _drop_partials(place: Path) -> None:
    """Drop what builds left behind that were killed while they wrote."""
    for partial in place.parent.glob(f"{place.name}.*"):
        process = partial.suffix.removeprefix(".")
        if process.isdecimal() and not is_running(int(process)):
            partial.unlink(missing_ok=True)


def _head(body: bytes, packages: tuple[str, ...]) -> bytes:
    """A line that says of which program and which bytes a file is; it is always of one length."""
    told = hashlib.blake2b(body, digest_size=20).hexdigest()
    return f"{program(*packages)} {told}\n".encode()
