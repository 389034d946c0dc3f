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
DONALD_LANG = "Donald and Lang's test, if changes are about normal with equal spread"


def panel_what_if(question: PanelQuestion) -> tuple[WhatIf, ...]:
    """More periods, more treated areas, a base of all periods before, or a test with more assumptions."""
    design, sizes, before = question.design, question.sizes, question.before
    found = []
    if isinstance(design, PanelDesign) and design.why_not:
        found.append(
            _differing(question, replace(design, inference="donald_lang"), DONALD_LANG, sizes)
        )
    else:
        more = max(2, calendar.per_year(before.start))
        told = replace(sizes, n_after=sizes.n_after + more)
        longer = f"{more} more {before.period_word}"
        found.append(_differing(question, design.longer(more), longer, told))
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
    if design.why_not:
        return WhatIf(what=what, smallest=None, why=design.why_not)
    drawn = design.simulate(
        question.areas.typical_first(question.design.n_treated),
        draws=question.asked.fewer_draws,
        seed=question.asked.seed,
    )
    return what_if(what, drawn, sizes, question.asked.power)


def panel_grid(question: PanelQuestion, found: Power) -> PowerGrid | None:
    """Power against length, for the planned number of treated areas and two and four more."""
    design, asked = question.design, question.asked
    areas = question.areas.typical_first(design.n_treated)
    more = [design.n_treated]
    if isinstance(design, PanelDesign):
        most = (design.n_treated + design.n_comparison) // 2
        more += [n for n in (design.n_treated + 2, design.n_treated + 4) if n <= most]

    def simulate(n_treated: int, n_after: int) -> Floats | None:
        other = design.longer(n_after - question.sizes.n_after)
        if isinstance(other, PanelDesign):
            other = other.with_treated(n_treated)
        if other.why_not or not question.before.long_enough:
            return None
        return other.simulate(areas, draws=LEAST_DRAWS, seed=asked.seed)

    spans = lengths(question.before.start, question.sizes.n_after)
    if isinstance(design, StaggeredDesign):
        shortest = min(cohort.n_after for cohort in design.cohorts)
        spans = tuple(n for n in spans if n > question.sizes.n_after - shortest)
    return grid(found, product(more, spans), simulate, question.sizes, asked)
