"""Reference distributions: tails and quantiles, elementwise over numbers and arrays.

The functions of ``scipy.special`` behind them are those that ``scipy.stats`` calls; importing that takes
longer than most commands, and a distribution of its own for every interval longer than the interval.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Values = float | Floats


def student_quantile(share: float, dof: Values) -> Any:
    """What Student's t with ``dof`` > 0 degrees of freedom (infinity: the normal) is below in a ``share``."""
    return special.stdtrit(dof, share)


def student_upper(value: Values, dof: Values) -> Any:
    """The probability that Student's t with ``dof`` > 0 degrees of freedom is above ``value``."""
    return special.stdtr(dof, -np.asarray(value))


def chi_squared_quantile(share: float, dof: float) -> float:
    """The value that chi-squared with ``dof`` degrees of freedom is below in ``share``."""
    return float(2 * special.gammaincinv(dof / 2, share))


def chi_squared_upper(value: float, dof: float) -> float:
    """The probability that chi-squared with ``dof`` degrees of freedom is above ``value``."""
    return float(special.chdtrc(dof, value))


def f_upper(value: float, dof: float, within: float) -> float:
    """The probability that F with ``dof`` and ``within`` degrees of freedom is above ``value``."""
    return float(special.fdtrc(dof, within, value))
