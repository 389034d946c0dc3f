"""A theory of change from a few lines: its list, why its links should hold, what is counted."""

import re
from collections.abc import Iterator

from evalkit.workflow import theory_draft, theory_lines
from evalkit.workflow.answers import Answer, Areas, Reader, clean, fitting, refused
from evalkit.workflow.drafts import GONE, Draft
from evalkit.workflow.theory_draft import Pair, elements, indicator_number, indicators, links
from evalkit.workflow.theory_edits import edits_of

_WHY_NONE = re.compile(
    r"(?:none\b(?!\s+of\b)|(?:no|not|nothing)\b(?=\s*(?:[:,;-]|because\b|$)))"
    r"\s*[:,;-]?\s*(?:because\b)?\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
INTRODUCTION = (
    "How it is to lead to less violence, one step a line: a word for what it is,",
    f"a colon, and up to {theory_lines.LONGEST} characters. The words:",
    "  need      what is wrong now    output   what is done or seen at once",
    "  context   what else matters    outcome  what changes for people",
    "  input     what is put in       impact   what it is all for",
    "  activity  what is done",
    "E.g. activity: Foot patrols, on the next line outcome: Fewer robberies.",
    f"To correct: {theory_lines.CORRECTIONS}.",
    "An empty line ends the list.",
)
_GO_ON = "Go on, or drop 2, move 3 1, change 2 and the new text. Empty ends."


def introduction(draft: Draft) -> tuple[str, ...]:
    """What is said before a line is asked for: how to write one, or the list so far."""
    listed = tuple(lines(draft))
    return (*listed, _GO_ON) if listed else INTRODUCTION


def lines(draft: Draft) -> Iterator[str]:
    """The list so far, numbered."""
    for n, element in enumerate(elements(draft).values(), 1):
        yield f"{n:2}  {element.get('kind') or '':8}  {element.get('text') or ''}"


def read_line(typed: str, draft: Draft, areas: Areas) -> Answer:
    """One line of the list, or a correction of it; an empty one ends it and links it; `list` shows it."""
    words = clean(typed)
    if not words:
        return _ended(draft)
    if words.casefold() == "list":
        return Answer(edits=(), anew=True)
    line = theory_lines.read_line(words, len(elements(draft)))
    as_typed = line.verb == "add" and words == f"{line.kind}: {line.text}"
    echo = f"{line.kind}: {line.text}" if line.verb == "add" and not as_typed else ""
    return Answer(edits=edits_of(draft, line), echo=echo, anew=line.verb != "add")


def _ended(draft: Draft) -> Answer:
    known = elements(draft)
    if not known:
        raise refused("nothing", "activity: Foot patrols, for example", "Or type `skip`.")
    there = [pair for link in links(draft) if (pair := theory_draft.pair_of(link)) is not None]
    more = theory_draft.suggested(known, there)
    if "links" in draft["theory"] and not theory_draft.wrong_links(known, there):
        return Answer(edits=())
    for problem in theory_draft.wrong_links(known, [*there, *more]):
        found = theory_draft.in_words(draft, problem)
        raise refused(found, "an activity above it", "Add one, or move or drop a line.")
    if not links(draft):
        joined = [{"from": start, "to": end} for start, end in more]
        return Answer(edits=(("theory.links", joined),))
    places = enumerate(more, len(links(draft)))
    return Answer(edits=tuple((f"theory.links[{n}]", {"from": a, "to": b}) for n, (a, b) in places))


def because(pair: Pair) -> Reader:
    """Why a link should hold; empty where nobody can say, ``drop`` where it does not."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        words, n = clean(typed), theory_draft.link_number(draft, pair)
        if words.casefold() == "drop":
            return _without(draft, pair)
        why = fitting(words, 4_000) if words else ""
        return Answer(edits=((f"theory.links[{n}].because", why),))

    return read


def _without(draft: Draft, pair: Pair) -> Answer:
    """The draft without a link, where everything is still led to."""
    others = [
        there
        for link in links(draft)
        if (there := theory_draft.pair_of(link)) is not None and there != pair
    ]
    for problem in theory_draft.wrong_links(elements(draft), others):
        found = f"{theory_draft.in_words(draft, problem)} then"
        raise refused(found, "another link to it", "Type `back` until the list, to change that.")
    n = theory_draft.link_number(draft, pair)
    edit = (f"theory.links[{n}]", GONE) if others else ("theory.links", [])
    return Answer(edits=(edit,), echo="no link")


def indicator(of: str) -> Reader:
    """How an outcome is measured, or ``none: why not``."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        words = fitting(clean(typed), 240)
        why_none = _WHY_NONE.fullmatch(words)
        if why_none and not why_none[1]:
            raise refused("no reason", "why it cannot be counted, e.g. none: too few to count")
        item = {"of": of, "none_because": why_none[1]} if why_none else {"of": of, "name": words}
        n = indicator_number(draft, of)
        n = len(indicators(draft)) if n is None else n
        echo = f"not counted, because: {why_none[1]}" if why_none else ""
        return Answer(edits=((f"theory.indicators[{n}]", item),), echo=echo)

    return read
