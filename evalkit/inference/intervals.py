"""Intervals and p-values from an effect and its standard error."""

from scipy import special

from evalkit.errors import DataError
from evalkit.inference.reference import student_quantile, student_upper
from evalkit.types.estimate import Interval


def t_interval(
    effect: float, standard_error: float, *, dof: float, level: float
) -> tuple[Interval, float]:
    """Two-sided interval and p-value against 0 from Student's t with ``dof`` degrees of freedom."""
    _need_level(level)
    if standard_error == 0:
        return _exact(effect, level)
    half = float(student_quantile(0.5 + level / 2, dof)) * standard_error
    p_value = 2 * float(student_upper(abs(effect) / standard_error, dof))
    return Interval(low=effect - half, high=effect + half, level=level), p_value


def normal_interval(
    effect: float, standard_error: float, *, level: float
) -> tuple[Interval, float]:
    """Two-sided interval and p-value against 0 from the normal distribution."""
    half = normal_half_width(level) * standard_error
    if standard_error == 0:
        return _exact(effect, level)
    p_value = 2 * float(special.ndtr(-abs(effect / standard_error)))
    return Interval(low=effect - half, high=effect + half, level=level), p_value


def normal_half_width(level: float) -> float:
    """Half the width of a normal interval in standard errors: 1.96 for 0.95."""
    _need_level(level)
    return float(special.ndtri(0.5 + level / 2))


def _need_level(level: float) -> None:
    if not 0 < level < 1:
        raise DataError(f"found an interval of level {level:g}; it needs one between 0 and 1")


def _exact(effect: float, level: float) -> tuple[Interval, float]:
    """An exact fit: the limit of ever smaller errors."""
    return Interval(low=effect, high=effect, level=level), 0.0 if effect else 1.0
