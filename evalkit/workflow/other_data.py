"""The data that a plan's alternatives name through recipes of their own."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from evalkit.data.panel import Panel
from evalkit.data.police.recipe import is_police_recipe
from evalkit.data.recipe import read_recipe
from evalkit.data.series import TimeSeries
from evalkit.data.source import find_file
from evalkit.errors import EvalkitError
from evalkit.evaluation import Others
from evalkit.protocol.plan import Plan
from evalkit.registry.runs import Run
from evalkit.registry.store import Session
from evalkit.registry.versions import Change
from evalkit.types.protocol import LockedProtocol
from evalkit.types.run import DataUsed
from evalkit.workflow.expected import with_recipe
from evalkit.workflow.plan_changes import alternatives_with_data
from evalkit.workflow.plan_data import load
from evalkit.workflow.workspace import Workspace

_UNREADABLE = "could not be read"


def load_others(
    session: Session,
    workspace: Workspace,
    plan: Plan,
    *,
    made_up: bool = False,
    recipes: Mapping[str, str] | None = None,
) -> dict[str, Panel | TimeSeries | str]:
    """By data recipe that an alternative names: its data, or why there are none, which stops no run.

    ``recipes`` are read, where they are given, in the place of those that are there now.
    """
    found: dict[str, Panel | TimeSeries | str] = {}
    for name in plan.other_recipes:
        folder = workspace.case_studies / name
        was = (recipes or {}).get(name, "") if folder.is_dir() else ""
        try:
            with with_recipe(folder, was) as there:
                found[name] = load(session, workspace, plan, made_up=made_up, folder=there)
        except EvalkitError as error:
            found[name] = " ".join(str(error).split())
    return found


def others_used(case_studies: Path, others: Others) -> tuple[DataUsed, ...]:
    """The files behind what alternatives name, those that were refused for their bytes included."""
    return tuple(_used(case_studies, others))


def _used(case_studies: Path, others: Others) -> Iterator[DataUsed]:
    for name, data in others.items():
        if not isinstance(data, str):
            if (source := data.provenance) is not None:
                yield DataUsed(file=source.file, sha256=source.sha256, recipe=name)
        elif (file := _file(case_studies / name)) is not None:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            yield DataUsed(file=file.name, sha256=digest, recipe=name)


def _file(folder: Path) -> Path | None:
    if is_police_recipe(folder):
        return None
    try:
        recipe, document = read_recipe(folder)
        return find_file(recipe, document, folder)
    except EvalkitError:
        return None


def first_used(runs: list[Run]) -> dict[str, str]:
    """By data recipe of an alternative: the hash of its file in the first run that read it."""
    found: dict[str, str] = {}
    for run in runs:
        for one in run.record.data if run.record else ():
            if one.recipe:
                found.setdefault(one.recipe, one.sha256)
    return found


def bytes_changes(
    planned: LockedProtocol,
    ran: LockedProtocol,
    used: tuple[DataUsed, ...],
    first: Mapping[str, str],
) -> tuple[Change, ...]:
    """Other bytes behind an alternative than were locked or, where no recipe pins them, first run.

    Parameters
    ----------
    planned, ran : LockedProtocol
        A locked version, and what is run, each with its data recipes. What the recipes themselves say
        otherwise is not among these changes.
    used : tuple of DataUsed
        Of what is run.
    first : mapping
        As ``first_used``.
    """
    locked, said = dict(planned.other_recipes), dict(ran.other_recipes)
    now = {one.recipe: one.sha256 for one in used}
    found: dict[str, Change] = {}
    for place, _, name in alternatives_with_data(ran):
        pin, pinned_now = (_pin(texts.get(name, "")) for texts in (locked, said))
        was, told = pin or first.get(name), now.get(name)
        rewritten = pin and pinned_now and pin != pinned_now
        if name in found or was is None or was == told or rewritten:
            continue
        field = f"alternatives[{place}].recipe.sha256"
        found[name] = Change(field=field, old=was, new=told or _UNREADABLE)
    return tuple(found.values())


def _pin(recipe: str) -> str | None:
    pin = json.loads(recipe).get("sha256") if recipe else None
    return pin if isinstance(pin, str) else None


def alternatives_on(plan: Plan, part: str) -> tuple[str, ...]:
    """Names of the alternatives that a changed data recipe feeds; none for any other part of a plan."""
    head, recipe, _ = part.partition("].recipe.")
    if not recipe or not head.startswith("alternatives["):
        return ()
    named = plan.alternatives[int(head.removeprefix("alternatives["))].recipe
    return tuple(item.name for item in plan.alternatives if item.recipe == named)
