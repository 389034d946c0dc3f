"""``wording@1.0`` over a grid: the word follows from interval, minimum and checks, and from nothing else."""

import itertools
import math

import pytest

from evalkit.findings.rule import decide
from evalkit.findings.verdicts import WORDS, tone
from evalkit.types.estimate import Interval
from evalkit.types.evaluation import CheckResult, IfFailed
from evalkit.types.finding import ScaledEffect, Verdict

NAN, INF = math.nan, math.inf
ENDS = (-12.0, -5.0, -3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 12.0)
GRID = [
    (low, effect, high) for low, effect, high in itertools.combinations_with_replacement(ENDS, 3)
]
MINIMA = (0.25, 1.0, 2.0, 4.0)
MIRROR: dict[Verdict, Verdict] = {**dict(zip(WORDS, reversed(WORDS), strict=True))}
MIRROR |= {word: word for word in ("no_change_that_would_matter", "cannot_tell")}


def scaled(low: float, effect: float, high: float, m: float | None = 2.0) -> ScaledEffect:
    return ScaledEffect(
        effect=effect,
        interval=Interval(low=low, high=high, level=0.95),
        unit="per cent",
        decimals=1,
        minimum=m,
    )


def check(passed: bool | None, if_failed: IfFailed, question: str = "Was it so?") -> CheckResult:
    return CheckResult(
        check="pre_trend",
        question=question,
        statistic_name="p",
        statistic=None if passed is None else 0.5,
        threshold=0.1,
        rule=">=",
        passed=passed,
        applicable=passed is not None,
        if_failed=if_failed,
        sentence="",
    )


PASSED = [check(True, "cannot_tell"), check(True, "lower_rating"), check(None, "report")]
CHECKS = {
    "none": [],
    "passed": PASSED,
    "stopped": [*PASSED, check(False, "cannot_tell")],
    "lowered": [*PASSED, check(False, "lower_rating")],
    "reported": [*PASSED, check(False, "report")],
    "not applicable": [check(None, "cannot_tell"), check(None, "lower_rating")],
}


def by_the_method(low: float, effect: float, high: float, m: float, checks: str) -> Verdict:
    """The rule as the methods page states it, written again from its words."""
    if checks == "stopped":
        return "cannot_tell"
    if abs(low) < m and abs(high) < m:
        return "no_change_that_would_matter"
    clear = low > 0 or high < 0
    if not clear:
        return "cannot_tell"
    down = high < 0
    if abs(effect) < m:
        return "probably_fell_perhaps_too_little" if down else "probably_rose_perhaps_too_little"
    beyond = high <= -m or low >= m
    if beyond and checks != "lowered":
        return "fell" if down else "rose"
    return "probably_fell" if down else "probably_rose"


@pytest.mark.parametrize("checks", CHECKS)
@pytest.mark.parametrize("m", MINIMA)
def test_the_word_is_the_rule_s_everywhere(checks: str, m: float):
    seen = set()
    for low, effect, high in GRID:
        verdict = decide(scaled(low, effect, high, m), CHECKS[checks]).verdict
        assert verdict == by_the_method(low, effect, high, m, checks), (low, effect, high)
        seen.add(verdict)
    if checks == "stopped":
        assert seen == {"cannot_tell"}
    elif m == 2.0:
        firm: set[Verdict] = {"fell", "rose"} if checks == "lowered" else set()
        assert seen == set(WORDS) - firm


@pytest.mark.parametrize("checks", CHECKS)
def test_the_word_never_goes_against_the_number(checks: str):
    for (low, effect, high), m in itertools.product(GRID, MINIMA):
        verdict = decide(scaled(low, effect, high, m), CHECKS[checks]).verdict
        if "fell" in verdict:
            assert high < 0 and effect < 0
        if "rose" in verdict:
            assert low > 0 and effect > 0
        if verdict in ("fell", "rose"):
            assert min(abs(low), abs(high)) >= m and checks not in ("stopped", "lowered")
        if "too_little" not in verdict and verdict.startswith("probably"):
            assert abs(effect) >= m


