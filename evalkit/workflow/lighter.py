"""The data of a weighted plan without its heaviest offences."""

from dataclasses import replace
from pathlib import Path

from evalkit.data.harm_table import about, heaviest_of
from evalkit.data.harm_words import heaviest_in_words
from evalkit.data.keep import provenance_path, read_extraction
from evalkit.data.load import load_panel, load_series
from evalkit.data.police.recipe import is_police_recipe
from evalkit.data.recipe import Recipe, read_recipe
from evalkit.data.source import find_file
from evalkit.errors import DataError, EvalkitError
from evalkit.evaluation import Lighter
from evalkit.protocol.plan import Plan
from evalkit.registry.store import Session
from evalkit.text import Document
from evalkit.workflow.plan_data import uses_of
from evalkit.workflow.street_panel import asked_by, lighter_street_panel
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
    heaviest, why = _heaviest(recipe, document, folder)
    if why:
        return Lighter(data=None, heaviest=heaviest, about=said, why=why)
    uses = replace(uses_of(plan), without_heaviest=True)
    first, last, unit = plan.window.start, plan.window.end, plan.outcome.unit
    loader = load_series if plan.design == "its" else load_panel
    try:
        data = loader(folder, first=first, last=last, unit_of_measure=unit, uses=uses)
    except DataError as error:
        return Lighter(data=None, heaviest=heaviest, about=said, why=str(error))
    return Lighter(data=data, heaviest=heaviest, about=said)


def _street(workspace: Workspace, plan: Plan, folder: Path, said: str, *, made_up: bool) -> Lighter:
    weighed, make = lighter_street_panel(workspace, asked_by(plan), folder, made_up=made_up)
    heaviest = heaviest_in_words(weighed)
    if len(weighed.heaviest) == len(weighed.offences):
        return Lighter(data=None, heaviest=heaviest, about=said, why=ALL_ALIKE)
    try:
        return Lighter(data=make(), heaviest=heaviest, about=said)
    except EvalkitError as error:
        return Lighter(data=None, heaviest=heaviest, about=said, why=str(error))


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
