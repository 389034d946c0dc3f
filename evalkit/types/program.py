"""Which program made something that is kept for later."""

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path


@cache
def program(*packages: str) -> str:
    """A hash of every file of evalkit and of the versions of Python and of the packages that are named."""
    told = hashlib.blake2b(_evalkit(), digest_size=20)
    told.update(f"python {platform.python_version()}\n".encode())
    for name in packages:
        told.update(f"{name} {version(name)}\n".encode())
    return told.hexdigest()


@cache
def _evalkit() -> bytes:
    told = hashlib.blake2b()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            told.update(f"{path.relative_to(root).as_posix()}\n".encode() + path.read_bytes())
    return told.digest()
