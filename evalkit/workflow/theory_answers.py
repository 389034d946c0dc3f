"""A theory of change from a few lines: elements, the links that they suggest, what is measured."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from evalkit.types.theory import ElementKind
from evalkit.workflow.answers import Answer, Areas, Reader, clean, fitting, refused
from evalkit.workflow.drafts import Draft

KINDS: tuple[str, ...] = get_args(ElementKind)
_RANK = {"need": 0, "context": 0, "input": 0, "activity": 1, "output": 2, "outcome": 3, "impact": 4}
_WHY_NONE = re.compile(
    r"(?:none|not?)\b\s*[:,]?\s*(?:because\b)?\s*(.*)", re.IGNORECASE | re.DOTALL
)


def elements(draft: Draft) -> Mapping[str, Mapping[str, Any]]:
    """The elements so far, by id."""
    found = _theory(draft).get("elements")
    known = found if isinstance(found, dict) else {}
    return {name: element for name, element in known.items() if isinstance(element, dict)}


def links(draft: Draft) -> list[Any]:
    """The links so far."""
    found = _theory(draft).get("links")
    return found if isinstance(found, list) else []


def indicators(draft: Draft) -> list[Any]:
    """The indicators so far."""
    found = _theory(draft).get("indicators")
    return found if isinstance(found, list) else []


def _theory(draft: Draft) -> Mapping[str, Any]:
    found = draft.get("theory")
    return found if isinstance(found, dict) else {}


def read_element(typed: str, draft: Draft, areas: Areas) -> Answer:
    """One element, ``kind: text``; an empty line ends them and links them."""
    line = clean(typed)
    if not line:
        if not elements(draft):
            raise refused("nothing", "activity: Foot patrols, for example", "Or type `skip`.")
        return Answer(edits=(("theory.links", [*links(draft), *suggested(draft)]),))
    kind, colon, words = line.partition(":")
    kind = kind.strip().casefold()
    if not colon or kind not in KINDS:
        needed = f"`kind: text` with one of {', '.join(KINDS)}"
        raise refused(line if not colon else kind or "no kind", needed)
    words = fitting(words.strip(), 60)
    name = id_of(words, elements(draft))
    return Answer(edits=((f"theory.elements.{name}", {"kind": kind, "text": words}),), echo=name)


def id_of(words: str, taken: Mapping[str, Any]) -> str:
    """A short id from the last word.

    >>> id_of("Foot patrols", {}), id_of("More patrols", {"patrols": 1})
    ('patrols', 'patrols-2')
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    name: str = (re.findall(r"[a-z0-9]+", plain) or ["element"])[-1]
    numbers = (f"{name}-{n}" for n in range(2, 10_000))
    return next(free for free in (name, *numbers) if free not in taken)


def suggested(draft: Draft) -> list[dict[str, str]]:
    """Links between successive elements that are not there yet.

    Each element comes from the nearest one above it that is earlier in the chain; one that leads nowhere then
    leads to the nearest one below it that is later.
    """
    there = {(link.get("from"), link.get("to")) for link in links(draft) if isinstance(link, dict)}
    order = [(name, _RANK.get(str(e.get("kind")), 0)) for name, e in elements(draft).items()]
    pairs = dict.fromkeys(_from_above(order))
    leading = {start for start, _ in (*pairs, *there)}
    pairs |= dict.fromkeys(pair for pair in _to_below(order) if pair[0] not in leading)
    return [{"from": start, "to": end} for start, end in pairs if (start, end) not in there]


def _from_above(order: list[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    for n, (name, rank) in enumerate(order):
        above = [start for start, earlier in order[:n] if earlier < rank]
        if above:
            yield above[-1], name


def _to_below(order: list[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    for n, (name, rank) in enumerate(order):
        below = [end for end, later in order[n + 1 :] if later > rank]
        if below:
            yield name, below[0]


def because(n: int) -> Reader:
    """Why link ``n`` should hold; empty where nobody can say."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        words = clean(typed)
        return Answer(
            edits=((f"theory.links[{n}].because", fitting(words, 4_000) if words else ""),)
        )

    return read


def indicator(of: str) -> Reader:
    """How an outcome is measured, or ``none: why not``."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        words = fitting(clean(typed), 240)
        why_none = _WHY_NONE.fullmatch(words)
        if why_none and not why_none[1]:
            raise refused("no reason", "why there is none, e.g. none: too few to count")
        item = {"of": of, "none_because": why_none[1]} if why_none else {"of": of, "name": words}
        n = indicator_number(draft, of)
        n = len(indicators(draft)) if n is None else n
        return Answer(
            edits=((f"theory.indicators[{n}]", item),), echo="not measured" if why_none else ""
        )

    return read


def indicator_number(draft: Draft, of: str) -> int | None:
    """Which of the indicators is about an element; None while none is."""
    known = enumerate(indicators(draft))
    return next((n for n, item in known if isinstance(item, dict) and item.get("of") == of), None)
