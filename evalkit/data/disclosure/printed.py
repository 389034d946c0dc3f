"""What a printed cell says: a number, a mark that hides one, or nothing."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_NUMBER = re.compile(r"[~≈]?[+\-−]?(\d{1,3}([, \u2009]\d{3})+|\d+)(\.\d+)?%?")
_ASIDE = re.compile(r"(?:\s*(?:\([^()]*\)|\[[^\[\]]*\])|[†‡§¹²³*])+$")
"""What follows a number in its cell: a percentage in brackets, a mark for a note."""
SPELLED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_UNDER = re.compile(r"(<=|≤|up to|at most|<|less than|fewer than|under)\s*(\d+)")
_STARS = {"*", "**", "[c]", "c", "suppressed", "hidden", "small", "s", "#"}
_SECONDARY = {"[c]", "c"}
_NOTHING = {
    "",
    "-",
    "–",
    "—",
    ".",
    "..",
    ":",
    "n/a",
    "na",
    "nan",
    "none",
    "null",
    "missing",
    "z",
    "[z]",
    "x",
    "[x]",
}


@dataclass(frozen=True, slots=True)
class Printed:
    """One cell as it can be read.

    Attributes
    ----------
    kind : str
        ``number``; ``small``, a mark for a small number; ``covered``, hidden to protect others; ``under``, a
        mark that says below what; ``nothing``; ``words``.
    value : float
        The number, or what it is below.
    decimals : int
    """

    kind: Literal["number", "small", "covered", "under", "nothing", "words"]
    value: float = 0.0
    decimals: int = 0

    @property
    def is_count(self) -> bool:
        """Whether it is a whole number that is not negative."""
        return self.kind == "number" and self.value >= 0 and self.value == int(self.value)


@lru_cache(maxsize=2**18)
def read_printed(text: str) -> Printed:
    """What a cell says.

    >>> read_printed("1,204").value, read_printed("12.5%").decimals, read_printed("<8").kind
    (1204.0, 1, 'under')
    >>> read_printed("3 (2.1%)").value, read_printed("three").value, read_printed("4†").value
    (3.0, 3.0, 4.0)
    >>> [read_printed(cell).kind for cell in ("*", "[c]", "–", "Leicester")]
    ['small', 'covered', 'nothing', 'words']
    """
    plain = _plain(text)
    if plain in SPELLED:
        return Printed("number", float(SPELLED.index(plain)))
    if plain in _NOTHING:
        return Printed("nothing")
    if plain in _STARS:
        return Printed("covered" if plain in _SECONDARY else "small")
    if under := _UNDER.fullmatch(plain):
        return Printed("under", float(under[2]) + (under[1] in ("<=", "≤", "up to", "at most")))
    if plain[:1].isdigit():
        plain = _ASIDE.sub("", plain)
    if number := _NUMBER.fullmatch(plain):
        bare = re.sub(r"[,\s~≈]", "", plain).rstrip("%")
        value = float(bare.replace("−", "-"))
        return Printed("number", value, len(number[3] or ".") - 1)
    return Printed("words")


def _plain(text: str) -> str:
    """A spreadsheet's own mark for text, an apostrophe in front, is left out."""
    return " ".join(text.split()).lower().removeprefix("'")
