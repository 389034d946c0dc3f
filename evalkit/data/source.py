"""The bytes behind a recipe: a local file, or one that an installed package carries."""

import importlib.metadata
import importlib.util
from pathlib import Path

import duckdb
import pandas as pd

from evalkit.data.recipe import Recipe
from evalkit.errors import DataError, Problem
from evalkit.text import Document


def find_file(recipe: Recipe, document: Document, folder: Path) -> Path:
    """The file that a recipe names, beside it or inside an installed package of the right version.

    Raises
    ------
    DataError
        The package is not installed or has another version, or there is no such file.
    """
    if recipe.package is None:
        path = folder / str(recipe.file)
        if not path.is_file():
            raise DataError(document.problem("file", found=f"no {recipe.file}", needed="that file"))
        return path
    name, version = recipe.package.name, recipe.package.version
    try:
        installed = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError as error:
        raise DataError(
            document.problem(
                "package.name",
                found=f"{name} is not installed",
                needed=f"{name} {version}",
                do="Install it with: pip install 'evalkit[demo]'",
            )
        ) from error
    if installed != version:
        raise DataError(
            document.problem("package.version", found=f"{name} {installed}", needed=version)
        )
    spec = importlib.util.find_spec(name)
    path = Path(str(spec.origin if spec else "")).parent / recipe.package.file
    if not path.is_file():
        raise DataError(
            document.problem("package.file", found=f"no {path.name} in {name}", needed="that file")
        )
    return path


def read_file(path: Path) -> pd.DataFrame:
    """Every row of a csv, parquet or dta file.

    Raises
    ------
    DataError
        Another kind of file, or one that is not what its name says.
    """
    try:
        if path.suffix == ".dta":
            return pd.read_stata(path)
        if path.name.endswith((".csv", ".csv.bz2")):
            return pd.read_csv(path)
        if path.suffix == ".parquet":
            with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
                return connection.execute("FROM read_parquet(?)", [str(path)]).df()
    except (OSError, ValueError, duckdb.Error) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise DataError(
            Problem(file=path.name, found=f"not readable ({reason})", needed="rows and columns")
        ) from error
    raise DataError(
        Problem(file=path.name, found=f"a {path.suffix} file", needed="csv, parquet or dta")
    )
