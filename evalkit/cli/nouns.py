"""One shape for the groups of the nouns: add, edit, list, show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.edit import edit_help, editor
from evalkit.cli.screen import say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.workflow.nouns import Noted

_LONGEST_CELL = 60
_BY_WORD = ("weights", "without")
"""Fields whose keys are words of their own, and not names of fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """What one group is about.

    Attributes
    ----------
    kind, many : str
        As the registry calls it, and the word for several.
    one : str
        One of them in a sentence, e.g. ``"an organisation"``.
    help : str
        The group's.
    template : str
        A text that registers as it is.
    file, id, change, reason : str
        For the examples; ``change`` is FIELD=VALUE.
    columns : tuple of str
        Fields that a list shows beside the id.
    """

    kind: str
    many: str
    one: str
    help: str
    template: str
    file: str
    id: str
    change: str
    reason: str
    columns: tuple[str, ...]


def noun_group(noun: Noun) -> typer.Typer:
    """The commands of a noun."""
    app = adding(noun)
    app.command("list", help=f"List {noun.many}.\n\nExample: evalkit {noun.kind} list")(
        _lister(noun)
    )
    example = f"Example: evalkit {noun.kind} show {noun.id}"
    app.command("show", help=f"Show {noun.one}.\n\n{example}")(_shower(noun))
    return app


def adding(noun: Noun) -> typer.Typer:
    """The commands that write a noun: add and edit."""
    app = group(noun.help)
    app.command("add", help=_add_help(noun))(_adder(noun))
    change = f'{noun.id} --set {noun.change} --reason "{noun.reason}"'
    app.command("edit", help=edit_help(noun.one, noun.kind, change))(editor(noun.kind))
    return app


def _add_help(noun: Noun) -> str:
    return (
        f"Register {noun.one}, all of it or nothing.\n\n"
        "With --reason, what is registered already changes to what the text says.\n\n"
        f"Example: evalkit {noun.kind} add {noun.file}"
    )


def _adder(noun: Noun) -> Any:
    def add(
        file: Annotated[
            Path | None, typer.Argument(help="A YAML file.", show_default=False)
        ] = None,
        template: Annotated[
            bool, typer.Option("--template", help="Print a text to start from.")
        ] = False,
        reason: Annotated[
            str, typer.Option(help="Why a known entry changes.", show_default=False)
        ] = "",
        json: Json = False,
    ) -> None:
        done = register_text(noun.kind, file, noun.template if template else "", reason)
        if done is not None:
            say_noted(done, f"evalkit {noun.kind} show {done.id}", json=json)

    return add


def register_text(kind: str, file: Path | None, template: str, reason: str) -> "Noted | None":
    """Register a text; where a template is wanted, print that and do nothing else."""
    if template:
        typer.echo(template, nl=False)
        return None
    if file is None:
        raise typer.BadParameter("needed a YAML file, or --template for one to start from")
    from evalkit.registry.store import open_registry
    from evalkit.workflow.nouns import register_noun

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        return register_noun(session, kind, file, on=today(), by=workspace.acting_as, reason=reason)


def say_noted(done: "Noted", then: str, *, json: bool, note: str = "") -> None:
    """Say what was registered, and what to type next."""
    if json:
        say_json({"kind": done.kind, "id": done.id, "version": done.version, "new": done.new})
        return
    words = "Registered" if done.new else "Registered before, unchanged:"
    say(f"{words} {done.kind} {done.id} {done.version}")
    if note:
        say(note)
    say_next(then)


def _lister(noun: Noun) -> Any:
    def list_all(json: Json = False) -> None:
        from evalkit.registry.interventions import read_areas
        from evalkit.registry.store import open_registry
        from evalkit.workflow.nouns import read_nouns

        with open_registry(here().url) as session:
            found, areas = read_nouns(session, noun.kind), read_areas(session)
        if json:
            say_json({noun.many.replace(" ", "_"): [plain_record(one) for one in found]})
            return
        if not found:
            say(f"No {noun.many} yet.")
            say_next(f"evalkit {noun.kind} add --template")
            return
        names = {code: area.name for code, area in areas.items()}
        rows = [(one.id, *(_cell(one, name, names) for name in noun.columns)) for one in found]
        say_table(("id", *(name.replace("_", " ") for name in noun.columns)), rows)

    return list_all


def _shower(noun: Noun) -> Any:
    def show(
        id: Annotated[str, typer.Argument(help=f"E.g. {noun.id}.", show_default=False)],
        json: Json = False,
    ) -> None:
        from evalkit.registry.entries import read, versions
        from evalkit.registry.interventions import read_areas
        from evalkit.registry.kinds import KINDS
        from evalkit.registry.store import open_registry

        with open_registry(here().url) as session:
            record = read(session, noun.kind, id)
            version = versions(session, noun.kind, id)[-1].version
            names = {code: area.name for code, area in read_areas(session).items()}
        if json:
            say_json(plain_record(record))
            return
        say(f"{id} {KINDS[noun.kind].title(record)} ({version})", bold=True)
        say_table(("", ""), fields_in_words(plain_record(record), names))

    return show


def plain_record(record: Any) -> dict[str, Any]:
    """A record as plain values, with the names people write."""
    from pydantic import TypeAdapter

    found: dict[str, Any] = TypeAdapter(type(record)).dump_python(
        record, mode="json", by_alias=True
    )
    return found


def fields_in_words(
    plain: Mapping[str, Any], areas: Mapping[str, str]
) -> Sequence[tuple[str, str]]:
    """Every field that says something, one row each; items of a list that are records, one each."""
    rows: list[tuple[str, str]] = []
    for name, value in plain.items():
        if name in ("form", "id") or value in (None, "", [], {}):
            continue
        coded = name in ("area", "areas")
        if name in _BY_WORD and isinstance(value, dict):
            value = [
                f"{word}: {one:g}" if isinstance(one, float) else f"{word}: {one}"
                for word, one in value.items()
            ]
        for text in _texts([areas.get(code, code) for code in _list(value)] if coded else value):
            rows.append((name.replace("_", " "), text))
    return rows


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, list):
        yield ", ".join(str(item) for item in value)
    elif isinstance(value, dict):
        yield ": ".join(str(item) for item in value.values() if item not in (None, ""))
    else:
        yield " ".join(str(value).split())


def _cell(record: Any, name: str, areas: Mapping[str, str]) -> str:
    """A field in a list: names for areas' codes, long text cut between words."""
    value = getattr(record, name)
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    text = ", ".join(
        areas.get(str(one), str(one)) if name in ("area", "areas") else str(one) for one in values
    )
    text = " ".join(text.split())
    if len(text) <= _LONGEST_CELL:
        return text
    return f"{text[: _LONGEST_CELL - 3].rsplit(' ', 1)[0]}..."
