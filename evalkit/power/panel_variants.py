"""The same comparison with more periods or more treated areas."""

from dataclasses import replace
from itertools import product

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.power.answer import what_if
from evalkit.power.asked import LEAST_DRAWS
from evalkit.power.grid import grid, lengths
from evalkit.power.panel_design import FROM_LAST, PanelDesign
from evalkit.power.panel_question import PanelQuestion
from evalkit.power.sizes import Sizes
from evalkit.power.staggered_design import StaggeredDesign
from evalkit.types.power import Power, PowerGrid, WhatIf

Floats = npt.NDArray[np.float64]
MORE_AREAS = 2


def panel_what_if(question: PanelQuestion) -> tuple[WhatIf, ...]:
    """More periods, more treated areas, and where it differs a base of all periods before."""
    design, sizes, before = question.design, question.sizes, question.before
    per_year = calendar.per_year(before.start)
    more = 2 if per_year == 1 else per_year
    told = replace(sizes, n_after=sizes.n_after + more)
    longer = f"{more} more {before.period_word}"
    found = [_differing(question, design.longer(more), longer, told)]
    roomy = design.n_comparison - MORE_AREAS >= max(design.n_treated, 2)
    if isinstance(design, PanelDesign) and roomy:
        wider = design.with_treated(design.n_treated + MORE_AREAS)
        told = replace(sizes, n_treated=wider.n_treated)
        found.append(_differing(question, wider, f"{MORE_AREAS} more treated areas", told))
    if design.estimator in FROM_LAST:
        what = f"compared with all {before.n_before} {before.period_word} before (imputation)"
        found.append(_differing(question, replace(design, estimator="imputation"), what, sizes))
    return tuple(found)


def _differing(
    question: PanelQuestion, design: PanelDesign | StaggeredDesign, what: str, sizes: Sizes
) -> WhatIf:
    drawn = design.simulate(
        question.noise,
        draws=question.asked.fewer_draws,
        seed=question.asked.seed,
        moved=design.n_treated - question.design.n_treated,
    )
    return what_if(what, drawn, sizes, question.asked.power)


def panel_grid(question: PanelQuestion, found: Power) -> PowerGrid | None:
    """Power against length, for the planned number of treated areas and two and four more."""
    design, asked = question.design, question.asked
    more = [design.n_treated]
    if isinstance(design, PanelDesign):
        most = (design.n_treated + design.n_comparison) // 2
        more += [n for n in (design.n_treated + 2, design.n_treated + 4) if n <= most]

    def simulate(n_treated: int, n_after: int) -> Floats | None:
        if not question.before.long_enough:
            return None
        moved = n_treated - design.n_treated
        other = design.longer(n_after - question.sizes.n_after)
        if moved and isinstance(other, PanelDesign):
            other = other.with_treated(n_treated)
        return other.simulate(question.noise, draws=LEAST_DRAWS, seed=asked.seed, moved=moved)

    spans = lengths(question.before.start, question.sizes.n_after)
    if isinstance(design, StaggeredDesign):
        shortest = min(cohort.n_after for cohort in design.cohorts)
        spans = tuple(n for n in spans if n > question.sizes.n_after - shortest)
    return grid(found, product(more, spans), simulate, question.sizes, asked)
