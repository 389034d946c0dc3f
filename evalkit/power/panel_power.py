"""Power of difference-in-differences, from the periods before the start."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.panel import Panel
from evalkit.power.answer import Answer, answer, no_answer, what_if
from evalkit.power.asked import LEAST_DRAWS, Asked
from evalkit.power.before import PERIODS_NEEDED, Before
from evalkit.power.grid import grid, lengths
from evalkit.power.noise import Noise
from evalkit.power.panel_design import FROM_LAST, Estimator, PanelDesign, need_areas
from evalkit.power.read_before import Treated, read_before
from evalkit.power.sizes import Better, In, Sizes
from evalkit.power.staggered_design import StaggeredDesign
from evalkit.types.power import Power, PowerGrid, Scale, WhatIf

Floats = npt.NDArray[np.float64]
MORE_AREAS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PanelQuestion:
    """A design, how its areas vary, and what is asked of it."""

    before: Before
    noise: Noise
    design: PanelDesign | StaggeredDesign
    sizes: Sizes
    asked: Asked


def did(
    panel: Panel,
    *,
    treated: Treated = (),
    start: str = "",
    after: int | None = None,
    scale: Scale = "level",
    estimator: Estimator = "twfe",
    minimum_effect: float | None = None,
    minimum_in: In = "per_cent",
    better: Better = "lower",
    power: float = 0.8,
    level: float = 0.95,
    draws: int = 10_000,
    seed: int = 0,
    chart: bool = False,
) -> Power:
    """Work out the smallest change that a comparison of areas would show.

    Each area's change from before to after is simulated from how it varied before the start: an AR(1) whose
    autocorrelation is estimated with allowance for short series, with each area's own spread, and for counts
    the chance of counting on top. The simulated changes are tested with the method that evalkit would choose
    for this design. Nothing from the start on is looked at.

    Parameters
    ----------
    panel : Panel
        The periods before the start, or more; missing cells are allowed. Areas that lie in clusters are
        taken together first.
    treated : sequence or mapping of str
        Areas (or clusters) that are to be treated, or the first treated period of each; those of the panel
        where empty. With several starts, each is compared with the areas that never start.
    start : str
        First treated period; the panel's where empty, or the period after its last.
    after : int or None
        Periods from the first start on; None for as many as the panel has.
    scale : {"level", "log", "ratio"}
        What the outcome is: a level, a natural logarithm, or counts whose effect is a rate ratio. Ratios are
        worked out for changes of logarithms in which each area counts alike.
    estimator : {"twfe", "imputation", "poisson", "group_time", "sun_abraham"}
        The last two compare with the last period before the start alone.
    minimum_effect : float or None
        The smallest change that would matter, above 0.
    minimum_in : {"per_cent", "outcome"}
    better : {"lower", "higher"}
        Whether a fall or a rise is hoped for.
    power, level : float
        The chance asked for, and the level of the interval; at least 0.5 and below 1.
    draws : int
        Simulated panels, at least 1,000.
    seed : int
    chart : bool
        Also work out the grid of lengths and numbers of treated areas that the chart shows.

    Returns
    -------
    Power
        "This design cannot answer the question" is one of its answers.

    Raises
    ------
    DataError
        There is no period before the start, no treated area or one that is not in the panel, fewer than
        three areas, an area with nothing but zeros, or a smallest change of 0.

    References
    ----------
    Burlig, Preonas and Woerman (2020), *Journal of Development Economics* 144 (power with serial
    correlation); Bloom (1995), *Evaluation Review* 19(5) (minimum detectable effects).
    """
    asked = Asked(power=power, level=level, draws=draws, seed=seed)
    before = read_before(panel, treated=treated, start=start, after=after, scale=scale)
    sizes = Sizes(
        scale=scale,
        better=better,
        baseline=before.baseline(scale),
        n_treated=before.n_treated,
        n_after=before.n_after,
    )
    if minimum_effect is not None:
        asked = replace(asked, minimum=sizes.effect_of(minimum_effect, minimum_in))
    noise = before.noise(scale)
    design = panel_design(before, scale, "poisson" if scale == "ratio" else estimator, level)
    question = PanelQuestion(before=before, noise=noise, design=design, sizes=sizes, asked=asked)
    found = _answered(question, panel.unit_of_measure)
    return replace(found, grid=_grid(question, found)) if chart else found


def panel_design(
    before: Before, scale: Scale, estimator: Estimator, level: float
) -> PanelDesign | StaggeredDesign:
    """The design in numbers.

    Raises
    ------
    DataError
        Too few areas for any test.
    """
    need_areas(before.n_treated, before.n_comparison)
    if len(before.cohorts) > 1:
        return StaggeredDesign(
            cohorts=before.cohorts,
            n_comparison=before.n_comparison,
            estimator=estimator,
            level=level,
        )
    return PanelDesign(
        n_treated=before.n_treated,
        n_comparison=before.n_comparison,
        n_before=before.n_before,
        n_after=before.n_after,
        estimator=estimator,
        spread_ratio=before.spread_ratio(scale),
        level=level,
    )


def _answered(question: PanelQuestion, unit_of_measure: str) -> Power:
    before, design, sizes, asked = (
        question.before, question.design, question.sizes, question.asked
    )  # fmt: skip
    found = _found(question)
    spread = question.noise.total[: before.n_treated]
    return Power(
        design="did",
        estimand="ATT",
        scale=sizes.scale,
        better=sizes.better,
        unit_of_measure=unit_of_measure,
        power=asked.power,
        level=asked.level,
        smallest=found.smallest,
        why=found.why,
        smallest_range=found.smallest_range,
        minimum=None if asked.minimum is None else sizes.told(asked.minimum),
        minimum_power=found.minimum_power,
        false_alarms=found.false_alarms,
        curve=found.curve,
        what_if=_what_if(question) if found.curve else (),
        n_before=before.n_before,
        n_after=before.n_after,
        n_treated=before.n_treated,
        n_comparison=before.n_comparison,
        baseline=sizes.baseline,
        autocorrelation=question.noise.autocorrelation,
        spread=float(np.sqrt(np.mean(spread**2))),
        smallest_p=design.smallest_p,
        inference=design.test,
        caveat=design.caveat,
        method=_method(before, asked.draws),
        notes=before.notes,
        draws=asked.draws,
        seed=asked.seed,
    )


def _found(question: PanelQuestion) -> Answer:
    before, asked = question.before, question.asked
    if before.long_enough:
        drawn = question.design.simulate(question.noise, draws=asked.draws, seed=asked.seed)
        return answer(drawn, question.sizes, asked)
    return no_answer(
        f"{before.outcome.shape[1]} {before.period_word} before the start are too few to learn how much "
        f"areas vary by chance; at least {PERIODS_NEEDED} are needed."
    )


def _what_if(question: PanelQuestion) -> tuple[WhatIf, ...]:
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


def _method(before: Before, draws: int) -> str:
    return (
        f"{draws:,} simulated panels of {len(before.areas)} areas that vary as they did in "
        f"{before.outcome.shape[1]} {before.period_word} before {before.start}: AR(1) within areas, each "
        "with its own spread"
    )


def _grid(question: PanelQuestion, found: Power) -> PowerGrid | None:
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
