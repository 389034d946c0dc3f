"""Bring the text of a workspace into a registry, all of it or nothing."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from evalkit.registry.compare import rows
from evalkit.registry.store import create_registry, open_registry
from evalkit.workflow.lock import lock_protocol
from evalkit.workflow.register import read_intervention, register, register_findings
from evalkit.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many entries were new: interventions, published findings, locked protocols."""

    interventions: int
    findings: int
    protocols: int


def import_text(workspace: Workspace, file: str, *, on: datetime.date) -> Imported:
    """Register every intervention, published finding and protocol of the workspace in one transaction.

    The registry file is made where there is none. What is registered already stays as it is.

    Raises
    ------
    FormError, ProtocolError, RegistryError
        Nothing is written.
    """
    url, by = workspace.url_of(file), workspace.acting_as
    found = sorted(workspace.case_studies.glob("*/intervention.yaml"), key=_by_declared_id)
    published = sorted(workspace.case_studies.glob("*/findings.yaml"))
    plans = sorted(p for p in workspace.protocols.glob("*.md") if p.name != "README.md")
    is_new = not (workspace.root / file).exists()
    if is_new:
        (workspace.root / file).parent.mkdir(parents=True, exist_ok=True)
        create_registry(url)
    try:
        with open_registry(url, write=True) as session:
            return Imported(
                interventions=sum(
                    register(session, path, on=on, prefix=workspace.prefix, by=by).new
                    for path in found
                ),
                findings=sum(register_findings(session, path, on=on, by=by) for path in published),
                protocols=sum(lock_protocol(session, path, on=on, by=by)[1] for path in plans),
            )
    except BaseException:
        if is_new:
            (workspace.root / file).unlink()
        raise


def _by_declared_id(path: Path) -> tuple[str, str]:
    """Texts with an id first, in its order; new ones after them, by folder."""
    record, _ = read_intervention(path)
    return record.id or "~", path.parent.name


def differing_tables(left: str, right: str) -> tuple[str, ...]:
    """Names of the tables in which two registries hold other registrations; arguments are addresses."""
    with open_registry(left) as one, open_registry(right) as other:
        ours, theirs = rows(one), rows(other)
    return tuple(name for name in ours if ours[name] != theirs.get(name))
