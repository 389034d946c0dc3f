"""Put an extraction on record: what was read, when, by hash."""

import datetime
import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from evalkit.errors import Problem, RegistryError
from evalkit.registry import entries
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.store import Session
from evalkit.types.extraction import Extraction
from evalkit.types.snapshot import Snapshot


def record_snapshot(
    session: Session,
    table: Path,
    extraction: Extraction,
    *,
    outcomes: tuple[str, ...],
    areas: int,
    on: datetime.date,
    by: str = NOT_GIVEN,
    protocol: str | None = None,
) -> tuple[Snapshot, bool]:
    """Register an extraction; the same one again, for the same plan, is the snapshot that there is.

    Parameters
    ----------
    session : Session
        Open for writing: the number of the snapshot is taken in the same transaction.
    table : Path
        The table that was written; only its name is kept.
    on : date
        Today, from the edge.

    Returns
    -------
    Snapshot, bool
        And whether it is new.

    Raises
    ------
    RegistryError
        The table is not what the extraction says, or the plan is not locked.
    """
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    if digest != extraction.table_sha256:
        found, needed = f"a table of hash {digest[:12]}", f"{extraction.table_sha256[:12]}"
        raise RegistryError(Problem(file=table.name, found=found, needed=f"{needed} as extracted"))
    made = extraction_sha256(extraction)
    known = entries.read_all(session, "snapshot")
    for one in known:
        if (one.extraction_sha256, one.protocol, one.table) == (made, protocol, table.name):
            return one, False
    number = 1 + max((int(one.id.removeprefix("S-")) for one in known), default=0)
    snapshot = Snapshot(
        form="evalkit/snapshot/1",
        id=f"S-{number:04d}",
        source=extraction.source,
        table=table.name,
        table_sha256=digest,
        extraction_sha256=made,
        files=sum(one.used for one in extraction.inputs),
        first=extraction.periods[0],
        last=extraction.periods[1],
        outcomes=outcomes,
        areas=areas,
        rows_read=extraction.rows_read,
        rows_kept=extraction.rows_kept,
        simulated=extraction.simulated,
        extracted_on=on,
        protocol=protocol,
    )
    done = entries.register(session, "snapshot", snapshot, on=on, by=by)
    return done.record, done.new


def extraction_sha256(extraction: Extraction) -> str:
    """Hash of how a table was made, every input's hash included."""
    plain = json.dumps(asdict(extraction), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
