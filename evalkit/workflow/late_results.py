"""Overdue results on the morning page: those that still need a word, and those that have one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalkit.types.dates import last_day
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.late_result import Overdue, reason_given
from evalkit.workflow.due import Due, due_on, in_days
from evalkit.workflow.explain import HeldBack
from evalkit.workflow.typed_dates import in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A result that is overdue, of which it was said why and when it is expected.

    Attributes
    ----------
    plan : str
        E.g. ``EM-2026-0004-P1``.
    when : str
        How late it is: ``41 days late``.
    why : str
        The reason with its note, without a full stop.
    expected : str
        The new date in words.
    """

    plan: str
    when: str
    why: str
    expected: str


def results(
    late: Mapping[str, Overdue],
    *,
    evaluations: Iterable[Evaluation],
    withdrawn: Iterable[tuple[Finding, str]],
    kept_back: Iterable[HeldBack],
) -> Iterator[Due]:
    """Overdue results for which no date to come was given, with all that the register knows of them."""
    reasons = dict.fromkeys((e.protocol for e in evaluations), "evaluated, no finding")
    reasons |= {gone.protocol or "": f"withdrawn: {why}" for gone, why in withdrawn}
    reasons |= {one.protocol: f"{one.id}: {one.why}" for one in kept_back}
    for plan, one in late.items():
        if _in_time(one):
            continue
        known = [reasons[plan]] if plan in reasons else []
        if one.stated is not None:
            known.insert(0, f"{reason_given(one.stated)}; {in_words(one.stated.expected)} is over")
        why = f" ({'; '.join(known)})" if known else ""
        yield due_on(one.since, one.today, f"{plan}: result{why}")


def explained(late: Mapping[str, Overdue]) -> Iterator[Explained]:
    """The other ones."""
    for plan, one in late.items():
        if one.stated is not None and _in_time(one):
            yield Explained(
                plan=plan,
                when=in_days(one.since, one.today),
                why=reason_given(one.stated),
                expected=in_words(one.stated.expected),
            )


def _in_time(one: Overdue) -> bool:
    """Whether a new date was given that is still to come."""
    return one.stated is not None and last_day(one.stated.expected) >= one.today
