"""Everything that one edition of the hub is made from, gathered before the first page is built."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from evalkit.types.definition import Definition
from evalkit.types.duty_product import DutyProduct
from evalkit.types.edition import LedgerLine, Revision
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.indicator_limits import IndicatorLimits
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.intervention import Area, Intervention
from evalkit.types.late_result import Overdue
from evalkit.types.learning_event import LearningEvent
from evalkit.types.need import Need
from evalkit.types.organisation import Organisation
from evalkit.types.protocol import Amendment, LockedProtocol
from evalkit.types.publication import Taken
from evalkit.types.rating import Assessment
from evalkit.types.release import Release
from evalkit.types.run import RunRecord
from evalkit.types.synthesis_question import SynthesisStanding
from evalkit.types.told import ToldFinding, ToldWork
from evalkit.types.weight_table import WeightTable

__all__ = ["Catalogue", "LockedProtocol"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """One edition: what was registered, planned, evaluated and found; equal only to itself.

    Attributes
    ----------
    publisher, region, prefix : str
        From the workspace's ``evalkit.toml``.
    address : str
        From there too: where everybody reaches the hub; empty where it does not say.
    edition : date
        The day of the newest entry in the ledger, so that a rebuild is identical.
    ledger_head : str
        Hash of the newest ledger entry.
    areas : mapping of str to Area
        By code.
    interventions : tuple of Intervention
        Each with its ``id``; in order of id.
    protocols : tuple of LockedProtocol
        The newest version of each.
    evaluations : tuple of Evaluation
        For each protocol its newest run of which all findings are published, and its newest exploratory one;
        their deviations have reasons.
    findings : tuple of Finding
        Own ones that were published, and those published elsewhere, in order of id.
    notebooks : mapping of str to str
        By protocol id: the executed notebook's body as HTML (see ``report.notebook``).
    ran : mapping of (str, bool) to LockedProtocol
        By protocol id and whether exploratory: the plan that was run, where it is not the newest version.
    records : mapping of (str, bool) to RunRecord
        By the same: how the run was made.
    amendments : mapping of str to tuple of Amendment
        By protocol id, where it has any; oldest first.
    held_back : mapping of str to str
        By protocol id: why its newest result is not in this edition.
    overdue : mapping of str to Overdue
        By protocol id: those whose last period is over and that no finding of this edition answers.
    assessments : mapping of str to Assessment
        By finding id: what the schemes say of it.
    needs, duties, definitions, events, organisations : tuple
        In order of id; draft definitions are left out. Of organisations only what a post answers for.
    ledger : tuple of LedgerLine
        Every entry, oldest first; what is private has a hash and no subject.
    history : tuple of Revision
        Every version of everything public, in the order of kind, id and version.
    values : tuple of IndicatorValue
        What indicators were; a small number that was not kept is suppressed in them, and never zero.
    limits : tuple of IndicatorLimits
        The locked limits of their charts.
    value_notes : mapping of str to str
        By intervention id: what was done to its values because of small numbers.
    weight_tables : tuple of WeightTable
        Those that a plan of this edition weights by.
    released : tuple of Release
        Small numbers of this edition that a reviewer let go out.
    withdrawn : tuple of (Finding, str)
        Findings that were withdrawn, which ``findings`` does not hold, and why.
    steps : mapping of str to tuple of Taken
        By finding id: how it came to be published, oldest first.
    syntheses : tuple of SynthesisStanding
        Questions that several findings answer, in order of id.
    scales : mapping of bool to (mapping of str to float)
        How far the rulers of each unit reach, for what counts as a finding and for what does not; empty for
        as far as ``findings`` go.
    works_told, findings_told : mapping of str to a record
        By id: what lists and tables say, where the records themselves were left bare.
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
    ran: Mapping[tuple[str, bool], LockedProtocol] = field(default_factory=dict)
    records: Mapping[tuple[str, bool], RunRecord] = field(default_factory=dict)
    amendments: Mapping[str, tuple[Amendment, ...]] = field(default_factory=dict)
    held_back: Mapping[str, str] = field(default_factory=dict)
    overdue: Mapping[str, Overdue] = field(default_factory=dict)
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    duties: tuple[DutyProduct, ...] = ()
    definitions: tuple[Definition, ...] = ()
    events: tuple[LearningEvent, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    ledger: tuple[LedgerLine, ...] = ()
    history: tuple[Revision, ...] = ()
    values: tuple[IndicatorValue, ...] = ()
    limits: tuple[IndicatorLimits, ...] = ()
    value_notes: Mapping[str, str] = field(default_factory=dict)
    weight_tables: tuple[WeightTable, ...] = ()
    released: tuple[Release, ...] = ()
    withdrawn: tuple[tuple[Finding, str], ...] = ()
    steps: Mapping[str, tuple[Taken, ...]] = field(default_factory=dict)
    syntheses: tuple[SynthesisStanding, ...] = ()
    scales: Mapping[bool, Mapping[str, float]] = field(default_factory=dict)
    address: str = ""
    works_told: Mapping[str, ToldWork] = field(default_factory=dict)
    findings_told: Mapping[str, ToldFinding] = field(default_factory=dict)
