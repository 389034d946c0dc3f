"""A finding as a slide: the words, the number, the picture, the doubt, to be read from the back of a room."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from evalkit.findings.numerals import interval_text, level_text
from evalkit.hub.address import permanent
from evalkit.hub.behind import checks_of, evaluation_of, plan_behind
from evalkit.hub.charts import drawn_for_slide
from evalkit.hub.findings import big_words, fact_rows, two_rulers
from evalkit.hub.page import Crumb, Page
from evalkit.hub.plans import plan_of
from evalkit.hub.site import page
from evalkit.hub.summaries import Summary, summaries
from evalkit.types.catalogue import Catalogue, LockedProtocol
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding

_SENTENCE = re.compile(r".+?[.?!](?=\s|$)", re.DOTALL)
_FACTS = ("Compared", "When")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the picture on a slide is drawn from, when the slide is written and not before."""

    summary: Summary
    evaluation: Evaluation | None
    protocol: LockedProtocol | None

    def chart(self) -> Markup | None:
        """The chart of the run; None where there is nothing but an effect."""
        if self.evaluation is None or self.protocol is None:
            return None
        return drawn_for_slide(self.summary.finding, self.evaluation, plan_of(self.protocol))

    def rulers(self) -> tuple[Markup, Markup]:
        """The effect on its ruler, for wide and for narrow screens."""
        return two_rulers(self.summary)


def slide_path(finding_id: str, event_id: str = "") -> str:
    """Where a finding's slide is: its own, or its place among those of an event."""
    return f"slides/{event_id}{'/' * bool(event_id)}{finding_id.lower()}.html"


def slide_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """A slide of every finding by itself."""
    return tuple(
        slide(
            catalogue,
            one,
            slide_path(one.finding.id),
            back=Crumb(title="Back to the finding", href=one.path),
        )
        for one in summaries(catalogue, prefix="slide")
    )


def slide(
    catalogue: Catalogue,
    summary: Summary,
    path: str,
    *,
    back: Crumb,
    before: str = "",
    after: str = "",
    place: str = "",
) -> Page:
    """One slide: where it leads back to, which slides are beside it, and its place among them."""
    finding = summary.finding
    evaluation = evaluation_of(catalogue, finding)
    return page(
        catalogue,
        path,
        "slide.html",
        title=finding.headline,
        section="What happened",
        summary=summary,
        finding=finding,
        big=big_words(finding),
        interval=_interval(finding),
        picture=Picture(
            summary=summary, evaluation=evaluation, protocol=plan_behind(catalogue, finding)
        ),
        facts=[row for row in fact_rows(finding, evaluation) if row.term in _FACTS],
        checked=_checked(evaluation),
        doubt=_doubt(finding, evaluation),
        address=permanent(catalogue, summary.path, ident=f"qr-{finding.id.lower()}"),
        back=back,
        before=before,
        after=after,
        place=place,
    )


def _interval(finding: Finding) -> tuple[str, str]:
    effect = finding.effect
    if effect is None or effect.interval is None:
        return "", ""
    return level_text(effect.interval.level), interval_text(effect)


def _checked(evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return "Published elsewhere, no checks of ours."
    return f"Checks: {checks_of(evaluation.checks) or 'none'}."


def _doubt(finding: Finding, evaluation: Evaluation | None) -> str:
    """The first thing to know before believing it, in one sentence."""
    if evaluation is None:  # that it was published elsewhere stands before it
        return _first_sentence(next(iter((*finding.could_be_wrong, *finding.limits)), ""))
    failed = [c.question for c in evaluation.checks if c.passed is False]
    if failed:
        return f"Not passed{', among others' if len(failed) > 1 else ''}: {failed[0]}"
    if finding.verdict == "cannot_tell" and finding.why_verdict:
        return _first_sentence(finding.why_verdict)
    told = (*finding.could_be_wrong, *finding.limits, finding.why_verdict)
    return _first_sentence(told[0])


def _first_sentence(text: str) -> str:
    found = _SENTENCE.match(text)
    return found.group() if found else text
