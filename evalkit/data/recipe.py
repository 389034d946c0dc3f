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
    period instead. A panel needs one of them and ``unit``; a series needs neither. ``exposure`` is what
    counts are divided by, e.g. population; ``cluster`` names who moves together, e.g. the police force.
    Covariates, exposure and clusters are used where a plan names them.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One ``data.yaml``.

    Attributes
    ----------
    source : str
        In words: who published the data.
    licence : str
    package, file : PackageFile or str
        Exactly one: a file in a package, or a file beside the recipe (csv or dta).
    sha256 : str
        Of that file; other bytes are refused.
    first_period : str or None
        The period that a running number 1 in the period column stands for.
    labels : mapping
        Names of units, by the value in the unit column.
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
    if recipe.columns.treated and recipe.columns.treated_from:
        raise FormError(
            document.problem(
                "columns.treated", found="both", needed="one of treated and treated_from"
            )
        )
    return recipe, document
