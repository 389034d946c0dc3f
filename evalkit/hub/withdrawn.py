"""The pages of findings that were withdrawn: the address stays and says why not to use them."""

from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.summaries import finding_path
from evalkit.types.catalogue import Catalogue


def withdrawn_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """One page a withdrawn finding."""
    return tuple(
        page(
            catalogue,
            finding_path(finding.id),
            "withdrawn.html",
            title=f"Withdrawn: {finding.id}",
            section="What happened",
            crumbs=(
                Crumb(title="What happened", href="findings/index.html"),
                Crumb(title=finding.id),
            ),
            finding=finding,
            reason=reason,
        )
        for finding, reason in catalogue.withdrawn
    )


def withdrawn_of(
    catalogue: Catalogue, *, intervention: str = "", protocol: str = ""
) -> tuple[tuple[str, str, str], ...]:
    """Headline, path and reason of what was withdrawn of an intervention, or of a plan."""
    return tuple(
        (finding.headline, finding_path(finding.id), reason)
        for finding, reason in catalogue.withdrawn
        if intervention in finding.interventions or (protocol and finding.protocol == protocol)
    )
