"""Street crime as a locked plan needs it: the analyst's own download, or what the demo made up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from evalkit.data.grid import OutcomeGrid
from evalkit.data.harm import Bounds, Weighed
from evalkit.data.harm_table import read_weighed
from evalkit.data.keep import file_sha256, read_extraction, read_grid
from evalkit.data.offences import police_uk_outcomes
from evalkit.data.panel import Panel
from evalkit.data.police.recipe import PoliceRecipe, panel_of, read_police_recipe, refuse_scale
from evalkit.data.simulate import simulate_archive
from evalkit.data.simulate.places import districts
from evalkit.errors import DataError, Problem
from evalkit.protocol.plan import Plan
from evalkit.registry.canonical import sha256_text
from evalkit.registry.interventions import read_areas
from evalkit.registry.measures import read_measure
from evalkit.registry.store import Session
from evalkit.text import Document
from evalkit.types.extraction import Extraction
from evalkit.types.measure import Measure
from evalkit.types.program import program
from evalkit.workflow.measures import weighing_of
from evalkit.workflow.police import extract_police
from evalkit.workflow.register import located
from evalkit.workflow.weights import Weighing
from evalkit.workflow.workspace import Workspace

TABLES = ".evalkit/tables"
MADE_UP = ".evalkit/simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetAsked:
    """What is counted of street files, and in which shape.

    Attributes
    ----------
    name : str
        Of the table that is written.
    first, last : str
        Months.
    unit_of_measure : str
    weights : str
        Weight table and version; ``none`` for counts.
    logs : bool
        Whether logarithms are taken.
    gaps : bool
        Whether cells may be missing.
    """

    name: str
    first: str
    last: str
    unit_of_measure: str
    weights: str = "none"
    logs: bool = False
    gaps: bool = False


def asked_by(plan: Plan) -> StreetAsked:
    """What a plan asks of street files."""
    return StreetAsked(
        name=plan.id.lower(),
        first=plan.window.start,
        last=plan.window.end,
        unit_of_measure=plan.outcome.unit,
        weights=plan.outcome.weights,
        logs=plan.outcome.scale == "log" and getattr(plan.estimator, "scale", "") != "log",
        gaps=plan.data.missing == "leave_out",
    )


def load_street_panel(
    session: Session, workspace: Workspace, asked: StreetAsked, folder: Path, *, made_up: bool
) -> tuple[Panel, Extraction, Path]:
    """Count what a recipe names and shape it as asked.

    Parameters
    ----------
    folder : Path
        With the ``data.yaml``.
    made_up : bool
        True in the demo: an archive simulated from the recipe is read instead of a download.

    Returns
    -------
    Panel, Extraction, Path
        And the table that was written.

    Raises
    ------
    FormError, DataError, RegistryError
        The recipe is wrong, its measure is not registered, there is no download, or its months have gaps.
    """
    recipe, document = read_police_recipe(folder)
    refuse_scale(recipe, document, logs=asked.logs)  # before minutes of counting
    measure = _measure(session, recipe, document)
    download = (
        made_up_archive(
            workspace,
            recipe,
            document,
            folder.name,
            min(police_uk_outcomes([measure])[measure.name]),
        )
        if made_up
        else _download(workspace, recipe, document, asked)
    )
    table = _table(workspace, asked, made_up=made_up)
    table.parent.mkdir(parents=True, exist_ok=True)
    made = extract_police(
        [download],
        read_areas(session),
        areas=recipe.areas,
        unit=recipe.unit,
        outcomes=police_uk_outcomes([measure]),
        first=asked.first,
        last=asked.last,
        weighing=_weighing(session, measure, asked),
        out=table,
    ).extraction
    return _panel(asked, recipe, document, read_grid(table), made), made, table


def street_panels_beside(
    workspace: Workspace, asked: StreetAsked, folder: Path, *, made_up: bool
) -> tuple[Weighed, Callable[[Bounds, str], Panel]]:
    """The weighted table that ``load_street_panel`` wrote, and what makes panels of what it rests on.

    A panel is made of an amount, such as the count, and its unit of measure.

    Raises
    ------
    DataError
        There is no such table, or it holds counts.
    """
    recipe, document = read_police_recipe(folder)
    table = _table(workspace, asked, made_up=made_up)
    weighed, made = read_weighed(table), read_extraction(table)
    if weighed is None or made is None:
        raise DataError(document.problem("measure", found="counts", needed="a weighted table"))
    whole, record = weighed.grid, made

    def panel(amount: Bounds, unit: str) -> Panel:
        grid = replace(whole, low=amount.low[:, :, None], high=amount.high[:, :, None])
        return _panel(replace(asked, unit_of_measure=unit), recipe, document, grid, record)

    return weighed, panel


def _table(workspace: Workspace, asked: StreetAsked, *, made_up: bool) -> Path:
    name = f"{asked.name}{'-simulated' if made_up else ''}.parquet"
    return workspace.root / TABLES / name


def _weighing(session: Session, measure: Measure, asked: StreetAsked) -> Weighing | None:
    """What is weighted by; a measure that is weighted otherwise is refused."""
    if measure.weights and measure.weights != asked.weights:
        found = f"{asked.weights}, while {measure.name} is weighted by {measure.weights}"
        needed = "one table and version"
        raise DataError(Problem(field="outcome.weights", found=found, needed=needed))
    return weighing_of(session, measure, asked.weights if asked.weights != "none" else "")


def _panel(
    asked: StreetAsked,
    recipe: PoliceRecipe,
    document: Document,
    grid: OutcomeGrid,
    made: Extraction,
) -> Panel:
    return panel_of(
        recipe,
        document,
        grid,
        made,
        unit_of_measure=asked.unit_of_measure,
        logs=asked.logs,
        gaps=asked.gaps,
    )


def _measure(session: Session, recipe: PoliceRecipe, document: Document) -> Measure:
    with located(document):
        return read_measure(session, recipe.measure)


def _download(
    workspace: Workspace, recipe: PoliceRecipe, document: Document, asked: StreetAsked
) -> Path:
    path = workspace.root / recipe.download
    if not path.exists():
        raise DataError(
            document.problem(
                "download",
                found=f"no {recipe.download} in the workspace",
                needed=f"street files of {asked.first} to {asked.last}",
                do="Put the archives from data.police.uk there as they are.",
            )
        )
    return path


def made_up_archive(
    workspace: Workspace, recipe: PoliceRecipe, document: Document, name: str, crime_type: str
) -> Path:
    """The archive that the demo is asked to make up, or the one that is there, where it is that one."""
    if recipe.simulation is None:
        needed = "settings for what the demo makes up"
        raise DataError(document.problem("simulation", found="nothing", needed=needed))
    path = workspace.root / MADE_UP / f"{name}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    asked = sha256_text(f"{program('numpy')} {recipe.simulation!r} {crime_type}")
    made = path.with_suffix(".made")
    if path.is_file() and made.is_file() and made.read_text() == f"{asked} {file_sha256(path)}":
        return path
    simulate_archive(path, recipe.simulation, districts(), crime_type=crime_type)
    made.write_text(f"{asked} {file_sha256(path)}")
    return path
