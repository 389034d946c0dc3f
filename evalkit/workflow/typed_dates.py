"""Dates as people in England type them, and as they read them."""

import re

from evalkit.errors import FormError, Problem
from evalkit.types.dates import first_day

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ISO = re.compile(r"(?P<y>\d{4})(?:-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?)?")
_NUMBERS = re.compile(r"(?:(?P<d>\d{1,2})\s*[/.-]\s*)?(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>\d{4})")
_WORDS = re.compile(
    r"(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<m>[a-z]{3,9})\.?,?\s+(?P<y>\d{4})"
)


def read_date(typed: str) -> str:
    """Return a date as YYYY, YYYY-MM or YYYY-MM-DD; the day comes first, as in England.

    Raises
    ------
    FormError
        For anything else, or a day that does not exist.

    Examples
    --------
    >>> read_date("01/04/2023"), read_date("1st Apr 2023"), read_date("4/2023"), read_date("2023")
    ('2023-04-01', '2023-04-01', '2023-04', '2023')
    """
    text = " ".join(typed.casefold().split())
    for pattern in (_ISO, _NUMBERS, _WORDS):
        if (found := pattern.fullmatch(text)) is not None:
            parts = [found["y"]]
            if found["m"] is not None:
                parts.append(f"{_month(found['m']):02d}")
            if found["d"] is not None:
                parts.append(f"{int(found['d']):02d}")
            return _existing("-".join(parts), typed)
    raise _refused(typed)


def in_words(partial: str) -> str:
    """A date as people read it.

    >>> in_words("2023-04-01"), in_words("2023-04"), in_words("2023")
    ('1 April 2023', 'April 2023', '2023')
    """
    year, *rest = partial.split("-")
    month = [_MONTHS[int(rest[0]) - 1]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join((*day, *month, year))


def _month(text: str) -> int:
    """1 to 12, or 0 where there is no such month."""
    if text.isdigit():
        return int(text)
    names = [n for n, name in enumerate(_MONTHS, 1) if name.casefold().startswith(text)]
    return names[0] if len(names) == 1 else 9 if text == "sept" else 0


def _existing(partial: str, typed: str) -> str:
    try:
        first_day(partial)
    except ValueError as error:
        raise _refused(typed) from error
    return partial


def _refused(typed: str) -> FormError:
    needed = "a date such as 01/04/2023, April 2023 or 2023"
    return FormError(Problem(found=typed.strip() or "nothing", needed=needed))
