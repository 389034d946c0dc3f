"""A folder that is filled with an edition: what is in it already and would be the same is left as it is."""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from evalkit.errors import HubError
from evalkit.hub.kept import Mark, mark


class Shelf:
    """A folder, files of an earlier edition in it or none; nothing in it is ever changed in place.

    Its files may be the very ones that are out, under a second name, so that writing into one would change
    what people read: what is to be another is dropped first.

    Attributes
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self._root = folder, os.fspath(folder)
        self._left, self._old_folders = _listed(self._root)
        self._folders = {""}
        self._placed: dict[str, Mark] = {}
        if None in self._left.values():  # a link may lead anywhere
            self.empty()

    def empty(self) -> None:
        """Drop all that is in it."""
        shutil.rmtree(self._root)
        Path(self._root).mkdir()
        self._left, self._old_folders = {}, []

    def lacks(self, files: Mapping[str, Mark]) -> dict[str, Mark]:
        """Which of some files are not in it, or not the very ones that were written."""
        if files.items() <= self._left.items():
            return {}
        return {path: mark for path, mark in files.items() if self._left.get(path) != mark}

    def keep(self, files: Mapping[str, Mark]) -> None:
        """Leave files that it holds as they are, as part of the edition; HubError where one is twice."""
        if not self._placed.keys().isdisjoint(files):
            raise twice(min(self._placed.keys() & files.keys()))
        self._placed |= files

    def link(self, path: str, source: str, mark: Mark) -> None:
        """Give a file that is out a second name here; OSError where the drive has no hard links."""
        os.link(source, self._place(path), follow_symlinks=False)
        self._placed[path] = mark

    def write(self, path: str, content: bytes) -> Mark:
        """Write a file; HubError where the edition has one with this path already."""
        place = self._place(path)
        try:
            with open(place, "xb", buffering=0) as file:  # noqa: PTH123 (thousands of files)
                file.write(content)
                self._placed[path] = found = mark(os.fstat(file.fileno()))
                return found
        except FileExistsError as error:  # two paths may be one on a drive
            raise twice(path) from error

    def drop(self, path: str) -> None:
        """Take a file out of the edition again."""
        Path(self._root, path).unlink(missing_ok=True)
        self._left.pop(path, None)
        self._placed.pop(path, None)

    def finish(self) -> None:
        """Drop what is no part of the edition, and folders that nothing is left in; then begin anew."""
        for path in self._left.keys() - self._placed.keys():
            Path(self._root, path).unlink()
        holding = {path.rpartition("/")[0] for path in self._placed}
        needed = {folder for place in holding if place for folder in (place, *_above(place))}
        for folder in reversed(self._old_folders):
            if folder not in needed:
                Path(self._root, folder).rmdir()
        self._left, self._placed = dict(self._placed), {}
        self._old_folders, self._folders = sorted(needed), {""}

    def _place(self, path: str) -> str:
        if path in self._placed:
            raise twice(path)
        place = f"{self._root}/{path}"
        if path in self._left:
            del self._left[path]
            Path(place).unlink()
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            Path(self._root, folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        return place


def twice(path: str) -> HubError:
    """Two files of one edition want one path."""
    return HubError(f"{path}: two pages want this path.")


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _listed(root: str) -> tuple[dict[str, Mark | None], list[str]]:
    """Every file below a folder, and how it is known (None for a link); its folders, outer ones first.

    A folder is opened and read by its number, so that it is not looked for again with each of its files.
    """
    files: dict[str, Mark | None] = {}
    folders = [""]
    for folder in folders:
        start = f"{folder}/" if folder else ""
        opened = os.open(f"{root}/{folder}", os.O_RDONLY)
        try:
            with os.scandir(opened) as items:
                for item in items:
                    if item.is_dir(follow_symlinks=False):
                        folders.append(f"{start}{item.name}")
                    elif item.is_file(follow_symlinks=False):
                        files[f"{start}{item.name}"] = mark(item.stat(follow_symlinks=False))
                    else:
                        files[f"{start}{item.name}"] = None
        finally:
            os.close(opened)
    return files, folders[1:]
