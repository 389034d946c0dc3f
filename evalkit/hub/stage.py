"""Fill a folder with an edition: what changed is made, the rest taken over, and all of it checked."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import HubError
from evalkit.hub.crossing import broken_since
from evalkit.hub.draw import drawn
from evalkit.hub.edition import Edition
from evalkit.hub.jobs import Job, Reading
from evalkit.hub.kept import Kept, kept_of, mark_of
from evalkit.hub.links import Links
from evalkit.hub.scratch import Memory
from evalkit.hub.shelf import Shelf, twice

Told = Callable[[int, int], None]
"""Told how many steps of how many are done: a part of the edition each, and what is about the whole."""
_NO_TEXT = (".sqlite",)


def nothing_told(done: int, of: int) -> None:
    """Nobody is watching."""


def read(folder: Path, path: str) -> str | bytes:
    """A file of a built hub, as it was made."""
    return as_text(path, (folder / path).read_bytes())


def as_text(path: str, content: str | bytes) -> str | bytes:
    """What a file holds, as text where it is text."""
    if isinstance(content, str) or path.endswith(_NO_TEXT):
        return content
    return content.decode()


@dataclass(frozen=True, slots=True)
class Staged(Mapping[str, str | bytes]):
    """The files of a filled folder, read when they are asked for, so that they are never all in memory."""

    folder: Path
    done: Mapping[str, Kept]
    paths: Mapping[str, None]
    memory: Memory[Kept] | None

    def __getitem__(self, path: str) -> str | bytes:
        if path not in self.paths:
            raise KeyError(path)
        return read(self.folder, path)

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def remember(self) -> None:
        """Write down what was made from what, once the folder is in its place."""
        if self.memory is not None:
            self.memory.remember(self.done)


def stage(
    edition: Edition,
    shelf: Shelf,
    *,
    before: Path | None = None,
    last: Memory[Kept] | None = None,
    tell: Told = nothing_told,
) -> Staged:
    """Bring a folder to an edition, and put every file of it through every gate.

    The folder is empty, or holds files of an earlier edition: what would be the same is left in it.

    Parameters
    ----------
    before : Path or None
        The hub that is out: its files are taken over where the ``last`` build knows that they would be the
        same.

    Raises
    ------
    HubError
        A page cannot be rendered, two want one path, or a gate found something wrong.
    """
    known = last.known if last and before else {}
    if not known:
        shelf.empty()
    order, kept = list[str](), dict[str, Kept]()

    def taken(job: Job | Reading) -> bool:
        order.append(job.key)
        one = known.get(job.key)
        if one and _taken_over(one, before, shelf):
            kept[job.key] = one
        return job.key in kept

    new, made, wrong = dict[str, Kept](), dict[str, Links](), list[str]()
    steps = len(edition.parts) + 1
    for number, (job, files) in enumerate(drawn(edition, taken), 1):
        marks, seen = {}, {}
        for path, content, gates_saw in files:
            wrong += gates_saw.wrong
            if path in seen:
                raise twice(path)
            if not gates_saw.wrong:  # nothing is put out otherwise, and its path may be no path
                marks[path] = shelf.write(path, content)
            seen[path] = gates_saw.links
        made |= seen
        new[job.key] = kept_of(marks, (seen[path] for path in marks))
        tell(min(len(kept) + number, steps - 1), steps)
    done = {key: kept[key] if key in kept else new[key] for key in order}
    wrong += broken_since(known.values(), kept.values(), made)
    if wrong:
        raise HubError(*wrong)
    shelf.finish()
    tell(steps, steps)
    paths = {path: None for one in done.values() for path in one.paths}
    return Staged(shelf.folder, done, paths, None if done == known else last)


def _taken_over(kept: Kept, before: Path | None, shelf: Shelf) -> bool:
    """Whether the files of an unchanged job are on the shelf now; those missing are linked to what is out."""
    files = dict(zip(kept.paths, kept.marks, strict=True))
    missing = shelf.lacks(files)
    if missing and before is None:
        return False
    root = os.fspath(before or "")
    if any(mark_of(f"{root}/{path}") != mark for path, mark in missing.items()):
        return False
    shelf.keep(
        {path: mark for path, mark in files.items() if path not in missing} if missing else files
    )
    try:
        for path, mark in missing.items():
            shelf.link(path, f"{root}/{path}", mark)
    except OSError:  # a drive without hard links: then everything is made anew
        for path in files:
            shelf.drop(path)
        return False
    return True
