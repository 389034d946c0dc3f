"""Names that an entry may have: each could be a file's or a page's, on every system."""

import re
import unicodedata
from collections.abc import Iterator

from evalkit.errors import Problem

_ID = re.compile(r"(?=.{1,100}$)[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_LONGEST = 100
_NOT_IN_FILES = set('\\:*?"<>|')
_UNSEEN = {
    "Cc",
    "Cf",
    "Co",
    "Cs",
    "Zl",
    "Zp",
}  # control, right-to-left marks, line ends and their like
_DEVICES = re.compile(r"(aux|con|nul|prn|(com|lpt)[0-9])(\..*)?", re.IGNORECASE)


def names(**given: str) -> Iterator[Problem]:
    """Refuse an id or a slug that could not be the name of a file.

    An id has letters, digits and ``. _ -`` between slashes. A slug is what somebody called a folder, in any
    language; it has no character that cannot be seen, and neither leads out of a folder nor is the name of
    a device on Windows.

    Parameters
    ----------
    given : str
        By field, ``id`` or ``slug``.
    """
    for field, name in given.items():
        if needed := _needed(field, name):
            shown = repr(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}...")
            yield Problem(field=field, found=shown, needed=needed)


def _needed(field: str, name: str) -> str:
    if field == "id" and not _ID.fullmatch(name):
        return "letters, digits and . _ - between slashes, at most 100"
    if not 1 <= len(name) <= _LONGEST or _UNSEEN & {unicodedata.category(c) for c in name}:
        return "a name of 1 to 100 characters, without control characters and invisible marks"
    if _NOT_IN_FILES & set(name):
        return f"a name without {' '.join(sorted(_NOT_IN_FILES))}"
    parts = name.split("/")
    if any(part != part.strip(" ") or part[-1:] in ("", ".") or part[0] == "." for part in parts):
        return "a name of which no part is empty, begins with a dot, or ends with one"
    if any(_DEVICES.fullmatch(part) for part in parts):
        return "a name that is no device's on Windows"
    return ""
