"""What was extracted, when, by hash: the proof of which data existed and were seen on a day."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, StringConstraints

from evalkit.types import patterns
from evalkit.types.ids import ProtocolId, Slug
from evalkit.types.texts import Line

SnapshotId = Annotated[str, StringConstraints(pattern=patterns.SNAPSHOT)]
Sha256 = Annotated[str, StringConstraints(pattern=patterns.SHA256)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One extraction of data into a table.

    Attributes
    ----------
    id : str
        ``S-0031``.
    source : str
        Id of the data source.
    table : str
        Name of the table's file; its folder is no business of the registry.
    table_sha256, extraction_sha256 : str
        Of the table's bytes, and of the record of how it was made, which holds every input's hash.
    files : int
        Input files that were used.
    first, last : str
        Periods of the table.
    outcomes : tuple of str
    areas : int
    rows_read, rows_kept : int
    simulated : bool
    extracted_on : date
    protocol : str or None
        The plan that it was made for.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/snapshot/1"]
    id: SnapshotId
    source: Slug
    table: Line
    table_sha256: Sha256
    extraction_sha256: Sha256
    files: int
    first: str
    last: str
    outcomes: tuple[Line, ...]
    areas: int
    rows_read: int
    rows_kept: int
    simulated: bool
    extracted_on: datetime.date
    protocol: ProtocolId | None = None
