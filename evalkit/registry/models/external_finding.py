"""Results that somebody else published."""

from sqlmodel import Field

from evalkit.registry.models.base import Row


class ExternalFindingRow(Row, table=True):
    """A published result in its source's numbers; ``effect``, ``low``, ``high`` are in ``unit``."""

    __tablename__ = "external_finding"

    id: str = Field(primary_key=True)
    outcome: str
    better: str
    reported: str
    headline: str
    summary: str
    years: str
    design: str
    compared: str
    source: str
    unit: str
    effect: float | None
    low: float | None
    high: float | None
    level: float
    p_value: float | None
    in_numbers: str


class ExternalInterventionRow(Row, table=True):
    """One intervention that a published result is about."""

    __tablename__ = "external_finding_intervention"

    finding_id: str = Field(foreign_key="external_finding.id", primary_key=True)
    position: int = Field(primary_key=True)
    intervention_id: str = Field(foreign_key="intervention.id")


class ExternalLimitRow(Row, table=True):
    """One thing to know before using a published result."""

    __tablename__ = "external_finding_limit"

    finding_id: str = Field(foreign_key="external_finding.id", primary_key=True)
    position: int = Field(primary_key=True)
    text: str
