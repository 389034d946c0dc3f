"""From answers to designs with the power of each: where the rule meets the data from before the start."""

from dataclasses import dataclass

import pandas as pd

from evalkit.data import periods as calendar
from evalkit.data.keep import read_grid
from evalkit.data.load import load_panel, load_series
from evalkit.data.panel import Panel
from evalkit.data.recipe_fit import Uses
from evalkit.data.series import TimeSeries
from evalkit.errors import EvalkitError
from evalkit.power import did, its
from evalkit.proposal import Design, Proposal, Situation, propose
from evalkit.types.power import Power, Scale
from evalkit.workflow.drafts import Draft
from evalkit.workflow.plan_questions import Known
from evalkit.workflow.plan_source import Source
from evalkit.workflow.workspace import Workspace

DRAWS, SEED = 4_000, 1
COUNTED_LATER = "counted later"
"""Why power is not known where the figures are police files: counting them takes a plan."""


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


def compared(known: Known, draft: Draft) -> list[str]:
    """Areas without it that take part."""
    source = known.source(draft)
    if source.starts:
        return [name for name in source.codes if name not in source.starts]
    named = draft.get("comparison")
    gone = draft.get("leave_out") or []
    return [str(n) for n in named if n not in gone] if isinstance(named, list) else []


def weigh(workspace: Workspace, known: Known, draft: Draft) -> tuple[Proposal, tuple[Weighed, ...]]:
    """Propose designs, each with its power from the months before the start where these are there."""
    proposal = propose(situation(known, draft))
    return proposal, tuple(_weighed(workspace, known, draft, one) for one in proposal.designs)


def _weighed(workspace: Workspace, known: Known, draft: Draft, design: Design) -> Weighed:
    source = known.source(draft)
    if design.verdict == "blocked":
        return Weighed(design=design, power=None, why_not="blocked")
    if source.kind in ("none", "police"):
        why = COUNTED_LATER if source.kind == "police" else "no figures yet"
        return Weighed(design=design, power=None, why_not=why)
    try:
        make = _panel_power if design.design == "did" else _series_power
        return Weighed(design=design, power=make(workspace, known, draft, design))
    except EvalkitError as error:
        return Weighed(design=design, power=None, why_not=str(error))


def _panel_power(workspace: Workspace, known: Known, draft: Draft, design: Design) -> Power:
    first = known.first_start(draft)
    scale: Scale = design.scale
    return did(
        _panel(workspace, known, draft, design),
        treated=known.starts(draft),
        after=calendar.ordinal(str(draft["window"]["end"])) - calendar.ordinal(first) + 1,
        scale=scale,
        estimator=design.estimator,  # type: ignore[arg-type]
        minimum_effect=_minimum(draft),
        minimum_in="outcome" if scale == "level" else "per_cent",
        better=known.measure(draft).better,
        draws=DRAWS,
        seed=SEED,
    )


def _series_power(workspace: Workspace, known: Known, draft: Draft, design: Design) -> Power:
    first = known.first_start(draft)
    counted = known.source(draft).numbers == "counts"
    return its(
        _series(workspace, known, draft),
        start=first,
        after=calendar.ordinal(str(draft["window"]["end"])) - calendar.ordinal(first) + 1,
        impact="level",
        months=calendar.per_year(first) == 12,
        errors="ar1",
        target="level",
        scale="log" if design.scale == "log" else "level",
        minimum_effect=_minimum(draft),
        minimum_in="per_cent" if counted or design.scale == "log" else "outcome",
        better=known.measure(draft).better,
        draws=DRAWS,
        seed=SEED,
    )


def _minimum(draft: Draft) -> float | None:
    return None if draft.get("minimum") is None else float(draft["minimum"])


def _panel(workspace: Workspace, known: Known, draft: Draft, design: Design) -> Panel:
    """The areas that take part, before the first start."""
    source, first = known.source(draft), str(draft["window"]["start"])
    last = calendar.later(known.first_start(draft), -1)
    if source.kind == "recipe":
        folder = workspace.case_studies / source.called
        uses = Uses(exposure=source.exposure if design.scale == "ratio" else None, gaps=True)
        return load_panel(
            folder, first=first, last=last, unit_of_measure=unit_of(known, draft), uses=uses
        )
    starts = known.starts(draft)
    names = [*starts, *compared(known, draft)]
    rows = before_rows(workspace, source, names, first, last)
    rows["treated_from"] = [starts.get(name) for name in rows["area_name"]]
    panel: Panel = Panel.from_frame(
        rows, unit="area_name", period="period", outcome="value", treated_from="treated_from",
        unit_of_measure=unit_of(known, draft),
    )  # fmt: skip
    return panel


def _series(workspace: Workspace, known: Known, draft: Draft) -> TimeSeries:
    """The treated areas together, before the start."""
    source, first = known.source(draft), str(draft["window"]["start"])
    last = calendar.later(known.first_start(draft), -1)
    unit = unit_of(known, draft)
    if source.kind == "recipe" and not source.codes:
        return load_series(
            workspace.case_studies / source.called, first=first, last=last, unit_of_measure=unit
        )
    if source.kind == "recipe":
        whole = _panel(workspace, known, draft, propose(situation(known, draft)).designs[0])
        rows = pd.DataFrame(
            {"period": whole.periods, "value": whole.outcome[whole.ever_treated].sum(axis=0)}
        )
    else:
        rows = before_rows(workspace, source, list(known.starts(draft)), first, last)
        rows = rows.groupby("period", as_index=False)["value"].sum(
            min_count=len(known.starts(draft))
        )
    return TimeSeries.from_frame(rows, period="period", outcome="value", unit_of_measure=unit)


def before_rows(
    workspace: Workspace, source: Source, names: list[str], first: str, last: str
) -> pd.DataFrame:
    """Rows of a table of some areas and periods."""
    rows = read_grid(workspace.root / source.called).to_frame()
    wanted = set(calendar.between(first, last))
    kept = rows["area_name"].isin(names) & rows["period"].isin(wanted)
    return rows[kept].copy()


def unit_of(known: Known, draft: Draft) -> str:
    """Unit of the outcome, e.g. ``offences a month``."""
    per = {1: "year", 12: "month"}[calendar.per_year(known.first_start(draft))]
    return f"{known.measure(draft).unit} a {per}"
