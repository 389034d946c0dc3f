"""A data recipe on data.police.uk files: which areas, which offences, which units are treated from when."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from annotated_types import MinLen
from pydantic import ConfigDict, StringConstraints

from evalkit.data.grid import OutcomeGrid
from evalkit.data.panel import Panel
from evalkit.errors import DataError, FormError
from evalkit.text import Document, read_form
from evalkit.types import patterns
from evalkit.types.dates import Period
from evalkit.types.evaluation import Provenance
from evalkit.types.extraction import Extraction
from evalkit.types.ids import AreaCode
from evalkit.types.simulation import Scenario
from evalkit.types.texts import Line

MeasureName = Annotated[str, StringConstraints(pattern=patterns.MEASURE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceRecipe:
    """One ``data.yaml`` that counts street crime.

    Attributes
    ----------
    source, licence : str
        In words: who published the data, and on which terms.
    download : str
        Folder or archive of the workspace with the files as they were downloaded.
    measure : str
        Id and version of the registered measure, e.g. ``"recorded-robbery@1.0"``.
    unit : "district" or "police-area"
    areas : tuple of str
        Codes; each district of a police area where ``unit`` is district.
    treated_from : mapping
        By code of the unit: the first treated month. Units without one are the comparison.
    scale : "log" or "count"
        ``log``: natural logarithms of the counts, refused where a count is 0.
    simulation : Scenario or None
        What the demo makes up and reads instead of a download.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/police-recipe/1"]
    source: Line
    licence: Line
    download: Line
    measure: MeasureName
    unit: Literal["district", "police-area"]
    areas: Annotated[tuple[AreaCode, ...], MinLen(2)]
    treated_from: dict[AreaCode, Period]
    scale: Literal["log", "count"]
    simulation: Scenario | None = None


def is_police_recipe(folder: Path) -> bool:
    """Whether the ``data.yaml`` in a folder says that it is one."""
    path = folder / "data.yaml"
    if not path.is_file():
        return False
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.split("#")[0].strip() == "form: evalkit/police-recipe/1" for line in lines)


def read_police_recipe(folder: Path) -> tuple[PoliceRecipe, Document]:
    """Read ``data.yaml`` in ``folder``.

    Raises
    ------
    FormError
        A field is wrong, or a place that leads out of the workspace.
    """
    recipe, document = read_form(folder / "data.yaml", PoliceRecipe)
    place = Path(recipe.download)
    if place.is_absolute() or ".." in place.parts:
        found, needed = recipe.download, "a folder or archive below the workspace"
        raise FormError(document.problem("download", found=found, needed=needed))
    if recipe.unit == "police-area":
        for code in recipe.treated_from:
            if code not in recipe.areas:
                needed = "one of areas"
                raise FormError(document.problem("treated_from", found=code, needed=needed))
    return recipe, document


def refuse_scale(recipe: PoliceRecipe, document: Document, *, logs: bool) -> None:
    """Raise DataError where a recipe takes logarithms and the plan does not, or the other way round."""
    if logs != (recipe.scale == "log"):
        needed = (
            "log, as the plan's outcome" if logs else "count, as the plan is not about logarithms"
        )
        raise DataError(document.problem("scale", found=recipe.scale, needed=needed))


def panel_of(
    recipe: PoliceRecipe,
    document: Document,
    grid: OutcomeGrid,
    made: Extraction,
    *,
    unit_of_measure: str,
    logs: bool,
    gaps: bool = False,
) -> Panel:
    """Turn a table of one outcome into the panel that a recipe describes.

    Parameters
    ----------
    logs : bool
        Whether the plan is about logarithms; a recipe of the other scale is refused.
    gaps : bool
        A month that an area did not publish is a missing cell; it is refused otherwise.

    Raises
    ------
    DataError
        The recipe's scale is not the plan's, a month of an area was not published, a count of 0 has no
        logarithm, or a treated area is not in the table.
    """
    refuse_scale(recipe, document, logs=logs)
    for code in recipe.treated_from:
        if code not in grid.areas:
            found = f"{code}, which is not among the areas counted"
            raise DataError(
                document.problem("treated_from", found=found, needed=f"a {recipe.unit} of them")
            )
    if not gaps:
        _refuse_gaps(document, grid)
    if recipe.scale == "log" and (grid.low == 0).any():
        n, t, _ = np.argwhere(grid.low == 0)[0]
        raise DataError(
            document.problem(
                "scale",
                found=f"no event in {grid.area_names[n]} in {grid.periods[t]}, which has no logarithm",
                needed="counts above 0, or scale: count",
            )
        )
    frame = grid.to_frame()
    frame["start"] = frame["area"].map(recipe.treated_from)
    if recipe.scale == "log":
        frame["value"] = np.log(frame["value"])
    panel: Panel = Panel.from_frame(
        frame,
        unit="area_name",
        period="period",
        outcome="value",
        treated_from="start",
        unit_of_measure=unit_of_measure,
        provenance=_provenance(recipe, made),
    )
    return panel


def _refuse_gaps(document: Document, grid: OutcomeGrid) -> None:
    gone = np.argwhere(grid.missing.any(axis=2))
    if len(gone):
        n, t = gone[0]
        more = f" ({len(gone)} such area-months)" if len(gone) > 1 else ""
        raise DataError(
            document.problem(
                "download",
                found=f"{grid.area_names[n]} did not publish {grid.periods[t]}{more}",
                needed="every month of the window for every area",
                do="Download it, or plan for a shorter window.",
            )
        )


def _provenance(recipe: PoliceRecipe, made: Extraction) -> Provenance:
    files = [one for one in made.inputs if one.used]
    downloads = sorted({one.download for one in files if one.download}) or ["street files"]
    return Provenance(
        source=f"{recipe.source}, simulated" if made.simulated else recipe.source,
        file=f"{', '.join(downloads)}: {len(files)} files",
        package="",
        version="",
        sha256=made.table_sha256,
        rows_read=made.rows_read,
        rows_used=made.rows_kept,
        dropped=tuple((one.why, one.rows) for one in made.dropped),
        licence="none needed: simulated" if made.simulated else recipe.licence,
        simulated=made.simulated,
    )
