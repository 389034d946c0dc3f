"""Small rulers that are drawn when a page shows them, and not before."""

from dataclasses import dataclass

from markupsafe import Markup

from evalkit.findings.verdicts import Tone
from evalkit.report.figures.ruler import SMALL, ruler
from evalkit.types.finding import ScaledEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What a small ruler is drawn from."""

    effect: ScaledEffect | None
    tone: Tone
    ident: str
    subject: str
    limit: float

    def drawn(self) -> Markup:
        """The ruler as SVG."""
        return Markup(
            ruler(
                self.effect,
                self.tone,
                ident=self.ident,
                subject=self.subject,
                limit=self.limit,
                size=SMALL,
            )
        )
