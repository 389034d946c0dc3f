"""Maryland Scientific Methods Scale as the What Works Centre for Local Economic Growth words it."""

from collections.abc import Mapping

from evalkit.evidence.ratings.made import Scale, because
from evalkit.evidence.ratings.study import HOUSE, Study, likeness, not_passed
from evalkit.types.rating import Rating, Reason, Rule

_GUIDE = (
    "What Works Centre for Local Economic Growth (2016), Guide to scoring evidence using the Maryland "
    "Scientific Methods Scale"
)
SCALE = Scale(
    scheme="sms-wwg",
    name="Maryland scale, What Works Growth wording",
    version="1.0",
    out_of=5,
)
RULES: Mapping[str, Rule] = {
    "one": Rule(
        says="Level 1: before and after, or one point in time, with no comparison group and no controls.",
        source=_GUIDE,
    ),
    "two": Rule(says="Level 2: as level 1, with adequate controls or matching.", source=_GUIDE),
    "three": Rule(
        says="Level 3: before and after with a comparison group, its choice justified and likeness shown.",
        source=_GUIDE,
    ),
    "carried": Rule(
        says="The method must also be carried out well; where it was not, the score falls.",
        source=_GUIDE,
    ),
    "step": Rule(
        says="Checks that were not passed, other than those of likeness, cost one level, once.",
        source=HOUSE,
    ),
    "ceiling": Rule(
        says="Levels 4 and 5 need chance, or something as good as chance, to decide who is treated.",
        source=_GUIDE,
    ),
}


def rate(study: Study) -> Rating:
    """Level 3 at most for the designs of evalkit.

    A comparison group whose likeness was not shown leaves level 2; any other check that was not passed costs
    one level more, and never below 1.
    """
    if study.unrated:
        return SCALE.not_rated(study.unrated)
    level, reasons = _with_comparison(study) if study.compares else _alone(study)
    failed = study.faults if study.compares else (*study.apart, *study.faults)
    if failed and level > 1:
        level -= 1
        reasons += because(not_passed(failed), RULES["carried"])
        reasons += because("So one level lower.", RULES["step"])
    return SCALE.at(level, reasons)


def _with_comparison(study: Study) -> tuple[int, tuple[Reason, ...]]:
    last = because("Nobody was drawn by lot.", RULES["ceiling"])
    if study.shown_alike:
        seen = f"This is {study.design_words}. {likeness(study)}"
        return 3, (*because(seen, RULES["three"]), *last)
    return 2, (
        *because(likeness(study), RULES["three"]),
        *because("The comparison counts as a control and not as a like group.", RULES["two"]),
    )


def _alone(study: Study) -> tuple[int, tuple[Reason, ...]]:
    if study.controls:
        seen = f"This is {study.design_words}; other measures stand in the model."
        return 2, because(seen, RULES["two"])
    seen = f"This is {study.design_words}; nothing but time stands in the model."
    return 1, because(seen, RULES["one"])
