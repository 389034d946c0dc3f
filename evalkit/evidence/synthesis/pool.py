"""Random-effects pooling of one question's studies."""

from collections.abc import Sequence

import numpy as np

from evalkit.errors import DataError
from evalkit.evidence.synthesis.given import Given, given
from evalkit.evidence.synthesis.reml import Floats, reml
from evalkit.evidence.synthesis.weighted import (
    Weighted,
    hartung_knapp,
    i_squared,
    q_statistic,
    robust,
    tau_squared_interval,
)
from evalkit.inference.reference import chi_squared_upper, student_quantile, student_upper
from evalkit.types.estimate import Interval
from evalkit.types.synthesis import Heterogeneity, Pooled, PooledStudy

SHARED = 0.8
"""Correlation between findings of one study that weights are made with, the usual working value (Hedges,
Tipton and Johnson 2010). Errors do not rest on it."""
FEW_DOF = 4
"""Below this many degrees of freedom robust intervals are not to be trusted (Tipton 2015)."""


def pool(
    effects: Sequence[float],
    standard_errors: Sequence[float],
    *,
    studies: Sequence[str] | None = None,
    level: float = 0.95,
    within_study_correlation: float = SHARED,
) -> Pooled:
    """The pooled effect of one question's findings, on the scale in which they are given.

    Variance between studies by restricted maximum likelihood. Where each study has one finding, the interval
    is Hartung and Knapp's with its floor: never narrower than if tau squared were known and studies
    scattered as they should. Where studies have several findings, errors are robust to whatever these share
    (CR2, with Tipton's degrees of freedom). The prediction interval adds tau squared to the error's square,
    on k - 2 degrees of freedom.

    Whether findings answer one question in one unit is for the caller: numbers do not show it. Rate ratios
    go in as logarithms (``from_ratios``).

    Parameters
    ----------
    effects, standard_errors : sequence of float, n
        In one unit; errors above 0.
    studies : sequence of str, n, optional
        The study that each finding is from; by default each finding is a study.
    level : float
        Of both intervals, between 0 and 1.
    within_study_correlation : float
        Between findings of one study, 0 to 1; moves the weights only.

    Raises
    ------
    DataError
        Fewer than three studies, a standard error of 0 or below, something that is no number, lengths that
        differ, or a level that is none.

    References
    ----------
    As in ``reml``, ``hartung_knapp`` and ``robust``; the prediction interval: Higgins, Thompson and
    Spiegelhalter (2009), *Journal of the Royal Statistical Society A* 172(1).

    Examples
    --------
    >>> found = pool([-0.2, -0.1, -0.35, 0.05], [0.1, 0.12, 0.2, 0.15])
    >>> round(found.effect, 4), round(found.standard_error, 4), found.dof
    (-0.1401, 0.0666, 3.0)
    """
    if not 0 < level < 1:
        raise DataError(f"found an interval of level {level:g}; it needs one between 0 and 1")
    of = given(effects, standard_errors, studies, within_study_correlation)
    y, v = of.effects[None, :], of.variances[None, :]
    tau_squared = reml(y, v)
    found = (robust if of.several else hartung_knapp)(y, v, tau_squared)
    effect, error, dof = (float(x[0]) for x in (found.effect, found.standard_error, found.dof))
    k = len(of.names)
    half = float(student_quantile(0.5 + level / 2, dof)) * error
    reach = float(student_quantile(0.5 + level / 2, k - 2)) * float(
        np.sqrt(tau_squared[0] + error**2)
    )
    return Pooled(
        effect=effect,
        standard_error=error,
        interval=Interval(low=effect - half, high=effect + half, level=level),
        prediction=Interval(low=effect - reach, high=effect + reach, level=level),
        p_value=2 * float(student_upper(abs(effect) / error, dof)) if error else float(effect == 0),
        dof=dof,
        prediction_dof=float(k - 2),
        heterogeneity=_spread(y, v, tau_squared, level),
        studies=_studies(of, found),
        n_findings=sum(of.sizes),
        inference=_inference(of, dof),
        floored=not of.several and bool(found.scale[0] < 1),
        notes=_notes(of, found, dof),
    )


def _spread(y: Floats, v: Floats, tau_squared: Floats, level: float) -> Heterogeneity:
    q, dof = float(q_statistic(y, v, np.zeros(1))[0]), y.shape[1] - 1
    low, high = tau_squared_interval(y[0], v[0], level)
    return Heterogeneity(
        q=q,
        q_dof=float(dof),
        q_p_value=chi_squared_upper(q, dof),
        tau_squared=float(tau_squared[0]),
        tau_squared_interval=Interval(low=low, high=high, level=level),
        i_squared=i_squared(v[0], float(tau_squared[0])),
    )


def _studies(of: Given, found: Weighted) -> tuple[PooledStudy, ...]:
    rows = zip(of.names, of.effects, of.variances, found.weights[0], of.sizes, strict=True)
    return tuple(
        PooledStudy(
            study=name,
            effect=float(effect),
            standard_error=float(np.sqrt(variance)),
            weight=float(weight),
            n_findings=size,
        )
        for name, effect, variance, weight, size in rows
    )


def _inference(of: Given, dof: float) -> str:
    if of.several:
        return f"REML, robust to what findings of a study share (CR2), t with {dof:.1f} df"
    return f"REML, Hartung-Knapp with its floor, t with {dof:g} df"


def _notes(of: Given, found: Weighted, dof: float) -> tuple[str, ...]:
    notes = []
    if not of.several and found.scale[0] < 1:
        notes.append(
            "The studies scatter less than expected; the interval is not narrowed for it and holds the truth "
            "more often than it says."
        )
    if of.several and dof < FEW_DOF:
        notes.append(
            f"The robust error rests on {dof:.1f} degrees of freedom; below {FEW_DOF} its interval is not "
            f"to be "
            "trusted."
        )
    if len(of.names) < 5:
        notes.append(
            f"{len(of.names)} studies say little about how much studies differ; the prediction interval "
            f"shows it."
        )
    return tuple(notes)
