"""One outcome over regular periods."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    """A series over consecutive periods, validated once; the estimators trust it.

    Attributes
    ----------
    periods : tuple of str
        T consecutive labels, in order: ``"1986-01"``, ``"1986-Q1"`` or ``"1986"``.
    outcome : array, T
        In ``unit_of_measure``; NaN where the period is missing. Missing is never zero and never dropped.
    covariates : tuple of (str, array of T)
        Calendar or other regressors, by name; a number in every period.
    unit_of_measure : str
    exposure : array of T, or None
        What the outcome is counted against, e.g. residents; above 0 in every period.
    exposure_name : str
        Empty without an exposure.
    breaks : tuple of (str, str)
        Periods from which something else is known to have changed, e.g. how crimes are recorded, and what.
    provenance : Provenance or None
    """

    periods: tuple[str, ...]
    outcome: Floats
    covariates: tuple[tuple[str, Floats], ...]
    unit_of_measure: str
    exposure: Floats | None = None
    exposure_name: str = ""
    breaks: tuple[tuple[str, str], ...] = ()
    provenance: Provenance | None = None

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        period: str,
        outcome: str,
        exposure: str | None = None,
        covariates: Sequence[str] = (),
        breaks: Sequence[tuple[str, str]] = (),
        unit_of_measure: str = "",
        provenance: Provenance | None = None,
    ) -> "TimeSeries":
        """Build a series from one row a period, in any order.

        A period without a row, or with an empty outcome, is missing and stays so.

        Raises
        ------
        DataError
            A column is missing, a period occurs twice or is not regular, an outcome is text or infinite, an
            exposure is not above 0, a covariate or exposure has no number in some period, or a known break
            is outside the series.
        """
        also = (*(name for name in (exposure,) if name is not None), *covariates)
        for name in (period, outcome, *also):
            if name not in frame.columns:
                known = ", ".join(map(str, frame.columns))
                raise DataError(Problem(found=f"no column {name}", needed=f"one of {known}"))
        rows = _one_row_a_period(frame[[period, outcome, *also]], period)
        return cls(
            periods=tuple(rows[period]),
            outcome=_numbers(rows, outcome, period, missing=True),
            covariates=tuple((name, _numbers(rows, name, period)) for name in covariates),
            unit_of_measure=unit_of_measure or outcome,
            exposure=None if exposure is None else _positive(rows, exposure, period),
            exposure_name=exposure or "",
            breaks=_inside(breaks, rows[period].iloc[0], rows[period].iloc[-1]),
            provenance=provenance,
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The periods without an outcome."""
        empty = np.isnan(self.outcome)
        return tuple(p for p, gone in zip(self.periods, empty, strict=True) if gone)

    def until(self, period: str) -> "TimeSeries":
        """The part of the series before ``period``."""
        n = sum(calendar.ordinal(p) < calendar.ordinal(period) for p in self.periods)
        return replace(
            self,
            periods=self.periods[:n],
            outcome=self.outcome[:n],
            covariates=tuple((name, values[:n]) for name, values in self.covariates),
            exposure=None if self.exposure is None else self.exposure[:n],
            breaks=tuple(
                b for b in self.breaks if calendar.ordinal(b[0]) < calendar.ordinal(period)
            ),
        )


def _one_row_a_period(frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """Rows in order of time; a row without numbers for each period that has none."""
    rows = frame.copy()
    rows[period] = calendar.labels(rows[period])
    twice = repeated(rows, [period])
    if twice:
        found = f"{rows[period].iloc[twice[1]]} twice"
        raise DataError(Problem(field=period, found=found, needed="one row a period"))
    gaps = calendar.gaps(list(rows[period]))
    if gaps:
        rows = pd.concat([rows, pd.DataFrame({period: gaps})])
    return rows.sort_values(period, key=lambda labels: labels.map(calendar.ordinal))


def _numbers(rows: pd.DataFrame, name: str, period: str, *, missing: bool = False) -> Floats:
    if rows[name].dtype.kind in "mM":
        raise DataError(Problem(field=name, found="dates", needed="numbers"))
    try:
        values: Any = rows[name].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise DataError(Problem(field=name, found="text", needed="numbers")) from error
    bad = np.flatnonzero(np.isinf(values) if missing else ~np.isfinite(values))
    if len(bad):
        raise DataError(
            Problem(
                field=name,
                found=f"no number in {rows[period].iloc[bad[0]]} ({len(bad)} such periods)",
                needed="a number in every period" + ", or nothing where it is missing" * missing,
            )
        )
    return np.array(values)


def _positive(rows: pd.DataFrame, name: str, period: str) -> Floats:
    values = _numbers(rows, name, period)
    bad = np.flatnonzero(values <= 0)
    if len(bad):
        found = f"{values[bad[0]]:g} in {rows[period].iloc[bad[0]]} ({len(bad)} such periods)"
        raise DataError(
            Problem(
                field=name,
                found=found,
                needed="an exposure above 0 in every period",
                do="Where nobody was exposed leave the outcome empty and give the usual exposure.",
            )
        )
    return values


def _inside(
    breaks: Sequence[tuple[str, str]], first: str, last: str
) -> tuple[tuple[str, str], ...]:
    for at, _ in breaks:
        if not calendar.ordinal(first) < calendar.ordinal(at) <= calendar.ordinal(last):
            raise DataError(
                Problem(
                    field="breaks",
                    found=f"{at}, outside the series",
                    needed=f"a period after {first} and not after {last}",
                )
            )
    return tuple((at, what) for at, what in breaks)
