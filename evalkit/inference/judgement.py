"""What any method of inference says about one effect."""

import math
from dataclasses import dataclass

from evalkit.types.estimate import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An interval and a p-value, and how they were found.

    Attributes
    ----------
    method : str
        ``"cluster"``, ``"cr2"``, ``"wild_bootstrap"``, ``"permutation"``, ``"donald_lang"``,
        ``"conley_taber"`` or ``"ferman_pinto"``.
    standard_error : float or None
        None, with ``why``, where the method gives none.
    interval : Interval
        Its ``level`` is what was reached, which can differ from what was asked for. An end that does not
        exist is infinite.
    p_value : float
        Two-sided, against no effect.
    dof : float or None
        Degrees of freedom of the reference t distribution.
    attainable_level : float
        The largest level up to the one asked for (1 - ``level``) at which the method can reject at all; where
        it cannot, the smallest p-value that it can give, which is then larger.
    words : str
        How it was done, with its numbers, for the ``inference`` of an estimate.
    why : str
        Why there is no standard error or no degrees of freedom; otherwise empty.
    """

    method: str
    standard_error: float | None
    interval: Interval
    p_value: float
    dof: float | None
    attainable_level: float
    words: str
    why: str = ""

    @property
    def counted_level(self) -> float | None:
        """``attainable_level`` of a method that counts; None of one that reaches every level."""
        return None if self.dof is not None else self.attainable_level


def attainable(smallest: int, total: int, alpha: float) -> float:
    """The level that counting can reach: p-values are multiples of ``smallest / total``.

    The largest of them up to ``alpha``, or the first where even that is larger.

    >>> attainable(1, 28, 0.05), attainable(2, 70, 0.05), attainable(1, 10, 0.05)
    (0.03571428571428571, 0.02857142857142857, 0.1)
    """
    steps = math.floor(alpha * total / smallest + 1e-9)
    return max(steps, 1) * smallest / total
