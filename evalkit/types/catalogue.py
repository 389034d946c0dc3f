"""Everything that one edition of the hub is made from, gathered before the first page is built."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.intervention import Area, Intervention
from evalkit.types.protocol import LockedProtocol

__all__ = ["Catalogue", "LockedProtocol"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One edition: what was registered, planned, evaluated and found.

    Attributes
    ----------
    publisher, region, prefix : str
        From the workspace's ``evalkit.toml``.
    edition : date
        The day of the newest entry in the ledger, so that a rebuild is identical.
    ledger_head : str
        Hash of the newest ledger entry.
    areas : mapping of str to Area
        By code.
    interventions : tuple of Intervention
        Each with its ``id``; in order of id.
    protocols : tuple of LockedProtocol
    evaluations : tuple of Evaluation
        One for each protocol that has been run.
    findings : tuple of Finding
        Own and published elsewhere, in order of id.
    notebooks : mapping of str to str
        By protocol id: the executed notebook's body as HTML (see ``report.notebook``).
    """

    publisher: str
    region: str
    prefix: str
    edition: datetime.date
    ledger_head: str
    areas: Mapping[str, Area]
    interventions: tuple[Intervention, ...]
    protocols: tuple[LockedProtocol, ...]
    evaluations: tuple[Evaluation, ...]
    findings: tuple[Finding, ...]
    notebooks: Mapping[str, str]
