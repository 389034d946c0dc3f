"""The first schema: places, entries with their versions and references, runs, the ledger."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_VERSION = "kind id slug day by reason text payload sha256"
_LEDGER = "day action subject by reason payload_sha256 previous hash"
_TO_ENTRY: Mapping[str, str] = {"kind id": "entry.kind entry.id"}


def upgrade() -> None:
    _table(
        "area",
        *_texts("code name kind boundary_version"),
        *_texts("parent", optional=True),
        key=["code"],
        refers={"parent": "area.code"},
    )
    _entries()
    _runs()
    _table("ledger_entry", *_wholes("seq"), *_texts(_LEDGER), key=["seq"])


def _entries() -> None:
    _table(
        "entry",
        *_texts("kind id slug title status"),
        *_wholes("number search_row"),
        key=["kind", "id"],
        unique=[["kind", "slug"], ["search_row"]],
    )
    _table(
        "entry_version",
        *_texts(_VERSION),
        *_wholes("number major minor"),
        key=["kind", "id", "number"],
        refers=_TO_ENTRY,
    )
    _table(
        "entry_reference",
        *_texts("kind id role target"),
        key=["kind", "id", "role", "target"],
        refers=_TO_ENTRY,
    )
    op.create_index("ix_entry_reference_role_target", "entry_reference", ["role", "target"])


def _runs() -> None:
    _table(
        "run",
        *_texts("protocol_id version day evaluation"),
        *_wholes("number"),
        key=["protocol_id", "version", "number"],
    )
    _table(
        "finding",
        *_texts("protocol_id version id finding"),
        *_wholes("run_number position"),
        key=["protocol_id", "version", "run_number", "position"],
        refers={"protocol_id version run_number": "run.protocol_id run.version run.number"},
    )
    op.create_index("ix_finding_id", "finding", ["id"])


def _table(
    name: str,
    *columns: sa.Column[object],
    key: Sequence[str],
    unique: Sequence[Sequence[str]] = (),
    refers: Mapping[str, str] | None = None,
) -> None:
    """Make a table; ``refers`` maps columns to the columns they refer to, several with spaces."""
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*key, name=f"pk_{name}")]
    for together in unique:
        label = "_".join(["uq", name, *together])
        constraints.append(sa.UniqueConstraint(*together, name=label))
    for mine, theirs in (refers or {}).items():
        label = "_".join(["fk", name, *mine.split()])
        constraints.append(sa.ForeignKeyConstraint(mine.split(), theirs.split(), name=label))
    op.create_table(name, *columns, *constraints)


def _texts(names: str, *, optional: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.String(), nullable=optional) for name in names.split()]


def _wholes(names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names.split()]
