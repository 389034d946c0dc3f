"""Strength of evidence in the style of the Early Intervention Foundation, now Foundations."""

from collections.abc import Mapping

from evalkit.evidence.ratings.made import Scale, because
from evalkit.evidence.ratings.study import HOUSE, Study, likeness, not_passed
from evalkit.types.rating import Rating, Rule

_STANDARDS = "Early Intervention Foundation (now Foundations), Guidebook, evidence standards"
SCALE = Scale(scheme="eif", name="EIF-style strength of evidence", version="1.0", out_of=4)
RULES: Mapping[str, Rule] = {
    "two": Rule(says="Level 2: preliminary evidence.", source=_STANDARDS),
    "three": Rule(
        says="Level 3: a short-term effect from at least one rigorous evaluation.",
        source=_STANDARDS,
    ),
    "four": Rule(
        says="Level 4: several rigorous evaluations, with an outcome that lasts a year or more.",
        source=_STANDARDS,
    ),
    "none": Rule(says="NE: a rigorous evaluation found no effect.", source=_STANDARDS),
    "rigorous": Rule(
        says="Rigorous means here: a comparison, likeness shown, and no other check failed.",
        source=HOUSE,
    ),
    "open": Rule(
        says="The levels are for change for the better; what we know of the scheme has none for this.",
        source=HOUSE,
    ),
}


def rate(study: Study) -> Rating:
    """Level 3 for a change for the better that a rigorous evaluation saw, level 2 for any other; or NE."""
    if study.unrated:
        return SCALE.not_rated(study.unrated)
    rigorous = study.compares and study.sound
    if study.seen == "better":
        first = because("The interval is a change for the better.", RULES["two"])
        if not rigorous:
            return SCALE.at(2, (*because(_short(study), RULES["rigorous"]), *first))
        seen = f"This is {study.design_words}. {likeness(study)}"
        last = because("This is one finding.", RULES["four"])
        return SCALE.at(
            3,
            (*because(seen, RULES["rigorous"]), *because(first[0].seen, RULES["three"]), *last),
        )
    return _no_change_for_the_better(study, rigorous)


def _no_change_for_the_better(study: Study, rigorous: bool) -> Rating:
    if study.seen == "small" and rigorous:
        seen = "The whole interval lies inside the zone too small to matter."
        return SCALE.at(None, because(seen, RULES["none"]), category="NE")
    if study.seen == "small":
        doubt = because(_short(study), RULES["rigorous"])
        return SCALE.at(None, (*doubt, *because("So not even NE can be said.", RULES["none"])))
    seen = {
        "worse": "The data show a change for the worse.",
        "unsure": "We cannot tell, which is not the same as no effect.",
    }[study.seen]
    return SCALE.at(None, because(seen, RULES["open"]))


def _short(study: Study) -> str:
    """Why it does not count as rigorous."""
    if not study.compares:
        return f"This is {study.design_words}."
    return not_passed(study.faults) if study.shown_alike else likeness(study)
