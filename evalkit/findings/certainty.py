"""How sure a finding is, why, and what could be wrong: sentences beside its word.

The scale combines size and certainty as GRADE guidelines 26 do (Santesso and others 2020, *Journal of
Clinical Epidemiology* 119): firm words where interval and checks leave no doubt, *probably* where one of
them does, no direction at all where it is not settled. Words of cause are never used.
"""

from collections.abc import Mapping, Sequence

from evalkit.types.evaluation import CheckResult, Evaluation
from evalkit.types.finding import Verdict

SURE: Mapping[Verdict, str] = {
    "fell": "As sure as this design can be.",
    "probably_fell": "Fairly sure that it fell, less sure by how much.",
    "probably_fell_perhaps_too_little": "Fairly sure that it fell, but perhaps by too little to matter.",
    "no_change_that_would_matter": "Sure that nothing large changed either way.",
    "cannot_tell": "Not sure enough to say which way.",
    "probably_rose_perhaps_too_little": "Fairly sure that it rose, but perhaps by too little to matter.",
    "probably_rose": "Fairly sure that it rose, less sure by how much.",
    "rose": "As sure as this design can be.",
}
_FIRM: Mapping[Verdict, str] = {
    "fell": "Fairly sure that it fell.",
    "no_change_that_would_matter": "Fairly sure that nothing large changed either way.",
    "rose": "Fairly sure that it rose.",
}
_RIVALS = {
    "did": "Something else may have begun in the same places at the same time.",
    "controlled_its": "Something else may have begun here and not in the comparison.",
    "its": "Anything else that began at the same time looks just the same.",
}


def how_sure(verdict: Verdict, why: str, evaluation: Evaluation) -> str:
    """One short answer, the rule's reason, and how many checks were passed."""
    if evaluation.provenance.simulated:
        return "These numbers are made up: they say nothing about any place."
    checks = evaluation.checks
    answer = _sure(verdict, checks)
    if evaluation.exploratory:
        answer = "The locked plan did not ask this, so be less sure than the words."
    return f"{answer} {why} {_tally(checks)}"


def _sure(verdict: Verdict, checks: Sequence[CheckResult]) -> str:
    """The scale's words, held back where a check lowers them or one that decides could not be asked."""
    if verdict not in _FIRM:
        return SURE[verdict]
    if any(c.passed is False and c.if_failed == "lower_rating" for c in checks):
        return _FIRM[verdict]
    if any(not c.applicable and c.if_failed != "report" for c in checks):
        return f"{SURE[verdict][:-1]}, but for what could not be asked."
    return SURE[verdict]


def could_be_wrong(evaluation: Evaluation) -> tuple[str, ...]:
    """Checks that were not passed, checks that could not be asked, what no check can see, and the notes."""
    checks = evaluation.checks
    failed = [f"Not passed: {c.question} {c.sentence}".strip() for c in checks if c.passed is False]
    unasked = [
        f"Could not be asked: {c.question} {c.sentence}".strip() for c in checks if not c.applicable
    ]
    return (*failed, *unasked, _RIVALS[evaluation.design], *evaluation.notes)


def _tally(checks: Sequence[CheckResult]) -> str:
    decided = [check for check in checks if check.passed is not None]
    unasked = sum(not check.applicable for check in checks)
    left = f" {_count(unasked)} could not be asked." if unasked else ""
    if not decided:
        return f"No check could be decided.{left}"
    passed = sum(check.passed is True for check in decided)
    if unasked and passed == len(decided) == 1:
        return f"The one check that could be asked was passed.{left}"
    return f"{_passed(passed, len(decided))}{left}"


def _passed(passed: int, of: int) -> str:
    if passed == of:
        all_of = {1: "The one check was", 2: "Both checks were"}
        return f"{all_of.get(of, f'All {of} checks were')} passed."
    was = "were" if passed > 1 else "was"
    return f"{_count(passed)} of {of} check{'s' * (of > 1)} {was} passed."


def _count(n: int) -> str:
    return {0: "None", 1: "One"}.get(n, str(n))
