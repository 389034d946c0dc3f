"""Checks of an interrupted time series."""

from evalkit.checks.words import p_value, signed
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its.estimates import need_estimate
from evalkit.its.segmented import SegmentedFit, segmented
from evalkit.types.evaluation import CheckResult, IfFailed


def residual_autocorrelation(
    fit: SegmentedFit, *, threshold: float, if_failed: IfFailed
) -> CheckResult:
    """Are neighbouring periods alike beyond the model? Then intervals that ignore it are too narrow.

    Simulated with 48 periods, such a nominal 95 per cent interval covers 90 per cent where the
    autocorrelation is 0.2, 82 where it is 0.4 and 71 where it is 0.6. A test of autocorrelation has poor
    size on short series (Huitema and McKean 2007), so the estimate itself is compared with ``threshold``.
    """
    rho = fit.autocorrelation
    passed = rho <= threshold
    effect = "close to honest" if passed else "too narrow"
    return CheckResult(
        check="residual_autocorrelation",
        question="Do the intervals allow for neighbouring periods being alike?",
        statistic_name="lag-1 autocorrelation",
        statistic=rho,
        threshold=threshold,
        rule="<=",
        passed=passed,
        applicable=True,
        if_failed=if_failed,
        sentence=(
            f"Residuals of neighbouring periods correlate at {rho:+.2f} (Durbin-Watson "
            f"{fit.durbin_watson:.2f}); the intervals take them as independent and are {effect}."
        ),
    )


def placebo_date(
    series: TimeSeries,
    *,
    at: str,
    first_interruption: str,
    months: bool,
    threshold: float,
    if_failed: IfFailed,
) -> CheckResult:
    """Does a false date show an effect? The same model on the periods before anything happened."""
    question = "Does a false date show an effect?"
    before = series.until(first_interruption)
    try:
        fit = segmented(before, interruptions=[at], impact="level", months=months, errors="ols")
        false = need_estimate(fit.levels[0])
    except DataError as error:
        sentence, statistic, passed = f"Not applicable: {error}.", None, None
    else:
        statistic, passed = false.p_value, false.p_value >= threshold
        seen = "no clear step" if passed else "a step all the same"
        sentence = (
            f"At {at}, when nothing was done, the model sees {seen}: "
            f"{signed(false.effect)} ({signed(false.interval.low)} to {signed(false.interval.high)}), "
            f"{p_value(false.p_value)}."
        )
    return CheckResult(
        check="placebo_date",
        question=question,
        statistic_name="p",
        statistic=statistic,
        threshold=threshold,
        rule=">=",
        passed=passed,
        applicable=statistic is not None,
        if_failed=if_failed,
        sentence=sentence,
    )
