"""The pages of findings that were withdrawn: the address stays and says why not to use them."""

from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import page
from evalkit.types.catalogue import Catalogue


def withdrawn_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """One page a withdrawn finding."""
    return tuple(
        page(
            catalogue,
            f"findings/{finding.id.lower()}.html",
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
