"""The lines that people type for a theory of change: one more element, or a correction of the list."""

import difflib
import re
from dataclasses import dataclass
from typing import Literal

from evalkit.workflow.answers import fitting, refused
from evalkit.workflow.theory_draft import KINDS

LONGEST = 60
CORRECTIONS = "drop 2, move 3 1, or change 2 outcome: Fewer robberies"
_VERBS = {
    "drop": "drop",
    "delete": "drop",
    "remove": "drop",
    "move": "move",
    "change": "change",
    "edit": "change",
    "replace": "change",
}
_CORRECTION = re.compile(
    r"(?P<verb>[a-z]+)(?:\s+line)?\s+(?P<line>\d+)(?![\d.]*\d)[.:]?(?:\s+(?P<rest>.*))?",
    re.IGNORECASE,
)
_TO = re.compile(r"(?:to\s+)?(?:line\s+)?(\d+)\.?", re.IGNORECASE)
_ELEMENT = re.compile(r"(?P<kind>[A-Za-z]+)(?:\s*:|\s*[–—]|\s+-+>?\s|\s*=|-\s)\s*(?P<text>.*)")
_NUMBERED = re.compile(r"(?P<line>\d+)\s*(?P<mark>[.):]?)\s*(?P<rest>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one line asks for.

    Attributes
    ----------
    verb : "add", "drop", "move" or "change"
    line, to : int
        The line it is about and where that shall stand, from 1; 0 where neither matters.
    kind, text : str
        The element; empty to keep what stands there.
    """

    verb: Literal["add", "drop", "move", "change"]
    line: int = 0
    to: int = 0
    kind: str = ""
    text: str = ""


def read_line(typed: str, lines: int) -> Line:
    """Understand a line where the list has so many.

    Kinds may be plural, shortened or slightly misspelt where only one fits; a colon, a dash or an equals sign
    stands behind them.

    Raises
    ------
    FormError
        With what to type instead.

    Examples
    --------
    >>> read_line("Activities - Foot patrols", 0)
    Line(verb='add', line=0, to=0, kind='activity', text='Foot patrols')
    >>> read_line("move 3 to 1", 3)
    Line(verb='move', line=3, to=1, kind='', text='')
    """
    found = _CORRECTION.fullmatch(typed)
    if found and (verb := _VERBS.get(found["verb"].casefold())):
        return _correction(verb, _there(int(found["line"]), lines), found["rest"] or "", lines)
    if typed.split()[0].casefold() in _VERBS and not _ELEMENT.fullmatch(typed):
        raise refused(typed, CORRECTIONS)
    numbered = _NUMBERED.fullmatch(typed)
    if numbered:
        n, rest = int(numbered["line"]), numbered["rest"]
        if n == lines + 1 and numbered["mark"] and rest:
            return read_line(rest, lines)
        if 1 <= n <= lines:
            anew = rest or "outcome: Fewer robberies"
            raise refused(typed, f"drop {n}, move {n} 1, or change {n} {anew}")
    kind, text = _element(typed)
    if not kind:
        raise _no_kind(typed)
    return Line(verb="add", kind=kind, text=_short(text))


def _correction(verb: str, line: int, rest: str, lines: int) -> Line:
    if verb == "drop" and not rest:
        return Line(verb="drop", line=line)
    if verb == "move" and (to := _TO.fullmatch(rest)):
        return Line(verb="move", line=line, to=_there(int(to[1]), lines))
    if verb == "change" and rest:
        rest = rest.removeprefix("to ").strip()
        if rest.casefold() in KINDS:
            return Line(verb="change", line=line, kind=rest.casefold())
        kind, text = _element(rest)
        return Line(verb="change", line=line, kind=kind, text=_short(text or rest))
    raise refused(f"{verb} {line} {rest}".strip(), CORRECTIONS)


def _there(line: int, lines: int) -> int:
    if not 1 <= line <= lines:
        last = f"a line from 1 to {lines}" if lines else "a line of the list, which is empty"
        raise refused(f"line {line}", last)
    return line


def _element(typed: str) -> tuple[str, str]:
    """Kind and text; no kind where there is no sign behind the first word."""
    found = _ELEMENT.fullmatch(typed)
    return (kind_of(found["kind"]), found["text"].strip()) if found else ("", "")


def kind_of(typed: str) -> str:
    """The kind that somebody means; FormError where none or several fit.

    >>> kind_of("Outcomes"), kind_of("act"), kind_of("ouput")
    ('outcome', 'activity', 'output')
    """
    word = typed.casefold()
    plurals = {"activities" if kind == "activity" else f"{kind}s": kind for kind in KINDS}
    if word in KINDS or word in plurals:
        return plurals.get(word, word)
    begun = [kind for kind in KINDS if kind.startswith(word)]
    meant = begun or difflib.get_close_matches(word, KINDS, n=2, cutoff=0.8)
    if len(meant) != 1:
        what = f"{typed}, which could be {' or '.join(meant)}" if meant else f"{typed}, no kind"
        raise refused(what, f"one of {', '.join(KINDS)}")
    return meant[0]


def _no_kind(typed: str) -> Exception:
    first, _, rest = typed.partition(" ")
    if rest and first.casefold() in KINDS:
        return refused("no colon", f"{first}: {rest}")
    needed = f"a kind and a colon before it, one of {', '.join(KINDS)}"
    return refused(typed, needed, "E.g. activity: Foot patrols.")


def _short(text: str) -> str:
    if len(text) > LONGEST:
        by = len(text) - LONGEST
        do = f"Shorten it by {by}; the up arrow brings it back."
        raise refused(f"{len(text)} characters", f"at most {LONGEST}", do)
    return fitting(text, LONGEST)
