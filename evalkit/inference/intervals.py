"""Intervals and p-values from an effect and its standard error."""

from scipy import stats

from evalkit.errors import DataError
from evalkit.types.estimate import Interval


def t_interval(
    effect: float, standard_error: float, *, dof: float, level: float
) -> tuple[Interval, float]:
    """Two-sided interval and p-value against 0 from Student's t with ``dof`` degrees of freedom."""
    return _interval(effect, standard_error, stats.t(dof), level)


def normal_interval(
    effect: float, standard_error: float, *, level: float
) -> tuple[Interval, float]:
    """Two-sided interval and p-value against 0 from the normal distribution."""
    return _interval(effect, standard_error, stats.norm(), level)


def _interval(
    effect: float, standard_error: float, reference: "stats.rv_frozen", level: float
) -> tuple[Interval, float]:
    if not 0 < level < 1:
        raise DataError(f"found an interval of level {level:g}; it needs one between 0 and 1")
    if standard_error == 0:  # an exact fit: the limit of ever smaller errors
        exact = Interval(low=effect, high=effect, level=level)
        return exact, 0.0 if effect else 1.0
    half = float(reference.ppf(0.5 + level / 2)) * standard_error
    p_value = 2 * float(reference.sf(abs(effect) / standard_error))
    return Interval(low=effect - half, high=effect + half, level=level), p_value
