"""The questions that lead to an ``intervention.yaml``, given the answers so far."""

from collections.abc import Collection, Iterator
from typing import Any, get_args

from evalkit.types.intervention import Kind, Status
from evalkit.workflow import answers
from evalkit.workflow.answers import Areas
from evalkit.workflow.drafts import Draft
from evalkit.workflow.question import (
    Question,
    answered,
    field_at,
    plain_question,
    prose_question,
)
from evalkit.workflow.theory_questions import theory_questions
from evalkit.workflow.typed_dates import in_words

PARTS = (
    "What it is",
    "Where, for whom, by whom",
    "How it should work",
    "When",
    "Theory of change",
)
_STATUS = {
    "idea": "somebody thought of it, nobody has agreed to it yet",
    "planned": "agreed, but it has not begun",
    "live": "it runs now",
    "completed": "it ran to its end",
    "stopped": "it ended early; why is asked next",
    "withdrawn": "it should not be in the register; why is asked next",
}


def questions(draft: Draft) -> tuple[Question, ...]:
    """Every question that belongs to these answers, in order."""
    return (*_what(draft), *_where(draft), *_how(), *_when(draft), *theory_questions(draft))


def in_brackets(question: Question, draft: Draft, areas: Areas) -> str:
    """What was answered before, in the words of who reads it; empty where nothing was, or several things."""
    now = question.there(draft)
    if now in (None, "") or question.many:
        return ""
    if question.key == "areas" and isinstance(now, list):
        return ", ".join(areas[code].name if code in areas else str(code) for code in now)
    return in_words(str(now)) if question.key in ("start", "end") else str(now)


def progress(draft: Draft) -> tuple[int, int]:
    """How many questions are answered, of how many."""
    return answered(questions(draft), draft)


def _listed(known: Collection[str]) -> str:
    return "\n".join(f"{n:2} {name}" for n, name in enumerate(known, 1))


def _what(draft: Draft) -> Iterator[Question]:
    kinds, states = get_args(Kind), get_args(Status)
    help = "What people call it, up to 80 characters."
    yield plain_question("name", 1, "Name", help, answers.text("name", 80), needed=True)
    ask, help = "In one sentence", "Who did what, where, since when; up to 240 characters."
    yield prose_question("summary", 1, ask, help, 240)
    read = answers.choice("kind", kinds)
    yield plain_question("kind", 1, "Kind (? lists them)", _listed(kinds), read, needed=True)
    ask = f"Status ({', '.join(states)}; ? explains)"
    meant = _listed([f"{state:9}  {_STATUS[state]}" for state in states])
    yield plain_question("status", 1, ask, meant, answers.choice("status", states), needed=True)
    if draft.get("status") in ("stopped", "withdrawn"):
        ask, help = f"Why was it {draft['status']}?", "A sentence, kept for who tries it next."
        yield prose_question("status_reason", 1, ask, help)


def _where(draft: Draft) -> Iterator[Question]:
    ask, help = "Areas, by name or code", "Commas between them: Derby, Leicester, E06000018."
    yield plain_question("areas", 2, ask, help, answers.places, needed=True)
    ask, help = "For whom (empty: not known)", "E.g. people out at night, pupils aged 11 to 16."
    yield prose_question("population", 2, ask, help)
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
    yield prose_question("description.why", 3, ask, help)
    ask, help = "What is done (empty: not known)", "E.g. 15 minutes on each street segment."
    yield prose_question("description.procedures", 3, ask, help)
    ask, help = "How much, how often (empty: not known)", "E.g. Thursday to Saturday, 6pm to 2am."
    yield prose_question("description.dose", 3, ask, help)


def _when(draft: Draft) -> Iterator[Question]:
    help = "As precisely as it is known: 01/04/2023, April 2023 or 2023. The day comes first."
    yield plain_question("start", 4, "First day", help, answers.first_day, needed=True)
    over = draft.get("status") == "completed"
    ask = "Last day" if over else "Last day (empty: still runs)"
    there = (lambda d: d.get("end")) if over else field_at("end")
    yield Question(
        key="end", part=4, ask=ask, help=help, read=answers.last_day, there=there, needed=over
    )
