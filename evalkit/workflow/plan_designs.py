"""From answers to designs with the power of each: where the rule meets the data from before the start."""

from dataclasses import dataclass, replace

from evalkit.data import periods as calendar
from evalkit.errors import EvalkitError
from evalkit.power import did, its
from evalkit.proposal import Design, Proposal, Situation, propose
from evalkit.proposal.situation import LEAST_COUNT
from evalkit.types.power import Power, Scale
from evalkit.workflow.drafts import Draft
from evalkit.workflow.plan_before import Before, compared
from evalkit.workflow.plan_questions import Known
from evalkit.workflow.power_data import told_beside
from evalkit.workflow.workspace import Workspace

DRAWS, SEED = 4_000, 1
COUNTED_LATER = "counted later"
"""Why power is not known where the figures are police files that have yet to be downloaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A design and what it would show.

    Attributes
    ----------
    design : Design
    power : Power or None
    why_not : str
        Why its power is not known; empty where it is.
    """

    design: Design
    power: Power | None
    why_not: str = ""


def situation(known: Known, draft: Draft) -> Situation:
    """What the answers say, in numbers."""
    source, window = known.source(draft), draft["window"]
    starts = known.starts(draft)
    first = known.first_start(draft)
    ordered = sorted(starts.values(), key=calendar.ordinal)
    return Situation(
        cohorts=tuple(ordered.count(at) for at in dict.fromkeys(ordered)),
        n_comparison=len(compared(known, draft))
        if source.kind != "none"
        else int(draft["comparison"]),
        n_before=max(0, calendar.ordinal(first) - calendar.ordinal(str(window["start"]))),
        n_after=max(0, calendar.ordinal(str(window["end"])) - calendar.ordinal(first) + 1),
        per_year=calendar.per_year(first),
        numbers=source.numbers,
        exposure=source.exposure is not None,
        gradual=draft.get("shape") == "gradual",
    )


def weigh(workspace: Workspace, known: Known, draft: Draft) -> tuple[Proposal, tuple[Weighed, ...]]:
    """Propose designs, each with its power from the months before the start where these are there."""
    before = Before(workspace=workspace, known=known, draft=draft)
    proposal = propose(replace(situation(known, draft), small=_small(before)))
    return proposal, tuple(_weighed(before, one) for one in proposal.designs)


def _small(before: Before) -> bool:
    """Whether some area has periods with too few events for logarithms, as far as there are figures."""
    source = before.known.source(before.draft)
    if source.numbers != "counts" or not compared(before.known, before.draft):
        return False
    try:
        return bool((before.panel.outcome < LEAST_COUNT).any())
    except EvalkitError:
        return False  # said beside the designs, which need the same figures


def _weighed(before: Before, design: Design) -> Weighed:
    source = before.known.source(before.draft)
    if design.verdict == "blocked":
        return Weighed(design=design, power=None, why_not="blocked")
    if source.kind == "none" or (source.kind == "police" and not before.downloaded):
        why = COUNTED_LATER if source.kind == "police" else "no figures yet"
        return Weighed(design=design, power=None, why_not=why)
    make = _panel_power if design.design == "did" else _series_power
    try:
        return Weighed(design=design, power=make(before, design))
    except EvalkitError as error:
        return Weighed(design=design, power=None, why_not=str(error))


def _panel_power(before: Before, design: Design) -> Power:
    known, draft = before.known, before.draft
    scale: Scale = design.scale
    return did(
        before.panel,
        treated=known.starts(draft),
        after=before.n_after,
        scale=scale,
        estimator=design.estimator,  # type: ignore[arg-type]
        minimum_effect=_minimum(draft),
        minimum_in="outcome" if scale == "level" else "per_cent",
        better=known.measure(draft).better,
        draws=DRAWS,
        seed=SEED,
    )


def _series_power(before: Before, design: Design) -> Power:
    known, draft = before.known, before.draft
    counted = known.source(draft).numbers == "counts"
    alone = design.design == "its"
    series = before.series if alone else before.beside(logs=counted and design.scale == "log")
    power = its(
        series,
        start=before.start,
        after=before.n_after,
        impact="level",
        months=alone and calendar.per_year(before.start) == 12,
        errors="ar1",
        target="level",
        scale="log" if design.scale == "log" else "level",
        minimum_effect=_minimum(draft),
        minimum_in="per_cent" if counted or design.scale == "log" else "outcome",
        better=known.measure(draft).better,
        draws=DRAWS,
        seed=SEED,
    )
    return power if alone else told_beside(power, len(compared(known, draft)))


def _minimum(draft: Draft) -> float | None:
    return None if draft.get("minimum") is None else float(draft["minimum"])
