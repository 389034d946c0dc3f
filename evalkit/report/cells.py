"""What notebook cells show: the locked plan's chart, its table of numbers, and the record itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.findings.scale import event_scale
from evalkit.findings.verdicts import WORDS, tone
from evalkit.protocol.plan import Plan
from evalkit.report.figures.event_study import EventWords, event_study
from evalkit.report.figures.ruler import NARROW, WIDE, limit_of, ruler
from evalkit.report.figures.svg import standalone
from evalkit.report.notebook import EVALUATION_MIME, THEMED_SVG_MIME
from evalkit.report.series_figures import placebo_figure, residual_figure, series_figure
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


def chart(evaluation: Evaluation, plan: Plan, finding: Finding) -> Pictures | None:
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


def _series(evaluation: Evaluation, plan: Plan, finding: Finding) -> Pictures | None:
    figure = series_figure(finding, evaluation, plan, ident="notebook-chart")
    return Pictures(figure.wide, figure.narrow) if figure else None


def checking(evaluation: Evaluation, plan: Plan) -> tuple[Pictures, ...]:
    """The charts that stand with the checks of a series: placebo dates and residuals."""
    figures = (
        placebo_figure(evaluation, plan, ident="notebook-placebos"),
        residual_figure(evaluation, ident="notebook-residuals"),
    )
    return tuple(Pictures(f.wide, f.narrow) for f in figures if f is not None)


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
