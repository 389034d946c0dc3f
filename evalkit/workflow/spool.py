"""Bytes that are needed once more in the same build, kept out of memory meanwhile."""

import tempfile
import weakref


class Spool:
    """Bytes by key, in a file that is gone as soon as nobody asks for it any more."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the spool)
        weakref.finalize(self, self._file.close)
        self._at: dict[str, tuple[int, int]] = {}

    def __setitem__(self, key: str, told: bytes) -> None:
        self._at[key] = self._file.seek(0, 2), len(told)
        self._file.write(told)

    def __contains__(self, key: str) -> bool:
        return key in self._at

    def __getitem__(self, key: str) -> bytes:
        start, length = self._at[key]
        self._file.seek(start)
        return self._file.read(length)
