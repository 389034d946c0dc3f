"""``evalkit registry history`` and ``evalkit registry check``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from evalkit.cli.edge import Json, here
from evalkit.cli.screen import count, one_line, say, say_json, say_table

if TYPE_CHECKING:
    from evalkit.registry.versions import Version


def history(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0007.", show_default=False)],
    json: Json = False,
) -> None:
    """Show every version of an entry: who, when, why, what.

    Example: evalkit registry history EM-2026-0001
    """
    from evalkit.registry.reading import histories
    from evalkit.registry.store import open_registry

    with open_registry(here().url) as session:
        found = histories(session, id)
    if json:
        entries = [{"kind": k, "versions": [_plain(v) for v in some]} for k, some in found.items()]
        say_json({"id": id, "entries": entries})
        return
    for kind, some in found.items():
        _say_history(kind, id, some)


def _say_history(kind: str, id: str, found: tuple["Version", ...]) -> None:
    say(f"{kind} {id}: {count(len(found), 'version')}", bold=True)
    rows = [(v.version, v.day.isoformat(), v.by, v.reason) for v in found]
    say_table(("version", "day", "by", "why"), rows)
    changed = [
        (v.version, c.field, f"{_shown(c.old)} -> {_shown(c.new)}")
        for v in found
        for c in v.changes
    ]
    if changed:
        say()
        say_table(("version", "field", "old -> new"), changed)


def _shown(value: str | None) -> str:
    return "(nothing)" if value is None else value or "(empty)"


def _plain(version: "Version") -> dict[str, Any]:
    return {
        "version": version.version,
        "day": version.day.isoformat(),
        "by": version.by,
        "reason": version.reason,
        "changes": [{"field": c.field, "old": c.old, "new": c.new} for c in version.changes],
    }


def check(
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 also when something is missing.")
    ] = False,
    json: Json = False,
) -> None:
    """Look for personal data, and for what is missing.

    Rules for people to judge by, not a guarantee; exit 1 when something looks personal.

    Example: evalkit registry check
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.checkup import check_register

    with open_registry(here().url) as session:
        found = check_register(session)
    if json:
        names = ("file", "field", "found", "needed", "do")
        say_json(
            {
                "entries": found.entries,
                "problems": [{n: getattr(p, n) for n in names} for p in found.problems],
                "missing": [
                    {"kind": one.kind, "id": one.id, "words": one.words} for one in found.lacking
                ],
            }
        )
    else:
        problems = count(len(found.problems), "problem")
        say(f"{count(found.entries, 'entry', 'entries')} looked at: {problems}")
        for problem in found.problems:
            say(one_line(str(problem)))
        for one in found.lacking:
            say(f"{one.id}: {one.words}")
    if found.problems or (strict and found.lacking):
        raise typer.Exit(1)
