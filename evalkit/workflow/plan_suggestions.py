"""Answers about a plan that what is registered suggests."""

from evalkit.data import periods as calendar
from evalkit.errors import FormError
from evalkit.types.intervention import Intervention
from evalkit.workflow.answers import Areas, Reader
from evalkit.workflow.drafts import Draft
from evalkit.workflow.plan_source import Source


def outcomes(intervention: Intervention) -> dict[str, str]:
    """Outcomes and impacts of the theory of change, by key."""
    elements = intervention.theory.elements if intervention.theory else {}
    return {k: e.text for k, e in elements.items() if e.kind in ("outcome", "impact")}


def areas_of(intervention: Intervention, source: Source, areas: Areas) -> list[str]:
    """Areas of the data that lie where the intervention is registered."""
    where = set(intervention.areas)
    if not source.codes:
        return [areas[code].name for code in intervention.areas if code in areas]
    return [
        name
        for name, code in source.codes.items()
        if code in where or (code in areas and areas[code].parent in where)
    ]


def first_whole_month(start: str) -> tuple[str, str]:
    """The first month that is wholly with it, and why it is not the month of the start.

    >>> first_whole_month("2023-04-01"), first_whole_month("2023-04"), first_whole_month("2023")
    (('2023-04', ''), ('2023-04', ''), ('', ''))
    >>> first_whole_month("2023-04-17")[0]
    '2023-05'
    """
    if len(start) == len("YYYY"):
        return "", ""
    month = start[: len("YYYY-MM")]
    if len(start) == len("YYYY-MM") or start.endswith("-01"):
        return month, ""
    later = calendar.later(month, 1)
    return later, f"It began on {start}, so {later} is the first whole month with it."


def suggested_window(source: Source, start: str) -> str:
    """All of the data, where they reach both sides of the start."""
    if not source.first or not (source.first <= start <= source.last):
        return ""
    return f"{source.first} to {source.last}"


def began(name: str, read: Reader, draft: Draft) -> str:
    """An end of the headline from the intervention's name, where it fits."""
    short = name.partition(",")[0].partition(" (")[0].strip()
    first, *rest = short.split(" ")
    small = first.lower() if first[1:].islower() else first
    words = " ".join([small, *rest, "began"])
    try:
        read(words, draft, {})
    except FormError:
        return ""
    return words
