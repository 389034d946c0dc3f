"""Where a page can be reached by everybody, for those who see it on paper or on a wall."""

from dataclasses import dataclass

from markupsafe import Markup

from evalkit.report.figures.qr import qr
from evalkit.types.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A page's address for ever, drawn as a code when a page shows it and not before."""

    text: str
    ident: str

    def drawn(self) -> Markup:
        """The code as SVG."""
        return Markup(qr(self.text, ident=self.ident))


def permanent(catalogue: Catalogue, path: str, *, ident: str) -> Address | None:
    """The address of a page; None where the workspace does not say where its hub stands."""
    if not catalogue.address:
        return None
    return Address(text=f"{catalogue.address.rstrip('/')}/{path}", ident=ident)
