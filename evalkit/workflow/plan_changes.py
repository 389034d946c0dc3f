"""What a plan's file says against what is locked, field by field."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evalkit.errors import Problem, ProtocolError
from evalkit.protocol.document import canonical, read_protocol
from evalkit.protocol.plan import Plan
from evalkit.protocol.rule import is_major
from evalkit.registry.protocols import read_protocol as locked_plan
from evalkit.registry.store import Session
from evalkit.registry.versions import Change, diff_payloads
from evalkit.text import Document
from evalkit.types.protocol import LockedProtocol

UNDO = "Undo, or amend."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A plan's file beside what is locked under its id.

    Attributes
    ----------
    plan : Plan
    document : Document
    locked : LockedProtocol
        The newest version.
    changes : tuple of Change
        What the file changes; empty where only prose or layout differ.
    """

    plan: Plan
    document: Document
    locked: LockedProtocol
    changes: tuple[Change, ...]


def read_plan_file(session: Session, path: Path, id: str = "") -> PlanFile:
    """Read a locked plan's file.

    Raises
    ------
    FormError, ProtocolError
        It is not a plan, or is the plan of another id than ``id``.
    RegistryError
        It is not locked.
    """
    plan, document = read_protocol(path)
    if id and plan.id != id:
        raise ProtocolError(document.problem("id", found=plan.id, needed=id))
    locked = locked_plan(session, plan.id)
    changes = changes_of(plan, locked)
    return PlanFile(plan=plan, document=document, locked=locked, changes=changes)


def changes_of(plan: Plan, locked: LockedProtocol) -> tuple[Change, ...]:
    """What a plan changes against a locked version, the declared day of locking included."""
    changes = diff_payloads(locked.canonical, canonical(plan))
    declared = locked.locked_on if locked.declared else None
    if plan.locked == declared:
        return changes
    old, new = (None if day is None else day.isoformat() for day in (declared, plan.locked))
    return (*changes, Change(field="locked", old=old, new=new))


def recipe_changes(old: str, new: str) -> tuple[Change, ...]:
    """What one data recipe changes against another; nothing where one of them is not known."""
    if not (old and new):
        return ()
    changes = diff_payloads(old, new)
    return tuple(replace(change, field=f"recipe.{change.field}") for change in changes)


def recipes_changes(old: LockedProtocol, new: LockedProtocol) -> tuple[Change, ...]:
    """As ``recipe_changes``, of the plan's own recipe and of those that alternatives name."""
    found = [*recipe_changes(old.recipe, new.recipe)]
    was, now = dict(old.other_recipes), dict(new.other_recipes)
    named = {name: recipe for _, name, recipe in alternatives_with_data(old)}
    seen = set()
    for place, name, recipe in alternatives_with_data(new):
        before = recipe if recipe in was else named.get(name, recipe)
        if (before, recipe) not in seen:
            changes = recipe_changes(was.get(before, ""), now.get(recipe, ""))
            found += [replace(one, field=f"alternatives[{place}].{one.field}") for one in changes]
        seen.add((before, recipe))
    return tuple(found)


def alternatives_with_data(protocol: LockedProtocol) -> Iterator[tuple[int, str, str]]:
    """Place, name and data recipe of each alternative that names other data."""
    for place, item in enumerate(json.loads(protocol.canonical).get("alternatives") or ()):
        if recipe := item.get("recipe"):
            yield place, item["name"], recipe


def refuse_changes(document: Document, changes: tuple[Change, ...], *, do: str = UNDO) -> None:
    """Raise ProtocolError with a line for each field that is not as it was locked."""
    if changes:
        problems = [_problem(document, change, do) for change in changes]
        raise ProtocolError(*sorted(problems, key=lambda problem: problem.line or 0))


def version_after(version: str, changes: tuple[Change, ...]) -> str:
    """The version that the field rule gives: v1.2 is followed by v2.0 or v1.3.

    >>> version_after("v1.2", ()), version_after("v1.2", (Change(field="unit", old="a", new="b"),))
    ('v1.3', 'v2.0')
    """
    major, minor = (int(part) for part in version.removeprefix("v").split("."))
    if any(is_major(change.field) for change in changes):
        return f"v{major + 1}.0"
    return f"v{major}.{minor + 1}"


def shown(value: str | None) -> str:
    """A value of a plan as people write it: whole numbers without a point, nothing as *not given*."""
    if value is None:
        return "not given"
    if value.replace(".", "").lstrip("-").isdigit():
        return value.removesuffix(".0")
    return _in_words(json.loads(value)) if value[:1] in "{[" and value[-1:] in "}]" else value


def _in_words(value: Any) -> str:
    """Fields and lists without braces, what is not given left out."""
    if isinstance(value, dict):
        return ", ".join(f"{k} {_in_words(v)}" for k, v in value.items() if v not in (None, []))
    if isinstance(value, list):
        return ", ".join(map(_in_words, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _problem(document: Document, change: Change, do: str) -> Problem:
    found, locked = (shown(value).rstrip(".") for value in (change.new, change.old))
    needed = "nothing" if change.old is None else locked
    return replace(document.problem(change.field, found=found, needed=needed, do=do), locked=True)
