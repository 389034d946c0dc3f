"""``edit``, the same for interventions and every noun, and ``evalkit intervention withdraw``."""

import os
import re
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


def edit_help(one: str, kind: str, example: str) -> str:
    """The help of an edit command."""
    return (
        f"Change {one}, with a reason.\n\n"
        "Without --set and --file your editor opens on its text. Earlier versions stay; a file"
        " that misses the last change is refused.\n\n"
        f"Example: evalkit {kind} edit {example}"
    )


def editor(kind: str) -> Callable[..., None]:
    """The edit command of a kind of entry."""

    def edit(
        id: Annotated[str, typer.Argument(help="Its id.", show_default=False)],
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
        from evalkit.text.form import read_text
        from evalkit.workflow.amend import edit_entry

        if fields and file:
            raise typer.BadParameter("needed --set or --file, not both")
        if not fields and file is None:
            _edit_by_hand(kind, id, reason=reason, based_on=based_on, json=json)
            return
        if file is None:
            change = _setting(kind, [field_of(typed) for typed in fields or ()])
        else:
            change, based_on = _replacing(read_text(file)), based_on or _kept_from(file)
        done = edit_entry(
            *(here(), kind, id, change),
            on=today(),
            reason=reason,
            based_on=based_on,
            read_earlier=file is not None,
        )
        _say_edited(done, json=json)

    return edit


def _setting(kind: str, given: list[tuple[str, str]]) -> "Callable[[RegisteredText], str]":
    from evalkit.workflow.fields import with_fields

    return lambda was: with_fields(was.text, given, file=was.file, kind=kind)


def _replacing(text: str) -> "Callable[[RegisteredText], str]":
    return lambda was: text


def _kept_from(file: Path) -> str:
    """The version that a text was opened from which an earlier edit kept; empty for other files."""
    named = re.search(r"-(v\d+\.\d+)\.yaml$", file.name)
    kept = named and file.resolve().parent == (here().root / _EDITS).resolve()
    return named[1] if named and kept else ""


def withdraw(id: Id, reason: Reason, json: Json = False) -> None:
    """Withdraw an intervention; it stays in the register.

    Its status becomes withdrawn, with the reason beside it.

    Example: evalkit intervention withdraw EM-2026-0003 --reason "Entered twice"
    """
    from evalkit.text.edit import set_field
    from evalkit.workflow.amend import edit_entry

    def change(was: "RegisteredText") -> str:
        text = set_field(was.text, "status", "withdrawn", file=was.file)
        return set_field(text, "status_reason", reason, file=was.file)

    done = edit_entry(here(), "intervention", id, change, on=today(), reason=reason)
    _say_edited(done, json=json)


def field_of(typed: str) -> tuple[str, str]:
    """The path and the value of FIELD=VALUE."""
    path, is_, value = typed.partition("=")
    if not is_ or not path.strip():
        raise typer.BadParameter(f"--set {typed!r}; needed FIELD=VALUE, such as status=completed")
    return path.strip(), value.strip()


def _say_edited(done: "Edited", *, json: bool) -> None:
    if json:
        changes = [{"field": c.field, "old": c.old, "new": c.new} for c in done.changes]
        named = {"id": done.id, "version": done.version, "before": done.before, "new": done.new}
        file = {"file": done.file or None, "file_differs_on_line": done.differs_on}
        say_json({**named, "changes": changes, **file, "advice": _advice(done)})
        return
    if not done.new:
        say(f"{done.id} {done.version}: nothing differs, nothing was written.")
    else:
        say(f"{done.id} is now {done.version} (was {done.before})", bold=True)
        if not done.changes:
            say("Only comments or layout changed.")
        rows = [(c.field, f"{_shown(c.old)} -> {_shown(c.new)}") for c in done.changes]
        say_table(("field", "old -> new"), rows)
    for words in _advice(done):
        say(words)
    if done.differs_on is not None:
        where = f"{done.file} differs from the registered text, first on line {done.differs_on}"
        say(f"{where}. It was left as it is.")
    elif done.new and done.file:
        say(f"{done.file} holds the same text.")
    say_next(f"evalkit registry history {done.id}")


def _advice(done: "Edited") -> list[str]:
    """On a summary that was changed; only interventions have one."""
    from evalkit.workflow.advice import on_summary

    changed = [c.new for c in done.changes if c.field == "summary" and c.new]
    return [words for text in changed for words in on_summary(text)]


def _shown(value: str | None) -> str:
    return "(nothing)" if value is None else value or "(empty)"


def _edit_by_hand(kind: str, id: str, *, reason: str, based_on: str, json: bool) -> None:
    """Open the editor on the text; what was typed is kept until it is registered."""
    from evalkit.errors import EvalkitError
    from evalkit.text.form import read_text
    from evalkit.workflow.amend import edit_entry

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise typer.BadParameter("needed --set FIELD=VALUE or --file FILE; only a terminal edits")
    workspace = here()
    was, draft = _opened(workspace, kind, id)
    try:
        _run_editor(draft)
        text = read_text(draft)
        done = edit_entry(
            *(workspace, kind, id, lambda _: text),
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


def _opened(workspace: "Workspace", kind: str, id: str) -> tuple["RegisteredText", Path]:
    """The text to edit, in a file of its own: an earlier edit that was kept, or what is registered."""
    from evalkit.registry.store import open_registry
    from evalkit.workflow.amend import standing

    with open_registry(workspace.url) as session:
        was = standing(session, kind, id)
    name = was.id if kind == "intervention" else f"{kind}-{was.id.replace('/', '-')}"
    draft = workspace.root / _EDITS / f"{name}-{was.version}.yaml"
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
