"""Effects by periods since the start, as the regression and imputation estimators give them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.did.aggregates import Aggregate, AggregateEffect
from evalkit.did.design import Design
from evalkit.errors import DataError
from evalkit.inference.bands import simultaneous_band
from evalkit.inference.intervals import normal_interval, t_interval
from evalkit.inference.wald import joint_test
from evalkit.types.estimate import Estimate

Floats = npt.NDArray[np.float64]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How an estimator's numbers are told.

    Attributes
    ----------
    method, inference : str
    dof : float or None
        Of the t distribution; None for the normal.
    level : float
    seed : int
        Of the simultaneous band.
    reference : tuple of int, or None
        Treated and comparison units in the last untreated period, whose effect is 0; None where the
        estimator has no such period.
    notes : tuple of str
    """

    method: str
    inference: str
    dof: float | None
    level: float
    seed: int
    reference: tuple[int, int] | None
    notes: tuple[str, ...]

    def half_width(self) -> float:
        """Of a pointwise interval, in standard errors."""
        if self.dof is None:
            return normal_interval(0.0, 1.0, level=self.level)[0].high
        return t_interval(0.0, 1.0, dof=self.dof, level=self.level)[0].high


def told(read: Design, found: Estimated, how: Telling) -> Aggregate:
    """The result.

    The band is that of the normal (``inference.bands``), widened by the ratio of the t quantile to the
    normal one where intervals rest on t.
    """
    moving = [i for i, certain in enumerate(found.certain) if not certain]
    half = how.half_width()
    band = None
    wide = half
    if moving:
        band = simultaneous_band(
            found.covariance[np.ix_(moving, moving)], level=how.level, seed=how.seed
        )
        wide = band.critical_value * half / normal_interval(0.0, 1.0, level=how.level)[0].high
    rows = [_row(found, i, half, wide) for i in range(len(found.times))]
    if how.reference is not None:
        rows = sorted([*rows, _reference(how.reference)], key=lambda row: int(row.at))
    before = [i for i in moving if found.times[i] < 0]
    return Aggregate(
        kind="event",
        overall=_overall(read, found, how),
        effects=tuple(rows),
        covariance=tuple(tuple(row) for row in found.covariance[:-1, :-1].tolist()),
        base=None if how.reference is None else -1,
        band=band,
        notes=how.notes,
        pre_trend=joint_test(
            found.effects[before],
            found.covariance[np.ix_(before, before)],
            n_clusters=read.panel.n_clusters,
        ),
    )


def _overall(read: Design, found: Estimated, how: Telling) -> Estimate:
    effect, error = float(found.effects[-1]), _root(found.covariance[-1, -1])
    if how.dof is None:
        interval, p_value = normal_interval(effect, error, level=how.level)
    else:
        interval, p_value = t_interval(effect, error, dof=how.dof, level=how.level)
    return Estimate(
        estimand="ATT",
        method=f"{how.method}{', weighted' * read.weighted}, mean of treated observations",
        effect=effect,
        standard_error=error,
        interval=interval,
        p_value=p_value,
        dof=how.dof,
        inference=how.inference,
        n_obs=read.n_obs,
        n_units=len(read.panel.units),
        n_clusters=read.panel.n_clusters,
        unit_of_measure=read.panel.unit_of_measure,
        why="the reference distribution is the normal" if how.dof is None else "",
        notes=how.notes,
    )


def _row(found: Estimated, i: int, half: float, wide: float) -> AggregateEffect:
    effect = float(found.effects[i])
    error = None if found.certain[i] else _root(found.covariance[i, i])
    return AggregateEffect(
        at=found.times[i],
        effect=effect,
        standard_error=error,
        low=None if error is None else effect - half * error,
        high=None if error is None else effect + half * error,
        band_low=None if error is None else effect - wide * error,
        band_high=None if error is None else effect + wide * error,
        n_treated=found.n_treated[i],
        n_comparison=found.n_comparison[i],
        why="" if error is not None else "one cluster a cohort: no variance of its own",
    )


def _reference(counts: tuple[int, int]) -> AggregateEffect:
    return AggregateEffect(
        at=-1, effect=0.0, standard_error=None, low=None, high=None, band_low=None, band_high=None,
        n_treated=counts[0], n_comparison=counts[1], why="the reference period, 0 by definition",
    )  # fmt: skip


def _root(variance: float) -> float:
    return float(np.sqrt(max(variance, 0.0)))


def need_variance(method: str, *, certain: bool) -> None:
    """Refuse where every unit that could move by chance is fitted exactly."""
    if certain:
        raise DataError(
            f"{method} found one cluster on either side: nothing says how far one moves by chance; "
            "add comparison units"
        )
