"""Power of difference-in-differences, from the periods before the start."""

from dataclasses import replace

import numpy as np

from evalkit.data.panel import Panel
from evalkit.power.answer import Answer, answer, no_answer
from evalkit.power.asked import Asked
from evalkit.power.before import PERIODS_NEEDED, Before
from evalkit.power.noise_again import spread_again
from evalkit.power.panel_design import Estimator, Inference, change_of
from evalkit.power.panel_question import PanelQuestion, panel_design
from evalkit.power.panel_variants import panel_grid, panel_what_if
from evalkit.power.read_before import Treated, read_before
from evalkit.power.sizes import Better, In, Sizes
from evalkit.types.power import Power, Scale, Size


def did(
    panel: Panel,
    *,
    treated: Treated = (),
    start: str = "",
    after: int | None = None,
    scale: Scale = "level",
    estimator: Estimator = "twfe",
    inference: Inference = "auto",
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
        What the outcome is: a level, a natural logarithm, or counts whose effect is a rate ratio, in which
        areas weigh by their counts as in ``did.poisson``. Ratios are worked out on logarithms.
    estimator : {"twfe", "imputation", "poisson", "group_time", "sun_abraham"}
        The last two compare with the last period before the start alone.
    inference : {"auto", "cluster", "cr2", "donald_lang", "permutation"}
        The test; ``"auto"`` for the one that the design calls for.
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
    design = panel_design(
        before, scale, "poisson" if scale == "ratio" else estimator, inference, level
    )
    question = PanelQuestion(
        before=before, areas=before.vary(scale), design=design, sizes=sizes, asked=asked
    )
    found = _answered(question, panel.unit_of_measure)
    return replace(found, grid=panel_grid(question, found)) if chart else found


def _answered(question: PanelQuestion, unit_of_measure: str) -> Power:
    before, design, sizes, asked = (
        question.before, question.design, question.sizes, question.asked
    )  # fmt: skip
    found = _found(question)
    spread = question.areas.noise.total[: before.n_treated]
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
        smallest_between=_between(question, found),
        minimum=None if asked.minimum is None else sizes.told(asked.minimum),
        minimum_power=found.minimum_power,
        false_alarms=found.false_alarms,
        curve=found.curve,
        what_if=panel_what_if(question) if found.curve or design.why_not else (),
        n_before=before.n_before,
        n_after=before.n_after,
        n_treated=before.n_treated,
        n_comparison=before.n_comparison,
        baseline=sizes.baseline,
        autocorrelation=question.areas.noise.autocorrelation,
        autocorrelation_between=None,
        spread=float(np.sqrt(np.mean(spread**2))),
        smallest_p=design.smallest_p,
        inference=design.test,
        caveat=design.caveat,
        method=_method(before, asked.draws),
        notes=before.notes,
        draws=asked.draws,
        seed=asked.seed,
    )


def _between(question: PanelQuestion, found: Answer) -> tuple[Size, Size] | None:
    if found.smallest is None:
        return None
    before, sizes = question.before, question.sizes
    low, high = spread_again(
        question.areas,
        np.isfinite(before.outcome),
        change_of(before.n_before, before.n_after, question.design.estimator),
        before.n_treated,
        seed=question.asked.seed,
    )
    effect = found.smallest.effect
    return sizes.told(low * effect), sizes.told(high * effect)


def _found(question: PanelQuestion) -> Answer:
    before, asked = question.before, question.asked
    if question.design.why_not:
        return no_answer(question.design.why_not)
    if before.long_enough:
        drawn = question.design.simulate(question.areas, draws=asked.draws, seed=asked.seed)
        return answer(drawn, question.sizes, asked)
    return no_answer(
        f"{before.outcome.shape[1]} {before.period_word} before the start are too few to learn how much "
        f"areas vary by chance; at least {PERIODS_NEEDED} are needed."
    )


def _method(before: Before, draws: int) -> str:
    return (
        f"{draws:,} simulated panels of {len(before.areas)} areas that vary as they did in "
        f"{before.outcome.shape[1]} {before.period_word} before {before.start}: AR(1) within areas, each "
        "with its own spread"
    )
