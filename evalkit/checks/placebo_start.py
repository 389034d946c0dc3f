"""Does a false start show an effect? Only what happened before the true one is looked at."""

import math
from dataclasses import replace

import numpy as np

from evalkit.checks.panel_result import (
    Estimator,
    group_time_overall,
    need_level,
    period_noun,
)
from evalkit.checks.pre_trend import LONE, TOGETHER_BEFORE, TOO_FEW
from evalkit.checks.question import Question
from evalkit.checks.sides import without_lone_cohorts
from evalkit.checks.words import amount, p_value, signed
from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.inference.drift import FOUR_IN_FIVE, HALF, single_drift
from evalkit.types.estimate import Estimate
from evalkit.types.evaluation import CheckResult, IfFailed

STEP = 0.001
"""A drift so small that the ratio answers it to first order."""


def placebo_start(
    panel: Panel,
    *,
    threshold: float = 0.10,
    leads: int = 4,
    if_failed: IfFailed = "lower_rating",
    estimate: Estimator = group_time_overall,
    anticipation: int = 0,
    per_cent: bool = False,
    lone: bool = False,
) -> CheckResult:
    """Does a false start show an effect? The same method, with every start set ``leads`` periods too early.

    Everything from the true start on (and any anticipation) is taken away first. A test that is passed says
    which effect it would have missed one time in five.

    Parameters
    ----------
    panel : Panel
        Units without a period before the false start are left out, and so are cohorts of one unit or cluster.
    threshold : float
        Of the p-value of the false effect: at least.
    leads : int
        How many periods too early, at least 1.
    if_failed : str
    estimate : callable
        From a panel to an estimate; DataError where the method refuses it.
    anticipation : int
        Periods before the start in which units may already react, as the method has it.
    per_cent : bool
        The outcome is a logarithm: tell effects in per cent.
    lone : bool
        Keep cohorts of one unit or cluster, which some methods for few areas can judge.
    """
    need_level("placebo_start", threshold)
    asked = Question(
        check="placebo_start", question="Does a false start show an effect?", statistic="p",
        rule=">=", threshold=threshold, if_failed=if_failed,
    )  # fmt: skip
    found = _false_effect(panel, estimate, leads, anticipation, lone)
    if not isinstance(found, Estimate):
        return asked.not_applicable(found)
    seen = "no clear effect" if found.p_value >= threshold else "an effect all the same"
    noun = period_noun(panel.periods)
    sentence = (
        f"With starts {leads} {noun}{'s' * (leads > 1)} too early, before anything was done, the method sees "
        f"{seen}: {_effect(found, per_cent)}, {p_value(found.p_value)}."
    )
    if found.p_value >= threshold and found.standard_error:
        least = single_drift(1.0, found.standard_error, dof=found.dof, level=threshold)
        sentence += (
            f" {_missed(least or 0.0, found, per_cent)} would have been missed one time in five."
        )
    return asked.answered(found.p_value, sentence)


def pre_trend_of_ratio(
    panel: Panel,
    *,
    ratio: Estimator,
    threshold: float = 0.10,
    leads: int = 4,
    if_failed: IfFailed = "cannot_tell",
    per_cent: bool = False,
    lone: bool = False,
) -> CheckResult:
    """Did the groups move together before? The rate ratio of a false start, ``leads`` periods too early.

    For methods that give no effects before the start. Everything from the true start on is taken away. A test
    that is passed says which steady drift apart it would have missed, to first order: counts of each unit
    that starts are given that growth, and the ratio is fitted again.

    Parameters
    ----------
    panel : Panel
        Counts, for a ratio; cohorts of one unit or cluster are left out.
    ratio : callable
        From a panel to a rate ratio, its standard error that of the logarithm; or to another single effect,
        of which no drift is told.
    threshold, leads, if_failed
        As of ``pre_trend``.
    per_cent, lone : bool
        As of ``placebo_start``.
    """
    need_level("pre_trend", threshold)
    asked = Question(
        check="pre_trend", question=TOGETHER_BEFORE, statistic="p", rule=">=",
        threshold=threshold, if_failed=if_failed,
    )  # fmt: skip
    found = _false_effect(panel, ratio, leads, 0, lone)
    if not isinstance(found, Estimate):
        return asked.not_applicable(found)
    seen = "no clear drift" if found.p_value >= threshold else "a difference already"
    sentence = (
        f"The last {leads} periods before the start, set against those before them, show {seen}: "
        f"{_effect(found, per_cent)}, {p_value(found.p_value)}."
    )
    if found.p_value >= threshold and _is_ratio(found) and found.standard_error:
        sentence += _missed_drift(panel, found, ratio, leads, threshold)
    return asked.answered(found.p_value, sentence)


