"""The questions of the checks of a series, as a check answers them."""

from evalkit.checks.question import Question
from evalkit.protocol.series_questions import QUESTIONS
from evalkit.types.evaluation import IfFailed


def question(check: str, threshold: float | None, if_failed: IfFailed) -> Question:
    """The question of a check."""
    asked, statistic, rule = QUESTIONS[check]
    return Question(
        check=check,
        question=asked,
        statistic=statistic,
        rule=rule,
        threshold=threshold,
        if_failed=if_failed,
    )
