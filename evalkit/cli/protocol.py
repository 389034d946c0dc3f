"""``evalkit protocol``."""

from dataclasses import asdict
from json import loads
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli import plan_versions
from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.plan_late import late, late_words, plain_late
from evalkit.cli.power import power
from evalkit.cli.protocol_new import new
from evalkit.cli.screen import count, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.types.protocol import LockedProtocol

app = group("Plans: propose, check, lock, amend and show them.")
app.command()(new)
app.command("power")(power)
File = Annotated[
    Path, typer.Argument(help="A protocol file, or the ID of protocols/ID.md.", show_default=False)
]


@app.command()
def check(file: File, json: Json = False) -> None:
    """Check a protocol; nothing is written.

    Its form, its parts against each other, and all of it against the registry.

    Example: evalkit protocol check protocols/EM-2026-0001-P1.md
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.lock import check_protocol
    from evalkit.workflow.unwritten import refuse_unwritten

    workspace = here()
    with open_registry(workspace.url) as session:
        plan, document = check_protocol(
            session, _file(file), case_studies=workspace.case_studies, today=today()
        )
        refuse_unwritten(document)
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
    from evalkit.protocol.document import plan_from_canonical
    from evalkit.protocol.label import evidence
    from evalkit.registry.store import open_registry
    from evalkit.workflow.lock import lock_protocol

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        locked, new = lock_protocol(
            session,
            _file(file),
            case_studies=workspace.case_studies,
            on=today(),
            by=workspace.acting_as,
        )
    if json:
        say_json({**_lock(locked), "new": new})
        return
    word = "Locked" if new else "Locked before, unchanged:"
    say(f"{word} {locked.id} {locked.version} ({locked.label}), sha256 {locked.sha256[:12]}")
    say(evidence(plan_from_canonical(locked.canonical), locked.state))
    say_next(f"evalkit evaluate {locked.id}")


app.command()(plan_versions.amend)
app.command()(plan_versions.diff)
app.command()(late)


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0001-P1.", show_default=False)],
    version: Annotated[
        str, typer.Option(help="E.g. v1.0; the newest by default.", show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    """Show a locked plan and its versions.

    Example: evalkit protocol show EM-2026-0001-P1
    """
    from evalkit.protocol.document import plan_from_canonical
    from evalkit.protocol.label import evidence
    from evalkit.registry.protocols import find_version
    from evalkit.registry.store import open_registry
    from evalkit.report.tables import plan_table
    from evalkit.workflow.overdue import read_late
    from evalkit.workflow.plan_history import history

    with open_registry(here().url) as session:
        stated = next((one for one in read_late(session) if one.id == id), None)
        versions = history(session, id)
        locked = find_version(session, id, version) if version else versions[-1].protocol
    if json:
        plain = [plan_versions.plain_version(one) for one in versions]
        told = {"plan": loads(locked.canonical), "late": stated and plain_late(stated)}
        say_json({**_lock(locked), **told, "versions": plain})
        return
    plan = plan_from_canonical(locked.canonical)
    say(f"{locked.id} {locked.version}")
    say_table(("", ""), plan_table(plan, locked).rows)
    say(evidence(plan, locked.state))
    if stated:
        say(f"Result late, said {stated.stated} by {stated.by}: {late_words(stated)}")
    if len(versions) > 1:
        say()
        plan_versions.say_versions(versions)


@app.command()
def schema(json: Json = False) -> None:
    """Print the form of a plan as JSON Schema.

    For editors that check while you write, and for other programs. Its id is permanent.

    Example: evalkit protocol schema
    """
    from evalkit.protocol.schema import plan_schema

    say_json(plan_schema())


def _file(given: Path) -> Path:
    """A file, or the file of a plan's id."""
    if given.suffix or given.exists():
        return given
    return here().protocols / f"{given}.md"


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
