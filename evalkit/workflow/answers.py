"""From what somebody types to what an ``intervention.yaml`` holds, or to words that say why not."""

import datetime
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evalkit.errors import FormError, Problem
from evalkit.types.dates import is_before
from evalkit.types.intervention import NOT_KNOWN, Area
from evalkit.workflow import typed_dates
from evalkit.workflow.drafts import Draft, Edit
from evalkit.workflow.personal_data import flags
from evalkit.workflow.places import find_area

Areas = Mapping[str, Area]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an answer changes, and how it was understood.

    Attributes
    ----------
    edits : tuple of (str, value)
        Dotted paths with their new values.
    echo : str
        What was understood where that is not what was typed, e.g. ``1 April 2023``.
    anew : bool
        True where people should see what stands there now before they go on.
    """

    edits: tuple[Edit, ...]
    echo: str = ""
    anew: bool = False


Reader = Callable[[str, Draft, Areas], Answer]


def refused(found: str, needed: str, do: str = "") -> FormError:
    """An answer that cannot be kept."""
    return FormError(Problem(found=found, needed=needed, do=do))


def clean(typed: str) -> str:
    """What was typed without blanks around it; FormError for keys that are no text."""
    text = unicodedata.normalize("NFC", typed.strip())
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise refused("a key that is no text", "letters, digits and signs", "Type it again.")
    return text


def text(path: str, longest: int, *, optional: bool = False) -> Reader:
    """Words of at most so many characters; where they may be empty, that is "not known"."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        words = clean(typed)
        if not words and optional:
            return Answer(edits=((path, NOT_KNOWN),))
        return Answer(edits=((path, fitting(words, longest)),))

    return read


def fitting(words: str, longest: int) -> str:
    """The words, neither empty nor too long."""
    if not words:
        raise refused("nothing", "something", "Or type `skip`.")
    if len(words) > longest:
        raise refused(f"{len(words):,} characters", f"at most {longest:,}")
    return words


def choice(path: str, known: Sequence[str]) -> Reader:
    """One of a list, by its number, its name or the beginning of its name."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        wanted = "-".join(clean(typed).casefold().split())
        if wanted.isdecimal() and 1 <= int(wanted) <= len(known):
            chosen = [known[int(wanted) - 1]]
        else:
            chosen = [k for k in known if k == wanted] or [
                k for k in known if wanted and k.startswith(wanted)
            ]
        if len(chosen) != 1:
            several = f"{typed.strip() or 'nothing'}, which could be {', '.join(chosen)}"
            found = several if chosen else typed.strip() or "nothing"
            raise refused(found, f"a number from 1 to {len(known)}, or a name", "? lists them.")
        echo = "" if chosen[0] == typed.strip() else chosen[0]
        return Answer(edits=((path, chosen[0]),), echo=echo)

    return read


def places(typed: str, draft: Draft, areas: Areas) -> Answer:
    """Areas by name or code, with commas between."""
    names = [part for part in clean(typed).split(",") if part.strip()]
    if not names:
        raise refused("nothing", "at least one area", "Or type `skip`.")
    found = {area.code: area for area in (find_area(areas, name, field="") for name in names)}
    echo = ", ".join(f"{area.name} ({code})" for code, area in found.items())
    return Answer(edits=(("areas", list(found)),), echo=echo)


def first_day(typed: str, draft: Draft, areas: Areas) -> Answer:
    """The first day, as precisely as it is known."""
    partial = typed_dates.read_date(clean(typed))
    end = draft.get("end")
    if end is not None and is_before(str(end), partial):
        last = typed_dates.in_words(str(end))
        raise refused("after the last day", f"{last} or before", "Or type `back`.")
    return Answer(edits=(("start", value_of(partial)),), echo=typed_dates.in_words(partial))


def last_day(typed: str, draft: Draft, areas: Areas) -> Answer:
    """The last day; empty while it runs."""
    if not clean(typed):
        if draft.get("status") == "completed":
            raise refused("nothing", "the last day, because it is completed", "Or type `skip`.")
        return Answer(edits=(("end", None),))
    partial = typed_dates.read_date(clean(typed))
    start = draft.get("start")
    if start is not None and is_before(partial, str(start)):
        first, do = typed_dates.in_words(str(start)), "Or type `back` to change that."
        raise refused("before the first day", f"{first} or later", do)
    return Answer(edits=(("end", value_of(partial)),), echo=typed_dates.in_words(partial))


def value_of(partial: str) -> Any:
    """A date as the text holds it: bare, as people write it by hand."""
    if len(partial) == len("YYYY"):
        return int(partial)
    if len(partial) == len("YYYY-MM"):
        return partial
    return datetime.date.fromisoformat(partial)


def lead(typed: str, draft: Draft, areas: Areas) -> Answer:
    """The lead organisation's name."""
    name, n = fitting(clean(typed), 240), lead_number(draft)
    if n is not None:
        return Answer(edits=((f"organisations[{n}].name", name),))
    n = len(draft.get("organisations") or ())
    return Answer(edits=((f"organisations[{n}]", {"name": name, "role": "lead"}),))


def contact(typed: str, draft: Draft, areas: Areas) -> Answer:
    """The post to ask at the lead organisation, never a person."""
    post = clean(typed)
    if len(post) > 240:
        raise refused(f"{len(post):,} characters", "at most 240")
    for flag in flags({"contact": post}):
        raise refused(f"what looks like {flag.kind}", "a post, such as Safety lead")
    return Answer(edits=((f"organisations[{lead_number(draft)}].contact", post),))


def lead_number(draft: Draft) -> int | None:
    """Which of the organisations leads; None while none does."""
    parts = draft.get("organisations")
    known = parts if isinstance(parts, list) else []
    leads = (n for n, o in enumerate(known) if isinstance(o, dict) and o.get("role") == "lead")
    return next(leads, None)
