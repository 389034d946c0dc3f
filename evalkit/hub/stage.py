"""Fill a folder with an edition: what changed is made, the rest taken over, and all of it checked."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import HubError
from evalkit.hub.draw import Drawn, drawn
from evalkit.hub.gates import problems_of
from evalkit.hub.jobs import jobs
from evalkit.hub.kept import Kept, mark_of, recall, remember
from evalkit.hub.shelf import Shelf, twice
from evalkit.types.catalogue import Catalogue

Told = Callable[[int, int], None]
"""Told how many jobs of how many are done."""
_NO_TEXT = (".sqlite",)


def nothing_told(done: int, of: int) -> None:
    """Nobody is watching."""


def read(folder: Path, path: str) -> str | bytes:
    """A file of a built hub, as it was made."""
    content = (folder / path).read_bytes()
    return content if path.endswith(_NO_TEXT) else content.decode()


@dataclass(frozen=True, slots=True)
class Staged(Mapping[str, str | bytes]):
    """The files of a filled folder, read when they are asked for, so that they are never all in memory."""

    folder: Path
    found: Mapping[str, Kept]
    done: Mapping[str, tuple[Kept, ...]]
    memory: Path | None

    def __getitem__(self, path: str) -> str | bytes:
        return read(self.folder, self.found[path].path)

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
    """Bring a folder to an edition, and put every file of it through every gate.

    The folder is empty, or holds files of an earlier edition: what would be the same is left in it.

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
    shelf = Shelf(folder)
    if not known:
        shelf.empty()
    for job in wanted:
        kept = known.get(job.key)
        if kept and (files := _taken_over(kept, before, shelf)):
            done[job.key] = files
    todo = [job for job in wanted if job.key not in done]
    for number, (job, made) in enumerate(zip(todo, drawn(todo), strict=True), len(done) + 1):
        done[job.key] = tuple(_written(made, shelf))
        tell(number, len(wanted))
    for job in wanted:
        for one in done[job.key]:
            if one.path in found:
                raise twice(one.path)
            found[one.path] = one
    if wrong := problems_of({path: one.seen for path, one in found.items()}):
        raise HubError(*wrong)
    shelf.finish()
    return Staged(folder, found, done, None if done == known else memory)


def _taken_over(
    kept: tuple[Kept, ...], before: Path | None, shelf: Shelf
) -> tuple[Kept, ...] | None:
    """The files of an unchanged job, on the shelf or linked to what is out; None where one is another now."""
    missing = [one for one in kept if not shelf.holds(one)]
    if missing and before is None:
        return None
    root = os.fspath(before or "")
    if any(mark_of(f"{root}/{one.path}") != one.mark for one in missing):
        return None
    for one in kept:
        if one not in missing:
            shelf.keep(one)
    try:
        for one in missing:
            shelf.link(one, f"{root}/{one.path}")
    except OSError:  # a drive without hard links: then everything is made anew
        for one in kept:
            shelf.drop(one)
        return None
    return kept


def _written(made: Iterable[Drawn], shelf: Shelf) -> Iterator[Kept]:
    """Files as they are known from now on; what is wrong is told at the end, with the rest."""
    for path, content, seen in made:
        if seen.wrong:  # nothing is put out then, and its path may be no path
            yield Kept(path, (0, 0, 0), seen)
        else:
            yield Kept(path, shelf.write(path, content), seen)
