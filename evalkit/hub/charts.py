"""The chart of a finding, twice, with its sentence, its note and its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evalkit.data import periods as calendar
from evalkit.findings.numerals import level_text, number
from evalkit.findings.scale import event_scale
from evalkit.findings.verdicts import tone
from evalkit.hub.plans import estimator_words
from evalkit.hub.words import counted, in_words, sentence
from evalkit.protocol.estimators import Imputation, Poisson
from evalkit.protocol.plan import Plan
from evalkit.report.figures.event_study import EventWords, event_study, is_clear
from evalkit.report.figures.figure import OF_A_MODEL, Figure, Scale, held, told
from evalkit.report.figures.plot import period_words
from evalkit.report.figures.svg import SHAPES, Format, decimals, ticks
from evalkit.report.series_figures import (
    placebo_figure,
    residual_figure,
    series_drawing,
    series_figure,
)
from evalkit.report.specifications import curve
from evalkit.types.estimate import Estimate, EventEffect, base_of
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart on a page.

    Attributes
    ----------
    heading, takeaway, note : str
        The section's title, the bold sentence, and how it was made.
    wide, narrow : Markup
    head : tuple of str
        Of the table of its numbers.
    rows : tuple of tuple of str
    holds : tuple of str
        What each column holds, as in ``Figure``; empty where nobody says.
    """

    heading: str
    takeaway: str
    wide: Markup
    narrow: Markup
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    holds: tuple[str, ...] = ()


def chart(finding: Finding, evaluation: Evaluation, plan: Plan) -> Chart | None:
    """The chart that the design asks for; None where the run left nothing to draw."""
    if evaluation.events:
        return _event_chart(finding, evaluation, plan, base_of(evaluation.events))
    return _series_chart(finding, evaluation, plan) if evaluation.path else None


def drawn_for_slide(finding: Finding, evaluation: Evaluation, plan: Plan) -> Markup | None:
    """The same chart with text that is read from the back of a room."""
    if evaluation.events:
        return Markup(_event_drawing(finding, evaluation, plan, "slide"))
    ident = f"chart-{finding.id.lower()}-slide"
    if not evaluation.path:
        return None
    return Markup(series_drawing(finding, evaluation, plan, ident=ident, shape="slide"))


def made_note(evaluation: Evaluation, plan: Plan) -> str:
    """Estimator, inference, clusters, comparison, base, cells and what was dropped."""
    found = [*(e.estimate for e in evaluation.estimates), *(r.answer for r in evaluation.refusals)]
    inference = found[0].inference if isinstance(found[0], Estimate) else "no interval"
    cover = evaluation.coverage
    span = f"{period_words(cover.first_period)} to {period_words(cover.last_period)}"
    parts = [f"{estimator_words(plan)}; {inference}"]
    if isinstance(found[0], Estimate) and plan.design == "did":
        parts.append(f"{number(found[0].n_clusters, 0)} independent clusters")
        parts.append(f"{cover.n_treated} {cover.unit_name}s with the change")
        parts.append(f"{cover.n_comparison} to compare with")
    parts.append(f"{number(cover.n_obs, 0)} observations, {span}")
    if plan.comparison:
        parts.append(f"comparison: {plan.comparison.words}")
    dropped = [f"{number(n, 0)} {why}" for why, n in evaluation.provenance.dropped if n]
    parts.append(f"rows left out: {in_words(dropped) if dropped else 'none'}")
    return "; ".join(parts) + "."


def _event_chart(finding: Finding, evaluation: Evaluation, plan: Plan, base: int | None) -> Chart:
    scale = event_scale(plan)
    noun = calendar.noun(evaluation.coverage.first_period)
    wide, narrow = (_event_drawing(finding, evaluation, plan, shape) for shape in SHAPES)
    lines = ""
    if any(event.low is not None for event in evaluation.events):
        lines = (
            f"Vertical lines: the {level_text(plan.inference.level)} interval of that {noun} alone. "
            "Open marks: before the start. "
        )
    return Chart(
        heading=f"{sentence(noun)} by {noun}",
        takeaway=_event_takeaway(evaluation.events, base, noun),
        wide=Markup(wide),
        narrow=Markup(narrow),
        note=(
            f"{lines}{_lone_words(evaluation.events, base, plan)}Base:"
            f" {_base_words(base, noun, plan)}. {made_note(evaluation, plan)}"
        ),
        head=(f"{sentence(noun)}s from the start", "Estimate", "Low", "High", "With", "Without"),
        holds=held(OF_A_MODEL, 6),
        rows=tuple(_event_row(event, scale, base, evaluation) for event in evaluation.events),
    )


