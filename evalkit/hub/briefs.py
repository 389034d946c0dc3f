"""One page of paper a finding: the words, the size, the picture, what it cannot tell, and whom to ask."""

from collections.abc import Iterator

from evalkit.findings.brief import brief_of
from evalkit.findings.cautions import MADE_UP, NOT_PLANNED
from evalkit.hub.behind import evaluation_of
from evalkit.hub.charts import Chart
from evalkit.hub.findings import big_words, drawn_chart, fact_rows, finding_page, two_rulers
from evalkit.hub.lookups import owners_of
from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.summaries import Summary, summaries
from evalkit.types.catalogue import Catalogue

_MOST = 3
"""How many lines of what it supports, and of what it cannot tell, fit beside the picture."""


def brief_path(finding_id: str) -> str:
    """Where a finding's brief is."""
    return f"briefs/{finding_id.lower()}.html"


def finding_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """The page and the brief of every finding, together, so that their chart is drawn once."""
    return tuple(_both(catalogue))


def _both(catalogue: Catalogue) -> Iterator[Page]:
    pairs = zip(
        summaries(catalogue, prefix="page"), summaries(catalogue, prefix="brief"), strict=True
    )
    for summary, short in pairs:
        drawn = drawn_chart(catalogue, summary.finding)
        yield finding_page(catalogue, summary, drawn)
        yield _brief(catalogue, short, drawn)


def _brief(catalogue: Catalogue, summary: Summary, drawn: Chart | None) -> Page:
    finding = summary.finding
    evaluation = evaluation_of(catalogue, finding)
    brief = brief_of(
        finding,
        owners_of(catalogue, finding),
        catalogue.areas,
        evaluation=evaluation,
        state="published",
    )
    return page(
        catalogue,
        brief_path(finding.id),
        "brief.html",
        title=f"In brief: {brief.headline}",
        section="What happened",
        crumbs=(
            Crumb(title="What happened", href="findings/index.html"),
            Crumb(title=finding.id, href=summary.path),
            Crumb(title="In brief"),
        ),
        summary=summary,
        finding=finding,
        simulated=MADE_UP if finding.simulated else "",
        exploratory=NOT_PLANNED if finding.exploratory else "",
        rulers=two_rulers(summary),
        big=big_words(finding),
        facts=fact_rows(finding, evaluation),
        chart=drawn,
        brief=brief,
        most=_MOST,
        year=catalogue.edition.year,
    )
