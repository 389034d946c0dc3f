"""Amend a locked plan: a new version with its reason, beside the ones before."""

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

from evalkit.errors import Problem, ProtocolError, RegistryError
from evalkit.protocol.document import canonical, read_protocol
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.protocols import add_locked_protocol, find_version
from evalkit.registry.protocols import read_protocol as locked_plan
from evalkit.registry.reading import versions
from evalkit.registry.store import Session
from evalkit.registry.versions import Change, diff_payloads
from evalkit.types.protocol import Amendment, LockedProtocol
from evalkit.workflow.data_state import other_recipe_texts, recipe_text
from evalkit.workflow.lock import check_against_registry, frozen
from evalkit.workflow.plan_changes import changes_of, recipes_changes, shown, version_after
from evalkit.workflow.register import located
from evalkit.workflow.unwritten import refuse_unwritten


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVersion:
    """One version of a plan against the version before.

    Attributes
    ----------
    protocol : LockedProtocol
    before : str
        The version that it changed; empty for the first one.
    changes : tuple of Change
        Field by field; empty where only prose or layout differ.
    reason : str
        Why; empty for the first one.
    by : str
        Who locked it, as they were named.
    """

    protocol: LockedProtocol
    before: str
    changes: tuple[Change, ...]
    reason: str
    by: str

    @property
    def major(self) -> bool:
        """Whether a number, or a word about one, can differ from the version before."""
        return self.protocol.version.endswith(".0")


def amend_plan(
    session: Session,
    path: Path,
    id: str,
    *,
    case_studies: Path,
    reason: str,
    on: datetime.date,
    by: str = NOT_GIVEN,
) -> tuple[PlanVersion, bool]:
    """Lock a plan's file as its next version; returns it, and whether anything differed.

    The field rule makes it major or minor, and the ledger gives it a label of its own.

    Parameters
    ----------
    id : str
        The plan's; the file has to have the same.
    reason : str
        Why, in a sentence; never empty.

    Raises
    ------
    FormError, ProtocolError, RegistryError
        Nothing is written.
    """
    if not reason.strip():
        needed = "why, in a sentence"
        raise RegistryError(Problem(field="--reason", found="empty", needed=needed))
    before = locked_plan(session, id)
    plan, document = read_protocol(path)
    if plan.id != id:
        raise ProtocolError(document.problem("id", found=plan.id, needed=id))
    now = replace(
        before,
        canonical=canonical(plan),
        recipe=recipe_text(case_studies / plan.data.recipe),
        other_recipes=other_recipe_texts(case_studies, plan),
    )
    changes = between(before, now)
    if not changes and document.text == before.text:
        return history(session, id)[-1], False
    if plan.locked is not None and plan.locked == before.locked_on:
        found, needed = (
            f"{plan.locked}, the day of {before.version}",
            "no day, or the day of this one",
        )
        raise ProtocolError(document.problem("locked", found=found, needed=needed, do="Remove it."))
    check_against_registry(session, plan, document, case_studies=case_studies, today=on)
    refuse_unwritten(document)
    version = version_after(before.version, changes)
    amended = frozen(session, plan, document, case_studies=case_studies, on=on, version=version)
    with located(document):
        add_locked_protocol(session, amended, by=by, reason=reason)
    return history(session, id)[-1], True


def history(session: Session, id: str) -> tuple[PlanVersion, ...]:
    """Every version of a plan, oldest first; RegistryError where it is not locked."""
    found, last = [], None
    for version in versions(session, "protocol", id):
        protocol = find_version(session, id, version.version)
        found.append(
            PlanVersion(
                protocol=protocol,
                before=last.version if last else "",
                changes=between(last, protocol) if last else (),
                reason=version.reason,
                by=version.by,
            )
        )
        last = protocol
    return tuple(found)


def amendments(session: Session, id: str) -> tuple[Amendment, ...]:
    """The later versions of a plan as pages show them, oldest first."""
    return tuple(
        Amendment(
            version=one.protocol.version,
            before=one.before,
            on=one.protocol.locked_on,
            declared=one.protocol.declared,
            label=one.protocol.label,
            reason=one.reason,
            state=one.protocol.state,
            changes=tuple((c.field, shown(c.old), shown(c.new)) for c in one.changes),
        )
        for one in history(session, id)
        if one.before
    )


def differences(session: Session, id: str, first: str, last: str) -> tuple[Change, ...]:
    """What one version of a plan changes against another."""
    return between(find_version(session, id, first), find_version(session, id, last))


def between(old: LockedProtocol, new: LockedProtocol) -> tuple[Change, ...]:
    """What one version of a plan changes against another, its data recipes included."""
    changes = diff_payloads(old.canonical, new.canonical)
    return (*changes, *recipes_changes(old, new))


def file_differences(session: Session, path: Path, id: str) -> tuple[Change, ...]:
    """What a plan's file changes against its newest version."""
    plan, _ = read_protocol(path)
    return changes_of(plan, locked_plan(session, id))
