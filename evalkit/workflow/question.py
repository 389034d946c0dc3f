"""One question of a conversation whose answers make a text, and which question is next."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evalkit.workflow.answers import Reader, text
from evalkit.workflow.drafts import Draft


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
        The question, in lines that belong apart, and more words for who asks for them.
    read : callable
        From what was typed, the answers so far and the areas to an ``Answer``; FormError where that is none.
    there : callable
        From the answers so far: what was answered, None while nothing was.
    needed : bool
        True where nothing can be registered without it.
    many : bool
        True where it is asked again until an empty line.
    first : tuple of str
        Lines to say when somebody comes to it.
    wide : bool
        True where the answer needs a line of its own.
    suggested : str
        What an empty line stands for, as it would be typed; empty where nothing is suggested.
    """

    key: str
    part: int
    ask: str
    help: str
    read: Reader
    there: Callable[[Draft], Any]
    needed: bool = False
    many: bool = False
    first: tuple[str, ...] = ()
    wide: bool = False
    suggested: str = ""


def first_open(
    asked: Sequence[Question], draft: Draft, skipped: Collection[str] = ()
) -> Question | None:
    """The first question without an answer; None when there is none left."""
    open_ = (q for q in asked if q.key not in skipped and q.there(draft) is None)
    return next(open_, None)


def one_before(asked: Sequence[Question], key: str) -> Question | None:
    """The question before another one; None before the first."""
    n = next(n for n, question in enumerate(asked) if question.key == key)
    return asked[n - 1] if n else None


def with_key(asked: Sequence[Question], key: str) -> Question | None:
    """The question with this key; None where there is none."""
    return next((question for question in asked if question.key == key), None)


def answered(asked: Sequence[Question], draft: Draft) -> tuple[int, int]:
    """How many questions are answered, of how many."""
    return sum(question.there(draft) is not None for question in asked), len(asked)


def field_at(path: str) -> Callable[[Draft], Any]:
    """What stands at a path; "" for a field that stands there empty, None where there is none."""

    def there(draft: Draft) -> Any:
        here: Any = draft
        for name in path.split("."):
            if not isinstance(here, dict) or name not in here:
                return None
            here = here[name]
        return "" if here is None else here

    return there


def plain_question(
    path: str, part: int, ask: str, help: str, read: Reader, *, needed: bool = False
) -> Question:
    """A question about one field, asked until something stands in it."""
    there = field_at(path)
    return Question(key=path, part=part, ask=ask, help=help, read=read, there=there, needed=needed)


def prose_question(path: str, part: int, ask: str, help: str, longest: int = 4_000) -> Question:
    """One that words answer, on a line of their own; empty is "not known" where the question offers that."""
    optional = "empty:" in ask
    read = text(path, longest, optional=optional)
    return replace(plain_question(path, part, ask, help, read, needed=not optional), wide=True)
