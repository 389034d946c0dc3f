"""The same pool without each study, and as it grew."""

from collections.abc import Sequence

import numpy as np

from evalkit.errors import DataError
from evalkit.evidence.comparable import FEWEST
from evalkit.evidence.synthesis.given import Given, given
from evalkit.evidence.synthesis.pool import SHARED
from evalkit.evidence.synthesis.reml import Floats, reml
from evalkit.evidence.synthesis.weighted import hartung_knapp, robust
from evalkit.inference.reference import student_quantile
from evalkit.types.estimate import Interval
from evalkit.types.synthesis import PooledAgain


def leave_one_out(
    effects: Sequence[float],
    standard_errors: Sequence[float],
    *,
    studies: Sequence[str] | None = None,
    level: float = 0.95,
    within_study_correlation: float = SHARED,
) -> tuple[PooledAgain, ...]:
    """The pooled effect without each study in turn, in the order of the studies.

    Parameters, errors and sources as for ``pool``.

    Raises
    ------
    DataError
        Also with three studies: without one of them too few are left.
    """
    of = given(effects, standard_errors, studies, within_study_correlation)
    k = len(of.names)
    if k == FEWEST:
        raise DataError(
            f"found {k} studies; needed {k + 1} or more to leave one out and still pool."
        )
    kept = np.array([[n for n in range(k) if n != out] for out in range(k)])
    return _again(of, kept, of.names, level)


def cumulative(
    effects: Sequence[float],
    standard_errors: Sequence[float],
    *,
    order: Sequence[float],
    studies: Sequence[str] | None = None,
    level: float = 0.95,
    within_study_correlation: float = SHARED,
) -> tuple[PooledAgain, ...]:
    """The pooled effect as studies came in, from the third one on.

    A study comes in with the last of its findings; studies of the same time come in as they were given.

    Parameters
    ----------
    order : sequence of float, n
        When each finding came in, e.g. its year.

    Raises
    ------
    DataError
        As ``pool``; or ``order`` is not one number a finding.
    """
    of = given(effects, standard_errors, studies, within_study_correlation)
    times = np.asarray(order, dtype=float)
    if times.shape != (len(effects),) or not np.isfinite(times).all():
        raise DataError(
            f"found {times.size} times; needed a number for each of {len(effects)} findings."
        )
    names = of.names if studies is None else [str(s) for s in studies]
    if studies is None:
        last = times
    else:
        last = np.array(
            [
                max(t for t, name in zip(times, names, strict=True) if name == one)
                for one in of.names
            ]
        )
    place = np.argsort(last, kind="stable")
    found: list[PooledAgain] = []
    for k in range(FEWEST, len(place) + 1):
        found += _again(of, place[None, :k], (of.names[place[k - 1]],), level)
    return tuple(found)


def _again(
    of: Given, kept: "np.typing.NDArray[np.intp]", names: Sequence[str], level: float
) -> tuple[PooledAgain, ...]:
    """Pool the studies of each row of ``kept``, m x k, all at once."""
    y, v = of.effects[kept], of.variances[kept]
    tau_squared = reml(y, v)
    found = (robust if of.several else hartung_knapp)(y, v, tau_squared)
    half: Floats = student_quantile(0.5 + level / 2, found.dof) * found.standard_error
    rows = zip(names, found.effect, found.standard_error, tau_squared, half, strict=True)
    return tuple(
        PooledAgain(
            study=name,
            k=kept.shape[1],
            effect=float(effect),
            standard_error=float(error),
            tau_squared=float(tau),
            interval=Interval(low=float(effect - reach), high=float(effect + reach), level=level),
        )
        for name, effect, error, tau, reach in rows
    )
