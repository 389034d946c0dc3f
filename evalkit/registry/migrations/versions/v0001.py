"""The first schema: places, interventions, theories, protocols, findings, runs, the ledger."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _interventions()
    _theories()
    _protocols()
    _external_findings()
    _table("ledger_entry", _whole("seq"), *_texts(_LEDGER), key=["seq"])


_AREA = "code name kind"
_INTERVENTION = "id slug form name summary kind status start population"
_DESCRIPTION = (
    "intervention_id why materials procedures provided_by delivery location dose "
    "planned_variation unplanned_variation"
)
_INDICATOR = "of_element name unit source none_because"
_PROTOCOL = "id version intervention_id text sha256 canonical label"
_EXTERNAL = (
    "id outcome better reported headline summary years design compared source unit in_numbers"
)
_LEDGER = "day action subject payload_sha256 previous hash"
_TO_INTERVENTION: Mapping[str, str] = {"intervention_id": "intervention.id"}
_ITEM = ["intervention_id", "position"]


def _interventions() -> None:
    _table("area", *_texts(_AREA), key=["code"])
    _table("organisation", *_texts("name"), key=["name"])
    _table(
        "intervention",
        *_texts(_INTERVENTION),
        *_texts("status_reason end", optional=True),
        sa.Column("worked_example", sa.Boolean(), nullable=False),
        sa.Column("registered", sa.Date(), nullable=False),
        key=["id"],
        unique=["slug"],
    )
    _table("description", *_texts(_DESCRIPTION), key=["intervention_id"], refers=_TO_INTERVENTION)
    _items("intervention_area", *_texts("area_code"), refers={"area_code": "area.code"})
    _items(
        "intervention_organisation",
        *_texts("organisation_name role duty contact"),
        refers={"organisation_name": "organisation.name"},
    )


def _theories() -> None:
    _items("theory_element", *_texts("id kind text"), unique=["intervention_id", "id"])
    element = "theory_element.intervention_id theory_element.id"
    _items(
        "theory_link",
        *_texts("from_element to_element because assumes risk"),
        sa.Column("feedback", sa.Boolean(), nullable=False),
        refers={
            "intervention_id from_element": element,
            "intervention_id to_element": element,
        },
    )
    _items(
        "theory_link_evidence",
        _whole("link_position"),
        *_texts("finding_id"),
        refers={
            "intervention_id link_position": "theory_link.intervention_id theory_link.position"
        },
    )
    _items(
        "theory_indicator",
        *_texts(_INDICATOR),
        *_texts("direction", optional=True),
        *_numbers("baseline target"),
        refers={"intervention_id of_element": element},
    )


def _protocols() -> None:
    _table(
        "protocol",
        *_texts(_PROTOCOL),
        sa.Column("locked_on", sa.Date(), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        key=["id", "version"],
        refers=_TO_INTERVENTION,
    )
    _table(
        "run",
        *_texts("protocol_id version evaluation"),
        _whole("number"),
        sa.Column("day", sa.Date(), nullable=False),
        key=["protocol_id", "version", "number"],
        refers={"protocol_id version": "protocol.id protocol.version"},
    )
    _table(
        "finding",
        *_texts("protocol_id version id finding"),
        _whole("run_number"),
        _whole("position"),
        key=["protocol_id", "version", "run_number", "position"],
        refers={"protocol_id version run_number": "run.protocol_id run.version run.number"},
    )
    op.create_index("ix_finding_id", "finding", ["id"])


def _external_findings() -> None:
    _table(
        "external_finding",
        *_texts(_EXTERNAL),
        *_numbers("effect low high p_value"),
        sa.Column("level", sa.Float(), nullable=False),
        key=["id"],
    )
    _table(
        "external_finding_intervention",
        *_texts("finding_id intervention_id"),
        _whole("position"),
        key=["finding_id", "position"],
        refers={"finding_id": "external_finding.id", **_TO_INTERVENTION},
    )
    _table(
        "external_finding_limit",
        *_texts("finding_id text"),
        _whole("position"),
        key=["finding_id", "position"],
        refers={"finding_id": "external_finding.id"},
    )


def _items(
    name: str,
    *columns: sa.Column[object],
    unique: Sequence[str] = (),
    refers: Mapping[str, str] | None = None,
) -> None:
    """Make a table of list items that belong to an intervention."""
    place = (*_texts("intervention_id"), _whole("position"))
    refers = {**_TO_INTERVENTION, **(refers or {})}
    _table(name, *place, *columns, key=_ITEM, unique=unique, refers=refers)


def _table(
    name: str,
    *columns: sa.Column[object],
    key: Sequence[str],
    unique: Sequence[str] = (),
    refers: Mapping[str, str] | None = None,
) -> None:
    """Make a table; ``refers`` maps columns to the columns they refer to, several with spaces."""
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*key, name=f"pk_{name}")]
    if unique:
        constraints.append(sa.UniqueConstraint(*unique, name="_".join(["uq", name, *unique])))
    for mine, theirs in (refers or {}).items():
        label = "_".join(["fk", name, *mine.split()])
        constraints.append(sa.ForeignKeyConstraint(mine.split(), theirs.split(), name=label))
    op.create_table(name, *columns, *constraints)


def _texts(names: str, *, optional: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.String(), nullable=optional) for name in names.split()]


def _numbers(names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Float(), nullable=True) for name in names.split()]


def _whole(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)
