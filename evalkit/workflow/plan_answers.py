"""From what somebody types about a plan to what the answers keep, or to words that say why not."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from evalkit.data import periods as calendar
from evalkit.errors import EvalkitError, FormError
from evalkit.findings.verdicts import WORDS
from evalkit.findings.words import headline
from evalkit.workflow import typed_dates
from evalkit.workflow.answers import Answer, Areas, Reader, choice, clean, refused
from evalkit.workflow.drafts import Draft
from evalkit.workflow.lock import LONGEST_HEADLINE
from evalkit.workflow.plan_source import Source

KNOWLEDGE: Mapping[str, str] = {
    "not_created": "they do not exist yet",
    "not_observed": "they exist, nobody has seen them",
    "not_accessed": "others have seen them, nobody of us",
    "not_analysed": "we have them, but have not looked at what happened",
    "analysed": "we have looked at what happened",
}
"""The five levels of prior knowledge of OSF pre-registrations, in plain words."""


def knowledge(typed: str, draft: Draft, areas: Areas) -> Answer:
    """Who has seen the figures, by number or name; the echo is what it means."""
    names = [name.replace("_", "-") for name in KNOWLEDGE]
    [(path, chosen)] = choice("seen", names)(typed.replace("_", "-"), draft, areas).edits
    name = str(chosen).replace("-", "_")
    return Answer(edits=((path, name),), echo=KNOWLEDGE[name])


def after_what(outcome: Callable[[Draft], str]) -> Reader:
    """The end of a headline: ``evening patrols began``."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        words = clean(typed).rstrip(".")
        if not words:
            raise refused("nothing", "a few words, such as evening patrols began")
        longest = max((headline(v, outcome=outcome(draft), what=words) for v in WORDS), key=len)
        if len(longest) > LONGEST_HEADLINE:
            most = len(words) - (len(longest) - LONGEST_HEADLINE)
            raise refused(f"{len(words)} characters", f"at most {most}, to fit a headline")
        return Answer(edits=(("what", words),))

    return read


def figures(opened: Callable[[str], Source], offered: Sequence[str]) -> Reader:
    """Which data, by number or name; the echo says what is in them."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        word = clean(typed)
        if word.isdecimal() and 1 <= int(word) <= len(offered):
            word = offered[int(word) - 1]
        try:
            source = opened(word)
        except FormError:
            raise
        except EvalkitError as error:
            raise FormError(*error.problems) from error
        if source.first and calendar.per_year(source.first) == 4:
            raise refused("quarters", "months or years, which a plan's window is in")
        return Answer(edits=(("data", source.called),), echo=said_of(source))

    return read


def said_of(source: Source) -> str:
    """What is in the data, without a number of it."""
    if source.kind == "none":
        return "no figures yet: power cannot be worked out"
    plural = f"{source.unit}{'s' * (len(source.codes) != 1)}"
    where = f"{len(source.codes)} {plural}" if source.codes else "one series"
    span = f", {source.first} to {source.last}" if source.first else ""
    made_up = "; simulated" if source.simulated else ""
    return f"{where}{span}{made_up}"


def treated(source: Callable[[Draft], Source]) -> Reader:
    """Areas of the data where it was done, by name or code."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        names = _areas_of(source(draft), clean(typed), areas)
        if not names:
            raise refused("nothing", "at least one area")
        return Answer(edits=(("treated", names),), echo=_in_other_words(names, typed))

    return read


def since(source: Callable[[Draft], Source]) -> Reader:
    """The first period with it: ``2023-04``, or ``Derby 2023-04, Leicester 2023-10``."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        found, names = source(draft), list(map(str, draft.get("treated", [])))
        parts = [part.strip() for part in clean(typed).split(",") if part.strip()]
        if len(parts) < 2 and not _names_an_area(typed):
            start = _period(typed, found)
            return Answer(edits=(("since", start),), echo=_in_other_words([start], typed))
        starts: dict[str, str] = {}
        for part in parts:
            name, _, when = part.rpartition(" ")
            [known] = [n for n in names if _same(n, name)] or [""]
            if not known:
                raise refused(f"{part}", f"one of {', '.join(names)}, and its first period")
            starts[known] = _period(when, found)
        if missing := [n for n in names if n not in starts]:
            raise refused(f"no start for {', '.join(missing)}", "one for each")
        return Answer(
            edits=(("since", starts),), echo=", ".join(f"{n} {s}" for n, s in starts.items())
        )

    return read


def others(source: Callable[[Draft], Source]) -> Reader:
    """Who is compared: ``all`` others in the data, ``none``, names, or how many without data."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        found, word = source(draft), clean(typed).casefold()
        rest = [n for n in found.codes if n not in draft.get("treated", [])]
        if found.kind == "none":
            if not word.isdecimal():
                raise refused(typed.strip() or "nothing", "how many, such as 12, or 0")
            return Answer(edits=(("comparison", int(word)),))
        if word in ("none", "0", "no"):
            return Answer(edits=(("comparison", []),), echo="none")
        if word.startswith("all"):
            return Answer(edits=(("comparison", rest),), echo=f"{len(rest)}")
        names = _areas_of(found, typed, areas)
        if double := [n for n in names if n in draft.get("treated", [])]:
            raise refused(f"{double[0]}, where it was done", "an area without it")
        if not names:
            raise refused("nothing", "all, none, or names")
        return Answer(edits=(("comparison", names),), echo=f"{len(names)}: {', '.join(names)}")

    return read


