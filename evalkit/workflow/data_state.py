"""What the ledger shows of a plan's outcome data: did they exist, had anybody had or analysed them."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evalkit.errors import EvalkitError
from evalkit.protocol.label import effect_begins
from evalkit.protocol.plan import Plan
from evalkit.registry import entries
from evalkit.registry.interventions import read_intervention
from evalkit.registry.ledger import entries_about, newest_day
from evalkit.registry.protocols import versions_of_protocol
from evalkit.registry.store import Session
from evalkit.text import read_fields
from evalkit.types.dates import first_day, is_before
from evalkit.types.measure import Measure
from evalkit.types.protocol import DataState
from evalkit.types.snapshot import Snapshot


def data_state(
    session: Session,
    plan: Plan,
    *,
    recipe: str = "",
    today: datetime.date | None = None,
    before: int | None = None,
) -> DataState:
    """What stands in the ledger about a plan's outcome data.

    Parameters
    ----------
    session : Session
    plan : Plan
    recipe : str
        The plan's data recipe as canonical JSON; empty where there is none.
    today : date or None
        The registry's clock; None where nothing but a declared day is known, which shows nothing. A day
        before one that the ledger already has is not believed.
    before : int or None
        Only entries with a lower number count; None for all.
    """
    named = [
        entry.subject.split("/")
        for entry in entries_about(session, "snapshot", "run")
        if before is None or entry.seq < before
    ]
    runs = _plans_on(session, plan, {id for kind, id, *_ in named if kind == "run"})
    snapshots = _snapshots_of(session, plan, recipe)
    analysed = next((one for one in named if one[0] == "run" and one[1] in runs), ())
    accessed = next((one for one in named if one[0] != "run" and one[1] in snapshots), ())
    return DataState(
        existed=_existed(session, plan, today),
        accessed="/".join(accessed),
        analysed="/".join(analysed),
    )


def recipe_text(folder: Path) -> str:
    """The data recipe in a folder as canonical JSON; empty where there is none that can be read."""
    path = folder / "data.yaml"
    if not path.is_file():
        return ""
    try:
        fields = read_fields(path)
    except EvalkitError:
        return ""
    return json.dumps(
        fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )


def other_recipe_texts(case_studies: Path, plan: Plan) -> tuple[tuple[str, str], ...]:
    """Name and canonical JSON of each data recipe that an alternative names and that can be read."""
    texts = ((name, recipe_text(case_studies / name)) for name in plan.other_recipes)
    return tuple((name, text) for name, text in texts if text)


def _existed(session: Session, plan: Plan, today: datetime.date | None) -> bool:
    """Whether the first period that could show an effect has begun, as far as anything shows."""
    if today is None:
        return True
    latest = max(today, newest_day(session) or today)
    start = read_intervention(session, plan.intervention).start
    return first_day(effect_begins(plan, start)) <= latest


def _plans_on(session: Session, plan: Plan, ran: set[str]) -> set[str]:
    """Of the plans that were run, those on the same data: its own, and those of its recipe or its outcome."""
    return {id for id in ran if id == plan.id or _shares(session, plan, id)}


def _shares(session: Session, plan: Plan, id: str) -> bool:
    for protocol in versions_of_protocol(session, id):
        other: dict[str, Any] = json.loads(protocol.canonical)
        same_outcome = _id(other["outcome"]["measure"]) == _id(plan.outcome.measure)
        if other["data"]["recipe"] == plan.data.recipe:
            return True
        if same_outcome and protocol.intervention == plan.intervention:
            return True
    return False


def _snapshots_of(session: Session, plan: Plan, recipe: str) -> set[str]:
    """Ids of snapshots that hold the outcome: its bytes, or its measure in some of the window."""
    pinned = json.loads(recipe).get("sha256") if recipe else None
    names = set(_names(session, plan))
    return {
        one.id
        for one in entries.read_all(session, "snapshot")
        if one.table_sha256 == pinned or _holds(one, names, plan)
    }


def _holds(snapshot: Snapshot, names: set[str], plan: Plan) -> bool:
    if snapshot.simulated:
        return False
    if snapshot.protocol == plan.id:
        return True
    outside = is_before(snapshot.last, plan.window.start) or is_before(
        plan.window.end, snapshot.first
    )
    return not outside and any(_id(outcome) in names for outcome in snapshot.outcomes)


def _names(session: Session, plan: Plan) -> Iterator[str]:
    """What tables call the outcome: its measure, and whatever that counts."""
    yield _id(plan.outcome.measure)
    for measure in entries.read_every_version(session, "measure"):
        if isinstance(measure, Measure) and measure.id == _id(plan.outcome.measure):
            for offences in measure.counts:
                yield from offences.include


def _id(measure: str) -> str:
    return measure.partition("@")[0]
