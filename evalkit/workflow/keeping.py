"""Keep a registry: export it whole or not at all, restore it and keep what it replaces."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from evalkit.errors import Problem, RegistryError
from evalkit.registry.backup import Copied, restore
from evalkit.registry.exchange import as_json, export, in_order
from evalkit.registry.sheet import interventions_csv
from evalkit.registry.store import Session
from evalkit.registry.stored import ids
from evalkit.workflow.workspace import Workspace

REPLACED = ".evalkit/replaced-registry.db"
"""Where the registry stands that the last restoring replaced."""


def export_whole(session: Session, folder: Path) -> tuple[str, ...]:
    """Export into a new or empty folder; returns the files, below it.

    Raises
    ------
    RegistryError
        Something is in the folder, or it cannot be written; nothing is left half written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        export(session, folder)  # says what is wrong
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".evalkit-export-") as made:
        draft = Path(made) / "export"
        draft.mkdir()
        files = [path.relative_to(draft).as_posix() for path in export(session, draft)]
        if folder.exists():
            for item in sorted(draft.iterdir()):
                item.replace(folder / item.name)
        else:
            draft.replace(folder)
    return tuple(files)


def export_file(session: Session, file: Path, *, format: str) -> int:
    """Write one file with a free name, whole or not at all; returns how many versions or rows are in it.

    CSV has a mark at its start (UTF-8 with BOM): without it a spreadsheet on Windows reads the letters of
    names as those of another encoding. Programs read it as ``utf-8-sig``.

    Parameters
    ----------
    format : str
        ``"csv"`` for interventions as a table, ``"json"`` for every version of everything.

    Raises
    ------
    RegistryError
        The name is taken, or the file cannot be written.
    """
    if file.exists():
        needed = "a name that is free"
        raise RegistryError(Problem(file=str(file), found="something is there", needed=needed))
    if format == "csv":
        text, mark, count = (
            interventions_csv(session),
            "utf-8-sig",
            len(ids(session, "intervention")),
        )
    else:
        versions = in_order(session)
        text, mark, count = as_json(versions), "utf-8", len(versions)
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        draft.write_text(text, encoding=mark, newline="")
        os.link(draft, file)  # unlike a renaming, this never overwrites
    except OSError as error:
        found = str(error.strerror).lower()
        needed = "a free name in a folder that can be written to, with room in it"
        raise RegistryError(Problem(file=str(file), found=found, needed=needed)) from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def restore_registry(workspace: Workspace, source: Path) -> tuple[Copied, str]:
    """Put a backup in the place of the registry; returns also where the old one is kept, or ''.

    Raises
    ------
    RegistryError
        The backup cannot be read or is not whole; the registry is then as it was.
    """
    registry = workspace.root / workspace.registry_file
    kept = workspace.root / REPLACED
    if source.exists() and kept.exists() and source.samefile(kept):
        found, needed = "where the replaced registry is kept", "another name"
        do = "Copy it elsewhere and restore it from there."
        raise RegistryError(Problem(file=str(source), found=found, needed=needed, do=do))
    if not registry.is_file():
        return restore(source, workspace.url), ""
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_name(f".{kept.name}.new")
    try:
        shutil.copyfile(registry, draft)
        copied = restore(source, workspace.url)
        draft.replace(kept)
    finally:
        draft.unlink(missing_ok=True)
    return copied, REPLACED
