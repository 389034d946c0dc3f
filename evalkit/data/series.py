"""One outcome over regular periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data import periods as calendar
from evalkit.data.quality import repeated
from evalkit.errors import DataError, Problem
from evalkit.types.evaluation import Provenance

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeSeries:
    """A complete series, validated once; the estimators trust it.

    Attributes
    ----------
    periods : tuple of str
        T consecutive labels, in order: ``"1986-01"`` or ``"1986"``.
    outcome : array, T
        In ``unit_of_measure``.
    covariates : tuple of (str, array of T)
        Calendar or other regressors, by name.
    unit_of_measure : str
    provenance : Provenance or None
    """

    periods: tuple[str, ...]
    outcome: Floats
    covariates: tuple[tuple[str, Floats], ...]
    unit_of_measure: str
    provenance: Provenance | None = None

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        period: str,
        outcome: str,
        covariates: Sequence[str] = (),
        unit_of_measure: str = "",
        provenance: Provenance | None = None,
    ) -> "TimeSeries":
        """Build a series from one row a period, in any order.

        Raises
        ------
        DataError
            A column is missing, a period occurs twice or is missing, or a value is not a finite number.
        """
        for name in (period, outcome, *covariates):
            if name not in frame.columns:
                known = ", ".join(map(str, frame.columns))
                raise DataError(Problem(found=f"no column {name}", needed=f"one of {known}"))
        rows = frame[[period, outcome, *covariates]].copy()
        rows[period] = calendar.labels(rows[period])
        twice = repeated(rows, [period])
        if twice:
            found = f"{rows[period].iloc[twice[1]]} twice"
            raise DataError(Problem(field=period, found=found, needed="one row a period"))
        missing = calendar.gaps(list(rows[period]))
        if missing:
            raise DataError(Problem(field=period, found=f"no {missing[0]}", needed="every period"))
        rows = rows.sort_values(period, key=lambda labels: labels.map(calendar.ordinal))
        return cls(
            periods=tuple(rows[period]),
            outcome=_numbers(rows, outcome, period),
            covariates=tuple((name, _numbers(rows, name, period)) for name in covariates),
            unit_of_measure=unit_of_measure or outcome,
            provenance=provenance,
        )

    def until(self, period: str) -> "TimeSeries":
        """The part of the series before ``period``."""
        n = sum(calendar.ordinal(p) < calendar.ordinal(period) for p in self.periods)
        return TimeSeries(
            periods=self.periods[:n],
            outcome=self.outcome[:n],
            covariates=tuple((name, values[:n]) for name, values in self.covariates),
            unit_of_measure=self.unit_of_measure,
            provenance=self.provenance,
        )


def _numbers(rows: pd.DataFrame, name: str, period: str) -> Floats:
    if rows[name].dtype.kind in "mM":
        raise DataError(Problem(field=name, found="dates", needed="numbers"))
    try:
        values: Any = rows[name].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise DataError(Problem(field=name, found="text", needed="numbers")) from error
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        raise DataError(
            Problem(
                field=name,
                found=f"no number in {rows[period].iloc[bad[0]]} ({len(bad)} such periods)",
                needed="a number in every period",
            )
        )
    return np.array(values)
