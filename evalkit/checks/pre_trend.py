"""Did the groups move together before: a joint test, and the drift that it would have missed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from evalkit.checks.panel_result import (
    Estimator,
    group_time_overall,
    need_level,
    period_noun,
)
from evalkit.checks.question import Question
from evalkit.checks.sides import without_lone_cohorts
from evalkit.checks.words import amount, p_value
from evalkit.data.panel import Panel
from evalkit.did.aggregate import event_study
from evalkit.did.aggregates import EventStudy
from evalkit.did.group_time import group_time
from evalkit.did.two_way import cohort_sums
from evalkit.errors import DataError
from evalkit.inference.behrens_fisher import GroupedTest, grouped_test
from evalkit.inference.drift import FOUR_IN_FIVE, HALF, joint_drift
from evalkit.types.evaluation import CheckResult, IfFailed

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Before: TypeAlias = Callable[[Panel], EventStudy]
TOGETHER_BEFORE = "Were the groups moving together before?"
ROUNDING = 1e-9
LONE = "every cohort is one unit, which has no variance of its own"
TOO_FEW = "too few units or periods before the start to test"


def group_time_before(panel: Panel) -> EventStudy:
    """The effects before the start that the test looks at where nothing else is said."""
    return event_study(group_time(panel))


def pre_trend(
    panel: Panel,
    *,
    threshold: float = 0.10,
    leads: int = 4,
    if_failed: IfFailed = "cannot_tell",
    before: Before = group_time_before,
    effect: Estimator = group_time_overall,
    per_cent: bool = False,
) -> CheckResult:
    """Did the groups move together before? A joint test of the ``leads`` periods before the base period.

    Not rejecting is no proof of parallel trends. So a test that is passed says which steady drift apart it
    would have missed half the time, which one time in five, and for what effect the former would pass (Roth
    2022): each unit that starts is given a drift, and the estimators are run again.

    Parameters
    ----------
    panel : Panel
        Cohorts of one unit or cluster are left out: they would pass for certain.
    threshold : float
        The level of the test.
    leads : int
        At least 1; fewer are tested where the panel has fewer.
    if_failed : str
    before : callable
        From a panel to its effects before the start, linear in the outcome; DataError where it has none.
    effect : callable
        The estimate that the drift would pass for, linear in the outcome.
    per_cent : bool
        The outcome is a logarithm: tell the drift in per cent.

    References
    ----------
    Roth (2022), *American Economic Review: Insights* 4(3); ``inference.behrens_fisher`` for the test.
    """
    need_level("pre_trend", threshold)
    asked = Question(
        check="pre_trend", question=TOGETHER_BEFORE, statistic="p", rule=">=",
        threshold=threshold, if_failed=if_failed,
    )  # fmt: skip
    others = without_lone_cohorts(panel)
    if not others.ever_treated.any():
        return asked.not_applicable(LONE)
    try:
        found = _leads(before(others), leads)
    except DataError as error:
        return asked.not_applicable(str(error))
    if not found.times:
        return asked.not_applicable(TOO_FEW)
    test = _tested(others, before, found)
    if test is None:
        return asked.not_applicable(
            f"the groups have too few units to test {len(found.times)} periods together"
        )
    low, high = found.times[0], found.times[-1]
    seen = "no clear drift" if test.p_value >= threshold else "a difference already"
    sentence = (
        f"Periods {-low} to {-high} before the start show {seen}: joint F({test.dof}, "
        f"{test.dof_within:.1f}) = {test.statistic:.2f}, {p_value(test.p_value)}."
    )
    if test.p_value >= threshold:
        sentence += _missed(others, found, test, threshold, before, effect, per_cent)
    return asked.answered(test.p_value, sentence)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Leads:
    """The effects that are tested (k), their event times, and their covariance."""

    times: tuple[int, ...]
    effects: Floats
    covariance: Floats


def _leads(study: EventStudy, most: int) -> _Leads:
    estimated = [event for event in study.events if event.event_time != study.base]
    early = [i for i, event in enumerate(estimated) if event.event_time < study.base][-most:]
    return _Leads(
        times=tuple(estimated[i].event_time for i in early),
        effects=np.array([estimated[i].effect for i in early]),
        covariance=study.covariance[np.ix_(early, early)],
    )


def _tested(panel: Panel, before: Before, found: _Leads) -> GroupedTest | None:
    """The joint test, with what each cohort and the comparison group add to the covariance.

    Found by halving the distance of all other units from the means of their groups: estimates stay as they
    are, and a quarter of these units' part remains. What is left beyond a quarter when all are halved (the
    uncertainty of the cohorts' shares, 0 where no effect is) is nobody's.
    """
    k = len(found.times)
    means = _group_means(panel)

    def covariance(kept: Booleans) -> Floats:
        halved = np.where(kept[:, None], panel.outcome, (panel.outcome + means) / 2)
        return _leads(before(replace(panel, outcome=halved)), k).covariance

    none = np.zeros(len(panel.units), dtype=bool)
    rest = covariance(none) - found.covariance / 4
    parts, sizes = [], []
    for start in np.unique(panel.start):
        own = panel.start == start
        n = len(np.unique(panel.cluster[own]))
        part = (covariance(own) - found.covariance / 4 - rest) * 4 / 3
        parts.append(part * n / max(n - 1, 1))
        sizes.append(n)
    return grouped_test(found.effects, parts, sizes)


def _group_means(panel: Panel) -> Floats:
    """Array, N x T: the mean of each unit's cohort in each period, over the units that are seen."""
    starts, cohort = np.unique(panel.start, return_inverse=True)
    sums = cohort_sums(np.where(panel.observed, panel.outcome, 0.0), cohort, len(starts))
    counts = cohort_sums(panel.observed.astype(np.float64), cohort, len(starts))
    means: Floats = (sums / np.maximum(counts, 1.0))[cohort]
    return means


def _missed(
    panel: Panel,
    found: _Leads,
    test: GroupedTest,
    level: float,
    before: Before,
    effect: Estimator,
    per_cent: bool,
) -> str:
    """What the test cannot see, as sentences that follow the others."""
    size, drifting = with_drift(panel)
    response = (_leads(before(drifting), len(found.times)).effects - found.effects) / size
    response[np.abs(response) < ROUNDING] = 0.0
    half, most = (
        joint_drift(response, test.covariance, dof_within=test.dof_within, level=level, power=power)
        for power in (HALF, FOUR_IN_FIVE)
    )
    if half is None or most is None:
        return " A drift that all units that start share cannot be seen: none never starts."
    bias = abs(effect(drifting).effect - effect(panel).effect) / size * half
    noun = period_noun(panel.periods)
    return (
        f" A drift of {amount(half, per_cent=per_cent)} a {noun} would have been missed half the time, one "
        f"of {amount(most, per_cent=per_cent)} one time in five; the former would pass for an effect of "
        f"{amount(bias, per_cent=per_cent)}."
    )


def with_drift(panel: Panel) -> tuple[float, Panel]:
    """A drift a period the size of the outcome's spread, and the panel with it in all units that start."""
    size = float(np.nanstd(panel.outcome)) or 1.0
    steps = size * np.arange(len(panel.periods)) * panel.ever_treated[:, None]
    return size, replace(panel, outcome=panel.outcome + steps)