def before_only(
    panel: Panel, *, early: int, anticipation: int = 0, lone: bool = False
) -> Panel | None:
    """The panel up to the last true start, every start ``early`` periods too early, nothing treated in it.

    Units without a period before the false start are left out, and cohorts of one unit or cluster unless
    ``lone``; None where no unit that starts remains. With ``lone`` it ends before the first true start:
    methods for few areas that deal start dates need every unit in every period.
    """
    others = panel if lone else without_lone_cohorts(panel)
    untouched = others.start - anticipation
    false = untouched - early
    drop = others.ever_treated & (false < 1 + anticipation)
    if not (others.ever_treated & ~drop).any():
        return None
    ends = untouched[others.ever_treated & ~drop]
    end = int(ends.min() if lone else ends.max())
    touched = np.arange(len(panel.periods)) >= untouched[:, None]
    outcome = np.where(touched & others.ever_treated[:, None], np.nan, others.outcome)
    return replace(
        others,
        periods=panel.periods[:end],
        outcome=outcome[:, :end],
        start=np.where(others.ever_treated, np.minimum(false, end), end),
        weights=None if others.weights is None else others.weights[:, :end],
        exposure=None if others.exposure is None else others.exposure[:, :end],
        covariates=others.covariates[:, :end],
    ).without(drop)


def _false_effect(
    panel: Panel, estimate: Estimator, leads: int, anticipation: int, lone: bool = False
) -> Estimate | str:
    """The estimate of the false start, or why there is none."""
    if not (lone or without_lone_cohorts(panel).ever_treated.any()):
        return LONE
    before = before_only(panel, early=leads, anticipation=anticipation, lone=lone)
    if before is None:
        return TOO_FEW
    try:
        return estimate(before)
    except DataError as error:
        return str(error)


def _effect(found: Estimate, per_cent: bool) -> str:
    ends = found.interval.low, found.interval.high
    if _is_ratio(found):
        return f"ratio {found.effect:.2f} ({ends[0]:.2f} to {ends[1]:.2f})"
    effect, low, high = (signed(x, per_cent=per_cent) for x in (found.effect, *ends))
    return f"{effect} ({low} to {high})"


def _missed(least: float, found: Estimate, per_cent: bool) -> str:
    if _is_ratio(found):
        return f"A ratio of {math.exp(-least):.2f} or {math.exp(least):.2f}"
    return f"An effect of {amount(least, per_cent=per_cent)}"


def _missed_drift(panel: Panel, found: Estimate, ratio: Estimator, leads: int, level: float) -> str:
    """What the test cannot see, as a sentence that follows the others."""
    again = _false_effect(_growing(panel, STEP), ratio, leads, 0)
    if not isinstance(again, Estimate) or found.standard_error is None:
        return ""
    response = math.log(again.effect / found.effect) / STEP
    half, most = (
        single_drift(response, found.standard_error, dof=found.dof, level=level, power=power)
        for power in (HALF, FOUR_IN_FIVE)
    )
    if half is None or most is None:
        return ""
    bias = ratio(_growing(panel, half)).effect / ratio(panel).effect
    noun = period_noun(panel.periods)
    return (
        f" A drift of {amount(half, per_cent=True)} a {noun} would have been missed half the time, one of "
        f"{amount(most, per_cent=True)} one time in five; the former would pass for a ratio of {bias:.2f}."
    )


def _growing(panel: Panel, drift: float) -> Panel:
    """Counts of each unit that starts grow by ``drift``, of their logarithm, a period."""
    steps = drift * np.arange(len(panel.periods)) * panel.ever_treated[:, None]
    return replace(panel, outcome=panel.outcome * np.exp(steps))


def _is_ratio(found: Estimate) -> bool:
    return found.estimand == "rate ratio"
