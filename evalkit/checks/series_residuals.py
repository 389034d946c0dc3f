"""Residuals of a plan's model of a series, with the autocorrelation taken out."""

import numpy as np

from evalkit.checks.planned_series import Floats, PlannedSeries, whiten
from evalkit.checks.series_result import question
from evalkit.data.periods import lags_for
from evalkit.its.residuals import durbin_watson
from evalkit.types.evaluation import CheckResult, IfFailed


def standardised(model: PlannedSeries, rho: float) -> Floats:
    """Residuals of the used periods, less what ``rho`` predicts, in standard deviations."""
    x = whiten(model.design.columns, model.used, rho)
    y = whiten(model.outcome[:, None], model.used, rho)[:, 0]
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    left = y - x @ beta
    return np.asarray(left / np.sqrt((left @ left) / (len(x) - x.shape[1])))


def autocorrelations(residuals: Floats, lags: int) -> Floats:
    """At lags of 1 to ``lags`` observations."""
    total = residuals @ residuals
    return np.array([residuals[k:] @ residuals[:-k] / total for k in range(1, lags + 1)])


def left_over_autocorrelation(
    model: PlannedSeries, *, rho: float, if_failed: IfFailed = "report"
) -> CheckResult:
    """What autocorrelation is left once the estimated one is taken out: shown, and not judged.

    Tests of it have poor size on the residuals of an interrupted series (Huitema and McKean 2007,
    *Educational and Psychological Measurement* 67), and little power on a short one. Simulated type-I error
    of the usual limits: see ``docs/calibration.md``.
    """
    asked = question("residual_autocorrelation", None, if_failed)
    residuals = standardised(model, rho)
    found = autocorrelations(residuals, lags_for(len(residuals), model.periods[0]))
    furthest = int(np.argmax(np.abs(found)))
    limit = 1.96 / np.sqrt(len(residuals))
    taken = f"With an autocorrelation of {rho:.2f} taken out, neighbouring"
    if rho == 0:
        taken = "Neighbouring"
    return asked.shown(
        float(found[0]),
        f"{taken} residuals correlate at {found[0]:+.2f} (Durbin-Watson {durbin_watson(residuals):.2f}); the "
        f"largest of {len(found)} lags is {found[furthest]:+.2f}, at {furthest + 1}; 95% of single lags "
        f"would lie within ±{limit:.2f} by chance.".replace("-0", "\N{MINUS SIGN}0"),
    )
