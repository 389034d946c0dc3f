"""An edition as jobs: each makes some files, from inputs that its key is a hash of."""

import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from typing import Any, ClassVar

from evalkit.hub.calendar import calendar_assets
from evalkit.hub.collections import collections
from evalkit.hub.downloads import downloads
from evalkit.hub.feed import feed
from evalkit.hub.page import Asset, Page
from evalkit.hub.pages import pages_of_area, pages_of_records, whole_pages
from evalkit.hub.parts import area_parts, record_parts
from evalkit.hub.register_file import register_file
from evalkit.hub.search_index import search_index
from evalkit.hub.template import page_text, static
from evalkit.types.adapter import exact_json
from evalkit.types.catalogue import Catalogue

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


def jobs(catalogue: Catalogue) -> Iterator[Job]:
    """Every file of an edition, in jobs; parts of records first, what is about all of it last."""
    for part in record_parts(catalogue):
        yield Job(_key("records", exact_json(part)), partial(_of_records, part))
    for code, part in area_parts(catalogue):
        yield Job(_key(f"area {code}", exact_json(part)), partial(_of_area, part, code))
    for page in whole_pages(catalogue):
        yield Job(_key(f"page {page.path}", _told(page)), partial(_texts, (page,)))
    for asset in whole_assets(catalogue):
        content = asset.text.encode() if isinstance(asset.text, str) else asset.text
        yield Job(_key(f"file {asset.path}", content), partial(_contents, (asset,)))


def whole_assets(catalogue: Catalogue) -> tuple[Asset, ...]:
    """The files beside the pages that are about the whole edition, and those that every hub has."""
    return (
        *collections(catalogue),
        *calendar_assets(catalogue),
        feed(catalogue),
        register_file(catalogue),
        search_index(catalogue),
        *static(),
    )


def assets(catalogue: Catalogue) -> tuple[Asset, ...]:
    """Every file of an edition that is no page."""
    beside = (asset for part in record_parts(catalogue) for asset in downloads(part))
    return (*beside, *whole_assets(catalogue))


def _of_records(part: Catalogue) -> Iterator[File]:
    yield from _texts(pages_of_records(part))
    yield from _contents(downloads(part))


def _of_area(part: Catalogue, code: str) -> Iterator[File]:
    return _texts(pages_of_area(part, code))


def _texts(made: Iterable[Page]) -> Iterator[File]:
    return ((page.path, page_text(page)) for page in made)


def _contents(made: Iterable[Asset]) -> Iterator[File]:
    return ((asset.path, asset.text) for asset in made)


def _key(kind: str, told: bytes) -> str:
    return hashlib.blake2b(kind.encode() + b"\0" + told, digest_size=20).hexdigest()


def _told(page: Page) -> bytes:
    """All that a template is told; equal bytes are read back as equal contexts."""
    told = io.BytesIO()
    _Pickler(told, protocol=5).dump((page.template, page.context))
    return told.getvalue()


class _Pickler(pickle.Pickler):
    """Dataclasses by class and fields in order, which is faster than by their own methods."""

    _names: ClassVar[dict[type, tuple[str, ...]]] = {}

    def reducer_override(self, one: object) -> Any:
        kind = type(one)
        if kind not in self._names:
            self._names[kind] = tuple(f.name for f in fields(kind)) if is_dataclass(kind) else ()
        if not (names := self._names[kind]):
            return NotImplemented
        return kind, tuple([getattr(one, name) for name in names])
