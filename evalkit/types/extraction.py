"""How one table of outcomes was made: which bytes went in, which rows were left out and why."""

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """One file that was read.

    Attributes
    ----------
    name : str
        Inside its folder or archive, e.g. ``"2018-10/2018-10-derbyshire-street.csv"``.
    download : str
        Name of the archive or folder that it came in; empty for a file of its own. Never a path.
    sha256 : str
        Of the file's bytes (uncompressed).
    size, rows : int
        Bytes, and rows of data.
    vintage : str
        The day that the publisher wrote it (YYYY-MM-DD) where the archive tells; empty where it does not.
    used : bool
        False where the same month of another download was used instead.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str
    sha256: str
    size: int
    rows: int
    download: str = ""
    vintage: str = ""
    used: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A number of rows and why: left out for one reason, or kept although something is odd."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    why: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What stands in ``<table>.provenance.json`` beside a table of outcomes.

    ``rows_read`` is ``rows_kept`` plus all ``dropped``; ``noted`` rows are among the kept ones.

    Attributes
    ----------
    source : str
        Id of the data source, e.g. ``"police-uk"``.
    inputs : tuple of InputFile
        By name, then download.
    choices : mapping
        Every option that changes the numbers, as text.
    dropped, noted : tuple of Rows
    periods : tuple of str
        First and last period of the table.
    unpublished : mapping
        By area, or by force: periods between them that nobody published and that stay missing.
    table_sha256 : str
        Of the bytes of the table.
    simulated : bool
        True where the data are made up; every page says so.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    source: str
    inputs: tuple[InputFile, ...]
    choices: dict[str, str]
    rows_read: int
    rows_kept: int
    dropped: tuple[Rows, ...]
    noted: tuple[Rows, ...]
    periods: tuple[str, str]
    unpublished: dict[str, tuple[str, ...]]
    table_sha256: str
    simulated: bool = False
    form: Literal["evalkit/extraction/1"] = "evalkit/extraction/1"
