"""Amend a locked plan: a new version with its reason, beside the ones before."""

import datetime
from dataclasses import replace
from pathlib import Path

from evalkit.errors import Problem, ProtocolError, RegistryError
from evalkit.protocol.document import canonical, read_protocol
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.protocols import add_locked_protocol
from evalkit.registry.protocols import read_protocol as locked_plan
from evalkit.registry.store import Session
from evalkit.registry.versions import Change
from evalkit.workflow.data_state import other_recipe_texts, recipe_text
from evalkit.workflow.lock import check_against_registry, frozen
from evalkit.workflow.plan_changes import changes_of, version_after
from evalkit.workflow.plan_history import PlanVersion, between, history
from evalkit.workflow.register import located
from evalkit.workflow.unwritten import refuse_unwritten


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


def file_differences(session: Session, path: Path, id: str) -> tuple[Change, ...]:
    """What a plan's file changes against its newest version."""
    plan, _ = read_protocol(path)
    return changes_of(plan, locked_plan(session, id))
