"""What a plan can show: its design meets the data from before the start, and no others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.data import periods as calendar
from evalkit.data.planned import Starts
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.findings.power_words import PowerWords
from evalkit.power import did, its
from evalkit.power.panel_design import Inference
from evalkit.protocol.document import plan_from_canonical, read_protocol
from evalkit.protocol.plan import Change, Plan
from evalkit.protocol.series_estimators import Counts, Segmented
from evalkit.registry.protocols import read_protocols
from evalkit.registry.store import Session
from evalkit.report.figures.power_chart import power_chart
from evalkit.report.figures.svg import Shape, standalone
from evalkit.types.power import Power
from evalkit.workflow.power_data import (
    panel_before,
    planned_starts,
    series_before,
    series_beside,
    told_beside,
)
from evalkit.workflow.workspace import Workspace

_PERIODS = {1: "year", 4: "quarter", 12: "month"}

_TESTS: Mapping[str, Inference] = {
    "cr2": "cr2",
    "permutation": "permutation",
    "donald_lang": "donald_lang",
}
"""Tests that a plan can name and that are simulated as named; for others the one that fits the design."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line may change.

    Attributes
    ----------
    after : int or None
        Periods from the start on; None for the plan's window.
    treated : tuple of str
        Areas that are to be treated; empty for those of the data.
    draws, seed : int
    chart : bool
        Also work out what the chart shows.
    """

    after: int | None = None
    treated: tuple[str, ...] = ()
    draws: int = 10_000
    seed: int = 1
    chart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerOfChange:
    """What a plan can show of one of its changes."""

    name: str
    power: Power


def find_plan(session: Session, workspace: Workspace, named: str) -> Plan:
    """A plan by the id it was locked under, or by its file (or the id of that), a draft as it stands too.

    Raises
    ------
    FormError
        The file is wrong, or there is none.
    """
    path = Path(named)
    if path.suffix or path.exists():
        return read_protocol(path)[0]
    locked = [one for one in read_protocols(session) if one.id == named]
    if locked:
        return plan_from_canonical(locked[-1].canonical)
    return read_protocol(workspace.protocols / f"{named}.md")[0]


def power_of_plan(
    session: Session, workspace: Workspace, plan: Plan, wanted: Wanted
) -> tuple[PowerOfChange, ...]:
    """Work out what a plan can show, from the periods before its first start.

    Raises
    ------
    DataError
        There are no such periods, nobody is to be treated, or starts differ.
    """
    if plan.design == "controlled_its":
        return (_of_controlled(session, workspace, plan, wanted),)
    if plan.design == "its":
        return _of_series(workspace, plan, wanted)
    return (_of_panel(session, workspace, plan, wanted),)


def words_of(plan: Plan) -> PowerWords:
    """What the plan calls things."""
    areas = plan.unit if plan.unit.endswith("s") else f"{plan.unit}s"
    outcome = plan.outcome
    return PowerWords(
        unit=outcome.told_in if outcome.scale == "level" else outcome.unit.removeprefix("log "),
        areas=areas,
        period=_PERIODS[calendar.per_year(plan.window.start)],
    )


def _of_panel(session: Session, workspace: Workspace, plan: Plan, wanted: Wanted) -> PowerOfChange:
    [change, *_] = plan.changes
    starts = planned_starts(session, workspace, plan)
    treated = _treated(plan, starts, wanted.treated, change.at)
    first = min(treated.values(), key=calendar.ordinal)
    last = min(calendar.later(first, -1), starts.last, key=calendar.ordinal)
    after = wanted.after or calendar.ordinal(plan.window.end) - calendar.ordinal(first) + 1
    power = did(
        panel_before(session, workspace, plan, last),
        treated=treated,
        after=after,
        scale=plan.outcome.scale,
        estimator="twfe" if isinstance(plan.estimator, Segmented | Counts) else plan.estimator.name,
        inference=_TESTS.get(plan.inference.name, "auto"),
        minimum_effect=plan.minimum_effect.value,
        minimum_in="per_cent" if plan.minimum_effect.unit == "per_cent" else "outcome",
        better=plan.outcome.better,
        level=plan.inference.level,
        draws=wanted.draws,
        seed=wanted.seed,
        chart=wanted.chart,
    )
    return PowerOfChange(name=change.name, power=power)


def _treated(plan: Plan, starts: Starts, named: Sequence[str], at: str | None) -> Mapping[str, str]:
    """First treated period of each area that is to be treated."""
    found = {unit: at or starts.of_unit.get(unit, "") for unit in named or starts.of_unit}
    unknown = [unit for unit, start in found.items() if not start]
    common = set(starts.of_unit.values())
    if unknown and len(common) == 1:
        found |= dict.fromkeys(unknown, *common)
        unknown = []
    if unknown or not found:
        who = f"no start for {unknown[0]}" if unknown else "nobody who is to start"
        raise DataError(
            f"{plan.id}: found {who}; power needs the treated areas and their first period. Give them in the "
            "data recipe (treated_from), or at: in the plan and --treated"
        )
    return found


def _of_series(workspace: Workspace, plan: Plan, wanted: Wanted) -> tuple[PowerOfChange, ...]:
    starts = [change.at for change in plan.changes if change.at is not None]
    series = series_before(workspace, plan)
    return tuple(
        PowerOfChange(name=change.name, power=_of_change(plan, series, change, starts, wanted))
        for change in plan.changes
        if change.at is not None
    )


def _of_controlled(
    session: Session, workspace: Workspace, plan: Plan, wanted: Wanted
) -> PowerOfChange:
    [change] = plan.changes
    start = str(change.at)
    starts = planned_starts(session, workspace, plan)
    treated = _treated(plan, starts, wanted.treated, start)
    series, n_comparison = series_beside(session, workspace, plan, treated, start)
    power = _of_change(plan, series, change, [start], wanted)
    return PowerOfChange(name=change.name, power=told_beside(power, n_comparison))


def _of_change(
    plan: Plan, series: TimeSeries, change: Change, starts: Sequence[str], wanted: Wanted
) -> Power:
    start = change.at or ""
    model = plan.estimator
    assert isinstance(model, Segmented | Counts)  # as the plan's own check demands of design: its
    return its(
        series,
        start=start,
        after=wanted.after or calendar.ordinal(plan.window.end) - calendar.ordinal(start) + 1,
        beside=[other for other in starts if other != start],
        impact=model.impact,
        impact_periods=model.periods,
        transition=model.transition,
        harmonics=model.harmonics,
        months=model.months,
        calendar=model.calendar,
        errors=model.errors if isinstance(model, Segmented) else "ar1",
        target="level" if plan.estimand.effect == "level" else "average",
        scale=plan.outcome.scale,
        minimum_effect=plan.minimum_effect.value,
        minimum_in="per_cent" if plan.minimum_effect.unit == "per_cent" else "outcome",
        better=plan.outcome.better,
        level=plan.inference.level,
        draws=wanted.draws,
        seed=wanted.seed,
        chart=wanted.chart,
    )


def draw_power(answer: PowerOfChange, words: PowerWords, *, shape: Shape) -> str:
    """Power against length as an SVG file of its own.

    Raises
    ------
    DataError
        There is no size to draw it for.
    """
    chart = power_chart(answer.power, words)
    return standalone(chart.wide if shape == "wide" else chart.narrow)
