"""What the pages of the hub are made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: where it goes, which template draws it, and what the template is told.

    Attributes
    ----------
    path : str
        Inside the hub, with forward slashes.
    """

    path: str
    template: str
    context: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Later:
    """Something in a page's context that is worked out when the page is drawn, and not to see if it changed.

    Attributes
    ----------
    key : tuple
        All that it is made from, or hashes of it.
    make : callable
    """

    key: tuple[object, ...]
    make: Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that goes out as it is: a stylesheet, a table, a record; text goes out as UTF-8."""

    path: str
    text: str | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a list or table of terms: the term, and one or more texts."""

    term: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One section of a page, for the list of links at its top or side."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """One step of the way back to the home page; ``href`` is empty for the page itself."""

    title: str
    href: str = ""
