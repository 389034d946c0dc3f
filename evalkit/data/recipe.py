"""A data recipe: which file, which columns, and the hash that pins both data and coding."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import MinLen
from pydantic import ConfigDict, StringConstraints

from evalkit.errors import FormError
from evalkit.text import Document, read_form
from evalkit.types.dates import Period

_FORBID = ConfigDict(extra="forbid")
Name = Annotated[str, MinLen(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    """A file inside an installable Python package, e.g. ``castle/castle.dta`` of ``causaldata``."""

    __pydantic_config__ = _FORBID

    name: Name
    version: Name
    file: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column plays which part.

    ``treated`` is 1 in treated unit-periods and 0 elsewhere; ``treated_from`` holds the first treated
    period instead. A panel needs ``unit`` and one of them, or ``treated_from`` in the recipe itself; a series
    needs neither. ``exposure`` is what
    counts are divided by, e.g. population; ``cluster`` names who moves together, e.g. the police force.
    Covariates, exposure and clusters are used where a plan names them. ``without_heaviest`` is a weighted
    outcome without its heaviest offences, ``counted`` the plain count of the same offences.
    """

    __pydantic_config__ = _FORBID

    period: Name
    outcome: Name
    unit: Name | None = None
    treated: Name | None = None
    treated_from: Name | None = None
    weights: Name | None = None
    exposure: Name | None = None
    cluster: Name | None = None
    covariates: tuple[str, ...] = ()
    without_heaviest: Name | None = None
    counted: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One ``data.yaml``.

    Attributes
    ----------
    source : str
        In words: who published the data.
    licence : str
    package, file : PackageFile or str
        Exactly one: a file in a package, or one by its path from the recipe (csv, parquet or dta).
    sha256 : str
        Of that file; other bytes are refused.
    first_period : str or None
        The period that a running number 1 in the period column stands for.
    labels : mapping
        Names of units, by the value in the unit column.
    treated_from : mapping or None
        By unit, as the panel names it: the first treated period, where no column says it. Units without one
        are the comparison.
    leave_out : tuple of str
        Units that take no part, e.g. neighbours that something may have spilled over to.
    add_up : bool
        Whether counts of all units that take part are added up, period by period, into one series.
    weights : str or None
        Weight table and version that the outcome is weighted by; None for what is not weighted.
    heaviest : str or None
        The heaviest offences in words, e.g. ``"homicide"``, where no record of evalkit says them.
    """

    __pydantic_config__ = _FORBID

    form: Literal["evalkit/mapping/1"]
    source: Name
    licence: Name
    columns: Columns
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    package: PackageFile | None = None
    file: str | None = None
    first_period: Period | None = None
    labels: dict[str, str] | None = None
    treated_from: dict[str, Period] | None = None
    leave_out: tuple[str, ...] = ()
    add_up: bool = False
    weights: Name | None = None
    heaviest: Name | None = None


def read_recipe(folder: Path) -> tuple[Recipe, Document]:
    """Read ``data.yaml`` in ``folder``.

    Raises
    ------
    FormError
        A field is wrong, or not exactly one of ``package`` and ``file`` is given.
    """
    recipe, document = read_form(folder / "data.yaml", Recipe)
    if (recipe.package is None) == (recipe.file is None):
        found = "neither" if recipe.package is None else "both"
        raise FormError(document.problem("package", found=found, needed="one of package and file"))
    columns = recipe.columns
    said = [columns.treated, columns.treated_from, recipe.treated_from]
    if sum(one is not None for one in said) > 1:
        field = "columns.treated" if recipe.treated_from is None else "treated_from"
        found = "both" if field == "columns.treated" else "starts, and a column with them"
        needed = "one of treated and treated_from"
        raise FormError(document.problem(field, found=found, needed=needed))
    if (recipe.weights is None) != (columns.without_heaviest is None):
        found = "without weights" if recipe.weights is None else "not given"
        needed = (
            "both for a weighted outcome: which table, and the sum without the heaviest offences"
        )
        problem = document.problem("columns.without_heaviest", found=found, needed=needed)
        raise FormError(problem)
    if columns.counted is not None and recipe.weights is None:
        needed = "weights, which the count stands beside"
        raise FormError(document.problem("columns.counted", found="no weights", needed=needed))
    of_units = [name for name in ("treated_from", "leave_out", "add_up") if getattr(recipe, name)]
    if of_units and columns.unit is None:
        field = of_units[0]
        needed = "columns.unit, whose values are named here"
        raise FormError(document.problem(field, found="no column of units", needed=needed))
    return recipe, document
