"""The checks that a plan names, run on its panel with the plan's own method."""

from collections.abc import Callable, Mapping
from functools import partial

from evalkit.checks import balance, cohorts, composition, panel_recording
from evalkit.checks.panel_checks import leave_one_unit_out
from evalkit.checks.placebo_start import placebo_start, pre_trend_of_ratio
from evalkit.checks.pre_trend import pre_trend
from evalkit.data.panel import Panel
from evalkit.did.aggregates import EventStudy
from evalkit.errors import DataError
from evalkit.evaluation.answers import answer, estimate
from evalkit.evaluation.asked import Asked, for_effect_alone
from evalkit.evaluation.thresholds import threshold_of
from evalkit.protocol.estimators import GroupTime, Poisson, TwoWay
from evalkit.protocol.plan import Check
from evalkit.types.evaluation import CheckResult

FOR_FEW = ("auto", "permutation", "donald_lang", "wild_bootstrap")
"""Inference that can judge one unit alone."""
_OF_THE_DATA: Mapping[str, Callable[..., CheckResult]] = {
    "already_treated_share": cohorts.already_treated_share,
    "small_cohorts": cohorts.small_cohorts,
    "composition_change": composition.composition_change,
    "recording_change": panel_recording.recording_change,
}


def checked(check: Check, panel: Panel, asked: Asked, scale: str) -> CheckResult:
    """Run one check of a plan.

    Parameters
    ----------
    check : Check
    panel : Panel
    asked : Asked
        The plan's method.
    scale : str
        Of the outcome, as ``Outcome.scale``.
    """
    run = _runner(check, asked, scale)
    return run(panel, threshold=threshold_of(check), if_failed=check.if_failed)


def _runner(check: Check, asked: Asked, scale: str) -> Callable[..., CheckResult]:
    method, log = partial(estimate, asked), scale == "log"
    lone = asked.errors in FOR_FEW
    match check.check:
        case "leave_one_unit_out":
            effect = partial(estimate, for_effect_alone(asked))
            return partial(leave_one_unit_out, estimate=method, effect=effect)
        case "placebo_start":
            options = asked.estimator
            early = options.anticipation if isinstance(options, GroupTime) else 0
            same = partial(placebo_start, estimate=method, anticipation=early, per_cent=log)
            return partial(same, leads=check.leads, lone=lone)
        case "pre_period_balance":
            return partial(balance.pre_period_balance, relative=scale == "ratio")
        case "pre_trend" if isinstance(asked.estimator, Poisson | TwoWay):
            same = partial(pre_trend_of_ratio, ratio=method, per_cent=log)
            return partial(same, leads=check.leads, lone=lone)
        case "pre_trend":
            before = partial(_before, asked, check.leads)
            same = partial(pre_trend, before=before, effect=method, per_cent=log)
            return partial(same, leads=check.leads)
        case name:
            return _OF_THE_DATA[name]


def _before(asked: Asked, leads: int, panel: Panel) -> EventStudy:
    """Effects before the start by the plan's method.

    Raises
    ------
    DataError
        It gives none.
    """
    found = answer(asked, panel, leads=leads)
    if found.before is None:
        raise DataError(found.why)
    return found.before
