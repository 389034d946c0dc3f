"""``evalkit protocol``."""

from dataclasses import asdict
from json import loads
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.screen import count, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.types.protocol import LockedProtocol

app = group("Plans: check, lock and show them.")
File = Annotated[Path, typer.Argument(help="A protocol file, protocols/ID.md.", show_default=False)]


@app.command()
def check(file: File, json: Json = False) -> None:
    """Check a protocol; nothing is written.

    Its form, its parts against each other, and all of it against the registry.

    Example: evalkit protocol check protocols/EM-2026-0001-P1.md
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.lock import check_protocol

    with open_registry(here().url) as session:
        plan, _ = check_protocol(session, file)
    if json:
        say_json({"id": plan.id, "design": plan.design, "problems": []})
        return
    checks = count(len(plan.checks), "check")
    say(f"{plan.id}: {plan.design}, {checks} planned. Nothing is missing.")
    say_next(f"evalkit protocol lock {quote(str(file))}")


@app.command()
def lock(file: File, json: Json = False) -> None:
    """Lock a protocol as it stands.

    From now on it is run exactly so, and a changed text is refused.

    Example: evalkit protocol lock protocols/EM-2026-0001-P1.md
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.lock import lock_protocol

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        locked, new = lock_protocol(
            session,
            file,
            case_studies=workspace.case_studies,
            on=today(),
            by=workspace.acting_as,
        )
    if json:
        say_json({**_lock(locked), "new": new})
        return
    word = "Locked" if new else "Locked before, unchanged:"
    say(f"{word} {locked.id} {locked.version} ({locked.label}), sha256 {locked.sha256[:12]}")
    say_next(f"evalkit evaluate {locked.id}")


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0001-P1.", show_default=False)],
    json: Json = False,
) -> None:
    """Show a locked plan.

    Example: evalkit protocol show EM-2026-0001-P1
    """
    from evalkit.protocol.document import plan_from_canonical
    from evalkit.registry.protocols import read_protocol
    from evalkit.registry.store import open_registry
    from evalkit.report.tables import plan_table

    with open_registry(here().url) as session:
        locked = read_protocol(session, id)
    if json:
        say_json({**_lock(locked), "plan": loads(locked.canonical)})
        return
    say(f"{locked.id} {locked.version}")
    say_table(("", ""), plan_table(plan_from_canonical(locked.canonical), locked).rows)


def _lock(locked: "LockedProtocol") -> dict[str, object]:
    return {
        "id": locked.id,
        "version": locked.version,
        "label": locked.label,
        "locked_on": locked.locked_on.isoformat(),
        "declared": locked.declared,
        "sha256": locked.sha256,
        "state": asdict(locked.state),
    }
