"""The data that planning may see: who is to start when, and what was before."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.load import load_panel, load_series
from evalkit.data.panel import Panel
from evalkit.data.planned import Starts, load_starts
from evalkit.data.police.recipe import is_police_recipe, read_police_recipe
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.evaluation.series_asked import asked_of_series, prepared
from evalkit.evaluation.series_given import Given, added_up, ready
from evalkit.protocol.plan import Plan
from evalkit.registry.interventions import read_areas
from evalkit.registry.store import Session
from evalkit.types.power import Power
from evalkit.workflow.plan_data import uses_of
from evalkit.workflow.street_panel import asked_by, load_street_panel
from evalkit.workflow.workspace import Workspace

Floats = npt.NDArray[np.float64]


def planned_starts(session: Session, workspace: Workspace, plan: Plan) -> Starts:
    """Who is to start when, by the names that areas have in the panel."""
    folder = workspace.case_studies / plan.data.recipe
    if not is_police_recipe(folder):
        return load_starts(folder)
    recipe, _ = read_police_recipe(folder)
    names = {code: area.name for code, area in read_areas(session).items()}
    of_unit = {names.get(code, code): start for code, start in recipe.treated_from.items()}
    return Starts(of_unit=of_unit, last=plan.window.end)


def panel_before(session: Session, workspace: Workspace, plan: Plan, last: str) -> Panel:
    """The panel that a plan names, from its first period to ``last``, which is before any start.

    Raises
    ------
    DataError
        There is no such period, or the data are not what the recipe says.
    """
    folder = workspace.case_studies / plan.data.recipe
    first = plan.window.start
    if calendar.ordinal(last) < calendar.ordinal(first):
        raise DataError(
            f"{plan.id} window: found no period from {first} on before the start; power needs periods before "
            "it to learn how areas vary. Plan for a longer window"
        )
    if is_police_recipe(folder):
        # a table of its own, so that none of the evaluation's is overwritten
        asked = replace(asked_by(plan), name=f"{plan.id.lower()}-before", first=first, last=last)
        return load_street_panel(session, workspace, asked, folder, made_up=False)[0]
    unit = plan.outcome.unit
    return load_panel(folder, first=first, last=last, unit_of_measure=unit, uses=uses_of(plan))


def series_before(workspace: Workspace, plan: Plan) -> TimeSeries:
    """The series that a plan names, as far as it goes: covariates may reach further than is looked at."""
    folder = workspace.case_studies / plan.data.recipe
    last = min(plan.window.end, load_starts(folder).last, key=calendar.ordinal)
    series = load_series(
        folder,
        first=plan.window.start,
        last=last,
        unit_of_measure=plan.outcome.unit,
        uses=uses_of(plan),
    )
    return prepared(replace(asked_of_series(plan), end=last), series)


def series_beside(
    session: Session, workspace: Workspace, plan: Plan, treated: Collection[str], start: str
) -> tuple[TimeSeries, int]:
    """What the model of a controlled series sees before the start, and of how many comparison series.

    Raises
    ------
    DataError
        There is no period before the start, or no comparison that fits.
    """
    panel = panel_before(session, workspace, plan, calendar.later(start, -1))
    never = [
        unit for unit, ever in zip(panel.units, panel.ever_treated, strict=True)
        if not ever and unit not in treated
    ]  # fmt: skip
    given = Given(
        series=of_areas(panel, treated),
        comparisons={name: of_areas(panel, [name]) for name in never},
    )
    asked = replace(asked_of_series(plan), end=panel.periods[-1])
    made = ready(asked, given)
    if made.comparison is None or made.series.exposure is not None:
        return made.series, len(never)
    return in_its_unit(made.series, made.comparison.outcome, plan.outcome.unit), len(never)


def of_areas(panel: Panel, names: Collection[str]) -> TimeSeries:
    """Some areas of a panel together."""
    return added_up(panel, np.flatnonzero([unit in names for unit in panel.units]))


def as_asked(series: TimeSeries, *, logs: bool) -> TimeSeries:
    """A series without its exposure, as natural logarithms of counts above 0 where asked for."""
    outcome = np.log(series.outcome) if logs else series.outcome
    return replace(series, outcome=outcome, exposure=None, exposure_name="")


def in_its_unit(series: TimeSeries, comparison: Floats, unit: str) -> TimeSeries:
    """A difference moved up by the mean of what was taken off: as uneven as it was, at the height it had."""
    height = float(np.nanmean(comparison))
    return replace(series, outcome=series.outcome + height, unit_of_measure=unit)


def told_beside(power: Power, n_comparison: int) -> Power:
    """The power of one series, told as that of a series beside others."""
    _, *notes = power.notes  # the first is about a series by itself
    said = "Whatever begins here at the same time and not in the comparison looks the same."
    return replace(power, design="controlled_its", n_comparison=n_comparison, notes=(said, *notes))
