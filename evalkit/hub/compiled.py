"""Compiled templates, kept beside the templates where Python keeps compiled modules of a package."""

import os
import sys
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """One file a template; it is made again where the template, Jinja or Python is another.

    Nothing is written where Python may not write compiled modules: then every command compiles templates.
    """

    def __init__(self) -> None:
        self._folder = Path(str(files("evalkit.hub") / "templates" / "__pycache__"))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read it, if it is there and of this very template."""
        with suppress(OSError), self._place(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write it in one step: several processes may do so at once."""
        if sys.dont_write_bytecode or sys.pycache_prefix is not None:
            return
        place = self._place(bucket)
        partial = place.with_name(f"{bucket.key}.{os.getpid()}.pyc")  # no file of the program
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            try:
                partial.write_bytes(bucket.bytecode_to_string())
                partial.replace(place)
            finally:
                partial.unlink(missing_ok=True)

    def _place(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.pyc"
