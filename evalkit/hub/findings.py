"""One page a finding: the words, the number, the picture, the proof."""

from markupsafe import Markup

from evalkit.findings.cautions import MADE_UP, NOT_PLANNED
from evalkit.findings.numerals import effect_text, p_text
from evalkit.findings.weighted import side_by_side
from evalkit.hub import dated
from evalkit.hub.address import permanent
from evalkit.hub.behind import checks_of, evaluation_of, plan_behind, record_path
from evalkit.hub.charts import Chart, chart, checking_charts, curve_chart
from evalkit.hub.coverage import coverage_chart
from evalkit.hub.deviations import deviation_views
from evalkit.hub.linked_data import of_finding
from evalkit.hub.lookups import owners_of
from evalkit.hub.page import Anchor, Crumb, Page, Row
from evalkit.hub.plans import plan_of, protocol_path
from evalkit.hub.proof import alternatives_view, check_view, made_view, plan_view, run_view
from evalkit.hub.ratings import nothing_rated, profile_rows, rating_views
from evalkit.hub.released import released_rows
from evalkit.hub.site import page
from evalkit.hub.summaries import Summary, figure_of, interval_of, limits_by_unit
from evalkit.hub.tried import intervention_path
from evalkit.hub.weights import weights_href
from evalkit.hub.words import counted, day, sentence
from evalkit.report.figures import ruler as rulers
from evalkit.types.catalogue import Catalogue
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding


def drawn_chart(catalogue: Catalogue, finding: Finding) -> Chart | None:
    """The chart of a finding, which its page and its brief share; None where there is nothing to draw."""
    evaluation, protocol = evaluation_of(catalogue, finding), plan_behind(catalogue, finding)
    return chart(finding, evaluation, plan_of(protocol)) if evaluation and protocol else None


def finding_page(catalogue: Catalogue, summary: Summary, drawn: Chart | None) -> Page:
    """The page of one finding, our own or published elsewhere."""
    finding = summary.finding
    evaluation = evaluation_of(catalogue, finding)
    protocol = plan_behind(catalogue, finding)
    plan = plan_of(protocol) if protocol else None
    assessed = catalogue.assessments.get(finding.id)
    views = rating_views(assessed) if assessed else ()
    owners, steps = owners_of(catalogue, finding), _steps(catalogue, finding)
    weighed = side_by_side(evaluation, plan, finding.change) if evaluation and plan else None
    return page(
        catalogue,
        summary.path,
        "finding.html",
        title=finding.headline,
        section="What happened",
        crumbs=(
            Crumb(title="What happened", href="findings/index.html"),
            Crumb(title=finding.id),
        ),
        anchors=_anchors(
            drawn.heading if drawn else "",
            evaluation,
            weighed=weighed is not None,
            rated=assessed is not None,
            reviewed=bool(steps),
        ),
        linked=of_finding(catalogue, finding),
        summary=summary,
        finding=finding,
        simulated=MADE_UP if finding.simulated else "",
        exploratory=NOT_PLANNED if finding.exploratory else "",
        owners=[(owner, intervention_path(owner.id or "")) for owner in owners],
        rulers=two_rulers(summary),
        big=big_words(finding),
        account=_account(finding),
        dated=dated.of_finding(catalogue, finding),
        facts=fact_rows(finding, evaluation),
        chart=drawn,
        checking=checking_charts(finding, evaluation, plan) if evaluation and plan else (),
        checks=[check_view(check) for check in evaluation.checks] if evaluation else [],
        alternatives=alternatives_view(evaluation, plan, finding) if evaluation and plan else [],
        curve=curve_chart(finding, evaluation, plan) if evaluation and plan else None,
        evaluation=evaluation,
        protocol=protocol,
        protocol_path=protocol_path(protocol.id) if protocol else "",
        weighed=weighed,
        weights=plan.outcome.weights if plan and plan.outcome.weighted else "",
        weights_href=weights_href(catalogue, plan.outcome.weights) if plan else "",
        plan_rows=plan_view(protocol, plan) if protocol and plan else (),
        deviations=deviation_views(evaluation) if evaluation else (),
        ratings=views,
        nothing_rated=nothing_rated(views),
        profile=profile_rows(assessed) if assessed else (),
        made=_made(catalogue, evaluation) if evaluation else (),
        released=released_rows(catalogue, _files(summary, evaluation)) if evaluation else (),
        record=record_path(evaluation) if evaluation else "",
        coverage=coverage_chart(finding, evaluation) if evaluation else None,
        has_notebook=bool(
            protocol and protocol.id in catalogue.notebooks and not finding.exploratory
        ),
        steps=steps,
        year=catalogue.edition.year,
        address=permanent(catalogue, summary.path, ident=f"qr-{finding.id.lower()}"),
        asked=counted(len(evaluation.checks), "question") if evaluation else "",
    )


