"""The data of a weighted plan without its heaviest offences, and counted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from evalkit.data.harm_table import about, heaviest_of
from evalkit.data.harm_words import heaviest_in_words
from evalkit.data.keep import provenance_path, read_extraction
from evalkit.data.load import load_panel, load_series
from evalkit.data.panel import Panel
from evalkit.data.police.recipe import is_police_recipe
from evalkit.data.recipe import Recipe, read_recipe
from evalkit.data.series import TimeSeries
from evalkit.data.source import find_file
from evalkit.errors import DataError, EvalkitError
from evalkit.evaluation import Lighter
from evalkit.findings.weighted import counted_unit
from evalkit.protocol.plan import Plan
from evalkit.registry.store import Session
from evalkit.text import Document
from evalkit.workflow.plan_data import uses_of
from evalkit.workflow.street_panel import asked_by, street_panels_beside
from evalkit.workflow.weights import read_weights
from evalkit.workflow.workspace import Workspace

ALL_ALIKE = (
    "Every offence in the sum weighs the same: it is the count times a number and shows nothing that the "
    "count does not."
)


def load_lighter(
    session: Session, workspace: Workspace, plan: Plan, *, made_up: bool = False
) -> Lighter | None:
    """Load what a weighted plan's answer is compared with; None where the plan weights nothing.

    Call it after the plan's own data were loaded: street crime is counted once for both.

    Raises
    ------
    FormError, DataError, RegistryError
        The recipe does not say what is heaviest, or as the plan's data.
    """
    if not plan.outcome.weighted:
        return None
    folder = workspace.case_studies / plan.data.recipe
    said = about(read_weights(session, plan.outcome.weights))
    if is_police_recipe(folder):
        return _street(workspace, plan, folder, said, made_up=made_up)
    recipe, document = read_recipe(folder)
    loader = load_series if plan.design == "its" else load_panel

    def of(column: Literal["without_heaviest", "counted"], unit: str) -> Panel | TimeSeries:
        uses = replace(uses_of(plan), column=column)
        first, last = plan.window.start, plan.window.end
        return loader(folder, first=first, last=last, unit_of_measure=unit, uses=uses)

    data: Panel | TimeSeries | None = None
    counted: Panel | TimeSeries | None = None
    heaviest, why = _heaviest(recipe, document, folder)
    if not why:
        data, why = _or_why(lambda: of("without_heaviest", plan.outcome.unit))
    why_not = ""
    if recipe.columns.counted is not None:
        counted, why_not = _or_why(lambda: of("counted", counted_unit(plan)))
    return Lighter(
        data=data, heaviest=heaviest, about=said, why=why, counted=counted, why_not=why_not
    )


def _or_why(load: Callable[[], Panel | TimeSeries]) -> tuple[Panel | TimeSeries | None, str]:
    """What is loaded, or why it cannot be, which stops no run."""
    try:
        return load(), ""
    except EvalkitError as error:
        return None, str(error)


def _street(workspace: Workspace, plan: Plan, folder: Path, said: str, *, made_up: bool) -> Lighter:
    weighed, make = street_panels_beside(workspace, asked_by(plan), folder, made_up=made_up)
    data, why = None, ALL_ALIKE
    if len(weighed.heaviest) < len(weighed.offences):
        data, why = _or_why(lambda: make(weighed.without, plan.outcome.unit))
    counted, why_not = _or_why(lambda: make(weighed.counted, counted_unit(plan)))
    return Lighter(
        data=data,
        heaviest=heaviest_in_words(weighed),
        about=said,
        why=why,
        counted=counted,
        why_not=why_not,
    )


def _heaviest(recipe: Recipe, document: Document, folder: Path) -> tuple[str, str]:
    """Which offences are heaviest, and why nothing is left without them; from the recipe or the record."""
    path = find_file(recipe, document, folder)
    if provenance_path(path).is_file() and (made := read_extraction(path)):
        names, others = heaviest_of(made)
        if names:
            return " and ".join(names), "" if others else ALL_ALIKE
    if recipe.heaviest is None:
        needed = "the heaviest offences in words, such as homicide"
        raise DataError(document.problem("heaviest", found="not given", needed=needed))
    return recipe.heaviest, ""
