"""Counts with exposure: the rate ratio after the start, and the incidents avoided."""

from dataclasses import asdict, dataclass, replace
from html import escape
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data.panel import Panel
from evalkit.did.design import by_event_time, few_note, lone_note
from evalkit.did.poisson_counts import Selected, select
from evalkit.did.poisson_fit import fit_poisson
from evalkit.did.poisson_ratios import RULES, Judged, Ratios, clustered, overdispersed, ratios
from evalkit.errors import DataError
from evalkit.inference.intervals import t_interval
from evalkit.types.estimate import Estimate, Interval

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Inference = Literal["cluster", "overdispersed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatioAt:
    """The rate ratio at one distance from the start.

    Attributes
    ----------
    event_time : int
        Periods since the first treated period.
    effect : float or None
        ``observed / expected``; None where no incident is expected.
    standard_error : float or None
        Of the log ratio; None, like ``low`` and ``high``, where the ratio is 0 or None, or errors are
        clustered and every cohort behind it is one cluster.
    low, high : float or None
    observed, expected : float
        Incidents in treated units, and what they would have been.
    n_treated : int
        Units.
    """

    event_time: int
    effect: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    observed: float
    expected: float
    n_treated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatios:
    """A rate ratio over all treated cells, and by periods since the start.

    Attributes
    ----------
    overall : Estimate
        ``effect`` is incidents over treated cells divided by what they would have been; ``standard_error`` is
        of its logarithm.
    avoided : Estimate
        Incidents avoided: what they would have been less what was observed; negative where there were more.
    observed, expected : float
        Incidents over treated cells, and what they would have been.
    events : tuple of RateRatioAt
    notes : tuple of str
    """

    overall: Estimate
    avoided: Estimate
    observed: float
    expected: float
    events: tuple[RateRatioAt, ...]
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row an event time, with the fields of ``RateRatioAt``."""
        return pd.DataFrame([asdict(event) for event in self.events])

    def _repr_html_(self) -> str:
        table: str = self.to_frame().to_html(index=False, na_rep="", float_format="{:.3f}".format)
        ratio, avoided = self.overall, self.avoided
        said = [
            f"Rate ratio {ratio.effect:.3f} ({ratio.interval.low:.3f} to {ratio.interval.high:.3f}, "
            f"{ratio.interval.level:.0%} interval): {self.observed:g} incidents where "
            f"{self.expected:.1f} were expected; {avoided.effect:.1f} avoided "
            f"({avoided.interval.low:.1f} to {avoided.interval.high:.1f}).",
            ratio.inference,
            *self.notes,
        ]
        return table + "".join(f"<p>{escape(line)}</p>" for line in said)


def poisson(panel: Panel, *, inference: Inference = "cluster", level: float = 0.95) -> RateRatios:
    """Estimate a rate ratio by Poisson regression with unit effects, period effects and exposure.

    The log of the expected count is ``unit_i + period_t + log exposure_it`` before the start; after it, each
    cohort and period has its own mean (staggered starts never share one coefficient, and treated
    observations never serve as comparison). What treated incidents would have been is
    ``exp(unit_i + period_t) exposure_it``. The mean has to be right; the counts need not be Poisson.

    Parameters
    ----------
    panel : Panel
        Outcomes of 0 or more; ``exposure``, e.g. population, makes them rates. Missing cells are allowed.
        Units treated from the first period on, without an untreated observation or without any incident,
        and treated observations that no untreated one connects to, are left out, which is noted.
    inference : {"cluster", "overdispersed"}
        ``"cluster"``: the cluster rule on the log ratio. ``"overdispersed"``: Poisson variance times the
        Pearson dispersion (at least 1), which needs errors that are unrelated over units and periods; for
        one treated or comparison cluster, whose own variance clustering cannot see.
    level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    RateRatios
        The interval is on the ratio, by the delta method on its logarithm. Incidents avoided are
        ``observed (1 / ratio - 1)``, its ends from the ends of the ratio, at the observed number.

    Raises
    ------
    DataError
        A negative count; no unit is treated; no incident in treated units before or after their start; no
        untreated incident to compare with; one cluster on either side with ``inference="cluster"``;
        the panel has covariates; separation.

    References
    ----------
    Wooldridge (2023), *Econometrics Journal* 26(3), on cohort-period cells; Hausman, Hall and Griliches
    (1984), *Econometrica* 52(4), on unit effects.
    """
    if inference not in RULES:
        raise DataError(
            f'poisson found inference="{inference}"; it needs "cluster" or "overdispersed"'
        )
    negative = np.argwhere(panel.outcome < 0)
    if len(negative):
        i, t = negative[0]
        raise DataError(
            f"poisson found {panel.outcome[i, t]:g} for {panel.units[i]} in {panel.periods[t]}; "
            "it needs counts of 0 or more"
        )
    chosen = select(panel)
    read = chosen.read
    lone = [read.one_cluster(read.cohort == g) for g in range(len(read.starts))]
    n_treated_cohorts = int((read.starts < read.n_periods).sum())
    if inference == "cluster" and all(lone[:n_treated_cohorts]):
        raise DataError(
            "poisson found one treated cluster at every start: clustered errors would take its incidents for "
            'certain; ask for inference="overdispersed" and read what that rests on'
        )
    fit = fit_poisson(chosen.counts)
    found = ratios(chosen, fit)
    if inference == "cluster":
        judged = clustered(chosen, found)
    else:
        judged, lone = overdispersed(chosen, fit, found), []
    notes = (*chosen.notes, *lone_note(read, lone), *few_note(read))
    return _told(chosen, found, judged, lone, level=level, notes=notes)


def _told(
    chosen: Selected,
    found: Ratios,
    judged: Judged,
    lone: list[bool],
    *,
    level: float,
    notes: tuple[str, ...],
) -> RateRatios:
    ratio = float(found.observed[-1] / found.expected[-1])
    error = float(judged.errors[-1])
    on_log, p_value = t_interval(float(np.log(ratio)), error, dof=judged.dof, level=level)
    low, high = float(np.exp(on_log.low)), float(np.exp(on_log.high))
    observed, expected = float(found.observed[-1]), float(found.expected[-1])
    unit = chosen.read.panel.unit_of_measure
    overall = Estimate(
        estimand="rate ratio",
        method="poisson, cohort-period cells",
        effect=ratio,
        standard_error=error,
        interval=Interval(low=low, high=high, level=level),
        p_value=p_value,
        dof=judged.dof,
        inference=judged.words,
        n_obs=int(chosen.counts.used.sum()),
        n_units=len(chosen.read.panel.units),
        n_clusters=judged.n_clusters,
        unit_of_measure=f"rate ratio of {unit}; standard error of its logarithm",
        notes=notes,
    )
    avoided = replace(
        overall,
        estimand="incidents avoided",
        effect=expected - observed,
        standard_error=None,
        interval=Interval(
            low=observed * (1 / high - 1), high=observed * (1 / low - 1), level=level
        ),
        unit_of_measure=unit,
        why="the interval is that of the rate ratio, at the number of incidents that was observed",
    )
    return RateRatios(
        overall=overall,
        avoided=avoided,
        observed=observed,
        expected=expected,
        events=_events(chosen, found, judged, lone, level),
        notes=notes,
    )


def _events(
    chosen: Selected, found: Ratios, judged: Judged, lone: list[bool], level: float
) -> tuple[RateRatioAt, ...]:
    there = by_event_time(chosen.read, chosen.answered.astype(np.float64)) > 0
    events = []
    for time in np.flatnonzero(there.any(axis=0)).tolist():
        observed, expected = float(found.observed[time]), float(found.expected[time])
        ratio = observed / expected if expected > 0 else None
        cohorts = np.unique(chosen.read.cohort[there[:, time]]).tolist()
        error, low, high = None, None, None
        if ratio and not (lone and all(lone[g] for g in cohorts)):
            error = float(judged.errors[time])
            ends = t_interval(float(np.log(ratio)), error, dof=judged.dof, level=level)[0]
            low, high = float(np.exp(ends.low)), float(np.exp(ends.high))
        events.append(
            RateRatioAt(
                event_time=time,
                effect=ratio,
                standard_error=error,
                low=low,
                high=high,
                observed=observed,
                expected=expected,
                n_treated=int(there[:, time].sum()),
            )
        )
    return tuple(events)
