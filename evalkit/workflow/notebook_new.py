"""A notebook of one's own: the template of a locked plan, filled in and written where an analyst works."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import NotebookError, Problem, ProtocolError
from evalkit.registry.protocols import read_protocol, subjects
from evalkit.registry.store import Session
from evalkit.types.protocol import LockedProtocol
from evalkit.workflow.notebook import prefilled
from evalkit.workflow.workspace import Workspace

FOLDER = "notebooks"
_MARK = "evalkit"
"""Where a notebook keeps which plan it was written for, and a hash of its cells as they were then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A notebook that was written.

    Attributes
    ----------
    file : Path
    protocol : LockedProtocol
    replaced : bool
        Whether there was one before.
    """

    file: Path
    protocol: LockedProtocol
    replaced: bool


def write_notebook(
    session: Session, workspace: Workspace, id: str, *, file: Path | None = None, replace: bool
) -> Written:
    """Write the notebook of a locked plan, ready to be run; nothing is run yet.

    Parameters
    ----------
    file : Path or None
        None for ``notebooks/ID.ipynb`` below the workspace.
    replace : bool
        Write over a file whose cells were changed by hand.

    Raises
    ------
    ProtocolError
        The plan is not locked.
    NotebookError
        The file is no ``.ipynb``, or holds something else than a notebook that was written here and has
        kept its cells. Nothing is written.
    """
    target = file or workspace.root / FOLDER / f"{id}.ipynb"
    protocol = _locked(session, workspace, id)
    there = target.exists()
    _refuse(target, shown=_shown(workspace, target), replace=replace)
    notebook = _own(prefilled(protocol), protocol, registry=workspace.registry_file)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        draft.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return Written(file=target, protocol=protocol, replaced=there)


def _locked(session: Session, workspace: Workspace, id: str) -> LockedProtocol:
    if id not in subjects(session) and (workspace.protocols / f"{id}.md").is_file():
        raise ProtocolError(
            Problem(
                file=f"protocols/{id}.md",
                found="a plan that is not locked",
                needed="a locked one, so that the notebook runs what was fixed",
                do=f"Lock it with: evalkit protocol lock {id}",
            )
        )
    return read_protocol(session, id)


def _own(notebook: Any, protocol: LockedProtocol, *, registry: str) -> Any:
    """With its parameters, what Jupyter needs to open it, and the mark that tells later changes."""
    from evalkit.report.notebook import tags_of

    for cell in notebook.cells:
        if "parameters" in tags_of(cell):
            cell.source = f"protocol_id = {protocol.id!r}\nregistry = {registry!r}"
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    notebook.metadata[_MARK] = {
        "protocol": protocol.id,
        "version": protocol.version,
        "cells": _fingerprint(notebook),
    }
    return notebook


def _fingerprint(notebook: Any) -> str:
    """Of what people write in a notebook; running it changes nothing."""
    cells = [(cell["cell_type"], _text(cell["source"])) for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _refuse(target: Path, *, shown: str, replace: bool) -> None:
    if target.suffix != ".ipynb":
        needed = "a name that ends in .ipynb"
        raise NotebookError(Problem(field="--to", found=shown, needed=needed))
    if not target.exists() or (replace and target.is_file()):
        return
    if not _untouched(target):
        raise NotebookError(
            Problem(
                file=shown,
                found="cells that were changed by hand, or another file",
                needed="a notebook as it was written",
                do="Choose another name with --to, or write over it with --replace.",
            )
        )


def _untouched(target: Path) -> bool:
    try:
        notebook = json.loads(target.read_text(encoding="utf-8"))
        return bool(notebook["metadata"][_MARK]["cells"] == _fingerprint(notebook))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _shown(workspace: Workspace, target: Path) -> str:
    inside = target.resolve().is_relative_to(workspace.root.resolve())
    return str(target.resolve().relative_to(workspace.root.resolve())) if inside else str(target)
