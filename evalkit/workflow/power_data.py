"""The data that planning may see: who is to start when, and what was before."""

from dataclasses import replace

from evalkit.data import periods as calendar
from evalkit.data.load import load_panel, load_series
from evalkit.data.panel import Panel
from evalkit.data.planned import Starts, load_starts
from evalkit.data.police.recipe import is_police_recipe, read_police_recipe
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.evaluation.series_asked import asked_of_series, prepared
from evalkit.protocol.plan import Plan, Window
from evalkit.registry.interventions import read_areas
from evalkit.registry.store import Session
from evalkit.workflow.plan_data import uses_of
from evalkit.workflow.street_panel import load_street_panel
from evalkit.workflow.workspace import Workspace


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
        early = replace(plan, id=f"{plan.id}-before", window=Window(start=first, end=last))
        return load_street_panel(session, workspace, early, folder, made_up=False)[0]
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
