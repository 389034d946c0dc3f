"""Averages of group-time effects, as results."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.did.group_time_effects import as_html
from evalkit.inference.bands import Band
from evalkit.inference.wald import JointTest
from evalkit.types.estimate import Estimate, EventEffect

Kind = Literal["overall", "event", "group", "calendar"]

COLUMNS = {"event": "event_time", "group": "group", "calendar": "period"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateEffect:
    """One average of cells.

    Attributes
    ----------
    at : int or str
        Event time, or label of the group's first treated period or of the calendar period.
    effect : float
        0 in the base period of an event study.
    standard_error, low, high, band_low, band_high : float or None
        Pointwise interval and simultaneous band; None, with ``why``, in the base period and where every
        cohort behind the effect is a single unit.
    n_treated, n_comparison : int
        Treated units behind the cells; most comparison units in one of them.
    why : str
    """

    at: int | str
    effect: float
    standard_error: float | None
    low: float | None
    high: float | None
    band_low: float | None
    band_high: float | None
    n_treated: int
    n_comparison: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """Effects by one property of the cells, and their average.

    Attributes
    ----------
    kind : str
    overall : Estimate
        Over all treated cells; of ``"event"``, ``"group"`` and ``"calendar"`` averages of group-time
        effects the mean of the effects. Its ``method`` says which.
    effects : tuple of AggregateEffect
        In order; empty for ``"overall"``.
    covariance : tuple of tuple of float
        Of the effects other than the base period, in the same order.
    base : int or None
        Event time of the base period where every cohort has the same.
    band : Band or None
        How the simultaneous band was found.
    notes : tuple of str
    pre_trend : JointTest or None
        Of all effects before the start, where the estimator makes it. It counts all clusters alike and
        rejects too often where few are treated; ``checks.pre_trend`` does not.
    """

    kind: Kind
    overall: Estimate
    effects: tuple[AggregateEffect, ...]
    covariance: tuple[tuple[float, ...], ...]
    base: int | None
    band: Band | None
    notes: tuple[str, ...]
    pre_trend: JointTest | None = None

    def to_frame(self) -> pd.DataFrame:
        """One row an effect, first its event_time, group or period; of ``"overall"`` one row in all.

        Then effect, standard_error, low, high, band_low, band_high, n_treated, n_comparison.
        """
        if self.kind == "overall":
            o = self.overall
            row = (o.effect, o.standard_error, o.interval.low, o.interval.high)
            return pd.DataFrame([row], columns=["effect", "standard_error", "low", "high"])
        numbers = ("effect", "standard_error", "low", "high", "band_low", "band_high")
        table: dict[str, Any] = {COLUMNS[self.kind]: [e.at for e in self.effects]}
        for name in numbers:
            table[name] = np.array([getattr(e, name) for e in self.effects], dtype=float)
        for name in ("n_treated", "n_comparison"):
            table[name] = [getattr(e, name) for e in self.effects]
        return pd.DataFrame(table)

    def _repr_html_(self) -> str:
        o = self.overall
        said = [f"{o.method}: {o.effect:.4f} ({o.interval.low:.4f} to {o.interval.high:.4f})."]
        said.append(f"{o.inference}; {o.interval.level:.0%} intervals.")
        if self.band:
            said.append(f"Bands hold for all rows at once: {self.band.how}.")
        return as_html(self.to_frame(), [*said, *self.notes])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventStudy:
    """Effects by periods since the start, and their covariance.

    Attributes
    ----------
    events : tuple of EventEffect
        In order of time, the base period included.
    covariance : array, E x E
        Of the events other than the base period, in the same order.
    base : int
        The event time of the base period.
    """

    events: tuple[EventEffect, ...]
    covariance: npt.NDArray[np.float64]
    base: int
