"""The same series with more periods, another impact model or a higher autocorrelation."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.power.answer import what_if
from evalkit.power.asked import LEAST_DRAWS
from evalkit.power.before import period_words
from evalkit.power.grid import grid, lengths
from evalkit.power.series_design import SeriesPlan
from evalkit.power.series_noise import NoNoise, SeriesNoise
from evalkit.power.series_question import SeriesQuestion
from evalkit.types.power import Power, PowerGrid, WhatIf

Floats = npt.NDArray[np.float64]


def series_what_if(question: SeriesQuestion, noise: SeriesNoise) -> tuple[WhatIf, ...]:
    """More periods, errors whose test holds, and a step instead of step and slope."""
    plan, n_after = question.plan, question.sizes.n_after
    per_year = calendar.per_year(plan.start)
    more = 2 if per_year == 1 else per_year
    longer = f"{more} more {period_words(plan.start)}"
    found = [_differing(question, noise, plan, longer, n_after + more)]
    if plan.errors == "ols":
        honest = replace(plan, errors="ar1")
        what = "AR(1) errors (errors: ar1), whose test holds"
        found.append(_differing(question, noise, honest, what, n_after))
    if plan.specification.impact == "level+slope":
        step = replace(plan, specification=replace(plan.specification, impact="level"))
        found.append(
            _differing(question, noise, step, "a step that stays (impact: level)", n_after)
        )
    return tuple(found)


def _differing(
    question: SeriesQuestion, noise: SeriesNoise, plan: SeriesPlan, what: str, n_after: int
) -> WhatIf:
    asked = question.asked
    drawn = plan.design(n_after).simulate(noise, draws=asked.fewer_draws, seed=asked.seed)
    return what_if(what, drawn, replace(question.sizes, n_after=n_after), asked.power)


def series_grid(
    question: SeriesQuestion, noise: SeriesNoise | NoNoise, found: Power
) -> PowerGrid | None:
    """Power against length."""

    def simulate(_: int, n_after: int) -> Floats | None:
        design = question.plan.design(n_after)
        if isinstance(noise, NoNoise) or design.why:
            return None
        return design.simulate(noise, draws=LEAST_DRAWS, seed=question.asked.seed)

    spans = lengths(question.plan.start, question.sizes.n_after)
    return grid(found, ((1, n) for n in spans), simulate, question.sizes, question.asked)