def _made(catalogue: Catalogue, evaluation: Evaluation) -> tuple[Row, ...]:
    record = catalogue.records.get((evaluation.protocol, evaluation.exploratory))
    return (*made_view(evaluation.provenance), *(run_view(record) if record else ()))


def _steps(catalogue: Catalogue, finding: Finding) -> tuple[Row, ...]:
    return tuple(
        Row(
            term=sentence(step.state),
            texts=(f"{day(step.on) if step.on else 'no day given'}, by: {step.by}", step.reason),
        )
        for step in catalogue.steps.get(finding.id, ())
    )


def _files(summary: Summary, evaluation: Evaluation) -> tuple[str, ...]:
    """The page itself and what can be downloaded from it."""
    return summary.path, f"data/{summary.finding.id.lower()}.csv", record_path(evaluation)


def _anchors(
    chart_title: str,
    evaluation: Evaluation | None,
    *,
    weighed: bool,
    rated: bool,
    reviewed: bool,
) -> tuple[Anchor, ...]:
    own = evaluation is not None
    wanted = (
        (True, "result", "How big"),
        (bool(chart_title), "chart", chart_title),
        (weighed, "weighed", "Counted and weighted"),
        (True, "means", "What it means"),
        (own, "checks", "Checks"),
        (_asked_otherwise(evaluation), "alternatives", "Other ways of asking"),
        (own, "plan", "Plan and what was run"),
        (rated, "ratings", "Ratings, and why they disagree"),
        (True, "made", "How it was made"),
        (reviewed, "review", "Review and corrections"),
        (True, "use", "Use this finding"),
    )
    return tuple(Anchor(id=key, title=title) for there, key, title in wanted if there)


def _asked_otherwise(evaluation: Evaluation | None) -> bool:
    return evaluation is not None and bool(evaluation.alternatives or evaluation.unanswered)


def two_rulers(summary: Summary) -> tuple[Markup, Markup]:
    """The large ruler, drawn for wide and for narrow screens."""
    finding = summary.finding
    limit = 1.0
    if finding.effect is not None:
        limit = limits_by_unit([finding])[finding.effect.unit]
    wide, narrow = (
        Markup(
            rulers.ruler(
                finding.effect,
                summary.tone,
                ident=f"ruler-{finding.id.lower()}-{name}",
                subject=finding.outcome,
                limit=limit,
                size=size,
            )
        )
        for name, size in (("wide", rulers.WIDE), ("narrow", rulers.NARROW))
    )
    return wide, narrow


def big_words(finding: Finding) -> tuple[str, str]:
    """What stands large in the filled block, and the line below it."""
    effect = finding.effect
    if finding.verdict == "cannot_tell":
        points = effect is not None and effect.unit == "percentage points"
        return ("Lower, or higher?" if points else "Fewer, or more?"), sentence(finding.outcome)
    if effect is None:
        return "", sentence(finding.outcome)
    unit = "" if effect.unit == "per cent" else f"{effect.unit}: "
    return effect_text(effect), sentence(f"{unit}{finding.outcome}")


def _account(finding: Finding) -> tuple[Row, ...]:
    """How big, how sure and what could be wrong; empty where nobody has written it down."""
    parts = (
        ("How big", finding.how_big),
        ("How sure, and why", (finding.how_sure,) if finding.how_sure else ()),
        ("What could be wrong", finding.could_be_wrong),
    )
    return tuple(Row(term=term, texts=texts) for term, texts in parts if texts)


def fact_rows(finding: Finding, evaluation: Evaluation | None) -> tuple[Row, ...]:
    """The short facts under the result: who was compared, when, and what was checked."""
    p_value = () if finding.p_value is None else (p_text(finding.p_value),)
    last = (
        Row(term="Checks", texts=(checks_of(evaluation.checks),))
        if evaluation
        else Row(term="Where it was published", texts=(finding.source,))
    )
    return (
        Row(term="Compared", texts=(finding.compared,)),
        Row(term="When", texts=(finding.years,)),
        Row(term="In figures", texts=(figure_of(finding), interval_of(finding), *p_value)),
        last,
    )
