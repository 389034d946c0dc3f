"""The questions that lead to an ``intervention.yaml``: which one is next, given the answers so far."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from evalkit.types.intervention import Kind, Status
from evalkit.workflow import answers, theory_answers
from evalkit.workflow.answers import Reader
from evalkit.workflow.drafts import Draft

PARTS = (
    "What it is",
    "Where, for whom, by whom",
    "How it should work",
    "When",
    "Theory of change: one `kind: text` a line, empty ends",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    Attributes
    ----------
    key : str
        Names it; the dotted path of its field, where it is about one.
    part : int
        Place in ``PARTS``, from 1.
    ask, help : str
        The question, and more words for who asks for them.
    read : callable
        From what was typed, the answers so far and the areas to an ``Answer``; FormError where that is none.
    there : callable
        From the answers so far: what was answered, None while nothing was.
    needed : bool
        True where nothing can be registered without it.
    many : bool
        True where it is asked again until an empty line.
    """

    key: str
    part: int
    ask: str
    help: str
    read: Reader
    there: Callable[[Draft], Any]
    needed: bool = False
    many: bool = False


def questions(draft: Draft) -> tuple[Question, ...]:
    """Every question that belongs to these answers, in order."""
    return (*_what(draft), *_where(draft), *_how(), *_when(draft), *_theory(draft))


def next_question(draft: Draft, skipped: Collection[str] = ()) -> Question | None:
    """The first question without an answer; None when there is none left."""
    open_ = (q for q in questions(draft) if q.key not in skipped and q.there(draft) is None)
    return next(open_, None)


def previous_question(draft: Draft, key: str) -> Question | None:
    """The question before another one; None before the first."""
    asked = questions(draft)
    n = next(n for n, question in enumerate(asked) if question.key == key)
    return asked[n - 1] if n else None


def progress(draft: Draft) -> tuple[int, int]:
    """How many questions are answered, of how many."""
    asked = questions(draft)
    return sum(q.there(draft) is not None for q in asked), len(asked)


def _field(path: str) -> Callable[[Draft], Any]:
    """What stands at a path; "" for a field that stands there empty, None where there is none."""

    def there(draft: Draft) -> Any:
        here: Any = draft
        for name in path.split("."):
            if not isinstance(here, dict) or name not in here:
                return None
            here = here[name]
        return "" if here is None else here

    return there


def _plain(
    path: str, part: int, ask: str, help: str, read: Reader, *, needed: bool = False
) -> Question:
    return Question(
        key=path, part=part, ask=ask, help=help, read=read, there=_field(path), needed=needed
    )


def _listed(known: Collection[str]) -> str:
    return "\n".join(f"{n:2} {name}" for n, name in enumerate(known, 1))


def _what(draft: Draft) -> Iterator[Question]:
    kinds, states = get_args(Kind), get_args(Status)
    help = "What people call it, up to 80 characters."
    yield _plain("name", 1, "Name", help, answers.text("name", 80), needed=True)
    ask, help = "In one sentence", "Who did what, where, since when; up to 240 characters."
    yield _plain("summary", 1, ask, help, answers.text("summary", 240), needed=True)
    read = answers.choice("kind", kinds)
    yield _plain("kind", 1, "Kind (? lists them)", _listed(kinds), read, needed=True)
    ask = f"Status ({', '.join(states)})"
    read = answers.choice("status", states)
    yield _plain("status", 1, ask, _listed(states), read, needed=True)
    if draft.get("status") in ("stopped", "withdrawn"):
        ask, help = f"Why was it {draft['status']}?", "A sentence, kept for who tries it next."
        read = answers.text("status_reason", 4_000)
        yield _plain("status_reason", 1, ask, help, read, needed=True)


