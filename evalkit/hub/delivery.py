"""How an intervention was delivered, as far as its registered fields say; nothing is scored here.

"Delivered, and did not work" and "never delivered" are different lessons. No share of a plan makes delivery
good or bad by rule, so what was planned and what was done stand side by side for people to judge.
"""

from collections.abc import Collection
from dataclasses import dataclass

from evalkit.hub.page import Row
from evalkit.hub.words import paragraphs, sentence
from evalkit.types.finding import Finding
from evalkit.types.intervention import NOT_KNOWN, Intervention

ELSEWHERE = "Found elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How something was delivered.

    Attributes
    ----------
    short : str
        At most three words, for a box of a picture or a square of a table.
    told : str
        A sentence.
    reading : str
        What that means for what was found about it.
    planned, actual : tuple of str
        Paragraphs that people wrote; empty where nobody has.
    """

    short: str
    told: str
    reading: str
    planned: tuple[str, ...]
    actual: tuple[str, ...]

    @property
    def rows(self) -> tuple[Row, Row]:
        """Both for a list of terms."""
        return (
            Row(term="Delivery as planned", texts=self.planned),
            Row(term="Delivery as it was", texts=self.actual),
        )


def delivery_of(intervention: Intervention) -> Delivery:
    """What the status and the two texts about delivery say together; the status goes first."""
    about = intervention.description
    planned, actual = _written(about.fidelity_planned), _written(about.fidelity_actual)
    short, told, reading = _state(intervention, bool(planned), bool(actual))
    return Delivery(short=short, told=told, reading=reading, planned=planned, actual=actual)


def delivery_beside(found: Collection[Finding], intervention: Intervention) -> str:
    """Short words for how that was delivered which the findings are about.

    Findings about other work say nothing of how this one was delivered.
    """
    own = [one for one in found if intervention.id in one.interventions]
    return delivery_of(intervention).short if own or not found else ELSEWHERE


def _state(intervention: Intervention, planned: bool, actual: bool) -> tuple[str, str, str]:
    status = intervention.status
    because = f" Reason: {intervention.status_reason}" if intervention.status_reason else ""
    if status in ("idea", "planned"):
        return (
            "Delivery not started",
            f"It is registered as {'an idea' if status == 'idea' else 'planned'}: not started.",
            "What was not delivered cannot have worked or failed.",
        )
    if status == "withdrawn":
        return (
            "Work withdrawn",
            f"It was withdrawn from the register.{because}",
            "Nothing here tells whether it works.",
        )
    if status == "stopped":
        until = "" if actual else " How it was delivered until then is not recorded."
        return (
            "Delivery stopped",
            f"It was stopped.{because}{until}",
            "A finding is about what was delivered until then, not about the whole of what was planned.",
        )
    if not actual:
        more = ", only how it was planned" if planned else ""
        return (
            "Delivery not recorded",
            f"Whether it went as planned is not recorded{more}.",
            "A finding of no change could mean that it does not work, or that little of it was"
            " delivered: the register cannot tell which.",
        )
    return (
        "Delivery recorded",
        "What was planned and what was done stand side by side."
        if planned
        else "How it was delivered is recorded; how it was planned is not.",
        "Read every finding beside that: it is about the work as it was delivered.",
    )


def _written(text: str) -> tuple[str, ...]:
    return () if text.strip().lower() == NOT_KNOWN else paragraphs(sentence(text))
