"""Which program made something that is kept for later."""

import hashlib
import os
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
    root = os.fspath(Path(__file__).parents[1])
    paths = (f"{folder}/{name}" for folder, _, names in os.walk(root) for name in names)
    for path in sorted(path for path in paths if not path.endswith(".pyc")):
        with open(path, "rb") as file:  # noqa: PTH123 (hundreds of files in every command that builds)
            told.update(f"{path.removeprefix(root)}\n".encode() + file.read())
    return told.digest()
