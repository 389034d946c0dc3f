"""``evalkit intervention edit`` and ``withdraw``."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import Json, here, today
from evalkit.cli.screen import say, say_error, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.workflow.amend import Edited, RegisteredText
    from evalkit.workflow.workspace import Workspace

_EDITS = ".evalkit/edits"
Id = Annotated[str, typer.Argument(help="E.g. EM-2026-0007.", show_default=False)]
Reason = Annotated[
    str, typer.Option("--reason", help="Why, in a sentence; kept for ever.", show_default=False)
]


def edit(
    id: Id,
    reason: Reason,
    fields: Annotated[
        list[str] | None,
        typer.Option("--set", help="FIELD=VALUE, e.g. status=live.", show_default=False),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="The changed text.", show_default=False)
    ] = None,
    based_on: Annotated[
        str, typer.Option(help="The version that you changed, e.g. v1.2.", show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    """Change a registered intervention, with a reason.

    Without --set and --file your editor opens on its text. Earlier versions stay.

    Example: evalkit intervention edit EM-2026-0001 --set end=2010 --reason "The laws ended"
    """
    from evalkit.text.form import read_text
    from evalkit.workflow.amend import edit_intervention
    from evalkit.workflow.fields import with_fields

    if fields and file:
        raise typer.BadParameter("needed --set or --file, not both")
    given = [_field(typed) for typed in fields or ()]
    change: Callable[[RegisteredText], str]
    if given:

        def change(was: "RegisteredText") -> str:
            return with_fields(was.text, given, file=was.file)
    elif file is not None:
        text = read_text(file)

        def change(was: "RegisteredText") -> str:
            return text
    else:
        _edit_by_hand(id, reason=reason, based_on=based_on, json=json)
        return
    done = edit_intervention(here(), id, change, on=today(), reason=reason, based_on=based_on)
    _say_edited(done, json=json)


def withdraw(id: Id, reason: Reason, json: Json = False) -> None:
    """Withdraw an intervention; it stays in the register.

    Its status becomes withdrawn, with the reason beside it.

    Example: evalkit intervention withdraw EM-2026-0003 --reason "Entered twice"
    """
    from evalkit.text.edit import set_field
    from evalkit.workflow.amend import edit_intervention

    def change(was: "RegisteredText") -> str:
        text = set_field(was.text, "status", "withdrawn", file=was.file)
        return set_field(text, "status_reason", reason, file=was.file)

    _say_edited(edit_intervention(here(), id, change, on=today(), reason=reason), json=json)


def _field(typed: str) -> tuple[str, str]:
    path, is_, value = typed.partition("=")
    if not is_ or not path.strip():
        raise typer.BadParameter(f"--set {typed!r}; needed FIELD=VALUE, such as status=completed")
    return path.strip(), value.strip()


def _say_edited(done: "Edited", *, json: bool) -> None:
    if json:
        changes = [{"field": c.field, "old": c.old, "new": c.new} for c in done.changes]
        named = {"id": done.id, "version": done.version, "before": done.before, "new": done.new}
        file = {"file": done.file or None, "file_differs_on_line": done.differs_on}
        say_json({**named, "changes": changes, **file})
        return
    if not done.new:
        say(f"{done.id} {done.version}: nothing differs, nothing was written.")
    else:
        say(f"{done.id} is now {done.version} (was {done.before})", bold=True)
        if not done.changes:
            say("Only comments or layout changed.")
        rows = [(c.field, f"{_shown(c.old)} -> {_shown(c.new)}") for c in done.changes]
        say_table(("field", "old -> new"), rows)
    if done.differs_on is not None:
        where = f"{done.file} differs from the registered text, first on line {done.differs_on}"
        say(f"{where}. It was left as it is.")
    elif done.new and done.file:
        say(f"{done.file} holds the same text.")
    say_next(f"evalkit registry history {done.id}")


def _shown(value: str | None) -> str:
    return "(nothing)" if value is None else value or "(empty)"


def _edit_by_hand(id: str, *, reason: str, based_on: str, json: bool) -> None:
    """Open the editor on the text; what was typed is kept until it is registered."""
    from evalkit.errors import EvalkitError
    from evalkit.text.form import read_text
    from evalkit.workflow.amend import edit_intervention

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise typer.BadParameter("needed --set FIELD=VALUE or --file FILE; only a terminal edits")
    workspace = here()
    was, draft = _opened(workspace, id)
    try:
        _run_editor(draft)
        text = read_text(draft)
        done = edit_intervention(
            *(workspace, id, lambda _: text),
            on=today(),
            reason=reason,
            based_on=based_on or was.version,
        )
    except (EvalkitError, OSError):
        if draft.read_bytes() == was.text.encode():
            draft.unlink()
        elif not json:
            kept = draft.relative_to(workspace.root).as_posix()
            say_error(f"Your text is kept in {kept}; register it with --file, or edit again.")
        raise
    draft.unlink()
    _say_edited(done, json=json)


def _opened(workspace: "Workspace", id: str) -> tuple["RegisteredText", Path]:
    """The text to edit, in a file of its own: an earlier edit that was kept, or what is registered."""
    from evalkit.registry.store import open_registry
    from evalkit.workflow.amend import standing

    with open_registry(workspace.url) as session:
        was = standing(session, id)
    draft = workspace.root / _EDITS / f"{was.id}-{was.version}.yaml"
    draft.parent.mkdir(parents=True, exist_ok=True)
    if draft.exists():
        say(f"Going on with the text kept in {draft.relative_to(workspace.root).as_posix()}.")
    else:
        draft.write_bytes(was.text.encode())
    return was, draft


def _run_editor(file: Path) -> None:
    from evalkit.errors import EvalkitError, Problem

    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        code = subprocess.run([*shlex.split(command), str(file)], check=False).returncode
        found = f"{command!r} ended with code {code}" if code else ""
    except (OSError, ValueError) as error:
        found = f"{command!r} ({error})"
    if found:
        needed, do = "an editor that works", "Set EDITOR, or use --set or --file."
        raise EvalkitError(Problem(field="EDITOR", found=found, needed=needed, do=do))
