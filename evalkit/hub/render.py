"""Render everything, check everything, then swap the finished folder in."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.errors import HubError
from evalkit.hub.crossing import broken_since
from evalkit.hub.draw import drawn
from evalkit.hub.edition import Edition, cut
from evalkit.hub.jobs import Job, Reading
from evalkit.hub.kept import Kept, last_build, mark_of
from evalkit.hub.links import Links
from evalkit.hub.shelf import Shelf, twice
from evalkit.hub.stage import as_text, read, stage
from evalkit.hub.swap import fresh_folder, recover
from evalkit.types.catalogue import Catalogue

_KEPT = ("README.md", ".gitignore")


def build(catalogue: Catalogue, out: Path, *, memory: Path | None = None) -> tuple[Path, ...]:
    """Build the hub into ``out`` and return its files, sorted.

    Files of an earlier build that are no longer made disappear; ``README.md`` stays.

    Parameters
    ----------
    memory : Path or None
        What the last build remembers (see ``kept``): files whose inputs did not change are taken over.

    Raises
    ------
    HubError
        A page cannot be rendered, a link leads nowhere, or ``out`` holds something that is no hub.
    """
    with new_edition(out, memory=memory) as fresh:
        last = last_build(memory) if memory else None
        staged = stage(cut(catalogue), Shelf(fresh), before=out, last=last)
    staged.remember()
    return tuple(out / path for path in sorted(staged))


@contextmanager
def new_edition(out: Path, *, memory: Path | None) -> Iterator[Path]:
    """A folder that takes the place of ``out`` at the end, unless something fails.

    It is empty, or beside a ``memory`` the one that was out before: see ``stage``.

    Raises
    ------
    HubError
        ``out`` holds something that is no hub.
    """
    place = out.resolve()
    recover(place)
    _refuse_other_folder(out)
    spare = memory and memory.with_name(f"{memory.stem}-spare")
    with fresh_folder(place, spare=spare) as fresh:
        yield fresh
        for name in _KEPT:
            if (out / name).is_file():
                shutil.copy2(out / name, fresh / name)


def made(
    edition: Edition, *, before: Path | None = None, memory: Path | None = None
) -> dict[str, str | bytes]:
    """Every file of an edition by its path, checked, in memory.

    Parameters
    ----------
    before : Path or None
        The hub that is out: its files are read where ``memory`` knows that they would be the same.

    Raises
    ------
    HubError
        A page cannot be rendered, or a link leads nowhere.
    """
    known = last_build(memory).known if memory and before else {}
    found: dict[str, str | bytes] = {}
    kept: list[Kept] = []

    def taken(job: Job | Reading) -> bool:
        one = known.get(job.key)
        files = _as_it_is(one, before) if one else {}
        if one and files:
            kept.append(one)
            found.update(files)
        return bool(files)

    links, wrong = dict[str, Links](), list[str]()
    for _, files in drawn(edition, taken):
        for path, content, seen in files:
            if path in found:
                raise twice(path)
            found[path], links[path] = as_text(path, content), seen.links
            wrong += seen.wrong
    wrong += broken_since(known.values(), kept, links)
    if wrong:
        raise HubError(*wrong)
    return found


def _as_it_is(kept: Kept, out: Path | None) -> dict[str, str | bytes]:
    """The files of an unchanged job; none where one of them is another now."""
    files = zip(kept.paths, kept.marks, strict=True)
    if out is None or any(mark_of(out / path) != mark for path, mark in files):
        return {}
    return {path: read(out, path) for path in kept.paths}


def _refuse_other_folder(out: Path) -> None:
    """A mistyped folder must not lose what is in it."""
    if not out.exists():
        return
    there = {item.name for item in out.iterdir()} - set(_KEPT) if out.is_dir() else {""}
    if there and not (out / "static" / "hub.css").is_file():
        raise HubError(f"{out} holds files that are not a hub; give an empty or a new folder.")
