"""What lists, tables and search say of a record: worked out once, so that not all need be read again.

What files are put together from is bytes, as they are written: one letter beyond Latin doubles a text's room.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldWork:
    """What is told of an intervention.

    Attributes
    ----------
    digest : str
        A hash of all that its pages are made from.
    keys : mapping of str to tuple of str
        By filter of the list: the words that it has.
    card : str
        Its row in the list of all, as HTML.
    search : bytes
        Its row in the search index, as JSON.
    """

    digest: str
    keys: Mapping[str, tuple[str, ...]]
    card: str
    search: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFinding:
    """What is told of a finding.

    Attributes
    ----------
    digest : str
        A hash of all that its pages are made from.
    checks : str
        How many checks were passed, in words; where it comes from, for a result published elsewhere.
    compared : bool or None
        Whether its run had a comparison; None for a result published elsewhere.
    search : bytes
        Its row in the search index, as JSON.
    record : bytes
        Itself, as JSON in one line.
    table : bytes
        Its row in the table of all, as CSV.
    row : tuple
        Its row in the database.
    """

    digest: str
    checks: str
    compared: bool | None
    search: bytes
    record: bytes
    table: bytes
    row: tuple[str | float | bool | None, ...]
