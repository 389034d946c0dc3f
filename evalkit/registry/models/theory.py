"""The theory of change of an intervention; one without elements has none."""

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint

from evalkit.registry.models.base import Part

_ELEMENT = ["theory_element.intervention_id", "theory_element.id"]


class ElementRow(Part, table=True):
    """One box."""

    __tablename__ = "theory_element"
    __table_args__ = (UniqueConstraint("intervention_id", "id"),)

    id: str
    kind: str
    text: str


class LinkRow(Part, table=True):
    """One arrow between two elements of the same intervention."""

    __tablename__ = "theory_link"
    __table_args__ = (
        ForeignKeyConstraint(["intervention_id", "from_element"], _ELEMENT),
        ForeignKeyConstraint(["intervention_id", "to_element"], _ELEMENT),
    )

    from_element: str
    to_element: str
    because: str
    assumes: str
    risk: str
    feedback: bool


class LinkEvidenceRow(Part, table=True):
    """A finding that a link leans on; ``position`` counts through all links of the intervention.

    Not a foreign key: a theory may name a finding before it is published.
    """

    __tablename__ = "theory_link_evidence"
    __table_args__ = (
        ForeignKeyConstraint(
            ["intervention_id", "link_position"],
            ["theory_link.intervention_id", "theory_link.position"],
        ),
    )

    link_position: int
    finding_id: str


class IndicatorRow(Part, table=True):
    """How an element is measured, or why it is not; ``baseline`` and ``target`` are in ``unit``."""

    __tablename__ = "theory_indicator"
    __table_args__ = (ForeignKeyConstraint(["intervention_id", "of_element"], _ELEMENT),)

    of_element: str
    name: str
    unit: str
    source: str
    baseline: float | None
    target: float | None
    direction: str | None
    none_because: str
