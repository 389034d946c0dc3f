"""The five headings of EMMIE as sections for one local study.

EMMIE scores reviews of many studies, not single ones, so its score is never given here.
"""

from collections.abc import Mapping

from evalkit.types.finding import Finding
from evalkit.types.intervention import NOT_KNOWN, Intervention
from evalkit.types.money import Cost, cost_words
from evalkit.types.rating import ProfilePart, Rule
from evalkit.types.theory import TheoryOfChange

VERSION = "emmie-profile@1.0"
NAME = "EMMIE profile"
_EMMIE = (
    "Johnson, Tilley and Bowers (2015), Journal of Experimental Criminology 11; College of Policing"
)
RULES: Mapping[str, Rule] = {
    "headings": Rule(
        says="Evidence is told under effect, mechanism, moderators, implementation and economics.",
        source=_EMMIE,
    ),
    "no score": Rule(
        says="The score is for reviews of at least two studies, so one study gets none.",
        source=_EMMIE,
    ),
}


def profile(finding: Finding, intervention: Intervention) -> tuple[ProfilePart, ...]:
    """What the register knows under each heading about one finding and its intervention."""
    about = intervention.description
    told = _known(about.fidelity_actual, about.unplanned_variation, about.dose)
    return (
        _part("Effect", "What happened?", (finding.headline + ".",), ""),
        _part(
            "Mechanism",
            "How was it meant to work?",
            _mechanism(intervention.theory),
            "No mechanism is written down.",
        ),
        _part(
            "Moderators",
            "For whom and where?",
            _known(intervention.equity),
            "No group or place was looked at apart.",
        ),
        _part(
            "Implementation",
            "How was it delivered?",
            told,
            "Nobody has written down how it was delivered.",
        ),
        _part("Economics", "What did it cost?", _cost(intervention.cost), "No cost is registered."),
    )


def _part(heading: str, asks: str, texts: tuple[str, ...], nothing: str) -> ProfilePart:
    return ProfilePart(heading=heading, asks=asks, texts=texts or (nothing,), known=bool(texts))


def _known(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text != NOT_KNOWN)


def _mechanism(theory: TheoryOfChange | None) -> tuple[str, ...]:
    if theory is None:
        return ()
    words = theory.elements
    return tuple(
        f"{words[link.from_].text} → {words[link.to].text}: {link.because}"
        for link in theory.links
        if link.because and link.from_ in words and link.to in words
    )


def _cost(cost: Cost | None) -> tuple[str, ...]:
    return () if cost is None else (cost_words(cost),)
