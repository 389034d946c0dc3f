"""GRADE-style certainty of a pooled result: where it starts, and what takes it down.

Three domains follow from numbers and checks; indirectness and publication bias are for people to judge.
Nothing is rated up: no rule could check the reasons for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.evidence.ratings.study import HOUSE
from evalkit.types.certainty import Certainty, CertaintyLevel, Domain, Downgrade, Judgement
from evalkit.types.estimate import Interval
from evalkit.types.rating import Rule

VERSION = "grade@1.0"
NAME = "GRADE-style certainty"
LEVELS: tuple[CertaintyLevel, ...] = ("very low", "low", "moderate", "high")

_GRADE = "GRADE approach: Guyatt and others (2008), BMJ 336; Schünemann and others (2013), handbook"
RULES: Mapping[str, Rule] = {
    "randomised": Rule(says="Results of draws by lot start high.", source=_GRADE),
    "not_randomised": Rule(says="Results without a draw by lot start low.", source=_GRADE),
    "risk of bias": Rule(
        says="Risk of bias: a level is lost where, in any finding, likeness was not shown or a check"
        " was not passed.",
        source=f"Domain: {_GRADE}. When it counts: {HOUSE}",
    ),
    "inconsistency": Rule(
        says="Inconsistency: a level is lost where the next place could see a change that matters"
        " either way.",
        source=f"Domain: {_GRADE}. When it counts: {HOUSE}",
    ),
    "indirectness": Rule(
        says="Indirectness: people judge whether places, people and outcomes are those asked about.",
        source=_GRADE,
    ),
    "imprecision": Rule(
        says="Imprecision: a level is lost where the interval holds no change and a change that matters, two"
        " where it holds a change that matters either way.",
        source=f"Domain: {_GRADE}. When it counts: {HOUSE}",
    ),
    "publication bias": Rule(
        says="Publication bias: people judge whether results are missing.", source=_GRADE
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A pooled result as the rule sees it.

    Attributes
    ----------
    findings, unsound : int
        How many findings were pooled, and of how many likeness was not shown or a check failed.
    randomised : bool
        Whether all of them drew places or people by lot.
    interval : Interval
        Of the pooled effect, with ``minimum`` on the same scale: an effect, not a ratio.
    prediction : Interval or None
        Where the next place's effect may lie; None where too few findings give one.
    minimum : float
        The smallest change that would matter, greater than 0.
    indirectness, publication_bias : Judgement or None
        None where nobody has judged it.
    """

    findings: int
    unsound: int
    randomised: bool
    interval: Interval
    prediction: Interval | None
    minimum: float
    indirectness: Judgement | None = None
    publication_bias: Judgement | None = None


def certainty(body: Body) -> Certainty:
    """The level that is left after all five domains.

    Raises
    ------
    ValueError
        ``findings``, ``unsound`` or ``minimum`` make no sense together.
    """
    if body.findings < 1 or not 0 <= body.unsound <= body.findings or not body.minimum > 0:
        needed = "findings of at least 1, unsound between 0 and findings, minimum above 0"
        raise ValueError(f"{body.findings}, {body.unsound}, {body.minimum}; needed {needed}")
    start: CertaintyLevel = "high" if body.randomised else "low"
    downgrades = (
        _bias(body),
        _inconsistency(body),
        _judged("indirectness", body.indirectness),
        _imprecision(body),
        _judged("publication bias", body.publication_bias),
    )
    lost = sum(one.steps or 0 for one in downgrades)
    return Certainty(
        level=LEVELS[max(0, LEVELS.index(start) - lost)],
        start=start,
        start_rule=RULES["randomised" if body.randomised else "not_randomised"],
        downgrades=downgrades,
        version=VERSION,
    )


def _bias(body: Body) -> Downgrade:
    seen = f"Checks leave a doubt about {body.unsound} of {body.findings} findings."
    return _lost("risk of bias", int(body.unsound > 0), seen)


def _inconsistency(body: Body) -> Downgrade:
    if body.prediction is None:
        seen = "Too few findings to say what the next place would see."
        return _lost("inconsistency", 0, seen)
    if _either_way(body.prediction, body.minimum):
        return _lost(
            "inconsistency", 1, "The next place could see a change that matters either way."
        )
    return _lost("inconsistency", 0, "The next place is unlikely to see the opposite.")


def _imprecision(body: Body) -> Downgrade:
    low, high, m = body.interval.low, body.interval.high, body.minimum
    if _either_way(body.interval, m):
        return _lost("imprecision", 2, "The interval holds a change that matters either way.")
    if low <= 0 <= high and (low <= -m or high >= m):
        return _lost("imprecision", 1, "The interval holds no change and a change that matters.")
    return _lost("imprecision", 0, "The interval points to one answer.")


def _either_way(interval: Interval, minimum: float) -> bool:
    return interval.low <= -minimum and interval.high >= minimum


def _judged(domain: Domain, judged: Judgement | None) -> Downgrade:
    if judged is None:
        return Downgrade(
            domain=domain, steps=None, seen="Nobody has judged this.", rule=RULES[domain]
        )
    return _lost(domain, judged.steps, judged.reason)


def _lost(domain: Domain, steps: int, seen: str) -> Downgrade:
    return Downgrade(domain=domain, steps=steps, seen=seen, rule=RULES[domain])
