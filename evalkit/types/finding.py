"""What was found, in plain words."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MaxLen, MinLen
from pydantic import ConfigDict

from evalkit.types.ids import FindingId as FindingId
from evalkit.types.ids import InterventionId
from evalkit.types.scaled import ScaledEffect as ScaledEffect
from evalkit.types.texts import Note, ShortNote, Text

Verdict = Literal[
    "fell",
    "probably_fell",
    "probably_fell_perhaps_too_little",
    "no_change_that_would_matter",
    "cannot_tell",
    "probably_rose_perhaps_too_little",
    "probably_rose",
    "rose",
]
Better = Literal["lower", "higher"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer to one question, in words, with what it rests on.

    Attributes
    ----------
    id : str
        Permanent, e.g. ``EM-2026-0001-F01``.
    interventions : tuple of str
        Ids of the interventions it is about; the first one owns it.
    protocol : str or None
        The locked plan behind it; None for a result published elsewhere.
    change : str
        The protocol's name for the change that the finding is about; empty for a published result.
    verdict : str
        One of the words of ``Verdict``.
    why_verdict : str
        Which rule gave the word, in one sentence.
    outcome : str
        What was measured, in words.
    better : "lower" or "higher"
        Which direction of the outcome is good.
    headline, summary : str
        At most 90 characters; at most two sentences.
    effect : ScaledEffect or None
        None where no size was published.
    interval_words : tuple of str
        What the interval says, a sentence each.
    compared, years, design, source : str
        Who with whom; the years covered; the design in words; who published the data or the result.
    supports, limits : tuple of str
        What it supports, and what it cannot tell.
    p_value : float or None
    simulated : bool
        True where its data were made up to show the way; it is evidence of nothing.
    exploratory : bool
        True where something else than the locked plan was run.
    alternatives : str
        How far the other ways of asking that the plan names agree, e.g. ``"4 of 5 lower, 2 exclude no
        change"``; empty where there are none.
    how_big, could_be_wrong : tuple of str
        The size in every unit it can be told in; what was not passed, could not be asked, or no check sees.
    how_sure : str
        How sure, why, and how many checks were passed.
    technical : tuple of str
        The same for analysts.
        All four are empty for a published result, and in runs made before they were written down.
    """

    id: str
    interventions: tuple[str, ...]
    protocol: str | None
    change: str
    verdict: Verdict
    why_verdict: str
    outcome: str
    better: Better
    headline: str
    summary: str
    effect: ScaledEffect | None
    interval_words: tuple[str, ...]
    compared: str
    years: str
    design: str
    source: str
    supports: tuple[str, ...]
    limits: tuple[str, ...]
    p_value: float | None
    simulated: bool = False
    exploratory: bool = False
    alternatives: str = ""
    how_big: tuple[str, ...] = ()
    how_sure: str = ""
    could_be_wrong: tuple[str, ...] = ()
    technical: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is a finding among others: neither made up nor outside a plan."""
        return not (self.simulated or self.exploratory)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalFinding:
    """A result that somebody else published, entered as they published it.

    Attributes
    ----------
    outcome : str
        As the source defines it, with its version or year.
    unit : str
        Unit of ``effect``; empty where no size was published.
    effect, low, high, p_value : float or None
        Only what the source prints.
    reported : str
        The source's own conclusion: ``fell``, ``rose`` or ``no_clear_change``.
    in_numbers : str
        The source's figure in incidents, if it gives one.
    years, design, compared, source : str
    limits : tuple of str
        What the reader should know before using it.
    study : str
        What tells its study apart where several results come from one, over years or outcomes; the source by
        default.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    id: FindingId
    interventions: Annotated[tuple[InterventionId, ...], MinLen(1)]
    outcome: Text
    better: Better
    reported: Literal["fell", "rose", "no_clear_change"]
    headline: Annotated[str, MinLen(1), MaxLen(90)]
    summary: Annotated[str, MinLen(1), MaxLen(400)]
    years: Text
    design: Text
    compared: Text
    source: Text
    unit: ShortNote = ""
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    p_value: float | None = None
    in_numbers: Note = ""
    limits: tuple[Text, ...] = ()
    study: ShortNote = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalFindings:
    """One ``findings.yaml``: published results about interventions that are registered.

    ``registered`` is the day of entry as the text declares it; the registry's clock otherwise.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/external-findings/1"]
    findings: Annotated[tuple[ExternalFinding, ...], MinLen(1)]
    registered: datetime.date | None = None
