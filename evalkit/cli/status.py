"""``evalkit status``."""

from typing import TYPE_CHECKING

import typer

from evalkit.cli.edge import Json, here, today
from evalkit.cli.screen import plain, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.workflow.standing import Standing
    from evalkit.workflow.status import Status


def status(json: Json = False) -> None:
    """Show what is due, overdue and why, or unfinished.

    Exit 1 when something in the registry was changed by other means than evalkit.

    Example: evalkit status
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.standing import standing
    from evalkit.workflow.status import status as status_of

    workspace, day = here(), today()
    with open_registry(workspace.url) as session:
        found = standing(session, workspace)
    now = status_of(found.records, today=day)
    if json:
        say_json(
            {
                "region": workspace.region,
                "day": day.isoformat(),
                "whole": found.damage is None,
                "first_problem": found.damage,
                **_plain(now, found),
            }
        )
    else:
        intact = "intact" if found.damage is None else "NOT intact"
        say(f"{workspace.region} ({day.isoformat()}, registry {intact})", bold=True)
        if found.damage is not None:
            say(found.damage)
        _say_tables(now, found)
        if command := _next(now, found):
            say_next(command)
    if found.damage is not None:
        raise typer.Exit(1)


def _say_tables(now: "Status", found: "Standing") -> None:
    if now.due:
        say_table(("due", "what"), [(one.when, plain(one.what)) for one in now.due])
    if now.explained:
        told = [(o.when, o.plan, plain(o.why), o.expected) for o in now.explained]
        say_table(("overdue", "result of", "reason given", "new date"), told)
    rows = [(one.subject, ", ".join(one.missing)) for one in now.unfinished]
    rows = [*((folder, plain(why)) for folder, why in found.unreadable.items()), *rows]
    rows += [(f"{id}: findings have changed", plain(why)) for id, why in found.stale.items()]
    if rows:
        say_table(("unfinished", "missing"), rows)
    if now.waiting:
        say_table(("finding", "waits"), [(one.id, plain(one.why)) for one in now.waiting])
    if not (now.due or now.explained or rows or now.waiting):
        say("Nothing is due and nothing is unfinished.")


def _plain(now: "Status", found: "Standing") -> dict[str, object]:
    return {
        "due": [
            {
                "day": one.day.isoformat(),
                "days_late": one.days_late,
                "when": one.when,
                "what": one.what,
            }
            for one in now.due
        ],
        "unfinished": [
            {"subject": one.subject, "missing": list(one.missing), "draft": one.draft}
            for one in now.unfinished
        ],
        "explained": [
            {"plan": o.plan, "when": o.when, "why": o.why, "expected": o.expected}
            for o in now.explained
        ],
        "waiting": [{"finding": one.id, "why": one.why} for one in now.waiting],
        "unreadable": dict(found.unreadable),
        "stale": dict(found.stale),
    }


def _next(now: "Status", found: "Standing") -> str:
    """What to type next: what is broken, a draft to register, a finding that waits, values to record."""
    from shlex import quote

    if found.damage is not None:
        return "evalkit registry verify"
    for folder in found.unreadable:
        return f"evalkit intervention add {quote(f'case_studies/{folder}/intervention.yaml')}"
    drafts = [one.subject for one in now.unfinished if one.draft]
    if drafts:
        return f"evalkit intervention add --resume {quote(drafts[0])}"
    if now.waiting:
        return f"evalkit finding show {now.waiting[0].id}"
    behind = [one.subject for one in now.unfinished]
    if found.stale and not behind:
        return "evalkit synthesis run --all"
    return f"evalkit indicator list {behind[0]}" if behind else ""
