"""Power of difference-in-differences, from the periods before the start."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from evalkit.data import periods as calendar
from evalkit.data.panel import Panel
from evalkit.power.answer import answer, need_settings, what_if
from evalkit.power.before import PERIODS_NEEDED, Before, read_before
from evalkit.power.noise import Noise
from evalkit.power.panel_design import FROM_LAST, Estimator, PanelDesign, need_areas
from evalkit.power.sizes import Better, In, Sizes
from evalkit.types.power import Power, Scale, WhatIf

MORE_AREAS = 2
SHARE_OF_DRAWS = 4
"""What differs in one thing is worked out with a quarter of the draws."""


def did(
    panel: Panel,
    *,
    treated: Sequence[str] = (),
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
    treated : sequence of str
        Areas (or clusters) that are to be treated; those of the panel where empty.
    start : str
        First treated period; the panel's where empty, or the period after its last.
    after : int or None
        Periods from the start on; None for as many as the panel has.
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

    Returns
    -------
    Power
        "This design cannot answer the question" is one of its answers.

    Raises
    ------
    DataError
        There is no period before the start, no treated area or one that is not in the panel, fewer than
        three areas, an area with nothing but zeros, several starts, or a smallest change of 0.

    References
    ----------
    Burlig, Preonas and Woerman (2020), *Journal of Development Economics* 144 (power with serial
    correlation); Bloom (1995), *Evaluation Review* 19(5) (minimum detectable effects).
    """
    need_settings(power=power, level=level, draws=draws)
    before = read_before(panel, treated=treated, start=start, after=after, scale=scale)
    need_areas(before.n_treated, before.n_comparison)
    sizes = Sizes(
        scale=scale,
        better=better,
        baseline=before.baseline(scale),
        n_treated=before.n_treated,
        n_after=before.n_after,
    )
    minimum = None if minimum_effect is None else sizes.effect_of(minimum_effect, minimum_in)
    enough = before.outcome.shape[1] >= PERIODS_NEEDED
    noise = before.noise(scale)
    design = PanelDesign(
        n_treated=before.n_treated,
        n_comparison=before.n_comparison,
        n_before=before.n_before,
        n_after=before.n_after,
        estimator="poisson" if scale == "ratio" else estimator,
        spread_ratio=_spread_ratio(noise, before) if enough else None,
        level=level,
    )
    choice = design.choice
    found = (
        answer(design.simulate(noise, draws=draws, seed=seed), sizes, power=power, minimum=minimum)
        if enough
        else None
    )
    fewer = max(1_000, draws // SHARE_OF_DRAWS)
    return Power(
        design="did",
        estimand="ATT",
        scale=scale,
        better=better,
        unit_of_measure=panel.unit_of_measure,
        power=power,
        level=level,
        smallest=found.smallest if found else None,
        why=found.why if found else _too_short(before),
        smallest_range=found.smallest_range if found else None,
        minimum=None if minimum is None else sizes.told(minimum),
        minimum_power=found.minimum_power if found else None,
        curve=found.curve if found else (),
        what_if=_what_if(design, noise, sizes, before, power, fewer, seed) if found else (),
        n_before=before.n_before,
        n_after=before.n_after,
        n_treated=before.n_treated,
        n_comparison=before.n_comparison,
        baseline=sizes.baseline,
        autocorrelation=noise.autocorrelation,
        spread=float(np.sqrt(np.mean(noise.total[: before.n_treated] ** 2))),
        smallest_p=design.smallest_p,
        inference=choice.name,
        caveat=choice.caveat,
        method=_method(before, draws),
        notes=before.notes,
        draws=draws,
        seed=seed,
    )


def _too_short(before: Before) -> str:
    return (
        f"{before.outcome.shape[1]} {before.period_word} before the start are too few to learn how much "
        f"areas vary by chance; at least {PERIODS_NEEDED} are needed."
    )


def _spread_ratio(noise: Noise, before: Before) -> float:
    variance = noise.total**2
    sides = variance[: before.n_treated].mean(), variance[before.n_treated :].mean()
    few, many = sides if before.n_treated <= before.n_comparison else sides[::-1]
    return float(np.sqrt(few / many))


def _what_if(
    design: PanelDesign,
    noise: Noise,
    sizes: Sizes,
    before: Before,
    power: float,
    draws: int,
    seed: int,
) -> tuple[WhatIf, ...]:
    """More periods, more treated areas, and where it differs a base of all periods before."""
    per_year = calendar.per_year(before.start)
    more = 2 if per_year == 1 else per_year
    longer = replace(design, n_after=design.n_after + more)
    found = [
        what_if(
            f"{more} more {before.period_word}",
            longer.simulate(noise, draws=draws, seed=seed),
            replace(sizes, n_after=longer.n_after),
            power,
        )
    ]
    if design.n_comparison - MORE_AREAS >= max(design.n_treated, 2):
        wider = replace(
            design,
            n_treated=design.n_treated + MORE_AREAS,
            n_comparison=design.n_comparison - MORE_AREAS,
        )
        drawn = wider.simulate(noise, draws=draws, seed=seed, moved=MORE_AREAS)
        told = replace(sizes, n_treated=wider.n_treated)
        found.append(what_if(f"{MORE_AREAS} more treated areas", drawn, told, power))
    if design.estimator in FROM_LAST:
        all_before = replace(design, estimator="imputation")
        drawn = all_before.simulate(noise, draws=draws, seed=seed)
        what = f"compared with all {before.n_before} {before.period_word} before (imputation)"
        found.append(what_if(what, drawn, sizes, power))
    return tuple(found)


def _method(before: Before, draws: int) -> str:
    return (
        f"{draws:,} simulated panels of {len(before.areas)} areas that vary as they did in "
        f"{before.outcome.shape[1]} {before.period_word} before {before.start}: AR(1) within areas, each "
        "with its own spread"
    )
