"""Effects by periods since the start, as the regression and imputation estimators give them."""

from dataclasses import asdict, dataclass
from html import escape

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.did.design import Design
from evalkit.errors import DataError
from evalkit.inference.intervals import normal_interval, t_interval
from evalkit.inference.wald import JointTest, joint_test
from evalkit.types.estimate import Estimate, EventEffect, Interval

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTimeEffects:
    """One effect for each distance from the start, and their average after it.

    Attributes
    ----------
    overall : Estimate
        Average over the treated observations.
    events : tuple of EventEffect
        In order of time; a reference period has effect 0 and no standard error.
    covariance : tuple of tuple of float
        Of the events other than the reference periods, in the same order.
    reference : tuple of int
        Event times whose effect is 0 by definition.
    pre_trend : JointTest or None
        Are the effects before the start all 0? None where that cannot be tested.
    level : float
        Of the intervals.
    inference : str
        How the standard errors were found.
    notes : tuple of str
        What was left out or has to be borne in mind, one sentence each.
    """

    overall: Estimate
    events: tuple[EventEffect, ...]
    covariance: tuple[tuple[float, ...], ...]
    reference: tuple[int, ...]
    pre_trend: JointTest | None
    level: float
    inference: str
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row an event time: event_time, effect, standard_error, low, high, n_treated, n_comparison."""
        return pd.DataFrame([asdict(event) for event in self.events])

    def _repr_html_(self) -> str:
        table: str = self.to_frame().to_html(index=False, na_rep="", float_format="{:.4f}".format)
        said = [f"{self.overall.method}; {self.inference}; {self.level:.0%} intervals", *self.notes]
        return table + "".join(f"<p>{escape(line)}</p>" for line in said)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimated:
    """What an estimator found, before it is told.

    Attributes
    ----------
    times : tuple of int
        E event times, in order, without the reference.
    effects : array, E + 1
        The last is the average over treated observations.
    covariance : array, (E + 1) x (E + 1)
    n_treated, n_comparison : tuple of int
        E numbers each, of units.
    certain : tuple of bool
        E values: True where nothing says how far the effect moves by chance.
    """

    times: tuple[int, ...]
    effects: Floats
    covariance: Floats
    n_treated: tuple[int, ...]
    n_comparison: tuple[int, ...]
    certain: tuple[bool, ...]


def told(
    read: Design,
    found: Estimated,
    *,
    method: str,
    inference: str,
    reference: dict[int, tuple[int, int]],
    dof: float | None,
    level: float,
    notes: tuple[str, ...],
) -> EventTimeEffects:
    """The result; ``reference`` maps an event time of effect 0 to its treated and comparison units."""
    events = [_event(found, i, dof=dof, level=level) for i in range(len(found.times))]
    events += [
        EventEffect(
            event_time=time, effect=0.0, standard_error=None, low=None, high=None,
            n_treated=counts[0], n_comparison=counts[1],
        )
        for time, counts in reference.items()
    ]  # fmt: skip
    before = [i for i, e in enumerate(found.times) if e < 0 and not found.certain[i]]
    covariance = found.covariance
    effect, error = float(found.effects[-1]), _root(covariance[-1, -1])
    interval, p_value = _judged(effect, error, dof=dof, level=level)
    return EventTimeEffects(
        overall=Estimate(
            estimand="ATT",
            method=f"{method}, weighted" if read.weighted else method,
            effect=effect,
            standard_error=error,
            interval=interval,
            p_value=p_value,
            dof=dof,
            inference=inference,
            n_obs=read.n_obs,
            n_units=len(read.panel.units),
            n_clusters=read.panel.n_clusters,
            unit_of_measure=read.panel.unit_of_measure,
            why="the reference distribution is the normal" if dof is None else "",
            notes=notes,
        ),
        events=tuple(sorted(events, key=lambda e: e.event_time)),
        covariance=tuple(tuple(row) for row in covariance[:-1, :-1].tolist()),
        reference=tuple(sorted(reference)),
        pre_trend=joint_test(
            found.effects[before],
            covariance[np.ix_(before, before)],
            n_clusters=read.panel.n_clusters,
        ),
        level=level,
        inference=inference,
        notes=notes,
    )


def _event(found: Estimated, i: int, *, dof: float | None, level: float) -> EventEffect:
    """One event; without a standard error where nothing says how far it moves by chance."""
    effect = float(found.effects[i])
    error = None if found.certain[i] else _root(found.covariance[i, i])
    interval = None if error is None else _judged(effect, error, dof=dof, level=level)[0]
    return EventEffect(
        event_time=found.times[i],
        effect=effect,
        standard_error=error,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        n_treated=found.n_treated[i],
        n_comparison=found.n_comparison[i],
    )


def _root(variance: float) -> float:
    return float(np.sqrt(max(variance, 0.0)))


def _judged(
    effect: float, error: float, *, dof: float | None, level: float
) -> tuple[Interval, float]:
    if dof is None:
        return normal_interval(effect, error, level=level)
    return t_interval(effect, error, dof=dof, level=level)


def need_variance(method: str, *, certain: bool) -> None:
    """Refuse where every unit that could move by chance is fitted exactly."""
    if certain:
        raise DataError(
            f"{method} found one cluster on either side: nothing says how far one moves by chance; "
            "add comparison units"
        )
