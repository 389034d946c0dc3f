"""Numbers that a sentence gives without saying them: a percentage of so many, a mean of so many, a rate."""

import math
import re
from collections.abc import Iterator

_SIGNS = ("%", "per", "mean", "average", "each")
"""One of these is in every such sentence."""
_AMOUNT = r"(\d{1,3}(?:,\d{3})+|\d+)"
_SHARE = re.compile(
    rf"(\d+(?:\.\d+)?)\s*(?:%|per ?cent) of (?:the |all |these |those |its )?{_AMOUNT}\b(?![.,]\d)",
    re.IGNORECASE,
)
_MEAN = re.compile(
    r"\b(?:mean|average)\b[^\d%]{0,30}?(\d+\.\d+)(?!\s*%)|(\d+\.\d+)\s+[a-z ]{0,25}?(?:on average|each)\b",
    re.IGNORECASE,
)
_RATE = re.compile(rf"(\d+(?:\.\d+)?)\s*(?:[a-z]+ )?per {_AMOUNT}\b", re.IGNORECASE)
_OF_PEOPLE = re.compile(
    rf"{_AMOUNT}\s+(?:people|persons|patients|residents|inhabitants|women|men|children|pupils|victims|cases)\b"
    rf"|population of {_AMOUNT}",
    re.IGNORECASE,
)


def implied(sentence: str) -> Iterator[tuple[str, int, int]]:
    """What is said, and the smallest and largest whole number that it stands for.

    >>> list(implied("Of those, 7.5% of 40 patients came back."))
    [('7.5% of 40', 3, 3)]
    >>> list(implied("The rate was 5.3 per 100,000 among 57,000 residents."))
    [('5.3 per 100,000', 3, 3)]
    """
    plain = sentence.lower()
    if not any(word in plain for word in _SIGNS):
        return
    for found in _SHARE.finditer(sentence):
        yield from _times(found[0], found[1], _number(found[2]) / 100)
    people = [_number(found[1] or found[2]) for found in _OF_PEOPLE.finditer(sentence)]
    for found in _MEAN.finditer(sentence):
        for number in people:
            yield from _times(found[0], found[1] or found[2], number)
    for found in _RATE.finditer(sentence):
        for number in people:
            if number != _number(found[2]) and _number(found[2]):
                yield from _times(found[0], found[1], number / _number(found[2]))


def _times(said: str, text: str, factor: float) -> Iterator[tuple[str, int, int]]:
    half = 0.5 * 10.0 ** -len(text.partition(".")[2])
    low, high = (float(text) - half) * factor, (float(text) + half) * factor
    least, most = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if least <= most:
        yield said, max(0, least), most


def _number(text: str) -> float:
    return float(text.replace(",", ""))
