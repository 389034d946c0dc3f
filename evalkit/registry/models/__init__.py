"""The registry's tables, one noun a file; importing this package makes all of them known."""

from evalkit.registry.models.area import AreaRow
from evalkit.registry.models.base import Part, Row
from evalkit.registry.models.external_finding import (
    ExternalFindingRow,
    ExternalInterventionRow,
    ExternalLimitRow,
)
from evalkit.registry.models.finding import FindingRow
from evalkit.registry.models.intervention import (
    DescriptionRow,
    InterventionAreaRow,
    InterventionOrganisationRow,
    InterventionRow,
)
from evalkit.registry.models.ledger import LedgerRow
from evalkit.registry.models.organisation import OrganisationRow
from evalkit.registry.models.protocol import ProtocolRow
from evalkit.registry.models.run import RunRow
from evalkit.registry.models.theory import ElementRow, IndicatorRow, LinkEvidenceRow, LinkRow

__all__ = [
    "AreaRow",
    "DescriptionRow",
    "ElementRow",
    "ExternalFindingRow",
    "ExternalInterventionRow",
    "ExternalLimitRow",
    "FindingRow",
    "IndicatorRow",
    "InterventionAreaRow",
    "InterventionOrganisationRow",
    "InterventionRow",
    "LedgerRow",
    "LinkEvidenceRow",
    "LinkRow",
    "OrganisationRow",
    "Part",
    "ProtocolRow",
    "Row",
    "RunRow",
]
