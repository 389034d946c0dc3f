"""Maryland Scientific Methods Scale as rubrics in the style of the Magenta Book word it."""

from collections.abc import Mapping

from evalkit.evidence.ratings.made import Scale, because
from evalkit.evidence.ratings.study import Study, likeness, not_passed
from evalkit.types.rating import Rating, Rule

_RUBRIC = "R package magentabook 0.1.0 (2026), rubric for HM Treasury's Magenta Book"
SCALE = Scale(
    scheme="sms-magenta",
    name="Maryland scale, Magenta-Book-style wording",
    version="1.0",
    out_of=5,
)
RULES: Mapping[str, Rule] = {
    "one": Rule(
        says="Level 1: one point in time, or before and after without a comparison.", source=_RUBRIC
    ),
    "two": Rule(
        says="Level 2: before and after, beside a comparison that is not alike.", source=_RUBRIC
    ),
    "three": Rule(says="Level 3: several units and a like comparison.", source=_RUBRIC),
    "four": Rule(
        says="Level 4: difference-in-differences, interrupted time series, synthetic control and the like.",
        source=_RUBRIC,
    ),
    "five": Rule(says="Level 5: places or people are drawn by lot.", source=_RUBRIC),
}


def rate(study: Study) -> Rating:
    """Level 4 by the design's name, as long as the checks let the name stand.

    Where they do not, the level is the one whose words still fit: a comparison that drifted apart is level 2,
    a like comparison with another check not passed level 3, a series with any check not passed level 1.
    """
    if study.unrated:
        return SCALE.not_rated(study.unrated)
    first = because(f"This is {study.design_words}.", RULES["four"])
    failed = (*study.apart, *study.faults)
    if not failed:
        return SCALE.at(4, first)
    if not study.compares:
        return SCALE.at(1, (*first, *because(not_passed(failed), RULES["one"])))
    if study.apart:
        return SCALE.at(2, (*first, *because(likeness(study), RULES["two"])))
    return SCALE.at(3, (*first, *because(not_passed(failed), RULES["three"])))
