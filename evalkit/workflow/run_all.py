"""Evaluate many: every locked plan, each in a process of its own kind, stored in the order of their ids."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import EvalkitError
from evalkit.registry.protocols import read_protocol, subjects
from evalkit.registry.runs import newest_of
from evalkit.registry.store import Session, open_registry
from evalkit.runner import Failed, Scheduler, run_many
from evalkit.types.packed import packed, unpacked
from evalkit.workflow.run import make, ready, store
from evalkit.workflow.run_stages import Done, Made
from evalkit.workflow.workspace import Workspace, find_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one plan.

    Attributes
    ----------
    protocol : str
    done : Done or None
        None where it failed.
    why : str
        Why it failed, one line a problem; otherwise empty.
    """

    protocol: str
    done: Done | None
    why: str = ""


def waiting(session: Session, *, again: bool = False) -> tuple[list[str], int]:
    """The locked plans whose newest version has not been run, and how many have been; all with ``again``."""
    ids = sorted(subjects(session))
    if again:
        return ids, 0
    ran = newest_of(session, exploratory=False)
    left = [id for id in ids if id not in ran or ran[id][0] != read_protocol(session, id).version]
    return left, len(ids) - len(left)


def evaluate_many(
    workspace: Workspace, ids: Sequence[str], *, on: datetime.date, scheduler: Scheduler
) -> Iterator[Outcome]:
    """Run plans and store each as soon as it is its turn.

    What is stored depends on the order of ``ids`` alone. Each run is stored whole before the next one, so
    that after an interruption the plans that were run are on record, once, and the others are not.
    """
    work = _Attempt(root=workspace.root, on=on)
    for id, found in run_many(work, ids, scheduler=scheduler):
        if isinstance(found, Failed):
            yield Outcome(protocol=id, done=None, why=found.why)
            continue
        try:
            with open_registry(workspace.url, write=True) as session:
                done = store(session, workspace, unpacked(Made, found), on=on)
        except EvalkitError as error:
            yield Outcome(protocol=id, done=None, why=str(error))
            continue
        yield Outcome(protocol=id, done=done)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """Open a plan, run it and write down what was made: packing takes a tenth of the time of pickling.

    The registry is only open while it is read, so that nobody waits for it.
    """

    root: Path
    on: datetime.date

    def __call__(self, id: str) -> bytes:
        workspace = find_workspace(self.root)
        with open_registry(workspace.url) as session:
            run = ready(session, workspace, id, on=self.on)
        return packed(make(workspace, run))
