"""A theory of change as people write it: elements, links, indicators."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MaxLen, MinLen
from pydantic import ConfigDict, Field

from evalkit.types.texts import Line, Note, Number, ShortNote
from evalkit.types.texts import Text as Text

ElementId = Annotated[str, MinLen(1), MaxLen(60)]
ElementKind = Literal["need", "input", "activity", "output", "outcome", "impact", "context"]
Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One box: what kind of thing it is and what it says (at most 60 characters)."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: ElementKind
    text: Annotated[str, MinLen(1), MaxLen(60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One arrow, with what has to hold for it to work.

    Attributes
    ----------
    from_, to : str
        Ids of two elements.
    because, assumes, risk : str
        Mechanism, assumption and what could go wrong; empty where not given.
    evidence : tuple of str
        Ids of findings.
    feedback : bool
        True for an arrow that closes a loop on purpose.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    from_: Annotated[ElementId, Field(alias="from")]
    to: ElementId
    because: Note = ""
    assumes: Note = ""
    risk: Note = ""
    evidence: tuple[Line, ...] = ()
    feedback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """How an element is measured, or why it is not.

    Attributes
    ----------
    of : str
        The element's id.
    name, unit, source : str
    baseline, target : float or None
        In ``unit``.
    direction : "up" or "down" or None
        Which way is better.
    none_because : str
        Why there is no indicator; then ``name`` is empty.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    of: ElementId
    name: ShortNote = ""
    unit: ShortNote = ""
    source: Note = ""
    baseline: Number | None = None
    target: Number | None = None
    direction: Direction | None = None
    none_because: Note = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TheoryOfChange:
    """Elements by id, links between them, and what is measured."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    elements: Annotated[Mapping[ElementId, Element], MinLen(1)]
    links: tuple[Link, ...] = ()
    indicators: tuple[Indicator, ...] = ()
