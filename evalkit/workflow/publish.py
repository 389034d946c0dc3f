"""Publish: prepare one edition from the registry, ask the gate, and build the hub."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from evalkit.errors import HubError
from evalkit.findings.deviations import why_held_back
from evalkit.hub.edition import Edition
from evalkit.hub.kept import last_build
from evalkit.hub.render import made, new_edition
from evalkit.hub.shelf import Shelf
from evalkit.hub.stage import Staged, Told, nothing_told, stage
from evalkit.registry.outline import outlining
from evalkit.registry.store import Session
from evalkit.workflow.edition import Prepared, prepared, prepared_from
from evalkit.workflow.explain import HeldBack, all_runs
from evalkit.workflow.gate import Gate, edition_in, inspect, refuse
from evalkit.workflow.groups import ready
from evalkit.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The paths of what a build put out, and which findings it left out."""

    files: tuple[str, ...]
    held_back: tuple[HeldBack, ...]


MEMORY = ".evalkit/hub.db"
"""What the last build remembers, so that the next makes only what changed; scratch that may be deleted."""
READINGS = ".evalkit/numbers.db"
"""What the gate read in files, so that it reads only new ones; scratch too."""
Files = TypeVar("Files", bound=Mapping[str, str | bytes])


def publish(
    session: Session,
    workspace: Workspace,
    *,
    notebooks: Path,
    out: Path,
    tell: Told = nothing_told,
) -> Published:
    """Build the hub into ``out``; findings that are not published are left out.

    Raises
    ------
    HubError
        The edition gives a small number away, or a page cannot be made; then nothing is put out.
    """
    memory = workspace.root / MEMORY
    with outlining(session, ready) as outlined, new_edition(out, memory=memory) as fresh:
        last, shelf = last_build(memory), Shelf(fresh)
        known = prepared_from(outlined, session, workspace, notebooks=notebooks)

        def fill(edition: Edition) -> Staged:
            return stage(edition, shelf, before=out, last=last, tell=tell)

        files, gate = _inspected(workspace, known, out, fill)
        refuse(gate, HubError)
    files.remember()
    return Published(files=tuple(sorted(files)), held_back=known.kept_back)


def looked_ahead(
    session: Session,
    workspace: Workspace,
    *,
    notebooks: Path,
    out: Path,
    also: Collection[str] = (),
) -> tuple[Mapping[str, str | bytes], Gate]:
    """Every file of the next edition, and what the gate says of them; nothing is put out.

    Parameters
    ----------
    out : Path
        Where the edition is that is out: numbers are compared with it.
    also : collection of str
        Findings that are in it as if they had been published.
    """
    known = prepared(session, workspace, notebooks=notebooks, also=also)
    make = partial(made, before=out, memory=workspace.root / MEMORY)
    return _inspected(workspace, known, out, make)


def _inspected(
    workspace: Workspace, known: Prepared, out: Path, make: Callable[[Edition], Files]
) -> tuple[Files, Gate]:
    """The files of an edition, with what is released said on its page, and what the gate says of them."""
    edition = known.edition
    before = edition_in(out) if any(rule.profile.hides for rule in known.rules.values()) else {}
    ask = partial(
        inspect,
        rules=known.rules,
        releases=known.releases,
        before=before,
        areas=tuple(edition.whole.areas.values()),
        memory=workspace.root / READINGS,
    )
    files = make(edition)
    gate = ask(files)
    if gate.released:  # once more, with what is released said on its page
        files = make(replace(edition, whole=replace(edition.whole, released=gate.released)))
        gate = ask(files)
    return files, gate


def publishable(session: Session) -> tuple[str, ...]:
    """Own findings that only their review may still keep back; the gate is asked about them beforehand."""
    return tuple(
        finding.id
        for run in all_runs(session)
        if not why_held_back(run.evaluation.deviations)
        for finding in run.findings
    )
