"""Impact models: what a change may look like, as regressors that are 0 before it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
Impact: TypeAlias = Literal["level", "slope", "level+slope", "phase_in", "lagged", "pulse"]
TermKind: TypeAlias = Literal["level", "slope"]

_NEED_PERIODS = {"phase_in": 2, "lagged": 1, "pulse": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One regressor of an impact model.

    Attributes
    ----------
    kind : "level" or "slope"
        In the outcome's unit, or in that unit a period.
    estimand : str
        What its coefficient is, in words.
    """

    kind: TermKind
    estimand: str


def need_impact(impact: str, periods: int | None) -> None:
    """Refuse an impact model that is unknown, lacks its number of periods, or has one too many.

    Raises
    ------
    DataError
    """
    if impact not in get_args(Impact):
        raise DataError(f"found impact {impact}; it needs one of {', '.join(get_args(Impact))}")
    least = _NEED_PERIODS.get(impact)
    if least is None and periods is not None:
        raise DataError(f"found {periods} impact_periods for impact {impact}, which takes none")
    if least is not None and (periods is None or periods < least):
        found = "no" if periods is None else str(periods)
        raise DataError(
            f"found {found} impact_periods for impact {impact}; it needs at least {least}"
        )


def impact_terms(
    since: Floats, impact: Impact, periods: int | None
) -> tuple[tuple[Term, Floats], ...]:
    """The terms of an impact model and their regressors.

    Parameters
    ----------
    since : array, T
        Periods since the first one after the interruption: 0 there, negative before it.
    impact : str
        ``level``: a step. ``slope``: a change of trend that is 0 in the first period and 1 in the next.
        ``level+slope``: both. ``phase_in``: a step that is reached in ``periods`` equal rises, the first in
        the first period. ``lagged``: a step that begins ``periods`` later. ``pulse``: a step that is taken
        back after ``periods``.
    periods : int or None
        Of ``phase_in``, ``lagged`` and ``pulse``.
    """
    k = periods or 0
    after = (since >= 0).astype(float)
    level = (Term(kind="level", estimand="level change"), after)
    slope = (Term(kind="slope", estimand="slope change a period"), np.maximum(since, 0.0))
    if impact == "level":
        return (level,)
    if impact == "slope":
        return (slope,)
    if impact == "level+slope":
        return (level, slope)
    if impact == "phase_in":
        words = f"level change once phased in over {k} periods"
        return ((Term(kind="level", estimand=words), np.clip((since + 1) / k, 0, 1)),)
    if impact == "lagged":
        words = f"level change from {_count(k)} after the interruption"
        return ((Term(kind="level", estimand=words), (since >= k).astype(float)),)
    words = f"temporary level change, {_count(k)}"
    return ((Term(kind="level", estimand=words), after * (since < k)),)


def _count(periods: int) -> str:
    return "1 period" if periods == 1 else f"{periods} periods"
