"""What notebook cells show: the locked plan's chart, its table of numbers, and the record itself."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.findings.scale import event_scale
from evalkit.findings.verdicts import WORDS, tone
from evalkit.findings.weighted import side_by_side
from evalkit.protocol.plan import Plan
from evalkit.report.figures.check_strips import check_strips
from evalkit.report.figures.event_study import EventWords, event_study
from evalkit.report.figures.ruler import NARROW, WIDE, limit_of, ruler
from evalkit.report.figures.svg import standalone
from evalkit.report.notebook import EVALUATION_MIME, THEMED_SVG_MIME
from evalkit.report.series_figures import placebo_figure, residual_figure, series_figure
from evalkit.report.shown import Shown
from evalkit.report.specifications import curve
from evalkit.report.tables import Table, estimates_table
from evalkit.types.estimate import base_of
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding


@dataclass(frozen=True, slots=True)
class Pictures:
    """A chart drawn wide and narrow: styled by the hub on its pages, self-contained in a notebook."""

    wide: str
    narrow: str

    def _repr_mimebundle_(self, **_: Any) -> Mapping[str, str]:
        both = (
            f'<div class="only-wide">{self.wide}</div><div class="only-narrow">{self.narrow}</div>'
        )
        return {THEMED_SVG_MIME: both, "image/svg+xml": standalone(self.wide)}


@dataclass(frozen=True, slots=True)
class Record:
    """The evaluation itself, kept in the notebook so that the registry can compare it."""

    evaluation: Evaluation

    def _repr_mimebundle_(self, **_: Any) -> Mapping[str, Any]:
        value = json.loads(TypeAdapter(Evaluation).dump_json(self.evaluation))
        said = f"{self.evaluation.protocol} {self.evaluation.version}: recorded"
        return {EVALUATION_MIME: value, "text/plain": said}


def chart(evaluation: Evaluation, plan: Plan, finding: Finding) -> Pictures | Shown | None:
    """The chart of a design: effects by distance from the start, or the series and its projection.

    None where there is nothing to draw.
    """
    if evaluation.design != "did":
        return _series(evaluation, plan, finding)
    return _events(evaluation, plan, finding) if evaluation.events else None


def _events(evaluation: Evaluation, plan: Plan, finding: Finding) -> Pictures:
    per_cent = event_scale(plan) == "log"
    words = EventWords(
        subject=finding.headline,
        axis=f"Difference in {plan.outcome.name} from the comparison group"
        + (", per cent" if per_cent else f", {plan.outcome.unit}"),
        across="Periods from the start",
        unit="" if per_cent else plan.outcome.unit,
    )
    wide, narrow = (
        event_study(
            evaluation.events,
            base=base_of(evaluation.events),
            scale=event_scale(plan),
            tone=tone(finding.verdict, finding.better),
            words=words,
            ident=f"notebook-chart-{shape}",
            shape=shape,
        )
        for shape in ("wide", "narrow")
    )
    return Pictures(wide, narrow)


def _series(evaluation: Evaluation, plan: Plan, finding: Finding) -> Shown | None:
    figure = series_figure(finding, evaluation, plan, ident="notebook-chart")
    return Shown(figure) if figure else None


def checking(evaluation: Evaluation, plan: Plan) -> tuple[Shown, ...]:
    """The checks against their limits and, of a series, its placebo dates and residuals."""
    figures = (
        check_strips(evaluation.checks, ident="notebook-checks"),
        placebo_figure(evaluation, plan, ident="notebook-placebos"),
        residual_figure(evaluation, ident="notebook-residuals"),
    )
    return tuple(Shown(figure) for figure in figures if figure is not None)


def sensitivity(
    evaluation: Evaluation, plan: Plan, findings: Sequence[Finding]
) -> tuple[Shown | Table, ...]:
    """The plan's answers among the other ways of asking: a curve a finding, then all numbers as a table.

    One sentence where there is no other way.
    """
    curves = [
        curve(evaluation, plan, one.change, ident=f"notebook-curve-{one.id.lower()}")
        for one in findings
    ]
    shown = [Shown(figure) for figure in curves if figure is not None]
    if not shown:
        return (Table(caption="The plan names no other way of asking", head=(), rows=()),)
    none = "None of the other ways of asking gives a number"
    beside = estimates_table("Other ways of asking", evaluation.alternatives, plan, none=none)
    return *shown, beside, *_weighed(evaluation, plan, findings)


def _weighed(evaluation: Evaluation, plan: Plan, findings: Sequence[Finding]) -> Iterator[Table]:
    """Counted beside weighted, a table a finding, where both were asked."""
    for one in findings:
        if found := side_by_side(evaluation, plan, one.change):
            about = f" ({one.change})" if len(findings) > 1 else ""
            yield Table(
                caption=f"Counted and weighted{about}. {' '.join(found.words)}",
                head=("The same question of the same data", "Effect", "Interval"),
                rows=found.rows,
            )


def ruler_of(finding: Finding) -> Pictures:
    """The finding's effect and interval against no change and the zone too small to matter."""
    limit = limit_of([finding.effect])
    wide, narrow = (
        ruler(
            finding.effect,
            tone(finding.verdict, finding.better),
            ident=f"{finding.id.lower()}-{shape}",
            subject=finding.headline,
            limit=limit,
            size=size,
        )
        for shape, size in (("wide", WIDE), ("narrow", NARROW))
    )
    return Pictures(wide, narrow)


@dataclass(frozen=True, slots=True)
class Words:
    """A finding as text: its word, headline, summary, interval and reason."""

    finding: Finding

    def _repr_markdown_(self) -> str:
        f = self.finding
        return "\n\n".join(
            (
                f"### {f.headline}",
                f"**{WORDS[f.verdict]}.** {f.why_verdict}",
                f.summary,
                " ".join(f.interval_words),
            )
        )


def first_look(data: Panel | TimeSeries) -> str:
    """One line: what is there to explore."""
    if isinstance(data, Panel):
        return f"panel: {len(data.units)} units x {len(data.periods)} periods"
    return f"series: {len(data.periods)} periods, {data.periods[0]} to {data.periods[-1]}"


def exploratory_from_here() -> None:
    """From now on every output of the notebook says that it is not in the plan.

    What ran before this call is not marked, even where it is run again.
    """
    from IPython import get_ipython  # only a notebook has one

    shell = get_ipython()
    planned = set(shell.history_manager.input_hist_raw)
    mark = _Exploratory()

    def say(info: Any) -> None:
        if info.raw_cell not in planned:
            shell.display_pub.publish(mark._repr_mimebundle_())

    if not any(
        getattr(one, "exploratory", False) for one in shell.events.callbacks["pre_run_cell"]
    ):
        say.exploratory = True  # type: ignore[attr-defined]
        shell.events.register("pre_run_cell", say)


class _Exploratory:
    """The mark of what was not planned."""

    def _repr_mimebundle_(self) -> dict[str, str]:
        said = "Exploratory: not in the plan"
        return {"text/markdown": f"**{said}**", "text/plain": said}
