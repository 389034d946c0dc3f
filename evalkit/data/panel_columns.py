"""Columns of a long frame as people have them, turned into codes and numbers without a loop over rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data import periods as calendar
from evalkit.errors import DataError, Problem

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Column: TypeAlias = "pd.Series[Any]"

EXACT = 2.0**53  # whole numbers up to here are exact as floating point


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """A column as labels and, for each row, the position of its label.

    Attributes
    ----------
    codes : array, n rows
    labels : tuple of str
        Sorted: as numbers where all are numbers, else as text.
    """

    codes: Integers
    labels: tuple[str, ...]


def column(frame: pd.DataFrame, role: str, name: str) -> Column:
    """The column ``name``.

    Raises
    ------
    DataError
        There is none, or more than one.
    """
    found = int(np.count_nonzero(frame.columns == name))
    if found == 0:
        needed = "one of " + ", ".join(map(str, frame.columns))
        raise DataError(Problem(field=role, found=f"no column {name}", needed=needed))
    if found > 1:
        raise DataError(Problem(field=role, found=f"{found} columns {name}", needed="one"))
    return frame[name]


def coded(values: Column, *, field: str, what: str) -> Coded:
    """Labels of units or clusters; 1, 1.0 and "1" are one label.

    Raises
    ------
    DataError
        A row has none.
    """
    whole = whole_numbers(values)
    if whole is not None:
        codes, found = distinct(whole)
        return Coded(codes=codes, labels=tuple(map(str, found.tolist())))
    codes, uniques = factorised(values, field=field, what=what)
    return _merged(codes, [_text(value) for value in uniques])


def coded_periods(values: Column, *, field: str) -> Coded:
    """Periods in order of time, none missing between the first and the last.

    Raises
    ------
    DataError
        A row has none, a value is neither a year nor a month, years and months are mixed, or a whole
        period is missing.
    """
    whole = whole_numbers(values)
    if whole is not None:
        codes, found = distinct(whole)
        uniques = found.tolist()
    else:
        codes, uniques = factorised(values, field=field, what="period")
    texts = calendar.labels(uniques)
    missing = calendar.gaps(texts)
    if missing:
        raise DataError(
            Problem(
                field="period",
                found=f"no {missing[0]}",
                needed="every period",
                do="Add its rows, or number the periods 1, 2, 3 … if the gap is meant.",
            )
        )
    ordinals = np.array([calendar.ordinal(text) for text in texts], dtype=np.int64)
    place = ordinals - ordinals.min()
    labels = sorted(set(texts), key=calendar.ordinal)
    same = np.array_equal(place, np.arange(len(place)))
    return Coded(codes=codes if same else place[codes], labels=tuple(labels))


def whole_numbers(values: Column) -> Integers | None:
    """The column as integers where it holds nothing else, else None."""
    if pd.api.types.is_bool_dtype(values.dtype) or not pd.api.types.is_numeric_dtype(values.dtype):
        return None
    if isinstance(values.dtype, np.dtype):
        raw = values.to_numpy()
    elif values.isna().any():
        return None
    else:
        raw = values.to_numpy(dtype=values.dtype.numpy_dtype)
    found: Integers
    if raw.dtype.kind in "iu":
        found = raw.astype(np.int64, copy=False)
        return found
    if raw.dtype.kind != "f" or not np.all(np.abs(raw) < EXACT) or np.any(raw != np.floor(raw)):
        return None
    found = raw.astype(np.int64)
    return found


def distinct(values: Integers) -> tuple[Integers, Integers]:
    """Codes and sorted distinct values; by offset, without sorting, where they lie close together."""
    if not len(values):
        return values, values
    low, high = int(values.min()), int(values.max())
    if high - low > 4 * len(values) + 1000:
        found, codes = np.unique(values, return_inverse=True)
        return codes, found
    offset = values - low if low else values
    seen = np.zeros(high - low + 1, dtype=bool)
    seen[offset] = True
    found = np.flatnonzero(seen) + low
    if len(found) == len(seen):
        return offset, found
    place = np.cumsum(seen) - 1
    return place[offset], found


def factorised(values: Column, *, field: str, what: str) -> tuple[Integers, list[Any]]:
    """Codes and distinct values in order of appearance; a missing one is refused with its row."""
    codes, uniques = pd.factorize(values)
    absent = np.flatnonzero(codes < 0)
    if len(absent):
        found = f"no {what} in row {1 + int(absent[0])}"
        raise DataError(Problem(field=field, found=found, needed="one in every row"))
    return codes.astype(np.int64, copy=False), list(uniques)


def numbers(values: Column, field: str) -> Floats:
    """The column as floating point numbers, NaN where it is missing.

    Raises
    ------
    DataError
        Text, dates, or an infinite number.
    """
    if values.dtype.kind in "mM":
        raise DataError(Problem(field=field, found="dates", needed="numbers"))
    found: Floats
    if values.dtype == np.dtype(np.float64):
        found = values.to_numpy()
    else:
        try:
            found = values.to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise DataError(Problem(field=field, found="text", needed="numbers")) from error
    if np.isinf(found).any():
        raise DataError(Problem(field=field, found="an infinite number", needed="finite numbers"))
    return found


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _merged(codes: Integers, texts: Sequence[str]) -> Coded:
    labels = sorted(set(texts), key=_order(texts))
    place = {label: i for i, label in enumerate(labels)}
    moved = np.array([place[text] for text in texts], dtype=np.int64)
    return Coded(codes=moved[codes] if len(moved) else codes, labels=tuple(labels))


def _order(texts: Sequence[str]) -> Any:
    try:
        as_number = {text: (int(text), text) for text in texts}
    except ValueError:
        return None
    return as_number.__getitem__