def _event_drawing(finding: Finding, evaluation: Evaluation, plan: Plan, shape: Format) -> str:
    scale = event_scale(plan)
    noun = calendar.noun(evaluation.coverage.first_period)
    unit = "per cent" if scale == "log" else plan.outcome.told_in
    return event_study(
        evaluation.events,
        base=base_of(evaluation.events),
        scale=scale,
        tone=tone(finding.verdict, finding.better),
        words=EventWords(
            subject=finding.outcome,
            axis=f"Difference in {plan.outcome.name} from the comparison group, in {unit}",
            across=f"{sentence(noun)}s from the start (0 is the first {noun})",
            unit="" if scale == "log" else unit,
        ),
        ident=f"chart-{finding.id.lower()}-{shape}",
        shape=shape,
    )


def _base_words(base: int | None, noun: str, plan: Plan) -> str:
    if base is None:
        return f"before the start, each {noun} against the one before it; from it on, the last {noun} before"
    if isinstance(plan.estimator, Imputation | Poisson):
        upto = "before the start" if base == -1 else f"up to {-base} {noun}s before the start"
        return f"all {noun}s {upto}, together"
    return f"the {noun} before the start" if base == -1 else f"{-base} {noun}s before the start"


def _lone_words(events: Sequence[EventEffect], base: int | None, plan: Plan) -> str:
    """Why some estimates stand without an interval; empty where all have one."""
    if all(event.low is not None or event.event_time == base for event in events):
        return ""
    if all(event.low is None for event in events):
        return "Chance is judged for the effect as a whole, not for each mark. "
    return (
        f"An estimate without a line rests on one {plan.unit}, which has no interval of its own. "
    )


def _event_takeaway(events: Sequence[EventEffect], base: int | None, noun: str) -> str:
    known = [event for event in events if event.low is not None and event.event_time != base]
    if not known:
        return f"No {noun} has an interval of its own: the method judges the effect as a whole."
    after = [event for event in known if event.event_time >= 0]
    before = [event for event in known if event.event_time < 0]
    clear_after, clear_before = (sum(map(is_clear, group)) for group in (after, before))
    earlier = f"before the start, {_of(clear_before, len(before))}"
    if not before:
        earlier = f"none is estimated for a {noun} before it"
    return (
        f"{sentence(_of(clear_after, len(after)))} {noun}ly intervals from the start on"
        f" {'is' if clear_after == 1 else 'are'} clear of no change; {earlier}."
    )


def _of(clear: int, all_: int) -> str:
    return f"{counted(clear, '', ' ').strip() if clear else 'none'} of {counted(all_, '', ' ').strip()}"


def _event_row(
    event: EventEffect, scale: Scale, base: int | None, evaluation: Evaluation
) -> tuple[str, ...]:
    suffix = "%" if scale == "log" else ""
    places = 1 if scale == "log" else _places(evaluation)

    def text(value: float | None) -> str:
        return "–" if value is None else number(told(value, scale), places, signed=True) + suffix

    middle = "0 (base)" if event.event_time == base else text(event.effect)
    return (
        number(event.event_time, 0, signed=True),
        middle,
        text(event.low),
        text(event.high),
        str(event.n_treated),
        str(event.n_comparison),
    )


def _places(evaluation: Evaluation) -> int:
    every = [end for e in evaluation.events for end in (e.low, e.effect, e.high)]
    ends = [end for end in every if end is not None]
    return decimals(ticks(min(ends), max(ends))) + 1


def _series_chart(finding: Finding, evaluation: Evaluation, plan: Plan) -> Chart | None:
    ident = f"chart-{finding.id.lower()}"
    noun = sentence(calendar.noun(evaluation.coverage.first_period))
    figure = series_figure(finding, evaluation, plan, ident=ident)
    if figure is None:
        return None
    return framed(
        figure, f"{noun} by {noun.lower()}", f"{figure.note} {made_note(evaluation, plan)}"
    )


def checking_charts(finding: Finding, evaluation: Evaluation, plan: Plan) -> tuple[Chart, ...]:
    """The charts that stand with the checks of a series: its residuals and its placebo dates."""
    ident = f"checks-{finding.id.lower()}"
    figures = (
        placebo_figure(evaluation, plan, ident=f"{ident}-placebos"),
        residual_figure(evaluation, ident=f"{ident}-residuals"),
    )
    return tuple(framed(figure, "", figure.note) for figure in figures if figure is not None)


def curve_chart(finding: Finding, evaluation: Evaluation, plan: Plan) -> Chart | None:
    """The plan's answer among the other ways of asking; None where the plan names none."""
    ident = f"curve-{finding.id.lower()}"
    figure = curve(evaluation, plan, finding.change, ident=ident)
    return framed(figure, "", figure.note) if figure else None


def framed(figure: Figure, heading: str, note: str) -> Chart:
    """A figure as a chart on a page."""
    return Chart(
        heading=heading,
        takeaway=figure.takeaway,
        wide=Markup(figure.wide),
        narrow=Markup(figure.narrow),
        note=note,
        head=figure.head,
        rows=figure.rows,
        holds=held(figure.holds, len(figure.head)),
    )
