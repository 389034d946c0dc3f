"""What has to stand beside a finding that is not one among others."""

from evalkit.types.finding import Finding

MADE_UP = (
    "A generator made the numbers up, to show how a plan is run. They say nothing about any place."
)
NOT_PLANNED = (
    "Something else than the locked plan was run. It may suggest a question for the next plan; "
    "it answers none."
)
DRAFT = "Draft, not for use: it has not been published."
WITHDRAWN = "Do not use this finding: it was withdrawn."


def cautions(finding: Finding, state: str) -> tuple[str, ...]:
    """Everything of these that is so; ``state`` is how far its review has come."""
    found = (
        (finding.simulated, MADE_UP),
        (finding.exploratory, NOT_PLANNED),
        (state in ("draft", "reviewed"), DRAFT),
        (state == "withdrawn", WITHDRAWN),
    )
    return tuple(words for there, words in found if there)
