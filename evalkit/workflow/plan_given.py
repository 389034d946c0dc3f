"""Answers about a plan that were given on the command line, by the rules of the conversation."""

from collections.abc import Mapping

from evalkit.errors import FormError, Problem
from evalkit.workflow.drafts import Draft
from evalkit.workflow.plan_questions import Known, plan_questions
from evalkit.workflow.question import first_open


def answers_given(known: Known, given: Mapping[str, str]) -> Draft:
    """Answer every question from what was given, or as an empty line would.

    Parameters
    ----------
    given : mapping of str to str
        By key of the question, as it would be typed.

    Raises
    ------
    FormError
        An answer is missing that nothing is suggested for, or is none, or nobody asks for it. It names the
        option.
    """
    draft: dict[str, object] = {}
    skipped: set[str] = set()
    while question := first_open(plan_questions(known, draft), draft, skipped):
        typed = given.get(question.key, question.suggested)
        if not typed and question.needed:
            raise FormError(
                _problem(question.key, "not given", question.ask.partition(" (")[0].lower())
            )
        if not typed:
            skipped.add(question.key)
            continue
        try:
            draft |= question.read(typed, draft, known.areas).edits
        except FormError as error:
            found = [_problem(question.key, p.found, p.needed, p.do) for p in error.problems]
            raise FormError(*found) from error
    if unasked := [key for key in given if key not in draft]:
        needed = "nothing here: the other answers and the data settle it"
        raise FormError(_problem(unasked[0], given[unasked[0]], needed, "Leave it out."))
    return draft


def _problem(key: str, found: str, needed: str, do: str = "") -> Problem:
    return Problem(field=f"--{key.replace('_', '-')}", found=found, needed=needed, do=do)
