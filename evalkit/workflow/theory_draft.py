"""The theory of change of a draft: what it holds so far, the links that its order suggests, what is wrong."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from evalkit.theory.checks import TheoryProblem, check
from evalkit.types.theory import ElementKind, TheoryOfChange
from evalkit.workflow.drafts import Draft

KINDS: tuple[str, ...] = get_args(ElementKind)
_RANK = {"need": 0, "context": 0, "input": 0, "activity": 1, "output": 2, "outcome": 3, "impact": 4}
_LONGEST_ID = 24
_SMALL = frozenset(
    re.findall(
        r"\w+",
        """a an the and or of in on at to for from by with into as is are was were be been will their its it
        they them that who which this these more less fewer better worse higher lower fall falls falling rise
        rises rising reduced increased""",
    )
)

Elements = Mapping[str, Mapping[str, Any]]
Pair = tuple[str, str]


def elements(draft: Draft) -> Elements:
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


def pair_of(link: Any) -> Pair | None:
    """From where to where a link leads; None for what is none."""
    return (str(link.get("from")), str(link.get("to"))) if isinstance(link, dict) else None


def text_of(draft: Draft, name: str) -> str:
    """What an element says; its id where there is no such element."""
    return str(elements(draft).get(name, {}).get("text") or name)


def id_of(words: str, taken: Collection[str]) -> str:
    """A short id: the first two telling words.

    Words and not numbers (``outcome-1``), because an id stands alone in links, in messages and in what is
    recorded later, and has to stay true when lines are moved or dropped. The first telling words and not the
    last, because people know a sentence by how it begins. Not the whole of it, because ids share the width of
    ``theory show`` with the texts. Small words and amounts (more, fewer) tell nothing.

    >>> id_of("Foot patrols", ()), id_of("Less violence in the city centre", ())
    ('foot-patrols', 'violence-city')
    >>> id_of("More foot patrols", ("foot-patrols",))
    'foot-patrols-2'
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    known = re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", plain.replace("'", ""))
    telling = [word for word in known if word not in _SMALL] or known or ["element"]
    name = "-".join(telling[:2])
    if len(name) > _LONGEST_ID:
        name = telling[0][:_LONGEST_ID].strip("-")
    numbers = (f"{name}-{n}" for n in range(2, 10_000))
    return next(free for free in (name, *numbers) if free not in taken)


def suggested(known: Elements, there: Collection[Pair] = ()) -> list[Pair]:
    """Links between successive elements that are not there yet.

    Each element comes from the nearest one above it that is earlier in the chain; one that leads nowhere then
    leads to the nearest one below it that is later.
    """
    order = [(name, _RANK.get(str(e.get("kind")), 0)) for name, e in known.items()]
    pairs = dict.fromkeys(_from_above(order))
    leading = {start for start, _ in (*pairs, *there)}
    pairs |= dict.fromkeys(pair for pair in _to_below(order) if pair[0] not in leading)
    return [pair for pair in pairs if pair not in there]


def _from_above(order: list[tuple[str, int]]) -> Iterator[Pair]:
    for n, (name, rank) in enumerate(order):
        above = [start for start, earlier in order[:n] if earlier < rank]
        if above:
            yield above[-1], name


def _to_below(order: list[tuple[str, int]]) -> Iterator[Pair]:
    for n, (name, rank) in enumerate(order):
        below = [end for end, later in order[n + 1 :] if later > rank]
        if below:
            yield name, below[0]


def wrong(draft: Draft) -> tuple[TheoryProblem, ...]:
    """What keeps a draft's theory of change from being registered; empty also where it cannot be read yet."""
    try:
        theory = TypeAdapter(TheoryOfChange).validate_python(draft.get("theory"))
    except ValidationError:
        return ()
    return check(theory)


def wrong_links(known: Elements, pairs: Collection[Pair]) -> tuple[TheoryProblem, ...]:
    """What would be wrong with these links, whatever is measured."""
    measured = [
        {"of": name, "name": "?"} for name, e in known.items() if e.get("kind") == "outcome"
    ]
    joined = [{"from": start, "to": end} for start, end in pairs]
    return wrong({"theory": {"elements": known, "links": joined, "indicators": measured}})


def in_words(draft: Draft, problem: TheoryProblem) -> str:
    """A problem with the text of the element that it is about, where it is about one."""
    name = problem.field.removeprefix("theory.elements.")
    return f"{text_of(draft, name)}: {problem.found}" if name != problem.field else problem.found


def indicator_number(draft: Draft, of: str) -> int | None:
    """Which of the indicators is about an element; None while none is."""
    known = enumerate(indicators(draft))
    return next((n for n, item in known if isinstance(item, dict) and item.get("of") == of), None)


def link_number(draft: Draft, pair: Pair) -> int | None:
    """Which of the links joins two elements; None while none does."""
    return next((n for n, link in enumerate(links(draft)) if pair_of(link) == pair), None)
