"""Bring the text of a workspace into a registry, all of it or nothing."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.registry.compare import rows
from evalkit.registry.store import Session, create_registry, open_registry
from evalkit.text import Document
from evalkit.types.intervention import Intervention
from evalkit.workflow.folders import Found, look_through
from evalkit.workflow.lock import lock_protocol
from evalkit.workflow.nouns import register_noun
from evalkit.workflow.register import read_intervention, register_findings, register_read
from evalkit.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import took and what it left.

    Attributes
    ----------
    interventions, findings, protocols : int
        How many were new: interventions, published findings, locked protocols.
    nouns : mapping of str to int
        How many of each kind of ``FOLDERS`` were new; only kinds that have texts.
    texts : int
        How many files were read; whatever of them is not new was registered before.
    left : tuple of str
        What lies in the folders and is no text, each with why.
    """

    interventions: int
    findings: int
    protocols: int
    nouns: Mapping[str, int]
    texts: int
    left: tuple[str, ...]


def import_text(workspace: Workspace, file: str, *, on: datetime.date) -> Imported:
    """Register every text of the workspace in one transaction, what others refer to first.

    Nouns lie in the folders of ``FOLDERS``, interventions and published findings in case_studies/,
    protocols in protocols/. The registry file is made where there is none. What is registered already
    stays as it is.

    Raises
    ------
    FormError, ProtocolError, RegistryError
        Nothing is written.
    """
    found = look_through(workspace.root)
    is_new = not (workspace.root / file).exists()
    if is_new:
        (workspace.root / file).parent.mkdir(parents=True, exist_ok=True)
        create_registry(workspace.url_of(file))
    try:
        with open_registry(workspace.url_of(file), write=True) as session:
            return _import(session, workspace, found, on)
    except BaseException:
        if is_new:
            (workspace.root / file).unlink()
        raise


def _import(session: Session, workspace: Workspace, found: Found, on: datetime.date) -> Imported:
    by, prefix = workspace.acting_as, workspace.prefix
    return Imported(
        nouns={
            kind: sum(register_noun(session, kind, path, on=on, by=by).new for path in paths)
            for kind, paths in found.nouns.items()
        },
        interventions=sum(
            register_read(session, record, document, slug=slug, on=on, prefix=prefix, by=by).new
            for slug, record, document in _with_declared_ids_first(found.interventions)
        ),
        findings=sum(register_findings(session, path, on=on, by=by) for path in found.findings),
        protocols=sum(
            lock_protocol(session, path, case_studies=workspace.case_studies, on=on, by=by)[1]
            for path in found.protocols
        ),
        texts=found.texts,
        left=found.left,
    )


def _with_declared_ids_first(paths: Iterable[Path]) -> list[tuple[str, Intervention, Document]]:
    """Texts with an id first, in its order; new ones after them, by folder."""
    found = [(path.parent.name, *read_intervention(path)) for path in paths]
    return sorted(found, key=lambda one: (one[1].id or "~", one[0]))


def differing_tables(left: str, right: str) -> tuple[str, ...]:
    """Names of the tables in which two registries hold other registrations; arguments are addresses."""
    with open_registry(left) as one, open_registry(right) as other:
        ours, theirs = rows(one), rows(other)
    return tuple(name for name in ours if ours[name] != theirs.get(name))
