"""How a run was made: what the ledger seals beside what it found."""

import importlib.metadata
import json
import platform
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from evalkit.protocol.contradictions import DRAWS
from evalkit.protocol.document import plan_from_canonical
from evalkit.registry import entries
from evalkit.registry.protocols import locked_versions
from evalkit.registry.runs import Run
from evalkit.registry.store import Session
from evalkit.types.evaluation import Evaluation
from evalkit.types.protocol import LockedProtocol
from evalkit.types.run import DataUsed, RunRecord

PACKAGES = ("evalkit", "duckdb", "linearmodels", "numpy", "pandas", "scipy", "statsmodels")
"""What makes the numbers: an evaluation with another version of one of these is another run."""
_NOT_PASSED = ("form", "id", "intervention")


def run_record(
    session: Session,
    evaluation: Evaluation,
    ran: LockedProtocol,
    *,
    recipe: str,
    other_recipes: tuple[tuple[str, str], ...] = (),
    used: tuple[DataUsed, ...] = (),
) -> RunRecord:
    """The record of a run that was just made; the registry will give its number.

    Parameters
    ----------
    ran : LockedProtocol
        What was run: the locked plan, or in an exploratory run the file in its place.
    recipe : str
        The data recipe as it was read, as canonical JSON.
    other_recipes : tuple of (str, str)
        The same of those that alternatives name, by name.
    used : tuple of DataUsed
        The files behind those, without the snapshot of their bytes.
    """
    plan = json.loads(ran.canonical)
    source = evaluation.provenance
    return RunRecord(
        protocol=evaluation.protocol,
        version=evaluation.version,
        plan_sha256=evaluation.protocol_sha256,
        label=evaluation.label,
        exploratory=evaluation.exploratory,
        data=tuple(
            replace(one, snapshot=_snapshot(session, one.sha256))
            for one in (DataUsed(file=source.file, sha256=source.sha256), *used)
        ),
        packages=made_with(),
        seed=_seed(ran),
        parameters={
            name: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            for name, value in plan.items()
            if name not in _NOT_PASSED
        },
        recipe=recipe,
        other_recipes=other_recipes,
    )


def ran_plans(session: Session, runs: Iterable[Run]) -> tuple[LockedProtocol, ...]:
    """The plan that each run ran: a locked version, or what stood in its place."""
    keys = [(run, (run.evaluation.protocol, run.evaluation.version)) for run in runs]
    locked = locked_versions(session, (key for _, key in keys))
    return tuple(_ran(run, locked[key]) for run, key in keys)


def _ran(run: Run, locked: LockedProtocol) -> LockedProtocol:
    record = run.record
    if record is None or not record.exploratory:
        return locked
    passed = {name: json.loads(value) for name, value in record.parameters.items()}
    plan = {name: json.loads(locked.canonical)[name] for name in _NOT_PASSED} | passed
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return replace(locked, canonical=text, sha256=record.plan_sha256, label=record.label)


@cache
def _seed(ran: LockedProtocol) -> int | None:
    inference = plan_from_canonical(ran.canonical).inference
    return inference.seed if inference.name in DRAWS else None


@cache
def _package(name: str) -> tuple[str, str]:
    return name, importlib.metadata.version(name)


def _snapshot(session: Session, sha256: str) -> str:
    """The first snapshot of exactly these bytes; empty where there is none."""
    known = entries.read_all(session, "snapshot")
    return next((one.id for one in known if one.table_sha256 == sha256), "")


def made_with() -> tuple[tuple[str, str], ...]:
    """Name and version of everything that makes the numbers, the language first."""
    return ("python", platform.python_version()), *map(_package, PACKAGES)
