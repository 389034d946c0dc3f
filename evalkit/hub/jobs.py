"""An edition as jobs: each makes some files, from inputs that its key is a hash of; those of parts first."""

import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from typing import Any, ClassVar

from evalkit.hub.calendar import calendar_assets
from evalkit.hub.collections import collections
from evalkit.hub.decks import Place, deck_slide, places
from evalkit.hub.downloads import downloads
from evalkit.hub.edition import Edition, Part
from evalkit.hub.feed import feed
from evalkit.hub.page import Asset, Later, Page
from evalkit.hub.pages import pages_of_area, pages_of_records, whole_pages
from evalkit.hub.parts import area_parts
from evalkit.hub.register_file import register_file
from evalkit.hub.search_index import search_index
from evalkit.hub.template import page_text, static
from evalkit.types.catalogue import Catalogue
from evalkit.types.packed import packed, unpacked
from evalkit.types.release import Release

File = tuple[str, str | bytes]


@dataclass(frozen=True, slots=True)
class Job:
    """Some files of an edition.

    Attributes
    ----------
    key : str
        A hash of all that the files are made from, the program itself left out: two jobs with the same key
        make the same files.
    files : callable
        Makes them: path and content of each.
    """

    key: str
    files: Callable[[], Iterable[File]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Some files of an edition that are made from one of its parts, which is to be read first.

    Attributes
    ----------
    key : str
        As of a ``Job``.
    part : Part
    given : mapping
        What else the pages of a part are told: the scales of rulers, and what was released in it.
    place : Place or None
        The slide of an event that is made; None for all files of the part.
    """

    key: str
    part: Part
    given: dict[str, Any]
    place: Place | None

    def job(self, records: bytes) -> Job:
        """The same with the part at hand, packed."""
        return Job(self.key, partial(_of_part, records, self.given, self.place))


def about_parts(edition: Edition) -> Iterator[Reading]:
    """Files that are made from one part of an edition each."""
    scales = edition.whole.scales
    common = repr([(counts, sorted(of.items())) for counts, of in sorted(scales.items())]).encode()
    of_finding: dict[str, Part] = {}
    for part in edition.parts:
        released = _released_in(edition.whole.released, part)
        told = f"{part.key}\0{released}\0".encode() + common
        given = {"scales": scales, "released": released}
        yield Reading(_key("records", told), part, given, None)
        of_finding |= dict.fromkeys((one.id for one in part.bare.findings), part)
    for place in places(edition.whole):
        part = of_finding[place.finding]
        told = f"{part.key}\0{place}\0".encode() + common
        yield Reading(_key("slide", told), part, {"scales": scales}, place)


def about_the_whole(edition: Edition) -> Iterator[Job]:
    """Files that are about all of an edition: one job after the other, so that few are in memory at once."""
    whole = edition.whole
    for code, part in area_parts(whole):
        yield Job(_key(f"area {code}", packed(part)), partial(_of_area, part, code))
    for page in whole_pages(whole):
        yield Job(_key(f"page {page.path}", _told(page)), partial(_texts, (page,)))
    for asset in whole_assets(whole):
        content = asset.text.encode() if isinstance(asset.text, str) else asset.text
        yield Job(_key(f"file {asset.path}", content), partial(_contents, (asset,)))


def at_hand(edition: Edition, readings: Sequence[Reading]) -> Iterator[Job]:
    """Jobs with the parts that they are made from, which are read as late as possible."""
    parts = edition.read([one.part for one in readings])
    return (one.job(records) for one, records in zip(readings, parts, strict=True))


def whole_assets(catalogue: Catalogue) -> Iterator[Asset]:
    """The files beside the pages that are about the whole edition, and those that every hub has."""
    yield from collections(catalogue)
    yield from calendar_assets(catalogue)
    yield feed(catalogue)
    yield register_file(catalogue)
    yield search_index(catalogue)
    yield from static()


def _released_in(released: tuple[Release, ...], part: Part) -> tuple[Release, ...]:
    """Releases that name a file of one of the part's findings or plans."""
    return tuple(
        one
        for one in released
        if any(place.rpartition("/")[2].startswith(part.names) for place in one.where)
    )


def _of_part(records: bytes, given: dict[str, Any], place: Place | None) -> Iterator[File]:
    part = replace(unpacked(Catalogue, records), **given)
    if place is not None:
        yield from _texts((deck_slide(part, place),))
        return
    yield from _texts(pages_of_records(part))
    yield from _contents(downloads(part))


def _of_area(part: Catalogue, code: str) -> Iterator[File]:
    return _texts(pages_of_area(part, code))


def _texts(made: Iterable[Page]) -> Iterator[File]:
    return ((page.path, page_text(page)) for page in made)


def _contents(made: Iterable[Asset]) -> Iterator[File]:
    return ((asset.path, asset.text) for asset in made)


def _key(kind: str, told: bytes) -> str:
    key = hashlib.sha256(kind.encode() + b"\0")
    key.update(told)
    return key.hexdigest()


def _told(page: Page) -> bytes:
    """All that a template is told; equal bytes are read back as equal contexts."""
    told = io.BytesIO()
    pickler = _Pickler(told, protocol=5)
    pickler.fast = True  # equal values give equal bytes, whether or not two of them are one object
    pickler.dump((page.template, page.context))
    return told.getvalue()


class _Pickler(pickle.Pickler):
    """Dataclasses by class and fields in order, which is faster than by their own methods."""

    _names: ClassVar[dict[type, tuple[str, ...]]] = {Later: ("key",)}

    def reducer_override(self, one: object) -> Any:
        kind = type(one)
        if kind not in self._names:
            self._names[kind] = tuple(f.name for f in fields(kind)) if is_dataclass(kind) else ()
        if not (names := self._names[kind]):
            return NotImplemented
        return kind, tuple([getattr(one, name) for name in names])
