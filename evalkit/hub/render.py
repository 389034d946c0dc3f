"""Render everything, check everything, then swap the finished folder in."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evalkit.errors import HubError
from evalkit.hub.draw import Looked, looked
from evalkit.hub.gates import Seen, problems, problems_of
from evalkit.hub.jobs import assets, jobs
from evalkit.hub.kept import Kept, mark_of, recall
from evalkit.hub.page import Asset, Page
from evalkit.hub.shelf import twice
from evalkit.hub.stage import read, stage
from evalkit.hub.swap import fresh_folder, recover
from evalkit.hub.template import page_text
from evalkit.types.catalogue import Catalogue

__all__ = ["assets", "build", "made", "new_edition", "page_text", "render"]

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
        staged = stage(catalogue, fresh, before=out, memory=memory)
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
    catalogue: Catalogue, *, before: Path | None = None, memory: Path | None = None
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
    known = recall(memory) if memory and before else {}
    found: dict[str, str | bytes] = {}
    seen: dict[str, Seen] = {}
    for job in jobs(catalogue):
        for path, content, gates_saw in _as_it_is(known.get(job.key, ()), before) or looked(job):
            if path in found:
                raise twice(path)
            found[path], seen[path] = content, gates_saw
    if wrong := problems_of(seen):
        raise HubError(*wrong)
    return found


def _as_it_is(kept: Sequence[Kept], out: Path | None) -> list[Looked]:
    """The files of an unchanged job; none where one of them is another now."""
    if out is None or any(mark_of(out / one.path) != one.mark for one in kept):
        return []
    return [(one.path, read(out, one.path), one.seen) for one in kept]


def render(drawn: Iterable[Page], beside: Sequence[Asset] = ()) -> dict[str, str | bytes]:
    """Every file of some pages and assets by its path, checked, in memory."""
    found: dict[str, str | bytes] = {}
    beside_them = ((asset.path, asset.text) for asset in beside)
    for path, content in (*beside_them, *((page.path, page_text(page)) for page in drawn)):
        if path in found:
            raise twice(path)
        found[path] = content
    if wrong := problems(found):
        raise HubError(*wrong)
    return found


def _refuse_other_folder(out: Path) -> None:
    """A mistyped folder must not lose what is in it."""
    if not out.exists():
        return
    there = {item.name for item in out.iterdir()} - set(_KEPT) if out.is_dir() else {""}
    if there and not (out / "static" / "hub.css").is_file():
        raise HubError(f"{out} holds files that are not a hub; give an empty or a new folder.")
