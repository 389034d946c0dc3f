"""Put a finished folder in the place of the one that people read, in one step."""

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_AT_FDCWD = -100
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS: both folders change names at once
_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM}


@contextmanager
def fresh_folder(out: Path, *, spare: Path | None = None) -> Iterator[Path]:
    """A new folder on the disk of ``out``; at the end, unless something failed, it is ``out``.

    With ``spare`` it is the folder of that name, where there is one, and what was ``out`` has that name at
    the end: the next build need not make a folder of thousands of files. A build that fails leaves what it
    filled as the spare; one that is killed costs the spare, never ``out``.

    Whatever happens in between, a kill and a full disk included, ``out`` is the old folder, whole, or the
    new one, whole. Where the system cannot exchange two folders at once (a network drive), the old one has
    another name for an instant; ``recover`` finds it there.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f"{_prefix(out)}{os.getpid()}-", dir=out.parent))
    fresh, old = work / "new", work / "old"
    try:
        _take(spare, fresh)
        yield fresh
        if not out.exists():
            fresh.rename(out)
        elif not _exchanged(fresh, out):
            out.rename(old)
            try:
                fresh.rename(out)
            except OSError:
                old.rename(out)
                raise
    finally:
        was = fresh if fresh.exists() else old
        if spare is not None and was.exists():
            with suppress(OSError):  # another disk
                spare.parent.mkdir(parents=True, exist_ok=True)
                was.rename(spare)
        shutil.rmtree(work, ignore_errors=True)


def _take(spare: Path | None, fresh: Path) -> None:
    """Let ``fresh`` be the spare folder, or a new one where there is none that can be had."""
    try:
        if spare is None or spare.is_symlink() or not spare.is_dir():
            raise FileNotFoundError
        spare.rename(fresh)
    except OSError:
        fresh.mkdir()


def recover(out: Path) -> None:
    """Tidy up what a killed build left behind: bring ``out`` back where it is gone, drop the rest.

    The folder of a build that still runs is left alone.
    """
    for work in sorted(out.parent.glob(f"{_prefix(out)}[0-9]*-*")):
        if is_running(int(work.name.removeprefix(_prefix(out)).split("-")[0])):
            continue
        if not out.exists() and (work / "old").is_dir():
            (work / "old").rename(out)
        shutil.rmtree(work, ignore_errors=True)


def _prefix(out: Path) -> str:
    return f".{out.name}-"


def is_running(process: int) -> bool:
    """Whether there is a process with this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    call = _exchange_call()
    if call is None or call(os.fsencode(one), os.fsencode(other)) == 0:
        return call is not None
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        swap = library.renamex_np  # type: ignore[union-attr]
        return lambda one, other: int(swap(one, other, ctypes.c_uint(_EXCHANGE)))
    if hasattr(library, "renameat2"):
        rename = library.renameat2  # type: ignore[union-attr]
        at = ctypes.c_int(_AT_FDCWD)
        return lambda one, other: int(rename(at, one, at, other, ctypes.c_uint(_EXCHANGE)))
    return None
