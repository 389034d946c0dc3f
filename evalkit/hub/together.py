"""What findings of one question say together, and why some are not pooled."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from evalkit.findings.pooled_words import (
    certainty_rows,
    certainty_words,
    grown_rows,
    sentences,
    without_rows,
)
from evalkit.hub.apart import reasons, whole_ids
from evalkit.hub.charts import Chart
from evalkit.hub.page import Anchor, Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.summaries import Summary, summaries
from evalkit.hub.words import counted, sentence
from evalkit.report.figures.forest import forest
from evalkit.types.catalogue import Catalogue
from evalkit.types.synthesis_question import SynthesisResult, SynthesisStanding

TOGETHER = "findings/together.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A table: what it shows, its head and its rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """One question on the page.

    Attributes
    ----------
    id, question, version, stale : str
    state : str
        How far it is, in a few words.
    chart : Chart or None
        The forest plot; None where nothing was pooled.
    says : tuple of Markup
        What the pool says beyond the chart's sentence.
    certainty : str
        How certain the mean is, or why nobody can say; empty where nothing was pooled.
    lost : tuple of (str, str, str)
        What took the certainty down: domain, levels, what was seen.
    refused : tuple of str
        Why it was not pooled.
    tables : tuple of Numbers
        Without each study; as studies came in.
    members : tuple of Summary
        Findings that take part and are in this edition, those of one outcome together.
    elsewhere : tuple of str
        Ids of those that are not in it.
    left_out : tuple of (str, Summary or None, Markup)
        Id, finding if it is in this edition, and reason.
    simulated : bool
    """

    id: str
    question: str
    version: str
    stale: str
    state: str
    chart: Chart | None
    says: tuple[Markup, ...]
    certainty: str
    lost: tuple[tuple[str, str, str], ...]
    refused: tuple[str, ...]
    tables: tuple[Numbers, ...]
    members: tuple[Summary, ...]
    elsewhere: tuple[str, ...]
    left_out: tuple[tuple[str, Summary | None, Markup], ...]
    simulated: bool


def together_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """The page of all questions; none where nothing is asked."""
    if not catalogue.syntheses:
        return ()
    shown = {one.finding.id: one for one in summaries(catalogue, prefix="together")}
    asked = [_together(one, shown) for one in catalogue.syntheses]
    made_up = [one.question for one in asked if one.simulated]
    return (
        page(
            catalogue,
            TOGETHER,
            "together.html",
            title="Taken together",
            section="What happened",
            crumbs=(
                Crumb(title="What happened", href="findings/index.html"),
                Crumb(title="Taken together"),
            ),
            anchors=[Anchor(id=one.id, title=one.question) for one in asked],
            simulated="A generator made up what some of the charts below show." if made_up else "",
            asked=asked,
        ),
    )


def _together(one: SynthesisStanding, shown: Mapping[str, Summary]) -> Together:
    result = one.result
    pooled = result if result is not None and not result.refused else None
    inputs = sorted(result.inputs, key=lambda i: (i.outcome, i.finding)) if result else []
    return Together(
        id=one.question.id,
        question=one.question.question,
        version=one.version,
        stale=one.stale,
        state=_state(result),
        chart=_chart(pooled, one.question.id) if pooled else None,
        says=tuple(map(whole_ids, sentences(pooled)[1:])) if pooled else (),
        certainty=certainty_words(pooled) if pooled else "",
        lost=certainty_rows(pooled) if pooled else (),
        refused=reasons(result.inputs) if result and result.refused else (),
        tables=_tables(pooled) if pooled else (),
        members=tuple(shown[i.finding] for i in inputs if i.finding in shown),
        elsewhere=tuple(i.finding for i in inputs if i.finding not in shown),
        left_out=tuple(
            (out.finding, shown.get(out.finding), whole_ids(out.reason))
            for out in (result.left_out if result else ())
        ),
        simulated=result is not None and result.simulated,
    )


def _state(result: SynthesisResult | None) -> str:
    if result is None:
        return "Not looked at yet"
    if result.pooled is None:
        return sentence(f"{counted(len(result.inputs), 'finding')}, not averaged")
    many = counted(len(result.pooled.studies), "study", "studies")
    return sentence(f"{many}, {counted(result.pooled.n_findings, 'finding')}")


def _chart(result: SynthesisResult, ident: str) -> Chart:
    drawn = forest(result, ident=f"forest-{ident}")
    return Chart(
        heading="Each study and the mean",
        takeaway=drawn.takeaway,
        wide=Markup(drawn.wide),
        narrow=Markup(drawn.narrow),
        note=drawn.note,
        head=drawn.head,
        rows=drawn.rows,
    )


def _tables(result: SynthesisResult) -> tuple[Numbers, ...]:
    found = (
        ("The mean without each study in turn", without_rows(result)),
        ("The mean as studies came in", grown_rows(result)),
    )
    return tuple(
        Numbers(caption=caption, head=head, rows=body) for caption, (head, body) in found if body
    )
