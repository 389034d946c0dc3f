"""``evalkit protocol amend`` and ``diff``: versions of a plan, and what each changed."""

import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evalkit.cli.edge import Json, here, today
from evalkit.cli.screen import say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.registry.versions import Change
    from evalkit.workflow.plan_history import PlanVersion

Id = Annotated[str, typer.Argument(help="E.g. EM-2026-0001-P1.", show_default=False)]


def amend(
    id: Id,
    file: Annotated[
        Path | None, typer.Argument(help="By default protocols/ID.md.", show_default=False)
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, in a sentence.", show_default=False)] = "",
    json: Json = False,
) -> None:
    """Lock a changed plan as its next version.

    The version before stays. A change that no number can depend on is minor, every other one major.

    Example: evalkit protocol amend EM-2026-0001-P1 --reason "The census came a year later"
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.amend_plan import amend_plan

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        done, new = amend_plan(
            session,
            file or workspace.protocols / f"{id}.md",
            id,
            case_studies=workspace.case_studies,
            reason=reason,
            on=today(),
            by=workspace.acting_as,
        )
    if json:
        say_json({**plain_version(done), "new": new})
        return
    locked = done.protocol
    if not new:
        say(f"Nothing differs from {locked.id} {locked.version}: nothing to amend.")
        return
    say_version(done)
    say_next(f"evalkit evaluate {id}")


def diff(
    id: Id,
    first: Annotated[str, typer.Argument(help="E.g. v1.0.", show_default=False)] = "",
    last: Annotated[str, typer.Argument(help="E.g. v2.0.", show_default=False)] = "",
    json: Json = False,
) -> None:
    """Show what was changed, field by field.

    One version against another; against the newest one where only one is named; without any, what the
    file in protocols/ changes.

    Example: evalkit protocol diff EM-2026-0001-P1 v1.0 v2.0
    """
    from evalkit.registry.protocols import read_protocol
    from evalkit.registry.store import open_registry
    from evalkit.workflow.amend_plan import file_differences
    from evalkit.workflow.plan_history import differences, history

    workspace = here()
    with open_registry(workspace.url) as session:
        newest = read_protocol(session, id).version
        if first:
            right = last or newest
            changes = differences(session, id, first, right)
        else:
            first, right = newest, "the file"
            changes = file_differences(session, workspace.protocols / f"{id}.md", id)
        versions = history(session, id)
    if json:
        say_json({"id": id, "from": first, "to": right, "changes": [*_plain(changes)]})
        return
    say(f"{id} {first} -> {right}", bold=True)
    if not changes:
        say("No field differs.")
    else:
        _say_changes(changes, first, right)
    for one in versions:
        if one.reason and _between(first, one.protocol.version, right):
            say(f"{one.protocol.version}: {one.reason}")


def say_version(done: "PlanVersion") -> None:
    """A version: what it changed, why, and what had happened to the data by then."""
    from evalkit.protocol.label import when

    locked = done.protocol
    size = "major" if done.major else "minor"
    say(f"Amended {locked.id} {done.before} -> {locked.version} ({size}, {locked.label})")
    if done.changes:
        _say_changes(done.changes, done.before, locked.version)
    else:
        say("Only prose or layout differ.")
    say(f"Reason: {done.reason}")
    say(f"When: {when(locked.state)}. Sealed with sha256 {locked.sha256[:12]}")


def say_versions(versions: Iterable["PlanVersion"]) -> None:
    """Every version in one table."""
    rows = [
        (
            one.protocol.version,
            one.protocol.locked_on.isoformat(),
            one.protocol.label,
            ("major" if one.major else "minor") if one.before else "",
            one.reason,
        )
        for one in versions
    ]
    say_table(("version", "locked", "label", "", "reason"), rows)


def plain_version(version: "PlanVersion") -> dict[str, Any]:
    """A version as JSON has it."""
    locked = version.protocol
    return {
        "id": locked.id,
        "version": locked.version,
        "before": version.before or None,
        "major": version.major,
        "label": locked.label,
        "locked_on": locked.locked_on.isoformat(),
        "declared": locked.declared,
        "sha256": locked.sha256,
        "state": asdict(locked.state),
        "reason": version.reason or None,
        "changes": [*_plain(version.changes)],
    }


def _say_changes(changes: Iterable["Change"], first: str, last: str) -> None:
    from evalkit.protocol.rule import type_of
    from evalkit.workflow.plan_changes import shown

    rows = [
        (c.field, shown(c.old), shown(c.new), type_of(c.field, gone=c.new is None)) for c in changes
    ]
    say_table(("field", first, last, "type"), rows)


def _plain(changes: Iterable["Change"]) -> Iterable[dict[str, Any]]:
    from evalkit.protocol.rule import is_major, type_of

    for c in changes:
        kind = type_of(c.field, gone=c.new is None)
        yield {
            "field": c.field,
            "old": c.old,
            "new": c.new,
            "type": kind,
            "major": is_major(c.field),
        }


def _between(first: str, version: str, last: str) -> bool:
    """Whether a version came after the first and not after the last."""
    numbers = [tuple(map(int, re.findall(r"\d+", one))) for one in (first, version, last)]
    return numbers[0] < numbers[1] and (not numbers[2] or numbers[1] <= numbers[2])
