"""What a draft of a plan still leaves to people, and where."""

from evalkit.errors import Problem, ProtocolError
from evalkit.text import Document

TO_WRITE = "TO WRITE:"
"""Stands where something is missing that only people can say."""


def unwritten(text: str) -> list[tuple[int, str]]:
    r"""Each line with something still to write, and what.

    >>> unwritten("Prose.\nTO WRITE: why less would not matter.\n")
    [(2, 'why less would not matter')]
    """
    lines = enumerate(text.split("\n"), 1)
    found = [(n, line.partition(TO_WRITE)[2].strip()) for n, line in lines if TO_WRITE in line]
    return [(n, what.rstrip(".")) for n, what in found]


def refuse_unwritten(document: Document) -> None:
    """Raise ProtocolError where something is still to be written."""
    problems = [
        Problem(
            file=document.file,
            line=line,
            found=f"still to write: {what}" if what else "still to write",
            needed="your words in its place",
        )
        for line, what in unwritten(document.text)
    ]
    if problems:
        raise ProtocolError(*problems)
