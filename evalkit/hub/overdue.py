"""Results that are overdue, in words: by how much, why, and when they are expected now."""

from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.hub.lookups import lookups
from evalkit.hub.plans import plan_of, protocol_path
from evalkit.hub.tried import intervention_path
from evalkit.hub.words import day, overdue_by, partial_day
from evalkit.types.catalogue import Catalogue
from evalkit.types.dates import last_day
from evalkit.types.late_result import Overdue, reason_given


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A locked plan whose last period is over and that has no finding in this edition.

    Attributes
    ----------
    name, path : str
        Of the intervention.
    plan, plan_path : str
    over : str
        Its last period, and the day of the lock where that was later.
    late : str
        E.g. ``Overdue by 7 weeks``.
    said : tuple of str
        Sentences: the reason and the new date, or that there is none; what became of the plan.
    stated : str
        When and by which post the reason was given; empty where none is.
    """

    name: str
    path: str
    plan: str
    plan_path: str
    over: str
    late: str
    said: tuple[str, ...]
    stated: str


def waiting(catalogue: Catalogue, *, intervention: str = "") -> tuple[Waiting, ...]:
    """Every plan that is overdue on the day of the edition, in order of id; of one intervention, if named."""
    return tuple(
        _waiting(catalogue, key, one)
        for key, one in sorted(catalogue.overdue.items())
        if intervention in ("", lookups(catalogue).plans[key].intervention)
    )


def _waiting(catalogue: Catalogue, key: str, one: Overdue) -> Waiting:
    found = lookups(catalogue)
    protocol = found.plans[key]
    stated, end = one.stated, plan_of(protocol).window.end
    locked = f", before it was locked on {day(one.since)}" if last_day(end) < one.since else ""
    return Waiting(
        name=found.interventions[protocol.intervention].name,
        path=intervention_path(protocol.intervention),
        plan=key,
        plan_path=protocol_path(key),
        over=f"{partial_day(end)}{locked}",
        late=f"Overdue by {overdue_by(one.since, one.today)}",
        said=tuple(_said(catalogue, key, one)),
        stated=f"Stated {day(stated.stated)} by: {stated.by}" if stated else "",
    )


def _said(catalogue: Catalogue, key: str, one: Overdue) -> Iterator[str]:
    gone = {finding.protocol: f"withdrawn: {why}" for finding, why in catalogue.withdrawn}
    kept = catalogue.held_back.get(key) or gone.get(key, "")
    if one.stated is not None:
        yield f"Reason given: {reason_given(one.stated)}."
        over = ", which is over too" if last_day(one.stated.expected) < one.today else ""
        yield f"New date: {partial_day(one.stated.expected)}{over}."
    elif not kept:
        yield "No reason is registered."
    if kept:
        yield f"There is no result to show: {kept.removesuffix('.')}."
    if key in catalogue.amendments:
        yield "The plan was amended; its page says when, how and why."
    else:
        yield "The plan has not changed."
