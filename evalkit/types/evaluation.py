"""What one run of a locked protocol produced."""

from dataclasses import dataclass
from typing import Literal

from evalkit.types.deviation import Deviation as Deviation
from evalkit.types.estimate import Estimate, EventEffect, NoEstimate, PathPoint
from evalkit.types.series_diagnostics import SeriesDiagnostics
from evalkit.types.shown import as_rows

PER_THOUSAND = "incidents avoided per 1,000 people a year"
"""The estimand of a reading beside a rate ratio of counts of people."""
IfFailed = Literal["cannot_tell", "lower_rating", "report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One attempt to prove the estimate wrong.

    Attributes
    ----------
    check : str
        Its name in the protocol, e.g. ``"pre_trend"``.
    question : str
        What it asks, as a plain question.
    statistic : float or None
        The number that was looked at; ``statistic_name`` says which.
    threshold : float or None
        From the protocol; None for a check that only reports.
    rule : ">=" or "<=" or ""
        The check passes when ``statistic rule threshold``.
    passed : bool or None
        None: not applicable, or the check only reports.
    applicable : bool
        False where the data cannot answer the question; ``sentence`` says why.
    if_failed : str
        What the protocol says a failure does to the words.
    sentence : str
        What was seen, in one sentence.
    """

    check: str
    question: str
    statistic_name: str
    statistic: float | None
    threshold: float | None
    rule: Literal[">=", "<=", ""]
    passed: bool | None
    applicable: bool
    if_failed: IfFailed
    sentence: str

    def _repr_html_(self) -> str:
        words = {True: "passed", False: "FAILED", None: "shown"}
        rows = [
            ("check", self.check),
            ("question", self.question),
            ("result", words[self.passed] if self.applicable else "not applicable"),
            ("seen", self.sentence),
        ]
        if self.statistic is not None and self.threshold is not None:
            needed = f"{self.statistic:.4g}; passes {self.rule} {self.threshold:g}"
            rows.append((self.statistic_name, needed))
        return as_rows(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the data came from, exactly.

    Attributes
    ----------
    source : str
        In words: who published it.
    file : str
        The file's name inside its package or folder; never a path of one machine.
    package, version : str
        The installable package and its version; empty for a local file.
    sha256 : str
        Of the file's bytes.
    rows_read, rows_used : int
        Rows in the file, and rows that reached the panel or series.
    dropped : tuple of (str, int)
        Reason and number of rows, for every row that was left out.
    licence : str
        As stated by the publisher, or "not stated".
    simulated : bool
        True where a generator made the data up: every page and output says so.
    """

    source: str
    file: str
    package: str
    version: str
    sha256: str
    rows_read: int
    rows_used: int
    dropped: tuple[tuple[str, int], ...]
    licence: str
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Units that have the same periods.

    Attributes
    ----------
    units : tuple of str
        Their names, sorted.
    missing : tuple of str
        Periods between the first and the last for which they have no number; missing is never zero.
    """

    units: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Who and when: the cells behind an evaluation.

    Attributes
    ----------
    n_obs, n_units, n_treated, n_comparison, n_periods : int
        ``n_comparison`` is 0 for a single series; where units serve as comparison until they start
        themselves, they are counted on both sides.
    first_period, last_period : str
        ``YYYY-MM`` or ``YYYY``.
    unit_name : str
        What a unit is called, e.g. ``"state"``.
    cohorts : tuple of (str, int)
        First treated period and number of units that start then.
    observed : tuple of Observed
        Every unit of a panel once; empty for a series, and in runs made before this was written down.
    """

    n_obs: int
    n_units: int
    n_treated: int
    n_comparison: int
    n_periods: int
    first_period: str
    last_period: str
    unit_name: str
    cohorts: tuple[tuple[str, int], ...]
    observed: tuple[Observed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEstimate:
    """An estimate with the name and the words that the protocol gives it.

    Attributes
    ----------
    name : str
        The protocol's name for the change or for the alternative.
    words : str
        What it is, in plain words.
    avoided : Estimate or None
        Incidents avoided, beside a rate ratio.
    """

    name: str
    words: str
    estimate: Estimate
    avoided: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A change or an alternative for which the method gives no number, and why.

    Attributes
    ----------
    name, words : str
        As in ``NamedEstimate``.
    """

    name: str
    words: str
    answer: NoEstimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything that one run of one locked protocol says.

    Attributes
    ----------
    protocol, version, protocol_sha256 : str
        The plan that was run.
    label : str
        When the plan was locked in relation to the data, e.g. ``"retrospective"``.
    design : "did", "its" or "controlled_its"
    outcome, unit_of_measure : str
        In the protocol's words.
    estimates : tuple of NamedEstimate
        The protocol's primary estimates, one a change, in its order.
    alternatives : tuple of NamedEstimate
        The sensitivity analyses that the protocol names.
    events : tuple of EventEffect
        Effects by distance from the start, of a rate ratio their logarithms; empty for a series.
    path : tuple of PathPoint
        The series and its model; empty for a panel.
    checks : tuple of CheckResult
    notes : tuple of str
        Warnings that must travel with the numbers.
    deviations : tuple of Deviation
    exploratory : bool
        True where something else than the locked plan was run; ``label`` says so too.
    refusals : tuple of Refusal
        The changes without an estimate; every change of the plan is here or in ``estimates``.
    readings : tuple of NamedEstimate
        The same effect read otherwise: of a series at the first period, at a horizon, on average, added up;
        of counts of a panel per 1,000 people a year, where the people are known.
    diagnostics : SeriesDiagnostics or None
        Of a series.
    unanswered : tuple of Refusal
        The alternatives that give no number; every one of the plan is here or in ``alternatives``.
    counted : tuple of NamedEstimate
        Of a weighted outcome, the same question of the plain count; empty where the data hold none.
    """

    protocol: str
    version: str
    protocol_sha256: str
    label: str
    design: Literal["did", "its", "controlled_its"]
    outcome: str
    unit_of_measure: str
    estimates: tuple[NamedEstimate, ...]
    alternatives: tuple[NamedEstimate, ...]
    events: tuple[EventEffect, ...]
    path: tuple[PathPoint, ...]
    checks: tuple[CheckResult, ...]
    notes: tuple[str, ...]
    deviations: tuple[Deviation, ...]
    coverage: Coverage
    provenance: Provenance
    exploratory: bool = False
    refusals: tuple[Refusal, ...] = ()
    readings: tuple[NamedEstimate, ...] = ()
    diagnostics: SeriesDiagnostics | None = None
    unanswered: tuple[Refusal, ...] = ()
    counted: tuple[NamedEstimate, ...] = ()
    form: str = "evalkit/evaluation/1"
