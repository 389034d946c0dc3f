"""Lock: a protocol is checked against the registry and frozen."""

import datetime
from pathlib import Path

from evalkit.errors import ProtocolError
from evalkit.findings.verdicts import WORDS
from evalkit.findings.words import headline
from evalkit.protocol.document import canonical, read_protocol, sha256
from evalkit.protocol.label import label
from evalkit.protocol.plan import Plan
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.interventions import refuse_missing
from evalkit.registry.protocols import add_locked_protocol, subjects
from evalkit.registry.protocols import read_protocol as locked_plan
from evalkit.registry.store import Session
from evalkit.text import Document
from evalkit.types.protocol import LockedProtocol
from evalkit.workflow.data_state import data_state, other_recipe_texts, recipe_text
from evalkit.workflow.plan_changes import changes_of, refuse_changes
from evalkit.workflow.plan_fit import unfit
from evalkit.workflow.register import located
from evalkit.workflow.unwritten import refuse_unwritten

FIRST_VERSION = "v1.0"
LONGEST_HEADLINE = 90


def check_protocol(
    session: Session, path: Path, *, case_studies: Path, today: datetime.date
) -> tuple[Plan, Document]:
    """Read a protocol and check it against what is registered; nothing is written.

    Parameters
    ----------
    case_studies : Path
        Where the plan's data recipe is, if there is one already.
    today : date

    Raises
    ------
    FormError, RegistryError
        The text is wrong, or its intervention is not registered.
    ProtocolError
        As ``check_against_registry``, or the text differs from what was locked under this id.
    """
    plan, document = read_protocol(path)
    check_against_registry(session, plan, document, case_studies=case_studies, today=today)
    if plan.id in subjects(session):
        refuse_changes(document, changes_of(plan, locked_plan(session, plan.id)))
    return plan, document


def check_against_registry(
    session: Session, plan: Plan, document: Document, *, case_studies: Path, today: datetime.date
) -> None:
    """Refuse a plan that does not fit what is registered.

    Raises
    ------
    RegistryError
        Its intervention is not registered.
    ProtocolError
        With one problem a field: the outcome is not fed by the theory of change or its measure is not
        registered, the data source has no agreement that holds, the design lacks periods, the window goes
        beyond the data, an area of the comparison was treated by another intervention, or a headline would
        be too long.
    """
    with located(document):
        refuse_missing(session, plan.intervention, field="intervention")
    problems = [
        document.problem(field, found=found, needed=needed, do=do)
        for field, found, needed, do in unfit(session, plan, case_studies=case_studies, today=today)
    ]
    if problems:
        raise ProtocolError(*sorted(problems, key=lambda problem: problem.line or 0))
    _refuse_long_headlines(plan, document)


def lock_protocol(
    session: Session,
    path: Path,
    *,
    case_studies: Path,
    on: datetime.date,
    by: str = NOT_GIVEN,
) -> tuple[LockedProtocol, bool]:
    """Lock a protocol; returns it, and whether it is new.

    A day of locking that the text declares is kept and marked as declared; otherwise it is ``on``. The label
    is derived from what the ledger holds by then.

    Parameters
    ----------
    case_studies : Path
        Where the plan's data recipe is, if there is one already.
    """
    plan, document = check_protocol(session, path, case_studies=case_studies, today=on)
    if plan.id in subjects(session):
        return locked_plan(session, plan.id), False
    refuse_unwritten(document)
    protocol = frozen(session, plan, document, case_studies=case_studies, on=on)
    with located(document):
        return protocol, add_locked_protocol(session, protocol, by=by)


def frozen(
    session: Session,
    plan: Plan,
    document: Document,
    *,
    case_studies: Path,
    on: datetime.date,
    version: str = FIRST_VERSION,
) -> LockedProtocol:
    """A plan as it would be locked now, with the label that the ledger allows."""
    text, recipe = canonical(plan), recipe_text(case_studies / plan.data.recipe)
    state = data_state(session, plan, recipe=recipe, today=None if plan.locked else on)
    return LockedProtocol(
        id=plan.id,
        version=version,
        intervention=plan.intervention,
        text=document.text,
        sha256=sha256(text),
        canonical=text,
        label=label(plan, state),
        locked_on=plan.locked or on,
        declared=plan.locked is not None,
        state=state,
        recipe=recipe,
        other_recipes=other_recipe_texts(case_studies, plan),
    )


def _refuse_long_headlines(plan: Plan, document: Document) -> None:
    for i, change in enumerate(plan.changes):
        longest = max(
            (headline(v, outcome=plan.outcome.name, what=change.what) for v in WORDS), key=len
        )
        if len(longest) > LONGEST_HEADLINE:
            raise ProtocolError(
                document.problem(
                    f"changes[{i}].what",
                    found=f"a headline of {len(longest)} characters ({longest})",
                    needed=f"at most {LONGEST_HEADLINE}",
                    do="Shorten this or outcome.name.",
                )
            )
