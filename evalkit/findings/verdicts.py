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

WHEN: dict[Verdict, str] = {
    "fell": "The whole interval is a fall, beyond the zone too small to matter, and every check that"
    " applies was passed.",
    "probably_fell": "The whole interval is a fall, but it reaches into the zone, or a check was not"
    " passed.",
    "probably_fell_perhaps_too_little": "The whole interval is a fall, but the estimate lies inside"
    " the zone.",
    "no_change_that_would_matter": "The whole interval lies inside the zone: a clear answer.",
    "cannot_tell": "Everything else, and wherever the plan says that a check not passed means this.",
    "probably_rose_perhaps_too_little": "The whole interval is a rise, but the estimate lies inside"
    " the zone.",
    "probably_rose": "As probably fell, the other way.",
    "rose": "As fell, the other way.",
}
"""When the rule ``wording@1.0`` gives which word, as people read it."""


def tone(verdict: Verdict, better: Better) -> Tone:
    """Blue, orange or grey: whether the verdict is good, bad or neither for people."""
    if "fell" in verdict:
        return "better" if better == "lower" else "worse"
    if "rose" in verdict:
        return "worse" if better == "lower" else "better"
    return "unsure"
