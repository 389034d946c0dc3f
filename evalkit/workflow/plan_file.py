"""What is run: the locked plan, or the file in its place and said so."""

import datetime
from dataclasses import replace

from evalkit.errors import Problem, ProtocolError
from evalkit.protocol.document import canonical, sha256
from evalkit.protocol.label import EXPLORATORY
from evalkit.registry.protocols import read_protocol as locked_plan
from evalkit.registry.store import Session
from evalkit.types.protocol import LockedProtocol
from evalkit.workflow.lock import check_against_registry
from evalkit.workflow.plan_changes import read_plan_file, refuse_changes
from evalkit.workflow.workspace import Workspace


def ready_to_run(
    session: Session, workspace: Workspace, id: str, *, exploratory: bool, on: datetime.date
) -> LockedProtocol:
    """The newest locked version, or the plan's file as it stands.

    A file that was changed after the lock is never passed over: it is refused, or run as exploratory.

    Parameters
    ----------
    workspace : Workspace
        Without a file in its ``protocols/``, what is locked is run.
    exploratory : bool
    on : date
        Today, from the edge.

    Raises
    ------
    FormError, ProtocolError
        The file is not a plan, does not fit the registry, or is not what is locked; with ``exploratory``,
        there is no file or it changes nothing.
    RegistryError
        The plan is not locked.
    """
    locked = locked_plan(session, id)
    path = workspace.protocols / f"{id}.md"
    if not exploratory:
        if path.is_file():
            file = read_plan_file(session, path, id)
            refuse_changes(file.document, file.changes, do="Undo, amend, or --exploratory.")
        return locked
    file = read_plan_file(session, path, id)
    if not file.changes:
        raise ProtocolError(
            Problem(
                file=file.document.file,
                found=f"what is locked as {locked.version}",
                needed="a changed plan to explore",
                do=f"Run it as planned: evalkit evaluate {id}",
            )
        )
    check_against_registry(
        session, file.plan, file.document, case_studies=workspace.case_studies, today=on
    )
    text = canonical(file.plan)
    return replace(
        locked,
        text=file.document.text,
        canonical=text,
        sha256=sha256(text),
        label=EXPLORATORY,
        locked_on=file.plan.locked or locked.locked_on,
        declared=file.plan.locked is not None,
    )
