"""Which version a text stands on, where nobody said."""

from collections import Counter
from collections.abc import Sequence

from evalkit.errors import Problem, RegistryError
from evalkit.registry.versions import Version


def basis(versions: Sequence[Version], text: str) -> str:
    """Return the version that a text stands on, judged by its lines.

    A file that people write carries no version: a field for it would be their work, and a comment would be
    copied on unread. So the text is compared with every version: it stands on the one from which the fewest
    lines differ. Where an older one is as near as the current one, the text may have been read before the
    last change and would take it back unseen; then it counts as standing on the older one.

    Parameters
    ----------
    versions : sequence of Version
        All of an entry, oldest first.
    text : str
        The entry's text as it shall be.
    """
    current = versions[-1]
    older = [v for v in reversed(versions[:-1]) if v.text and v.text != current.text]
    if not older or not current.text or current.text == text:
        return current.version
    nearest = min(older, key=lambda version: _distance(version.text, text))
    is_older = _distance(nearest.text, text) <= _distance(current.text, text)
    return nearest.version if is_older else current.version


def refuse_old(
    id: str, versions: Sequence[Version], text: str, *, command: str, based_on: str = ""
) -> str:
    """Return the version that a text read earlier is based on: the one that was named, or the current one.

    Parameters
    ----------
    command : str
        What edits the entry from a file, for the message.
    based_on : str
        The version that its author named; the registry compares it. Empty for none.

    Raises
    ------
    RegistryError
        None was named, and the text stands on an older version.
    """
    current = versions[-1]
    if based_on or (stands_on := basis(versions, text)) == current.version:
        return based_on or current.version
    why = f": {current.reason}" if current.reason else ""
    made = f"by {current.by}, {current.day.isoformat()}{why}"
    raise RegistryError(
        Problem(
            field="based_on",
            found=f"a text that looks like {stands_on} with changes",
            needed=f"one that has the change to {current.version} in it ({made})",
            do=f"Read it with evalkit registry history {id}, put it into your text, then: "
            f"{command} --based-on {current.version}",
        )
    )


def _distance(left: str, right: str) -> int:
    """How many lines only one of two texts has."""
    one, other = Counter(left.splitlines()), Counter(right.splitlines())
    return (one - other).total() + (other - one).total()
