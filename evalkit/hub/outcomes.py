"""Every finding in one list, from fell to rose."""

from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.summaries import GROUPS, summaries
from evalkit.hub.together import TOGETHER
from evalkit.hub.words import counted
from evalkit.types.catalogue import Catalogue


def findings_page(catalogue: Catalogue) -> Page:
    """Every finding, from fell to rose."""
    every = summaries(catalogue, prefix="all")
    listed = [s for s in every if s.counts]
    groups = [
        (word, [s for s in listed if s.finding.verdict in verdicts]) for word, verdicts in GROUPS
    ]
    return page(
        catalogue,
        "findings/index.html",
        "findings.html",
        title="What happened",
        section="What happened",
        crumbs=(Crumb(title="What happened"),),
        groups=groups,
        explored=[s for s in every if s.exploratory and not s.simulated],
        made_up=[s for s in every if s.simulated],
        questions=len(catalogue.syntheses),
        together=TOGETHER,
        count=counted(len(listed), "finding"),
    )
