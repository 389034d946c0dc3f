"""What was proved and gathered of each group of the registry, kept from one edition to the next."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from evalkit.hub import scratch
from evalkit.hub.edition import Part
from evalkit.types.adapter import exact_json, from_exact_json
from evalkit.types.edition import Revision
from evalkit.workflow.explain import HeldBack
from evalkit.workflow.indicator_rules import Guarded
from evalkit.workflow.shielded import Rule

PARTS = ".evalkit/parts.json"
"""Where a workspace keeps it; scratch that may be deleted."""
_PACKAGES = ("pydantic", "markupsafe", "jinja2", "markdown-it-py", "nh3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One group, which is as the ledger sealed it.

    Attributes
    ----------
    parts : tuple of Part
        What an edition knows of it.
    rules : tuple of (Rule, tuple of str)
        Rules that hide or refuse something, and the files of the hub that each holds for.
    guarded : tuple of Guarded
        The same for values of indicators, by intervention.
    kept_back : tuple of HeldBack
    history : tuple of Revision
        Every public version in it.
    day : date
        Of the edition that it was gathered for.
    due : date or None
        The first day on which a result of it is due that is not there.
    """

    parts: tuple[Part, ...]
    rules: tuple[tuple[Rule, tuple[str, ...]], ...]
    guarded: tuple[Guarded, ...]
    kept_back: tuple[HeldBack, ...]
    history: tuple[Revision, ...]
    day: datetime.date
    due: datetime.date | None

    def holds_on(self, day: datetime.date) -> bool:
        """Whether it says the same on another day: no result became overdue, or longer so."""
        return day == self.day or self.due is None or max(day, self.day) <= self.due


class Written(Mapping[str, bytes]):
    """What is known of groups as it was written down, by key; nothing is read before it is asked for."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at: dict[str, slice] = {}
        start = 0
        while start < len(body):
            end = body.index(b"\n", start)
            stop = body.index(b"\n", end + 1)
            self._at[body[start:end].decode()] = slice(end + 1, stop)
            start = stop + 1

    def __getitem__(self, key: str) -> bytes:
        return self._body[self._at[key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


def recall(place: Path) -> Written:
    """What was known when it was kept last; nothing where it cannot be believed."""
    return Written(scratch.kept(place, packages=_PACKAGES) or b"")


def written(one: Known) -> bytes:
    """As ``remember`` keeps it."""
    return exact_json(one)


def read(told: bytes) -> Known:
    """What ``written`` wrote."""
    return from_exact_json(Known, told)


def remember(place: Path, told: Iterable[tuple[str, bytes]]) -> None:
    """Keep what is known of the groups of an edition; where that cannot be, they are gathered again."""
    with suppress(OSError):
        pieces = (b"%s\n%s\n" % (key.encode(), one) for key, one in told)
        scratch.keep(place, pieces, packages=_PACKAGES)
