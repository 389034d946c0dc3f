"""The data that a plan could be evaluated on, as far as may be looked at before it is locked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from evalkit.data import periods as calendar
from evalkit.data.keep import file_sha256, provenance_path, read_extraction, read_grid
from evalkit.data.load import read_rows
from evalkit.data.planned import load_starts
from evalkit.data.police.recipe import is_police_recipe, read_police_recipe
from evalkit.data.recipe import read_recipe
from evalkit.data.recipe_units import taking_part, unit_labels
from evalkit.errors import FormError, Problem
from evalkit.proposal.situation import Numbers
from evalkit.types.intervention import Area
from evalkit.types.weighted import weights_of
from evalkit.workflow.workspace import Workspace

NONE = "none"
"""The answer where there are no figures yet."""
_KINDS = {"local-authority": "district", "police-area": "police area"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is known of data before anything that happened from the start on is looked at.

    Attributes
    ----------
    called : str
        As answers keep it: a table's path in the workspace, a folder of ``case_studies/``, or ``none``.
    kind : str
        ``table`` of outcomes as evalkit writes them, ``recipe`` for a local file, ``police`` for a download
        that has yet to be counted, ``none``.
    unit : str
        What an area is called, e.g. ``district``.
    codes : mapping
        By name of the area: its code, empty where it has none.
    first, last : str
        Periods; empty where they are not known.
    starts : mapping
        First treated period by name, where the data say it.
    numbers : str
    exposure : str or None
        Column with the population.
    simulated : bool
    holes : mapping
        By name of the area: in how many periods its number is missing or suppressed.
    """

    called: str
    kind: Literal["table", "recipe", "police", "none"]
    unit: str = "area"
    codes: Mapping[str, str]
    first: str = ""
    last: str = ""
    starts: Mapping[str, str]
    numbers: Numbers = "counts"
    exposure: str | None = None
    simulated: bool = False
    holes: Mapping[str, int]


