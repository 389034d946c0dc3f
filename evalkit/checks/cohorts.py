"""Checks of who starts when: starts compared with earlier ones, and cohorts of few units."""

import numpy as np

from evalkit.checks.data_result import listed
from evalkit.checks.panel_result import period_noun
from evalkit.checks.question import Question
from evalkit.checks.sides import cohort_clusters
from evalkit.data.panel import Panel
from evalkit.did.bacon import already_treated_share as share_of
from evalkit.types.evaluation import CheckResult, IfFailed

SMALL_COHORT = 5
"""Units of a cohort from which its own standard error is at most 11 per cent too small."""


def already_treated_share(
    panel: Panel, *, threshold: float = 0.10, if_failed: IfFailed = "report"
) -> CheckResult:
    """How much of two-way fixed effects rests on comparisons with units that are already treated.

    The share of the weight of such comparisons (Goodman-Bacon 2021), which depends on starts and numbers of
    units only. It judges two-way fixed effects, not the estimators that make no such comparison. Where
    effects grow, these comparisons pull the number towards 0 or past it. The threshold of a tenth is a
    convention of ours; with one common start the share is exactly 0.
    """
    asked = Question(
        check="already_treated_share", statistic="share of the weight", rule="<=",
        question="Does two-way fixed effects compare with units that are already treated?",
        threshold=threshold, if_failed=if_failed,
    )  # fmt: skip
    if not panel.ever_treated.any():
        return asked.not_applicable("no unit is treated")
    if not panel.balanced:
        return asked.not_applicable(
            "with missing cells the weights of the comparisons cannot be told exactly"
        )
    share = share_of(panel.start, len(panel.periods))
    if not share:
        return asked.answered(0.0, "No unit is compared with one that is already treated.")
    size = f"{share:.0%}" if share >= 0.005 else "Less than 1%"
    return asked.answered(
        share,
        f"{size} of the weight of two-way fixed effects is on comparisons with units that are already "
        "treated; group-time effects, Sun and Abraham's and imputation make none.",
    )


def small_cohorts(
    panel: Panel, *, threshold: float = 0.20, if_failed: IfFailed = "report"
) -> CheckResult:
    """How much of the answer rests on cohorts of fewer than five units.

    The share of treated observations in such cohorts, which is their weight in the overall effect. A
    cohort's variance is measured around its own mean, so that n units understate their own standard error
    by the factor sqrt((n - 1) / n): 11 per cent too small with 5, 29 with 2, and none at all with 1. The
    threshold of a fifth is a convention of ours.
    """
    asked = Question(
        check="small_cohorts", question="Does the answer rest on cohorts of very few units?",
        statistic="share of treated observations", rule="<=", threshold=threshold,
        if_failed=if_failed,
    )  # fmt: skip
    treated = panel.treated & panel.observed
    if not treated.any():
        return asked.not_applicable("no treated observation")
    sizes = cohort_clusters(panel)
    small = [g for g, n in sorted(sizes.items()) if n < SMALL_COHORT]
    share = float(treated[np.isin(panel.start, small)].sum() / treated.sum())
    what = "units" if panel.cluster_names == panel.units else "clusters"
    if not small:
        least = min(sizes.values())
        return asked.answered(0.0, f"The smallest cohort has {least} {what}.")
    named = listed([f"{panel.periods[g]} ({sizes[g]})" for g in small], most=5)
    return asked.answered(
        share,
        f"Cohorts of fewer than {SMALL_COHORT} {what} hold {share:.0%} of the treated "
        f"unit-{period_noun(panel.periods)}s: {named}. Their own part of the standard errors is too small; a "
        "cohort of one has none.",
    )
