"""When a record was last looked at or changed, and when it is due again, as far as the registry knows."""

from evalkit.hub.lookups import lookups
from evalkit.hub.plans import plan_of
from evalkit.hub.words import day, partial_day
from evalkit.types.catalogue import Catalogue
from evalkit.types.definition import Definition
from evalkit.types.duty_product import DutyProductKind
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention
from evalkit.types.need import Need
from evalkit.types.publication import Step

_DONE: tuple[tuple[tuple[Step, ...], str], ...] = (
    (("reviewed",), "reviewed"),
    (("published", "corrected"), "published"),
)


def of_finding(catalogue: Catalogue, finding: Finding) -> tuple[str, ...]:
    """When its words were reviewed and published last; of a result published elsewhere, when it came in."""
    steps = [one for one in catalogue.steps.get(finding.id, ()) if one.on is not None]
    taken = tuple(
        f"{word} {day(days[-1])}"
        for states, word in _DONE
        if (days := [one.on for one in steps if one.state in states and one.on])
    )
    return taken or _entered(catalogue, "finding", finding.id)


def of_intervention(catalogue: Catalogue, one: Intervention) -> tuple[str, ...]:
    """When its entry was made or changed last, and when a result is due."""
    found, key = lookups(catalogue), one.id or ""
    answered = {finding.protocol for finding in found.findings_of.get(key, ())}
    due = tuple(
        f"a result is due after {partial_day(plan_of(plan).window.end)}"
        for plan in found.plans_of.get(key, ())
        if plan.id not in answered and plan.id not in catalogue.overdue
    )
    return (*_entered(catalogue, "intervention", key), *due)


def of_need(catalogue: Catalogue, need: Need) -> tuple[str, ...]:
    """When it was entered or changed last, and when its area assesses needs again."""
    due = _due(catalogue, need.area, "needs-assessment")
    return (
        *_entered(catalogue, "need", need.id),
        *(f"next assessment due {when}" for when in due),
    )


def of_definition(catalogue: Catalogue, one: Definition) -> tuple[str, ...]:
    """When it was entered or changed last, and when its area agrees one again; nothing once replaced."""
    if one.status == "replaced":
        return ()
    due = _due(catalogue, one.area or "", "definition")
    return (
        *_entered(catalogue, "definition", one.id),
        *(f"next due {when}" for when in due),
    )


def _entered(catalogue: Catalogue, kind: str, key: str) -> tuple[str, ...]:
    versions = lookups(catalogue).versions.get((kind, key), ())
    if not versions:
        return ()
    newest = sorted(versions, key=lambda one: one.on)[-1]
    return (f"{'last changed' if newest.reason else 'entered'} {day(newest.on)}",)


def _due(catalogue: Catalogue, area: str, kind: DutyProductKind) -> tuple[str, ...]:
    """The first day on which a product of the Duty is due that is not done."""
    open_ones = sorted(
        one.due
        for one in catalogue.duties
        if one.area == area and one.kind == kind and one.done is None
    )
    return tuple(partial_day(due) for due in open_ones[:1])
