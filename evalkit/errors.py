"""What can go wrong, said so that the reader can mend it.

```
EvalkitError
├── FormError       text written by people: a field is missing, misspelt or contradicts another
├── DataError       a column, key, type or row is not what the method needs
├── ProtocolError   a plan is incomplete, contradictory, not locked, or was changed after locking
├── RegistryError   an unknown id, a broken link, a duplicate, a newer schema, a broken ledger
├── NotebookError   a notebook could not be executed or disagrees with the record
└── HubError        a page cannot be built, or a link in it leads nowhere
```

The command line prints one line for each problem and exits 1; wrong usage exits 2.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: where it is, what was found, what is needed, what to do.

    Attributes
    ----------
    found, needed : str
        What stands there and what should, as short phrases without a full stop.
    do : str
        What the reader can do, as a sentence; empty where ``needed`` says it all.
    file, field : str
        The file's name as the reader knows it, and the dotted path of the field.
    line : int or None
        1-based line in ``file``, None where there are no lines.
    locked : bool
        True where ``needed`` is what was locked: it then reads "found; locked …".
    """

    found: str
    needed: str
    do: str = ""
    file: str = ""
    line: int | None = None
    field: str = ""
    locked: bool = False

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        place = " ".join(part for part in (where, self.field) if part)
        text = f"{self.found}; {'locked' if self.locked else 'needed'} {self.needed}."
        return " ".join(part for part in (f"{place}:" if place else "", text, self.do) if part)


class EvalkitError(Exception):
    """Anything evalkit refuses to do, with its problems.

    Attributes
    ----------
    problems : tuple of Problem
        Empty when the message is a plain sentence.
    """

    def __init__(self, *reasons: Problem | str) -> None:
        self.problems = tuple(r for r in reasons if isinstance(r, Problem))
        super().__init__("\n".join(str(reason) for reason in reasons))


class FormError(EvalkitError):
    """Text written by people does not fit its form."""


class DataError(EvalkitError):
    """The data are not what the method needs."""


class ProtocolError(EvalkitError):
    """A plan is incomplete, contradictory, not locked, or changed after locking."""


class RegistryError(EvalkitError):
    """The registry refuses: unknown, duplicate, newer, or no longer whole."""


class NotebookError(EvalkitError):
    """A notebook could not be executed, or its numbers are not the record's."""


class HubError(EvalkitError):
    """A page of the hub cannot be built."""
