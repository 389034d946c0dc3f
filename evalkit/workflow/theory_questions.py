"""The questions about a theory of change: its list, why its links hold, what is counted."""

from collections.abc import Iterator
from typing import Any

from evalkit.workflow import theory_answers, theory_draft
from evalkit.workflow.drafts import Draft
from evalkit.workflow.question import Question, field_at
from evalkit.workflow.theory_draft import Pair


def theory_questions(draft: Draft) -> Iterator[Question]:
    """Those that belong to these answers: links and measures follow once the list has ended."""
    known, there = theory_draft.elements(draft), field_at("theory.links")
    yield Question(
        key="theory",
        part=5,
        ask=f"{len(known) + 1:2}",
        help="\n".join((*theory_answers.INTRODUCTION, "list shows the lines so far.")),
        read=theory_answers.read_line,
        there=there,
        needed=bool(known) and there(draft) is None,
        many=True,
        first=theory_answers.introduction(draft),
    )
    if there(draft) is None:
        return
    pairs = [pair for link in theory_draft.links(draft) if (pair := theory_draft.pair_of(link))]
    place = {name: n for n, name in enumerate(known)}
    pairs.sort(key=lambda pair: [place.get(name, len(place)) for name in pair])
    for n, pair in enumerate(pairs, 1):
        yield _why(draft, pair, f"Link {n} of {len(pairs)}")
    for name, element in known.items():
        if element.get("kind") == "outcome":
            yield _measured(name, str(element.get("text")))


def _why(draft: Draft, pair: Pair, which: str) -> Question:
    def there(draft: Draft) -> Any:
        n = theory_draft.link_number(draft, pair)
        link = {} if n is None else theory_draft.links(draft)[n]
        return None if "because" not in link else link["because"] or ""

    start, end = (theory_draft.text_of(draft, name) for name in pair)
    return Question(
        key=f"theory.links.{'>'.join(pair)}",
        part=5,
        ask=f"{start}\n-> {end}\n{which}: why would the first lead to the second? (empty: not known)",
        help="What makes people act differently then, e.g. fear of arrest.\n"
        "Empty: nobody can say. drop: it does not lead there.",
        read=theory_answers.because(pair),
        there=there,
        wide=True,
    )


def _measured(name: str, words: str) -> Question:
    def there(draft: Draft) -> Any:
        n = theory_draft.indicator_number(draft, name)
        item = {} if n is None else theory_draft.indicators(draft)[n]
        none = item.get("none_because")
        return item.get("name") or (f"none: {none}" if none else None)

    return Question(
        key=f"theory.indicators.{name}",
        part=5,
        ask=f"{words}:\nwhat will be counted to see whether it happens? E.g. recorded robbery.\n"
        "If nothing can be, say why, e.g. none: too few to count.",
        help="A figure that somebody already keeps, or will. Its values are recorded later.\n"
        "Where no figure can show it, the register says so, with the reason.",
        read=theory_answers.indicator(name),
        there=there,
        needed=True,
        wide=True,
    )
