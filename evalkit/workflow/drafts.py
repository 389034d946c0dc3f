"""A draft of an intervention: one file that every answer goes into at once."""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from evalkit.errors import FormError, Problem
from evalkit.registry.kinds import INTERVENTION
from evalkit.registry.store import open_registry
from evalkit.registry.stored import current
from evalkit.text.edit import remove_field, set_field
from evalkit.text.form import read_text
from evalkit.text.scalars import written
from evalkit.text.strict_yaml import parse
from evalkit.workflow.workspace import Workspace

NAME = "intervention.yaml"
_FORM = "form: evalkit/intervention/1\n"
_LONGEST = 60

Draft = Mapping[str, Any]
Edit = tuple[str, Any]
GONE = object()
"""The new value of a field that shall not be there any more."""


def begin(workspace: Workspace, name: str) -> Path:
    """Make a folder for a new intervention, named after it, with an empty draft in it."""
    slug = slug_of(name)
    for n in range(1, 1000):
        folder = workspace.case_studies / (slug if n == 1 else f"{slug}-{n}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        _write(folder / NAME, _FORM)
        return folder / NAME
    raise FormError(Problem(field="name", found=f"{slug}, many times", needed="another name"))


def find(workspace: Workspace, slug: str) -> Path:
    """Return the draft in a folder of case_studies/, by its name or how the name begins where one draft does.

    Raises
    ------
    FormError
        There is none, or it is registered already.
    """
    known = sorted(path.parent.name for path in workspace.case_studies.glob(f"*/{NAME}"))
    with open_registry(workspace.url) as session:
        stored = {name: current(session, INTERVENTION.name, slug=name) for name in known}
    begun = [name for name in known if stored[name] is None and slug and name.startswith(slug)]
    if slug not in known and len(begun) == 1:
        slug = begun[0]
    entry = stored.get(slug)
    if entry is not None:
        found, do = f"{slug}, which is registered", f"Use evalkit intervention edit {entry.id}."
        raise FormError(Problem(found=found, needed="a draft", do=do))
    if slug not in known:
        drafts = ", ".join(name for name in known if stored[name] is None) or "none so far"
        found = f"no case_studies/{slug}/{NAME}"
        raise FormError(Problem(found=found, needed=f"one of the drafts: {drafts}"))
    return workspace.case_studies / slug / NAME


def read(file: Path | None) -> Draft:
    """The answers so far; none before the first."""
    if file is None:
        return {}
    value: Draft = parse(read_text(file), file=f"{file.parent.name}/{file.name}").value
    return value


def keep(file: Path, edits: Iterable[Edit]) -> None:
    """Put answers into a draft; what else stands there stays as it is."""
    text = read_text(file)
    for path, value in edits:
        text = with_answer(text, path, value, file=f"{file.parent.name}/{file.name}")
    _write(file, text)


def with_answer(text: str, path: str, value: Any, *, file: str = "") -> str:
    r"""As ``set_field``, with a new field on lines of its own wherever it can stand at the end.

    >>> with_answer("name: Patrols\n", "description.why", "Fear of arrest")
    'name: Patrols\ndescription:\n  why: Fear of arrest\n'
    """
    if value is GONE:
        return remove_field(text, path, file=file)
    plain = set_field(text, path, value, file=file)
    wanted = repr(parse(plain, file=file).value)
    block = _in_block(text, path, value, file)
    try:
        if block and repr(parse(block, file=file).value) == wanted:
            return block
    except FormError:
        pass
    return plain


def slug_of(name: str) -> str:
    """A folder's name for an intervention.

    >>> slug_of("Évening patrols (2023)"), slug_of("24/7 line"), slug_of("夜")
    ('evening-patrols-2023', 'intervention-24-7-line', 'intervention')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    if not slug:
        return "intervention"
    return slug if slug[0].isalpha() else f"intervention-{slug}"


def _in_block(text: str, path: str, value: Any, file: str) -> str:
    """The text with a field added below its end; empty where the field is there already."""
    steps = [int(n) if n else name for n, name in re.findall(r"\[(\d+)\]|([^.\[\]]+)", path)]
    here: Any = parse(text, file=file).value
    depth = 0
    while depth < len(steps) and isinstance(here, dict) and steps[depth] in here:
        here, depth = here[steps[depth]], depth + 1
    if depth == len(steps) or not isinstance(here, dict | None):
        return ""
    lines = "\n".join(_lines(steps, depth, value))
    return f"{text.rstrip()}\n{lines}\n"


def _lines(steps: list[int | str], depth: int, value: Any) -> Iterator[str]:
    last = len(steps) - 1
    for n in range(depth, last + 1):
        step, room = steps[n], "  " * n
        mark = "-" if isinstance(step, int) else f"{written(step)}:"
        if n < last:
            yield f"{room}{mark}"
        elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            yield f"{room}{mark}"
            yield from (f"{room}  - {written(item)}" for item in value)
        else:
            yield f"{room}{mark} {written(value, empty='')}".rstrip()


def _write(file: Path, text: str) -> None:
    """Whole, or not at all."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
