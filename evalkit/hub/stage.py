"""Fill a folder with an edition: what changed is made, the rest taken over, and all of it checked."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import HubError
from evalkit.hub.gates import look, problems_of
from evalkit.hub.jobs import Job, jobs
from evalkit.hub.kept import Kept, mark_of, recall, remember
from evalkit.types.catalogue import Catalogue

Told = Callable[[int, int], None]
"""Told how many jobs of how many are done."""
_NO_TEXT = (".sqlite",)


def nothing_told(done: int, of: int) -> None:
    """Nobody is watching."""


@dataclass(frozen=True, slots=True)
class Staged(Mapping[str, str | bytes]):
    """The files of a filled folder, read when they are asked for, so that they are never all in memory."""

    folder: Path
    found: Mapping[str, Kept]
    done: Mapping[str, tuple[Kept, ...]]
    memory: Path | None

    def __getitem__(self, path: str) -> str | bytes:
        content = (self.folder / self.found[path].path).read_bytes()
        return content if path.endswith(_NO_TEXT) else content.decode()

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def remember(self) -> None:
        """Write down what was made from what, once the folder is in its place."""
        if self.memory is not None:
            remember(self.memory, self.done)


def stage(
    catalogue: Catalogue,
    folder: Path,
    *,
    before: Path | None = None,
    memory: Path | None = None,
    tell: Told = nothing_told,
) -> Staged:
    """Write every file of an edition into an empty folder, and put all of them through every gate.

    Parameters
    ----------
    before : Path or None
        The hub that is out: its files are taken over where ``memory`` knows that they would be the same.

    Raises
    ------
    HubError
        A page cannot be rendered, two want one path, or a gate found something wrong.
    """
    known = recall(memory) if memory and before else {}
    done: dict[str, tuple[Kept, ...]] = {}
    found: dict[str, Kept] = {}
    wanted = list(jobs(catalogue))
    shelf = _Folder(folder)
    for number, job in enumerate(wanted, 1):
        kept = known.get(job.key)
        files = _taken_over(kept, before, shelf) if kept and before else None
        done[job.key] = _written(job, shelf) if files is None else files
        for one in done[job.key]:
            if one.path in found:
                raise HubError(f"{one.path}: two pages want this path.")
            found[one.path] = one
        tell(number, len(wanted))
    if wrong := problems_of({path: one.seen for path, one in found.items()}):
        raise HubError(*wrong)
    return Staged(folder, found, done, memory)


class _Folder:
    """A folder that makes its folders on the way, each once."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._there = {""}

    def place(self, path: str) -> str:
        above = path.rpartition("/")[0]
        if above not in self._there:
            Path(self._root, above).mkdir(parents=True, exist_ok=True)
            self._there.add(above)
        return f"{self._root}/{path}"


def _taken_over(kept: tuple[Kept, ...], before: Path, shelf: _Folder) -> tuple[Kept, ...] | None:
    """The files of an unchanged job, linked into the new folder; None where one is no longer what it was."""
    root = os.fspath(before)
    if any(mark_of(f"{root}/{one.path}") != one.mark for one in kept):
        return None
    try:
        for one in kept:
            os.link(f"{root}/{one.path}", shelf.place(one.path), follow_symlinks=False)
    except OSError:  # a drive without hard links: then everything is made anew
        for one in kept:
            Path(shelf.place(one.path)).unlink(missing_ok=True)
        return None
    return kept


def _written(job: Job, shelf: _Folder) -> tuple[Kept, ...]:
    """The files of a job, made, looked at and written; what is wrong is told at the end, with the rest."""
    made: list[Kept] = []
    for path, content in job.files():
        seen = look(path, content)
        if seen.wrong:  # nothing is put out then, and its path may be no path
            made.append(Kept(path, (0, 0, 0), seen))
            continue
        place = shelf.place(path)
        try:
            with Path(place).open("xb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
        except FileExistsError as error:
            raise HubError(f"{path}: two pages want this path.") from error
        made.append(Kept(path, mark_of(place) or (0, 0, 0), seen))
    return tuple(made)