@pytest.mark.parametrize("checks", CHECKS)
def test_turning_the_sign_turns_the_word(checks: str):
    for (low, effect, high), m in itertools.product(GRID, MINIMA):
        one = decide(scaled(low, effect, high, m), CHECKS[checks])
        two = decide(scaled(-high, -effect, -low, m), CHECKS[checks])
        assert two.verdict == MIRROR[one.verdict]
        assert two.why == one.why


def test_a_failed_check_never_makes_a_word_firmer():
    firmness = {
        "cannot_tell": 0, "probably_fell_perhaps_too_little": 1, "probably_rose_perhaps_too_little": 1,
        "probably_fell": 2, "probably_rose": 2, "fell": 3, "rose": 3,
    }  # fmt: skip
    for (low, effect, high), m in itertools.product(GRID, MINIMA):
        words = [
            decide(scaled(low, effect, high, m), CHECKS[c]).verdict
            for c in ("stopped", "lowered", "passed")
        ]
        if "no_change_that_would_matter" in words:
            continue
        assert firmness[words[0]] <= firmness[words[1]] <= firmness[words[2]]


@pytest.mark.parametrize(
    ("effect", "verdict", "why"),
    [
        ((-9.0, -6.0, -3.0), "fell",
         "The interval is clear of the zone too small to matter, and no check stands against it."),
        ((-9.0, -5.0, -1.0), "probably_fell",
         "The interval is clear of no change, but it reaches into the zone too small to matter."),
        ((0.1, 1.5, 2.9), "probably_rose_perhaps_too_little",
         "The interval is clear of no change, but the estimate is too small to matter."),
        ((-1.9, -1.0, -0.1), "no_change_that_would_matter",
         "The whole interval lies inside the zone too small to matter."),
        ((-5.4, 2.0, 9.9), "cannot_tell",
         "The interval holds both no change and a change that would matter."),
    ],
)  # fmt: skip
def test_each_word_says_why(effect: tuple[float, float, float], verdict: str, why: str):
    decision = decide(scaled(*effect), PASSED)
    assert (decision.verdict, decision.why) == (verdict, why)


def test_a_failed_check_is_named_by_its_question():
    stopped = decide(
        scaled(-9, -6, -3),
        [check(False, "cannot_tell", "Is A so?"), check(False, "cannot_tell", "Is B so?")],
    )
    assert stopped.why == ("A check that the answer depends on was not passed: Is A so? Is B so?")
    lowered = decide(scaled(-9, -6, -3), [check(False, "lower_rating", "Is A so?")])
    assert lowered.why == (
        "The interval is clear of no change, but a check was not passed: Is A so?"
    )


@pytest.mark.parametrize(
    ("low", "effect", "high"), [(NAN, NAN, NAN), (NAN, 5.0, 6.0), (4.0, 5.0, INF), (-INF, 0.0, INF)]
)
def test_what_is_no_number_earns_no_word(low: float, effect: float, high: float):
    decision = decide(scaled(low, effect, high), [])
    assert decision.verdict == "cannot_tell"
    assert decision.why == "The method gave no number, so the rule cannot be applied."


def test_without_interval_or_minimum_there_is_no_word():
    bare = ScaledEffect(effect=-9.0, interval=None, unit="per cent", decimals=1, minimum=2.0)
    assert decide(bare, []).verdict == "cannot_tell"
    assert decide(scaled(-9, -6, -3, None), []).verdict == "cannot_tell"


def test_tone_is_for_people_and_not_for_the_sign():
    for verdict in WORDS:
        lower, higher = tone(verdict, "lower"), tone(verdict, "higher")
        assert (lower, higher) == (
            ("better", "worse") if "fell" in verdict
            else ("worse", "better") if "rose" in verdict
            else ("unsure", "unsure")
        )  # fmt: skip