def left_out(source: Callable[[Draft], Source]) -> Reader:
    """Areas of the comparison that take no part; empty for none."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        word = clean(typed)
        names = [] if word.casefold() in ("", "none") else _areas_of(source(draft), word, areas)
        compared = list(map(str, draft.get("comparison", [])))
        if odd := [n for n in names if n not in compared]:
            raise refused(f"{odd[0]}", "an area of the comparison")
        kept = len(compared) - len(names)
        echo = f"{kept} left to compare with" if names else "nobody"
        return Answer(edits=(("leave_out", names),), echo=echo)

    return read


def window(source: Callable[[Draft], Source], first_start: Callable[[Draft], str]) -> Reader:
    """First and last period: ``2021-04 to 2025-03``."""

    def read(typed: str, draft: Draft, areas: Areas) -> Answer:
        parts = re.split(r"\s+(?:to|until)\s+|\s*(?:\.\.|–)\s*", clean(typed))
        if len(parts) != 2:
            raise refused(typed.strip() or "nothing", "two periods, such as 2021-04 to 2025-03")
        found, start = source(draft), first_start(draft)
        first, last = (_period(part, found) for part in parts)
        if len(first) != len(last) or len(first) != len(start) or first >= last:
            raise refused(f"{first} to {last}", "two months, or two years, the earlier first")
        if found.kind == "table" and (first < found.first or last > found.last):
            raise refused(f"{first} to {last}", f"periods from {found.first} to {found.last}")
        if last < start:
            raise refused(f"{first} to {last}", f"some time from the start in {start} on")
        before = max(0, calendar.ordinal(start) - calendar.ordinal(first))
        after = calendar.ordinal(last) - calendar.ordinal(start) + 1
        edits = (("window", {"start": first, "end": last}),)
        return Answer(edits=edits, echo=f"{before} before the start, {after} from it on")

    return read


def smallest_change(typed: str, draft: Draft, areas: Areas) -> Answer:
    """The smallest change that would matter: ``10%``, ``-10 per cent`` or ``10``."""
    number = re.fullmatch(r"[-−+]?\s*(\d+(?:\.\d+)?)\s*(?:%|per\s*cent|percent)?", clean(typed))
    if number is None or not float(number[1]):
        raise refused(typed.strip() or "nothing", "a size above 0, such as 10%")
    return Answer(edits=(("minimum", float(number[1])),))


def _areas_of(source: Source, typed: str, areas: Areas) -> list[str]:
    """Names as the data have them, from names or codes with commas between."""
    if not source.codes:
        return [part.strip() for part in typed.split(",") if part.strip()]
    by_name = {_plain(n): n for n in source.codes} | {_plain(c): n for n, c in source.codes.items()}
    found = []
    for part in filter(str.strip, typed.split(",")):
        if _plain(part) not in by_name:
            close = difflib.get_close_matches(_plain(part), by_name, n=1)
            do = f"Did you mean {by_name[close[0]]}?" if close else "? lists them."
            raise refused(f"no area called {part.strip()} in the data", "one of them", do)
        found.append(by_name[_plain(part)])
    return list(dict.fromkeys(found))


def _period(typed: str, source: Source) -> str:
    """A month, or a year where the data are yearly."""
    partial = typed_dates.read_date(typed)
    yearly = bool(source.first) and calendar.per_year(source.first) == 1
    if yearly:
        return partial[: len("YYYY")]
    if len(partial) == len("YYYY"):
        raise refused(typed.strip(), "a month, such as 2023-04")
    return partial[: len("YYYY-MM")]


def _names_an_area(typed: str) -> bool:
    """Whether something stands before a date."""
    name, _, when = typed.strip().rpartition(" ")
    try:
        typed_dates.read_date(typed)
    except FormError:
        return bool(name) and when[:1].isdigit()
    return False


def _same(left: str, right: str) -> bool:
    return _plain(left) == _plain(right)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _in_other_words(found: Iterable[str], typed: str) -> str:
    said = ", ".join(found)
    return "" if _same(said, typed) else said
