"""Does a plan's model of a series miss something? Terms are added to it."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from evalkit.checks.planned_series import Floats, PlannedSeries, apart
from evalkit.errors import DataError
from evalkit.its import ar1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Added:
    """Terms added together.

    Attributes
    ----------
    p_value : float
        Of the F test that none of them is needed.
    coefficients : array, K
        NaN for a term that the model already has.
    """

    p_value: float
    coefficients: Floats


def added(model: PlannedSeries, terms: Floats) -> Added:
    """Add terms (T x K) to the model, all at once.

    The autocorrelation is estimated with the terms in the model: without them, what they would explain
    passes for autocorrelation. The F test is exact where it is known and the errors are normal.

    Raises
    ------
    DataError
        The model already has all of them, or they leave no degree of freedom.
    """
    kept = _new(terms, model)
    both = np.column_stack([model.design.columns, terms[:, kept]])
    free = int(model.used.sum()) - both.shape[1]
    if not kept or free < 1:
        raise DataError(
            "the model leaves no room for other terms" if kept else "no term is new to the model"
        )
    wider = replace(model, rho=rho_of(model.outcome, both))
    x, y = wider.whitened(both), wider.whitened(model.outcome[:, None])
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    full = float(((y - x @ beta) ** 2).sum())
    plain, _ = apart(y, x[:, : -len(kept)])
    statistic = (float((plain**2).sum()) - full) / len(kept) / (full / free)
    found = np.full(terms.shape[1], np.nan)
    found[kept] = beta[-len(kept) :, 0]
    return Added(p_value=float(special.fdtrc(len(kept), free, statistic)), coefficients=found)


def rho_of(outcome: Floats, columns: Floats) -> float:
    """The autocorrelation of one outcome (T) on some regressors (T x P), by restricted likelihood.

    Raises
    ------
    DataError
        The regression cannot be made.
    """
    fits = ar1.fit(outcome[None], columns[None], np.eye(1, columns.shape[1])[None])
    if fits.problem[0]:
        raise DataError(fits.problem[0])
    return float(fits.rho[0])


def _new(terms: Floats, model: PlannedSeries) -> list[int]:
    """The terms that say something which the model and the terms before them do not."""
    used, columns = terms[model.used], model.design.columns[model.used]
    kept: list[int] = []
    for k in range(terms.shape[1]):
        _, new = apart(used[:, [k]], np.column_stack([columns, used[:, kept]]))
        kept += [k] * bool(new[0])
    return kept
