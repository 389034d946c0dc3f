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
from evalkit.power.series_noise import Estimated, SeriesNoise
from evalkit.power.series_question import SeriesQuestion
from evalkit.types.power import Power, PowerGrid, WhatIf

Floats = npt.NDArray[np.float64]


def series_what_if(question: SeriesQuestion, noise: Estimated) -> tuple[WhatIf, ...]:
    """More periods, a step instead of step and slope, and an autocorrelation that fits almost as well."""
    plan, n_after = question.plan, question.sizes.n_after
    if noise.likely is None or noise.upper is None:
        return ()
    per_year = calendar.per_year(plan.start)
    more = 2 if per_year == 1 else per_year
    longer = f"{more} more {period_words(plan.start)}"
    found = [_differing(question, noise.likely, plan, longer, n_after + more)]
    if plan.errors == "ols":
        honest = replace(plan, errors="ar1")
        what = "AR(1) errors (errors: ar1), whose test holds"
        found.append(_differing(question, noise.likely, honest, what, n_after))
    if plan.specification.impact == "level+slope":
        step = replace(plan, specification=replace(plan.specification, impact="level"))
        found.append(
            _differing(question, noise.likely, step, "a step that stays (impact: level)", n_after)
        )
    if noise.upper.autocorrelation > noise.likely.autocorrelation + 0.05:
        what = (
            f"an autocorrelation of {noise.upper.autocorrelation:.2f}, which fits almost as well as "
            f"{noise.likely.autocorrelation:.2f}"
        )
        found.append(_differing(question, noise.upper, plan, what, n_after))
    return tuple(found)


def _differing(
    question: SeriesQuestion, noise: SeriesNoise, plan: SeriesPlan, what: str, n_after: int
) -> WhatIf:
    asked = question.asked
    drawn = plan.design(n_after).simulate(noise, draws=asked.fewer_draws, seed=asked.seed)
    return what_if(what, drawn, replace(question.sizes, n_after=n_after), asked.power)


def series_grid(question: SeriesQuestion, noise: Estimated, found: Power) -> PowerGrid | None:
    """Power against length."""

    def simulate(_: int, n_after: int) -> Floats | None:
        design = question.plan.design(n_after)
        if noise.likely is None or design.why:
            return None
        return design.simulate(noise.likely, draws=LEAST_DRAWS, seed=question.asked.seed)

    spans = lengths(question.plan.start, question.sizes.n_after)
    return grid(found, ((1, n) for n in spans), simulate, question.sizes, question.asked)
