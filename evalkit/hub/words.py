"""Small pieces of English that several pages need."""

import datetime
from collections.abc import Mapping, Sequence

from evalkit.report.figures.plot import period_words
from evalkit.types.intervention import OrganisationRole, Status

STATUS: Mapping[Status, str] = {
    "idea": "Idea",
    "planned": "Planned",
    "live": "Running",
    "completed": "Finished",
    "stopped": "Stopped",
    "withdrawn": "Withdrawn",
}
ROLES: Mapping[OrganisationRole, str] = {
    "lead": "leads",
    "deliverer": "delivers",
    "funder": "funds",
    "partner": "partner",
    "evaluator": "evaluates",
}
_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


def counted(number: int, one: str, many: str = "") -> str:
    """``no findings``, ``one finding``, ``13 findings``."""
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} {one if number == 1 else many or one + 's'}"


def in_figures(number: int) -> str:
    """``none``, ``one``, ``twelve``, ``13``: a number that stands alone in a sentence."""
    return "none" if not number else _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def sentence(text: str) -> str:
    """The text with a capital letter first."""
    return text[:1].upper() + text[1:]


def day(date: datetime.date) -> str:
    """``14 October 2026``, whatever the machine's language."""
    return f"{date.day} {period_words(f'{date.year}-{date.month}')}"


def partial_day(text: str) -> str:
    """``2019``, ``September 2019`` or ``3 September 2019`` from an ISO date of any precision."""
    return period_words(text) if len(text) < 10 else day(datetime.date.fromisoformat(text))


def in_words(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def kind_words(kind: str) -> str:
    """``hot-spot-policing`` as a reader would write it."""
    return sentence(kind.replace("-", " "))


def paragraphs(text: str) -> tuple[str, ...]:
    """Text that people wrote, cut at its empty lines."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def short_hash(digest: str) -> str:
    """The first and last characters of a hash, for people who compare by eye."""
    return digest if len(digest) <= 12 else f"{digest[:6]}…{digest[-6:]}"


def overdue_by(due: datetime.date, today: datetime.date) -> str:
    """``3 days``, ``7 weeks`` or ``5 months``, as people say it; ``due`` is before ``today``.

    >>> day = datetime.date
    >>> overdue_by(day(2026, 10, 3), day(2026, 11, 21)), overdue_by(day(2026, 11, 20), day(2026, 11, 21))
    ('7 weeks', '1 day')
    """
    days = (today - due).days
    for size, name in ((61, "month"), (14, "week")):
        if days >= size:
            return f"{round(days / (30.44 if name == 'month' else 7))} {name}s"
    return f"{days} day" + "s" * (days != 1)
