"""Checks of an interrupted time series."""

from collections.abc import Callable

from evalkit.checks.words import p_value, signed
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its.estimates import need_estimate
from evalkit.its.segmented import SegmentedFit, segmented
from evalkit.types.estimate import Estimate, NoEstimate
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
    threshold: float,
    if_failed: IfFailed,
    months: bool = False,
    effect: Callable[[TimeSeries, str], Estimate | NoEstimate] | None = None,
    tell: Callable[[float], str] = signed,
) -> CheckResult:
    """Does a false date show an effect? The same model on the periods before anything happened.

    Parameters
    ----------
    effect : callable, optional
        From a series and a date to the plan's effect; by default a step with independent errors, ``months``
        with an effect for each month of the year.
    tell : callable
        How such an effect is written.
    """
    question = "Does a false date show an effect?"
    before = series.until(first_interruption)
    try:
        false = need_estimate(effect(before, at) if effect else _step(before, at, months))
    except DataError as error:
        sentence, statistic, passed = f"Not applicable: {error}.", None, None
    else:
        statistic, passed = false.p_value, false.p_value >= threshold
        seen = "no clear step" if passed else "a step all the same"
        sentence = (
            f"At {at}, when nothing was done, the model sees {seen}: "
            f"{tell(false.effect)} ({tell(false.interval.low)} to {tell(false.interval.high)}), "
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


def _step(series: TimeSeries, at: str, months: bool) -> Estimate | NoEstimate:
    fit = segmented(series, interruptions=[at], impact="level", months=months, errors="ols")
    return fit.levels[0]
