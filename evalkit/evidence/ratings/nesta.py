"""Nesta's Standards of Evidence."""

from collections.abc import Mapping

from evalkit.evidence.ratings.made import Scale, because
from evalkit.evidence.ratings.study import Study, likeness, not_passed
from evalkit.types.rating import Rating, Reason, Rule

_STANDARDS = "Puttick and Ludlow (2013), Standards of Evidence, Nesta"
SCALE = Scale(scheme="nesta", name="Nesta Standards of Evidence", version="1.0", out_of=5)
RULES: Mapping[str, Rule] = {
    "one": Rule(
        says="Level 1: an account of the impact, with a logical reason for it.", source=_STANDARDS
    ),
    "two": Rule(says="Level 2: data show the change, but not its cause.", source=_STANDARDS),
    "three": Rule(
        says="Level 3: a control group, or another well-justified method, speaks about the cause.",
        source=_STANDARDS,
    ),
    "four": Rule(
        says="Levels 4 and 5 need independent replication, which one finding cannot be.",
        source=_STANDARDS,
    ),
}
_SEEN = {
    "worse": "The data show a change for the worse.",
    "small": "The data show no change that would matter.",
    "unsure": "The data do not settle whether anything changed.",
}


def rate(study: Study) -> Rating:
    """Level 3 where a change for the better was seen and every check passed, level 2 where one was not."""
    if study.unrated:
        return SCALE.not_rated(study.unrated)
    if study.seen != "better":
        return _account_only(study)
    first = because("The interval is a change for the better.", RULES["two"])
    if not study.sound:
        return SCALE.at(2, (*because(_doubt(study), RULES["three"]), *first))
    seen = f"This is {study.design_words}. {likeness(study)}"
    return SCALE.at(3, (*first, *because(seen, RULES["three"]), *_more()))


def _account_only(study: Study) -> Rating:
    reasons = because(_SEEN[study.seen], RULES["two"])
    if study.theory:
        reasons += because("A theory of change is registered.", RULES["one"])
        return SCALE.at(1, reasons)
    reasons += because("No theory of change is registered.", RULES["one"])
    return SCALE.at(None, reasons)


def _doubt(study: Study) -> str:
    failed = (*study.apart, *study.faults)
    return not_passed(failed) if failed else likeness(study)


def _more() -> tuple[Reason, ...]:
    return because("This is one finding.", RULES["four"])
