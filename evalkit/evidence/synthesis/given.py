"""What is given to a pool, checked once, and brought to one row a study."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evalkit.errors import DataError
from evalkit.evidence.comparable import FEWEST
from evalkit.evidence.synthesis.reml import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Given:
    """Studies to pool.

    Attributes
    ----------
    names : tuple of str
    effects, variances : array, k
        The mean of each study's findings, and its variance.
    sizes : tuple of int
        Findings of each study.
    """

    names: tuple[str, ...]
    effects: Floats
    variances: Floats
    sizes: tuple[int, ...]

    @property
    def several(self) -> bool:
        """Whether any study has several findings."""
        return max(self.sizes) > 1


def given(
    effects: Sequence[float],
    standard_errors: Sequence[float],
    studies: Sequence[str] | None,
    within_study_correlation: float,
) -> Given:
    """One row a study, in the order in which they come first.

    A study's effect is the mean of its findings; its variance is the mean variance v of the n findings times
    (1 + (n - 1) r) / n, r being the correlation between them.

    Raises
    ------
    DataError
        Something is not a number, lengths differ, an error is 0 or below, or there are fewer than three
        studies.
    """
    values = np.asarray(effects, dtype=float)
    errors = np.asarray(standard_errors, dtype=float)
    names = (
        [str(n + 1) for n in range(len(values))] if studies is None else [str(s) for s in studies]
    )
    _refuse(values, errors, names, within_study_correlation)
    order = list(dict.fromkeys(names))
    own = [np.array([name == one for name in names]) for one in order]
    if len(order) < FEWEST:
        many = "one study" if len(order) == 1 else f"{len(order)} studies"
        raise DataError(
            f"found {many}; needed {FEWEST} or more to pool. Show them one by one: fewer cannot say how much "
            "studies differ."
        )
    sizes = tuple(int(rows.sum()) for rows in own)
    shared = [(1 + (n - 1) * within_study_correlation) / n for n in sizes]
    return Given(
        names=tuple(order),
        effects=np.array([values[rows].mean() for rows in own]),
        variances=np.array(
            [(errors[rows] ** 2).mean() * by for rows, by in zip(own, shared, strict=True)]
        ),
        sizes=sizes,
    )


def _refuse(values: Floats, errors: Floats, names: list[str], correlation: float) -> None:
    if values.ndim != 1 or errors.shape != values.shape or len(names) != len(values):
        raise DataError(
            f"found {values.size} effects, {errors.size} standard errors and {len(names)} studies; needed "
            f"one "
            "of each for every finding."
        )
    if len(values) == 0:
        raise DataError(f"found no finding; needed {FEWEST} studies or more to pool.")
    for name, value, error in zip(names, values, errors, strict=True):
        if not (np.isfinite(value) and np.isfinite(error)):
            raise DataError(
                f"study {name}: effect {value:g} with standard error {error:g}; needed two numbers. Leave a "
                "finding without an interval out and say so."
            )
        if error <= 0:
            raise DataError(
                f"study {name}: standard error {error:g}; needed one above 0. No study is exact, and a "
                f"weight "
                "without limit would be all of the answer."
            )
    if not 0 <= correlation <= 1:
        raise DataError(f"found within_study_correlation {correlation:g}; needed one from 0 to 1.")