def _where(draft: Draft) -> Iterator[Question]:
    ask, help = "Areas, by name or code", "Commas between them: Derby, Leicester, E06000018."
    yield _plain("areas", 2, ask, help, answers.places, needed=True)
    ask, help = "For whom (empty: not known)", "E.g. people out at night, pupils aged 11 to 16."
    yield _plain("population", 2, ask, help, answers.text("population", 4_000, optional=True))
    yield Question(
        key="organisations",
        part=2,
        ask="Lead organisation",
        help="One organisation; others can be added in the text.",
        read=answers.lead,
        there=lambda d: None if (n := answers.lead_number(d)) is None else _lead(d, n, "name"),
        needed=True,
    )
    if answers.lead_number(draft) is not None:
        yield Question(
            key="contact",
            part=2,
            ask="A post to ask there (empty: none)",
            help="A post such as Community safety manager; never a person's name or address.",
            read=answers.contact,
            there=lambda d: (
                None if (n := answers.lead_number(d)) is None else _lead(d, n, "contact")
            ),
        )


def _lead(draft: Draft, n: int, name: str) -> Any:
    part = draft["organisations"][n]
    return None if name not in part else part[name] or ""


def _how() -> Iterator[Question]:
    ask, help = "Why should it work?", "What will people do differently, and why?"
    read = answers.text("description.why", 4_000)
    yield _plain("description.why", 3, ask, help, read, needed=True)
    for name, ask, help in (
        (
            "procedures",
            "What is done (empty: not known)",
            "E.g. 15 minutes on each street segment.",
        ),
        (
            "dose",
            "How much, how often (empty: not known)",
            "E.g. Thursday to Saturday, 6pm to 2am.",
        ),
    ):
        path = f"description.{name}"
        yield _plain(path, 3, ask, help, answers.text(path, 4_000, optional=True))


def _when(draft: Draft) -> Iterator[Question]:
    help = "As precisely as it is known: 01/04/2023, April 2023 or 2023. The day comes first."
    yield _plain("start", 4, "First day", help, answers.first_day, needed=True)
    over = draft.get("status") == "completed"
    ask = "Last day" if over else "Last day (empty: still runs)"
    there = (lambda d: d.get("end")) if over else _field("end")
    yield Question(
        key="end", part=4, ask=ask, help=help, read=answers.last_day, there=there, needed=over
    )


def _theory(draft: Draft) -> Iterator[Question]:
    kinds = ", ".join(theory_answers.KINDS)
    so_far = len(theory_answers.elements(draft))
    yield Question(
        key="theory",
        part=5,
        ask=f"({so_far} so far)" if so_far else "",
        help=f"E.g. activity: Foot patrols. Kinds: {kinds}. In the order in which one leads to the next.",
        read=theory_answers.read_element,
        there=_field("theory.links"),
        many=True,
    )
    if _field("theory.links")(draft) is None:
        return
    for n, link in enumerate(theory_answers.links(draft)):
        if isinstance(link, dict):
            yield _why(n, link)
    for name, element in theory_answers.elements(draft).items():
        if element.get("kind") == "outcome":
            yield _measured(name, str(element.get("text")))


def _why(n: int, link: dict[str, Any]) -> Question:
    def there(draft: Draft) -> Any:
        now = theory_answers.links(draft)[n]
        return None if "because" not in now else now["because"] or ""

    return Question(
        key=f"theory.links[{n}]",
        part=5,
        ask=f"= {link.get('from')} -> {link.get('to')}. Why would it?",
        help="What makes the one lead to the other; empty where nobody can say.",
        read=theory_answers.because(n),
        there=there,
    )


def _measured(name: str, words: str) -> Question:
    def there(draft: Draft) -> Any:
        n = theory_answers.indicator_number(draft, name)
        item = {} if n is None else theory_answers.indicators(draft)[n]
        return item.get("name") or item.get("none_because") or None

    return Question(
        key=f"theory.indicators.{name}",
        part=5,
        ask=f"{words}: how will you know, or why not?",
        help="What is counted, e.g. recorded robbery; or none: too few to count.",
        read=theory_answers.indicator(name),
        there=there,
    )
