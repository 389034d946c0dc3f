"""What contrasts of a fitted segmented regression are made of."""

from dataclasses import dataclass

import numpy as np

from evalkit.data.series import TimeSeries
from evalkit.its.ar1_forms import Floats
from evalkit.its.ar1_likelihood import HIGHEST, LOWEST
from evalkit.its.design import Effect, SegmentedDesign
from evalkit.its.error_fits import ErrorFit
from evalkit.its.uncertainty import Matrix, Uncertainty, matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every contrast of a fit is made of.

    Attributes
    ----------
    periods : tuple of str, T
    names : tuple of str, P
        Of the regressors.
    columns : tuple of tuple of float, T x P
        The regressors in every period.
    effects : tuple of Effect
        Which of them are what the interruptions changed.
    uncertainty : Uncertainty
        Of their coefficients.
    level : float
        Of intervals.
    method, words : str
        As in ``ErrorFit``.
    refusal : str
        Why there are no estimates; empty where there are.
    notes : tuple of str
        That stand with every estimate.
    n_obs : int
    unit_of_measure : str
    """

    periods: tuple[str, ...]
    names: tuple[str, ...]
    columns: Matrix
    effects: tuple[Effect, ...]
    uncertainty: Uncertainty
    level: float
    method: str
    words: str
    refusal: str
    notes: tuple[str, ...]
    n_obs: int
    unit_of_measure: str


def context_of(
    series: TimeSeries, design: SegmentedDesign, fit: ErrorFit, outcome: Floats, level: float
) -> Context:
    """The context of one fit; ``outcome`` is what was fitted."""
    return Context(
        periods=series.periods,
        names=design.names,
        columns=matrix(design.columns),
        effects=design.effects,
        uncertainty=fit.uncertainty,
        level=level,
        method=fit.method,
        words=fit.words,
        refusal=at_boundary(fit.boundary),
        notes=fit.notes,
        n_obs=int(np.isfinite(outcome).sum()),
        unit_of_measure=series.unit_of_measure
        + (f" per unit of {series.exposure_name or 'exposure'}" * (series.exposure is not None)),
    )


def at_boundary(boundary: int) -> str:
    """Why there is no estimate where the likelihood of the autocorrelation rises to its end; or empty."""
    if not boundary:
        return ""
    if boundary < 0:
        return (
            f"The likelihood of the autocorrelation still rises at {LOWEST:g}: this series swings from one "
            "period to the next more than errors of this kind can, and no interval can be trusted. "
            "Look for double counting or alternate reporting."
        )
    return (
        f"The likelihood of the autocorrelation still rises at {HIGHEST:g}: this series cannot be told from "
        "one without a mean to return to, and no interval for a change in it can be trusted. "
        "Use inference bayes_grid, a longer series, or a comparison series."
    )


def notes_of(series: TimeSeries, design: SegmentedDesign) -> tuple[str, ...]:
    """What was missing, left out or allowed for."""
    notes = []
    if series.missing:
        named = ", ".join(series.missing[:5]) + (" …" if len(series.missing) > 5 else "")
        notes.append(
            f"{len(series.missing)} of {len(series.periods)} periods are missing and stay so: {named}."
        )
    if design.excluded.any():
        notes.append(f"{int(design.excluded.sum())} periods of transition are left out.")
    notes += [f"A step is allowed for from {at}: {what}." for at, what in series.breaks]
    return tuple(notes)
