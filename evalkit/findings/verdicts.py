"""The few words that a finding may use, and what they look like."""

from typing import Literal

from evalkit.types.finding import Better, Verdict

Tone = Literal["better", "worse", "unsure"]

WORDS: dict[Verdict, str] = {
    "fell": "Fell",
    "probably_fell": "Probably fell",
    "probably_fell_perhaps_too_little": "Probably fell, perhaps by too little to matter",
    "no_change_that_would_matter": "No change that would matter",
    "cannot_tell": "Cannot tell",
    "probably_rose_perhaps_too_little": "Probably rose, perhaps by too little to matter",
    "probably_rose": "Probably rose",
    "rose": "Rose",
}
"""Every verdict in the one order that is used everywhere, from fell to rose, with its words."""


def tone(verdict: Verdict, better: Better) -> Tone:
    """Blue, orange or grey: whether the verdict is good, bad or neither for people."""
    if "fell" in verdict:
        return "better" if better == "lower" else "worse"
    if "rose" in verdict:
        return "worse" if better == "lower" else "better"
    return "unsure"
