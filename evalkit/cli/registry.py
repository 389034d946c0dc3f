"""``evalkit registry``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.history import check, history
from evalkit.cli.screen import count, say, say_json, say_next
from evalkit.cli.search import search_all

app = group("The registry itself: search it, check it, keep it.")
app.command()(check)
app.command()(history)
app.command("search")(search_all)


@app.command("import")
def import_all(
    folder: Annotated[
        Path | None, typer.Argument(help="An exported folder or registry.json.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Register everything that is not yet.

    Texts in organisations/, definitions/, agreements/, sources/, weight_tables/,
    measures/, needs/, duties/, assessments/, events/, case_studies/ and protocols/;
    or every version in a folder that `evalkit registry export` made.

    Example: evalkit registry import
    """
    from evalkit.workflow.folders import FOLDERS
    from evalkit.workflow.seed import import_text

    workspace = here()
    if folder is not None:
        _import_folder(folder, json=json)
        return
    new = import_text(workspace, workspace.registry_file, on=today())
    counts = {"interventions": new.interventions, "findings": new.findings}
    counts |= {"protocols": new.protocols, "texts": new.texts}
    if json:
        say_json({**counts, "nouns": dict(new.nouns), "left": list(new.left)})
        return
    parts = [
        count(new.interventions, "intervention"),
        count(new.findings, "published finding"),
        count(new.protocols, "locked protocol"),
        *(count(n, kind, FOLDERS[kind]) for kind, n in new.nouns.items()),
    ]
    say(f"New in {workspace.registry_file}: {', '.join(parts)}.")
    say(f"Read {count(new.texts, 'text')}; what is not new was registered before.")
    for left in new.left:
        say(f"Left out: {left}")


def _import_folder(folder: Path, *, json: bool) -> None:
    from evalkit.registry.exchange import import_folder
    from evalkit.registry.store import open_registry

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        new = import_folder(session, folder)
    if json:
        say_json({"folder": str(folder), "versions": new})
        return
    say(f"New in {workspace.registry_file} from {folder}: {count(new, 'version')}.")


class Format(StrEnum):
    """What an export is written as."""

    YAML = "yaml"
    CSV = "csv"
    JSON = "json"


@app.command()
def export(
    target: Annotated[
        Path, typer.Argument(help="A new or empty folder, or a free name.", show_default=False)
    ],
    format: Annotated[
        Format | None,
        typer.Option(help="By default as the name ends; yaml for a folder.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Export every entry as text, with its versions.

    yaml: a folder with each entry's text as its author wrote it, and registry.json with
    every version. json: that file alone. csv: the interventions as a table for
    spreadsheets. Runs are left out: they can be made again.

    Example: evalkit registry export shared/our-register
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.keeping import export_file, export_whole

    ending = target.suffix.lower().removeprefix(".")
    chosen = format or (Format(ending) if ending in ("csv", "json") else Format.YAML)
    with open_registry(here().url) as session:
        if chosen is Format.YAML:
            files = export_whole(session, target)
        else:
            n = export_file(session, target, format=chosen.value)
    if chosen is Format.YAML:
        if json:
            say_json({"folder": str(target), "files": list(files)})
            return
        say(f"Exported {count(len(files), 'file')} to {target}; registry.json holds every version.")
        return
    of = "interventions" if chosen is Format.CSV else "versions"
    if json:
        say_json({"file": str(target), "format": chosen.value, of: n})
        return
    say(f"Exported {count(n, of.removesuffix('s'))} to {target}.")


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(help="A free name, or an older backup.", show_default=False)
    ],
    json: Json = False,
) -> None:
    """Copy the registry to a file, verified.

    Others may go on using the registry meanwhile.

    Example: evalkit registry backup backups/monday.db
    """
    from evalkit.registry.backup import backup as copy

    done = copy(here().url, file)
    if json:
        say_json({"file": str(file), "entries": done.entries, "head": done.head})
        return
    say(f"Backed up {count(done.entries, 'entry', 'entries')} to {file}. Head {done.head[:12]}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", show_default=False)],
    json: Json = False,
) -> None:
    """Put a verified backup in the registry's place.

    The registry that it replaces is kept below .evalkit/.

    Example: evalkit registry restore backups/monday.db
    """
    from evalkit.workflow.keeping import restore_registry

    workspace = here()
    done, kept = restore_registry(workspace, file)
    if json:
        say_json(
            {
                "file": str(file),
                "entries": done.entries,
                "head": done.head,
                "replaced": done.replaced,
                "kept": kept or None,
            }
        )
        return
    entries = count(done.entries, "entry", "entries")
    say(f"Restored {workspace.registry_file}: {entries}. Head {done.head[:12]}")
    if kept:
        had = "could not be read" if done.replaced is None else f"had {done.replaced:,}"
        say(f"What stood there before ({had}) is kept in {kept}.")
    say_next("evalkit registry verify")


@app.command()
def upgrade(json: Json = False) -> None:
    """Bring an older registry to this version of evalkit.

    All of it or nothing. Make a backup with the older evalkit first.

    Example: evalkit registry upgrade
    """
    from evalkit.registry.migrations import REVISIONS
    from evalkit.registry.store import upgrade_registry

    workspace = here()
    upgrade_registry(workspace.url)
    if json:
        say_json({"file": workspace.registry_file, "schema": REVISIONS[-1]})
        return
    say(f"{workspace.registry_file} has schema {REVISIONS[-1]}, the one of this evalkit.")
    say_next("evalkit registry verify")


@app.command()
def verify(json: Json = False) -> None:
    """Verify that nothing was changed.

    The ledger's chain and every entry that it vouches for; exit 1 when something was changed.

    Example: evalkit registry verify
    """
    from evalkit.registry.ledger import verify as verify_ledger
    from evalkit.registry.store import open_registry

    with open_registry(here().url) as session:
        found = verify_ledger(session)
    if json:
        say_json(
            {"entries": found.entries, "head": found.head, "first_problem": found.first_problem}
        )
    elif found.first_problem is None:
        say(f"Registry intact: {count(found.entries, 'entry', 'entries')}. Head {found.head[:12]}")
    else:
        say(f"Registry NOT intact: {found.first_problem}")
        say_next("evalkit registry restore BACKUP")
    if found.first_problem is not None:
        raise typer.Exit(1)
