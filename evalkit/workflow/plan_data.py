"""The data that a plan names, through its recipe."""

from dataclasses import replace
from pathlib import Path

from evalkit.data.load import load_panel, load_series
from evalkit.data.panel import Panel
from evalkit.data.police.recipe import is_police_recipe
from evalkit.data.recipe_fit import Uses
from evalkit.data.series import TimeSeries
from evalkit.protocol.plan import Plan
from evalkit.registry.store import Session
from evalkit.workflow.street_panel import asked_by, load_street_panel
from evalkit.workflow.workspace import Workspace


def load(
    session: Session,
    workspace: Workspace,
    plan: Plan,
    *,
    made_up: bool = False,
    folder: Path | None = None,
) -> Panel | TimeSeries:
    """The data that a plan names, in the shape that its design needs.

    ``folder`` holds the recipe; by default the one in ``case_studies/`` that the plan names.
    """
    folder = folder or workspace.case_studies / plan.data.recipe
    if is_police_recipe(folder):
        asked = asked_by(plan)
        if folder.name != plan.data.recipe:  # a table of its own beside the plan's
            asked = replace(asked, name=f"{asked.name}-{folder.name}")
        return load_street_panel(session, workspace, asked, folder, made_up=made_up)[0]
    first, last, unit = plan.window.start, plan.window.end, plan.outcome.unit
    if plan.design != "its":
        return load_panel(folder, first=first, last=last, unit_of_measure=unit, uses=uses_of(plan))
    return load_series(folder, first=first, last=last, unit_of_measure=unit, uses=uses_of(plan))


def uses_of(plan: Plan) -> Uses:
    """What a plan uses of the data besides outcome, treatment and weights."""
    estimator = plan.estimator
    return Uses(
        exposure=getattr(estimator, "exposure", None),
        cluster=plan.inference.cluster,
        covariates=getattr(estimator, "covariates", ()),
        gaps=plan.data.missing == "leave_out",
        weights=plan.outcome.weights if plan.outcome.weighted else None,
    )
