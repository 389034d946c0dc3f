"""Padlocks of the Education Endowment Foundation for one evaluation: a start, and threats that take away.

The thresholds for the first padlocks (design, smallest detectable effect, people lost) were not found in a
source that we could read, so a reviewer enters the start. What threats take away is a published rule.
"""

from collections.abc import Mapping, Sequence

from evalkit.evidence.ratings.made import Scale, because
from evalkit.evidence.ratings.study import HOUSE, Study
from evalkit.types.evaluation import CheckResult, IfFailed
from evalkit.types.rating import GivenRating, Rating, Rule, Severity, Threat

_EEF = "Education Endowment Foundation, classification of the security of findings"
_TRAINING = f"{_EEF}; University of Oxford, training page for its reviewers"
SCALE = Scale(
    scheme="eef-padlocks", name="EEF padlocks for one evaluation", version="1.0", out_of=5
)
RULES: Mapping[str, Rule] = {
    "start": Rule(
        says="The first padlocks come from the design, the smallest effect it can show, and who was lost.",
        source=_EEF,
    ),
    "entered": Rule(
        says="Its thresholds were not found in a source we could read: a reviewer enters the start.",
        source=HOUSE,
    ),
    "threat": Rule(
        says="A check not passed is a threat: high where the plan lets it decide, moderate where it lowers"
        " the word, low where it is only reported; which way it pulls is unknown.",
        source=HOUSE,
    ),
    "none": Rule(
        says="No padlock is lost for up to two moderate threats whose directions are unknown or opposite.",
        source=_TRAINING,
    ),
    "one": Rule(
        says="One is lost for up to four moderate threats of unknown direction, up to two moderate that pull"
        " the same way, or one high with the rest low.",
        source=_TRAINING,
    ),
    "two": Rule(
        says="Two are lost for one high and two moderate threats, or for two or more high ones.",
        source=_TRAINING,
    ),
    "open": Rule(
        says="The published rule does not say what this mix of threats takes away: a reviewer decides.",
        source=HOUSE,
    ),
}
_SEVERITY: Mapping[IfFailed, Severity] = {
    "cannot_tell": "high",
    "lower_rating": "moderate",
    "report": "low",
}


def rate(study: Study, given: GivenRating | None = None) -> Rating:
    """The start that a reviewer entered less what the threats take away; not rated without a start."""
    if study.unrated:
        return SCALE.not_rated(study.unrated)
    if given is None or given.start is None:
        missing = because("No reviewer has entered where to start.", RULES["start"])
        return SCALE.at(None, (*missing, *because("So there is no level.", RULES["entered"])))
    threats = (*threats_of(study.checks), *given.threats)
    started = because(f"A reviewer starts at {given.start}: {given.reason}", RULES["entered"])
    seen = because(_told(threats), RULES["threat"])
    lost, rule = drop(threats)
    if lost is None:
        return SCALE.at(None, (*started, *seen, *because("So there is no level.", rule)))
    level = max(0, given.start - lost)
    taken = because(f"{lost or 'No'} padlock{'s' * (lost != 1)} lost.", rule)
    return SCALE.at(level, (*started, *seen, *taken))


def threats_of(checks: Sequence[CheckResult]) -> tuple[Threat, ...]:
    """A threat for every check that was not passed."""
    return tuple(
        Threat(what=check.question, severity=_SEVERITY[check.if_failed])
        for check in checks
        if check.passed is False
    )


def drop(threats: Sequence[Threat]) -> tuple[int | None, Rule]:
    """How many padlocks the threats take away, and by which rule; None where the rule does not say."""
    high = sum(threat.severity == "high" for threat in threats)
    pulls = [threat.pull for threat in threats if threat.severity == "moderate"]
    if high >= 2 or (high == 1 and len(pulls) >= 2):
        return 2, RULES["two"]
    if high == 1:
        return (1, RULES["one"]) if not pulls else (None, RULES["open"])
    return _moderate_only(pulls)


def _moderate_only(pulls: Sequence[str]) -> tuple[int | None, Rule]:
    unknown = all(pull == "unknown" for pull in pulls)
    opposite = sorted(pulls) == ["away", "towards"]
    if (unknown and len(pulls) <= 2) or opposite:
        return 0, RULES["none"]
    same = "unknown" not in pulls and len(set(pulls)) == 1
    if (unknown and len(pulls) <= 4) or (same and len(pulls) <= 2):
        return 1, RULES["one"]
    return None, RULES["open"]


def _told(threats: Sequence[Threat]) -> str:
    if not threats:
        return "No threats: every check that applies was passed."
    return " ".join(f"A {t.severity} threat: {t.what}" for t in threats)
