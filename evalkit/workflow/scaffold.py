"""Make a new workspace."""

import datetime
import json
import re
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

from evalkit.errors import EvalkitError, Problem
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.store import create_registry
from evalkit.workflow.seed import import_text
from evalkit.workflow.workspace import SETTINGS, find_workspace

_FOLDERS = {
    "case_studies": "One folder an intervention: intervention.yaml, and data.yaml for its evaluation.",
    "protocols": "One file a protocol: EM-2026-0007-P1.md, with the plan between two lines of ---.",
    "reports": "The built hub goes here: evalkit hub build.",
}
_IGNORE = "# Police and health data must not be committed.\ndata/\n.evalkit/\nreports/*\n!reports/README.md\n"
_EXAMPLES = ("case_studies", "protocols")
_SMALL = ("and", "of", "the")
REGION, PREFIX = "East Midlands", "EM"
"""What a workspace is made with where nobody says otherwise."""


def prefix_of(region: str) -> str:
    """The prefix that a region's name suggests; the usual one where it suggests none.

    >>> prefix_of("West Midlands"), prefix_of("Avon and Somerset"), prefix_of("Kent")
    ('WM', 'AS', 'KENT')
    """
    words = [w for w in re.findall(r"[A-Za-z]+", region) if w.casefold() not in _SMALL]
    prefix = "".join(w[0] for w in words) if len(words) > 1 else "".join(words)
    return prefix.upper()[:6] if len(prefix) > 1 else PREFIX


def make_workspace(
    folder: Path,
    *,
    prefix: str,
    region: str,
    publisher: str,
    examples: bool,
    on: datetime.date,
    acting_as: str = NOT_GIVEN,
) -> tuple[str, ...]:
    """Make an empty workspace in ``folder``, or one that holds the worked examples, already registered.

    Returns
    -------
    tuple of str
        What was made, relative to ``folder``.

    Raises
    ------
    EvalkitError
        The folder has something in it; nothing is left half made.
    """
    refuse_full(folder)
    there = folder.exists()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(
        dir=folder if there else folder.parent, prefix=".evalkit-init-"
    ) as made:
        draft = Path(made) / "workspace"
        settings = {"prefix": prefix, "region": region, "publisher": publisher}
        if acting_as != NOT_GIVEN:
            settings["acting_as"] = acting_as
        _write(draft, settings)
        workspace = find_workspace(draft.resolve())
        if examples:
            _copy_examples(draft)
            import_text(workspace, workspace.registry_file, on=on)
        else:
            create_registry(workspace.url)
        if there:  # perhaps the current folder, which must stay the same one
            for item in sorted(draft.iterdir()):
                item.replace(folder / item.name)
        else:
            draft.replace(folder)
    return (SETTINGS, workspace.registry_file, *(f"{name}/" for name in _FOLDERS))


def refuse_full(folder: Path) -> None:
    """Raise EvalkitError where a workspace cannot be made because something is there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise EvalkitError(
            Problem(
                file=str(folder),
                found="something is in it",
                needed="an empty folder, or a name that is free",
            )
        )


def _write(folder: Path, given: Mapping[str, str]) -> None:
    folder.mkdir()
    lines = "".join(f"{name} = {_quoted(value)}\n" for name, value in given.items())
    settings = f'[workspace]\n{lines}\n[registry]\nurl = "sqlite:///registry.db"\n'
    (folder / SETTINGS).write_text(settings, encoding="utf-8")
    (folder / ".gitignore").write_text(_IGNORE, encoding="utf-8")
    for name, words in _FOLDERS.items():
        (folder / name).mkdir()
        (folder / name / "README.md").write_text(f"{words}\n", encoding="utf-8")


def _quoted(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False)


def _copy_examples(folder: Path) -> None:
    package = files("evalkit")
    for name in _EXAMPLES:
        inside = package / "examples" / name
        with as_file(inside if inside.is_dir() else package / ".." / name) as source:
            if not source.is_dir():
                raise EvalkitError(f"this installation of evalkit carries no {name}; needed them")
            for path in sorted(p for p in source.rglob("*") if p.is_file()):
                target = folder / name / path.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
