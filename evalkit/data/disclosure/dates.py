"""Periods as tables write them."""

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = re.compile(r"([a-z]{3})[a-z]*\.? ([12]\d{3})")
_DAY = re.compile(r"([12]\d{3}-\d{2})-\d{2}( 00:00:00)?")


def as_period(text: str) -> str:
    """``"january 2019"`` and ``"2019-01-01"`` as ``"2019-01"``; other text as it is.

    >>> as_period("jan 2019"), as_period("2019-01-01"), as_period("market harborough")
    ('2019-01', '2019-01', 'market harborough')
    """
    if (words := _WORDS.fullmatch(text)) and words[1] in _MONTHS:
        return f"{words[2]}-{_MONTHS.index(words[1]) + 1:02d}"
    if day := _DAY.fullmatch(text):
        return day[1]
    return text


def is_month(label: str) -> bool:
    """Whether a label is a month, ``2019-01``."""
    return re.fullmatch(r"[12]\d{3}-\d{2}", label) is not None
