"""Power of an interrupted time series, from the periods before the start."""

from collections.abc import Sequence
from dataclasses import replace

from evalkit.data import periods as time
from evalkit.data.calendar_days import CalendarRegressor
from evalkit.data.series import TimeSeries
from evalkit.its.design import Specification
from evalkit.its.impact import Impact
from evalkit.power.answer import answer, no_answer
from evalkit.power.asked import Asked
from evalkit.power.before import period_words
from evalkit.power.series_before import baseline, need_numbers, periods_after
from evalkit.power.series_design import Errors, SeriesDesign, SeriesPlan, Target
from evalkit.power.series_noise import NoNoise, SeriesNoise
from evalkit.power.series_question import SeriesQuestion, scatter
from evalkit.power.series_variants import series_grid, series_what_if
from evalkit.power.sizes import Better, In, Sizes
from evalkit.types.power import Power, Scale

_ESTIMANDS: dict[Target, str] = {"average": "average change", "level": "level change"}
_INFERENCE: dict[Errors, str] = {"ar1": "kenward_roger", "ols": "ols"}


def its(
    series: TimeSeries,
    *,
    start: str = "",
    after: int | None = None,
    beside: Sequence[str] = (),
    impact: Impact = "level+slope",
    impact_periods: int | None = None,
    transition: int = 0,
    harmonics: int = 0,
    months: bool = False,
    calendar: Sequence[CalendarRegressor] = (),
    errors: Errors = "ar1",
    target: Target = "average",
    scale: Scale = "level",
    minimum_effect: float | None = None,
    minimum_in: In = "per_cent",
    better: Better = "lower",
    power: float = 0.8,
    level: float = 0.95,
    draws: int = 10_000,
    seed: int = 0,
    chart: bool = False,
) -> Power:
    """Work out the smallest change that an interrupted time series would show.

    Series without any change are simulated with the scatter and the autocorrelation that this one had before
    the start, and each is put through the planned model: AR(1) errors by restricted maximum likelihood,
    Kenward and Roger's errors and degrees of freedom. A change of any size moves the estimate and nothing
    else, so one simulation answers for every size. Nothing from the start on is looked at.

    Parameters
    ----------
    series : TimeSeries
        The periods before the start, or more; missing ones stay missing.
    start : str
        First period with the change; the period after the last where empty.
    after : int or None
        Periods from the start on; None for as many as the series has.
    beside : sequence of str
        Other interruptions in the planned model.
    impact, impact_periods, transition, harmonics, months, calendar
        As in ``its.segmented``.
    errors : {"ar1", "ols"}
        How the planned model takes errors; the simulated ones are autocorrelated either way.
    target : {"average", "level"}
        The average change over the periods after the start, or the one in its first period.
    scale : {"level", "log", "ratio"}
        What the outcome is: a level, a natural logarithm, or counts whose effect is a rate ratio. Ratios are
        worked out on logarithms.
    minimum_effect, minimum_in, better, power, level, draws, seed, chart
        As in ``power.did``.

    Returns
    -------
    Power
        "This design cannot answer the question" is one of its answers.

    Raises
    ------
    DataError
        There is no period before the start, nothing but zeros, a smallest change of 0, or a specification
        that ``its.segmented`` refuses.

    References
    ----------
    Zhang, Wagner and Ross-Degnan (2011), *Journal of Clinical Epidemiology* 64(11) (power of interrupted time
    series by simulation); Kenward and Roger (1997), *Biometrics* 53(3).
    """
    asked = Asked(power=power, level=level, draws=draws, seed=seed)
    start = start or time.later(series.periods[-1], 1)
    before = series.until(min([start, *beside], key=time.ordinal))
    need_numbers(before, start, scale)
    n_after = periods_after(series, start, after)
    sizes = Sizes(
        scale=scale, better=better, baseline=baseline(before, scale), n_treated=1, n_after=n_after
    )
    if minimum_effect is not None:
        asked = replace(asked, minimum=sizes.effect_of(minimum_effect, minimum_in))
    specification = Specification(
        impact=impact,
        impact_periods=impact_periods,
        transition=transition,
        harmonics=harmonics,
        months=months,
        calendar=tuple(calendar),
    )
    plan = SeriesPlan(
        series=series,
        start=start,
        beside=tuple(beside),
        specification=specification,
        target=target,
        errors=errors,
        level=level,
    )
    question = SeriesQuestion(before=before, plan=plan, sizes=sizes, asked=asked)
    noise = scatter(question, plan.design(n_after))
    found = _answered(question, noise)
    return replace(found, grid=series_grid(question, noise, found)) if chart else found


def _answered(question: SeriesQuestion, noise: SeriesNoise | NoNoise) -> Power:
    sizes, asked, plan = question.sizes, question.asked, question.plan
    design = plan.design(sizes.n_after)
    known = noise if isinstance(noise, SeriesNoise) else None
    why = design.why or (noise.why if isinstance(noise, NoNoise) else "")
    found = no_answer(why)
    if known and not why:
        drawn = design.simulate(known, draws=asked.draws, seed=asked.seed)
        found = answer(drawn, sizes, asked)
    return Power(
        design="its",
        estimand=_ESTIMANDS[plan.target],
        scale=sizes.scale,
        better=sizes.better,
        unit_of_measure=plan.series.unit_of_measure,
        power=asked.power,
        level=asked.level,
        smallest=found.smallest,
        why=found.why,
        smallest_between=None,
        minimum=None if asked.minimum is None else sizes.told(asked.minimum),
        minimum_power=found.minimum_power,
        false_alarms=found.false_alarms,
        curve=found.curve,
        what_if=series_what_if(question, known) if known and found.curve else (),
        n_before=design.n_before,
        n_after=sizes.n_after,
        n_treated=1,
        n_comparison=0,
        baseline=sizes.baseline,
        autocorrelation=known.autocorrelation if known else None,
        autocorrelation_between=known.between if known else None,
        spread=known.spread if known else None,
        smallest_p=None,
        inference=_INFERENCE[plan.errors],
        caveat=_caveat(plan),
        method=_method(question),
        notes=_notes(question, design),
        draws=asked.draws,
        seed=asked.seed,
    )


def _caveat(plan: SeriesPlan) -> str:
    if plan.errors == "ar1":
        return ""
    return f"It takes {period_words(plan.start)} as independent of each other."


def _method(question: SeriesQuestion) -> str:
    return (
        f"{question.asked.draws:,} simulated series that scatter as this one did in "
        f"{len(question.before.periods)} {period_words(question.plan.start)} before "
        f"{question.plan.start}: AR(1)"
    )


def _notes(question: SeriesQuestion, design: SeriesDesign) -> tuple[str, ...]:
    notes = ["One series without a comparison: anything else that changes then looks the same."]
    if question.sizes.scale == "ratio":
        notes.append(
            "Counts are taken as their logarithms, which keeps its promise from about five a period; with "
            "fewer, less would show."
        )
    if question.before.covariates and not design.covered:
        notes.append(
            "Covariates end before the planned periods; what they would explain then is left out."
        )
    return tuple(notes)