def offers(workspace: Workspace) -> tuple[str, ...]:
    """Tables and recipes of the workspace, as they can be named."""
    root = workspace.root
    records = [*root.glob("*.provenance.json"), *root.glob("data/**/*.provenance.json")]
    tables = sorted(
        record.relative_to(root).as_posix().removesuffix(".provenance.json") for record in records
    )
    recipes = sorted(path.parent.name for path in workspace.case_studies.glob("*/data.yaml"))
    return (*tables, *recipes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where data may be, and what names mean.

    Attributes
    ----------
    workspace : Workspace
    cwd : Path
        The folder that somebody is in.
    areas : mapping
    tables : mapping
        By id of a snapshot: its table's file.
    registered : tuple of str
        Codes of the areas where the intervention is registered.
    """

    workspace: Workspace
    cwd: Path
    areas: Mapping[str, Area]
    tables: Mapping[str, str]
    registered: tuple[str, ...]


def open_source(places: Places, typed: str) -> Source:
    """The data that somebody names: a table's path, a snapshot's id, a folder of ``case_studies/``, or none.

    Raises
    ------
    FormError, DataError
        There is no such thing, it lies outside the workspace, or it cannot be read.
    """
    name, root = typed.strip(), places.workspace.root
    if name.casefold() in (NONE, "none yet", "no", ""):
        unit = unit_word(places.areas, places.registered)
        return Source(called=NONE, kind="none", unit=unit, codes={}, starts={}, holes={})
    if (places.workspace.case_studies / name / "data.yaml").is_file():
        return _recipe(places.areas, places.workspace.case_studies / name)
    name = places.tables.get(name.upper(), name)
    tried = [places.cwd / name, root / name, *root.glob(f"data/**/{Path(name).name}")]
    table = next((place.resolve() for place in tried if place.is_file()), None)
    if table is None:
        known = ", ".join(offers(places.workspace)) or "none so far"
        raise _refused(name, f"a table of outcomes, or a folder with data.yaml ({known})")
    if not table.is_relative_to(root.resolve()):
        raise _refused(name, "a file inside the workspace")
    return _table(places.areas, table, table.relative_to(root.resolve()).as_posix())


def _refused(found: str, needed: str) -> FormError:
    return FormError(Problem(found=found, needed=needed))


def refuse_weighted(weights: str | None) -> None:
    """Refuse to propose a design for weighted sums: what is proposed knows how counts vary."""
    if weights:
        found, needed = f"a sum weighted by {weights}", "counts, for which a design can be proposed"
        do = "Write the plan by hand: docs/harm.md says how."
        raise FormError(Problem(found=found, needed=needed, do=do))


def _table(areas: Mapping[str, Area], table: Path, called: str) -> Source:
    if not provenance_path(table).is_file():
        needed = "a table that evalkit wrote, with its record beside it"
        do = "Make one with: evalkit data panel MAPPING --out FILE"
        raise FormError(Problem(found=called, needed=needed, do=do))
    made, grid = read_extraction(table), read_grid(table)
    if len(grid.outcomes) > 1:
        found = f"{len(grid.outcomes)} outcomes in {called}"
        do = "Write a table of one: evalkit data police ... --outcome NAME"
        raise FormError(Problem(found=found, needed="one outcome", do=do))
    refuse_weighted(weights_of(grid.outcomes[0]))
    if len(set(grid.area_names)) < len(grid.area_names):
        raise _refused(f"areas of the same name in {called}", "a name for each")
    unknown = (~grid.known[:, :, 0]).sum(axis=1)
    return Source(
        called=called,
        kind="table",
        unit=unit_word(areas, grid.areas),
        codes=dict(zip(grid.area_names, grid.areas, strict=True)),
        first=grid.periods[0],
        last=grid.periods[-1],
        starts={},
        exposure=None
        if grid.population is None or np.isnan(grid.population).any()
        else "population",
        simulated=made is not None and made.simulated,
        holes={
            name: int(n) for name, n in zip(grid.area_names, unknown, strict=True) if int(n) > 0
        },
    )


def _recipe(areas: Mapping[str, Area], folder: Path) -> Source:
    if is_police_recipe(folder):
        police, _ = read_police_recipe(folder)
        names = {code: areas[code].name if code in areas else code for code in police.areas}
        return Source(
            called=folder.name,
            kind="police",
            unit=police.unit.replace("-", " "),
            codes={name: code for code, name in names.items()},
            starts={names.get(c, c): start for c, start in police.treated_from.items()},
            numbers="log" if police.scale == "log" else "counts",
            holes={},
        )
    recipe, document = read_recipe(folder)
    refuse_weighted(recipe.weights)
    columns = recipe.columns
    rows = taking_part(recipe, document, read_rows(recipe, document, folder)[0])
    starts = load_starts(folder).of_unit
    if columns.unit and not starts:
        needed = "who starts when: treated_from, or columns.treated_from"
        raise FormError(document.problem("columns", found="several areas", needed=needed))
    labels = unit_labels(recipe, rows) if columns.unit else []
    codes = {area.name: code for code, area in areas.items()}
    periods = sorted(set(rows["period"]), key=calendar.ordinal)
    before = rows
    if starts:
        first = min(map(calendar.ordinal, starts.values()))
        before = rows[rows["period"].map(calendar.ordinal) < first]
    return Source(
        called=folder.name,
        kind="recipe",
        unit=unit_word(areas, (codes.get(label, label) for label in labels)),
        codes={label: codes.get(label, "") for label in dict.fromkeys(labels)},
        first=periods[0],
        last=periods[-1],
        starts=starts,
        numbers="counts" if _whole(before[columns.outcome]) else "level",
        exposure=columns.exposure,
        holes={},
    )


def unit_word(areas: Mapping[str, Area], codes: Iterable[str]) -> str:
    """What areas with these codes are called in the singular."""
    kinds = {areas[code].kind if code in areas else "" for code in codes}
    return _KINDS.get(kinds.pop(), "area") if len(kinds) == 1 else "area"


def _whole(values: pd.Series) -> bool:
    """Whether all known numbers are counts."""
    known = pd.to_numeric(values, errors="coerce").dropna()
    return bool(((known >= 0) & (known == known.round())).all())


def sha256_of(workspace: Workspace, source: Source) -> str:
    """Of a table's bytes."""
    return file_sha256(workspace.root / source.called)
