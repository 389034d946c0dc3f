"""Links between pages when most of them are as they were: what cannot have broken is not read again."""

from collections.abc import Iterable, Iterator, KeysView, Mapping

from evalkit.hub.kept import Kept
from evalkit.hub.links import Links, broken


def broken_since(
    before: Iterable[Kept], kept: Iterable[Kept], made: Mapping[str, Links]
) -> Iterator[str]:
    """One sentence for every link that leads nowhere.

    Parameters
    ----------
    before : iterable of Kept
        The last finished build, in which every link led somewhere.
    kept : iterable of Kept
        What is taken over from it.
    made : mapping of str to Links
        By path: files that are made anew.
    """
    now = _Edition(kept, made)
    was = _Edition(before, {})
    whole = was.paths <= now.paths and all(
        _ids(was[path]) <= _ids(made[path]) for path in made if path in was
    )
    yield from broken(now, of=made if whole and was.paths else None)


def _ids(links: Links) -> frozenset[str]:
    return frozenset(filter(None, links.ids.split("\n")))


class _Edition(Mapping[str, Links]):
    """Links by path; those that are kept are read when they are asked for."""

    def __init__(self, kept: Iterable[Kept], made: Mapping[str, Links]) -> None:
        self._found: dict[str, Kept | Links] = {path: one for one in kept for path in one.paths}
        self._found |= made

    @property
    def paths(self) -> KeysView[str]:
        """Of every file."""
        return self._found.keys()

    def __getitem__(self, path: str) -> Links:
        found = self._found[path]
        if isinstance(found, Kept):
            self._found |= found.links()
            found = self._found[path]
        assert isinstance(found, Links)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, path: object) -> bool:
        return path in self._found
