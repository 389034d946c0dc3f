"""Counts with exposure: the rate ratio after the start, and the incidents avoided."""

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.did.design import by_event_time, few_note, lone_note
from evalkit.did.poisson_counts import Selected, select
from evalkit.did.poisson_fit import fit_poisson
from evalkit.did.poisson_permutation import chosen as chosen_for
from evalkit.did.poisson_permutation import permuted
from evalkit.did.poisson_ratios import Judged, Ratios, clustered, overdispersed, ratios
from evalkit.did.poisson_results import RateRatioAt as RateRatioAt
from evalkit.did.poisson_results import RateRatios as RateRatios
from evalkit.errors import DataError
from evalkit.inference.intervals import t_interval
from evalkit.inference.judgement import Judgement
from evalkit.types.estimate import Estimate, Interval

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Inference = Literal["cluster", "permutation", "overdispersed", "auto"]


def poisson(
    panel: Panel, *, inference: Inference = "cluster", seed: int = 0, level: float = 0.95
) -> RateRatios:
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
    inference : {"cluster", "permutation", "overdispersed", "auto"}
        ``"cluster"``: the cluster rule on the log ratio, for many clusters. ``"permutation"``: start dates
        dealt over units (or clusters), for few; needs every cell and a unit that never starts.
        ``"overdispersed"``: Poisson variance times the Pearson dispersion (at least 1), which needs errors
        that are unrelated over units and periods. ``"auto"``: the cluster rule with 50 clusters or more on
        each side, permutation with fewer; the estimate says which and why.
    seed : int
        Of draws, where there are more than 20,000 ways to deal.
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
        a panel that permutation cannot take; the panel has covariates; separation.

    References
    ----------
    Wooldridge (2023), *Econometrics Journal* 26(3), on cohort-period cells; Hausman, Hall and Griliches
    (1984), *Econometrica* 52(4), on unit effects.
    """
    if inference not in get_args(Inference):
        needed = ", ".join(get_args(Inference))
        raise DataError(f'poisson found inference="{inference}"; it needs one of {needed}')
    negative = np.argwhere(panel.outcome < 0)
    if len(negative):
        i, t = negative[0]
        raise DataError(
            f"poisson found {panel.outcome[i, t]:g} for {panel.units[i]} in {panel.periods[t]}; "
            "it needs counts of 0 or more"
        )
    chosen = select(panel)
    asked: str = inference
    why, notes = "", chosen.notes
    if inference == "auto":
        choice = chosen_for(chosen.read.panel, seed=seed, level=level)
        asked, why = choice.name, f"; {choice.words}"
        notes = (*((choice.caveat,) if choice.caveat else ()), *notes)
    if asked == "permutation":
        return _by_permutation(chosen, why, seed=seed, level=level, notes=notes)
    read = chosen.read
    lone = [read.one_cluster(read.cohort == g) for g in range(len(read.starts))]
    n_treated_cohorts = int((read.starts < read.n_periods).sum())
    if asked == "cluster" and all(lone[:n_treated_cohorts]):
        raise DataError(
            "poisson found one treated cluster at every start: clustered errors would take its incidents for "
            'certain; ask for inference="permutation", or for "overdispersed" and read what that rests on'
        )
    fit = fit_poisson(chosen.counts)
    found = ratios(chosen, fit)
    if asked == "cluster":
        judged = clustered(chosen, found)
    else:
        judged, lone = overdispersed(chosen, fit, found), []
    notes = (*notes, *lone_note(read, lone), *few_note(read.panel))
    judgement = _judgement(found, judged, asked, level)
    return _told(
        chosen,
        found,
        replace(judgement, words=judgement.words + why),
        _events(chosen, found, judged, lone, level),
        notes,
    )


def _by_permutation(
    chosen: Selected, why: str, *, seed: int, level: float, notes: tuple[str, ...]
) -> RateRatios:
    """Intervals by distance from the start would need a permutation each: they have none, which is noted."""
    found = ratios(chosen, fit_poisson(chosen.counts))
    judgement = permuted(chosen.read.panel, seed=seed, level=level)
    note = "Permutation judges the ratio over all treated cells, not each time since the start."
    return _told(
        chosen,
        found,
        replace(judgement, words=judgement.words + why),
        _events(chosen, found, None, [], level),
        (*notes, note),
    )


def _judgement(found: Ratios, judged: Judged, name: str, level: float) -> Judgement:
    """Student's t on the log ratio over all treated cells."""
    ratio, error = float(found.observed[-1] / found.expected[-1]), float(judged.errors[-1])
    on_log, p_value = t_interval(float(np.log(ratio)), error, dof=judged.dof, level=level)
    return Judgement(
        method=name,
        standard_error=error,
        interval=Interval(
            low=float(np.exp(on_log.low)), high=float(np.exp(on_log.high)), level=level
        ),
        p_value=p_value,
        dof=judged.dof,
        attainable_level=1 - level,
        words=judged.words,
    )


def _told(
    chosen: Selected,
    found: Ratios,
    judgement: Judgement,
    events: tuple[RateRatioAt, ...],
    notes: tuple[str, ...],
) -> RateRatios:
    observed, expected = float(found.observed[-1]), float(found.expected[-1])
    interval, unit = judgement.interval, chosen.read.panel.unit_of_measure
    error = "; standard error of its logarithm" if judgement.standard_error is not None else ""
    overall = Estimate(
        estimand="rate ratio",
        method="poisson, cohort-period cells",
        effect=observed / expected,
        standard_error=judgement.standard_error,
        interval=interval,
        p_value=judgement.p_value,
        dof=judgement.dof,
        inference=judgement.words,
        n_obs=int(chosen.counts.used.sum()),
        n_units=len(chosen.read.panel.units),
        n_clusters=chosen.read.panel.n_clusters,
        unit_of_measure=f"rate ratio of {unit}{error}",
        why=judgement.why,
        judged_by=judgement.method,
        attainable_level=judgement.counted_level,
        notes=notes,
    )
    avoided = replace(
        overall,
        estimand="incidents avoided",
        effect=expected - observed,
        standard_error=None,
        interval=Interval(
            low=observed * (1 / interval.high - 1),
            high=observed * (1 / interval.low - 1),
            level=interval.level,
        ),
        unit_of_measure=unit,
        why="the interval is that of the rate ratio, at the number of incidents that was observed",
    )
    return RateRatios(
        overall=overall,
        avoided=avoided,
        observed=observed,
        expected=expected,
        events=events,
        notes=notes,
        exposed=_exposed(chosen),
    )


def _exposed(chosen: Selected) -> float | None:
    """The exposure of the treated cells that the ratio is over."""
    exposure = chosen.read.panel.exposure
    return None if exposure is None else float(exposure[chosen.answered].sum())


def _events(
    chosen: Selected, found: Ratios, judged: Judged | None, lone: list[bool], level: float
) -> tuple[RateRatioAt, ...]:
    there = by_event_time(chosen.read, chosen.answered.astype(np.float64)) > 0
    events = []
    for time in np.flatnonzero(there.any(axis=0)).tolist():
        observed, expected = float(found.observed[time]), float(found.expected[time])
        ratio = observed / expected if expected > 0 else None
        cohorts = np.unique(chosen.read.cohort[there[:, time]]).tolist()
        error, low, high = None, None, None
        if judged and ratio and not (lone and all(lone[g] for g in cohorts)):
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
