"""The draft of a plan as files: the plan itself, and a data recipe where it needs one."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import FormError, Problem
from evalkit.proposal import Proposal
from evalkit.registry.kinds import INTERVENTION
from evalkit.registry.store import Session
from evalkit.registry.stored import current
from evalkit.text.edit import set_field
from evalkit.workflow.drafts import Draft
from evalkit.workflow.fields import value_of
from evalkit.workflow.plan_designs import Weighed
from evalkit.workflow.plan_fields import left_out, plan_fields
from evalkit.workflow.plan_new import words_of
from evalkit.workflow.plan_questions import Known
from evalkit.workflow.plan_source import sha256_of
from evalkit.workflow.plan_text import front_matter, prose, recipe_text
from evalkit.workflow.workspace import Workspace

_LICENCE = {"simulated": "none needed: simulated", "police-uk": "Open Government Licence v3.0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Everything that a draft is written from.

    Attributes
    ----------
    id : str
        Of the plan.
    known : Known
    draft : mapping
        The answers.
    proposal : Proposal
    weighed : tuple of Weighed
        Every design with its power, the chosen one among them.
    chosen : Weighed
    """

    id: str
    known: Known
    draft: Draft
    proposal: Proposal
    weighed: tuple[Weighed, ...]
    chosen: Weighed


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written: the plan, and the data recipe where one was needed."""

    plan: Path
    recipe: Path | None


def write_plan(
    session: Session, workspace: Workspace, ready: Ready, given: Sequence[tuple[str, str]] = ()
) -> Written:
    """Write ``protocols/ID.md``, and beside the intervention a data recipe where the plan needs one.

    Parameters
    ----------
    given : sequence of (str, str)
        Any fields of the plan, as typed: they replace what the answers led to.

    Raises
    ------
    FormError
        There is such a plan already, or a field cannot be set.
    """
    file = workspace.protocols / f"{ready.id}.md"
    if file.exists():
        do = "Delete it, or answer for another plan."
        raise FormError(Problem(file=file.name, found="a plan", needed="a free name", do=do))
    folder, recipe = _recipe(session, workspace, ready)
    fields = plan_fields(ready.known, ready.draft, ready.id, folder.name, ready.chosen)
    head = front_matter(fields)
    for path, typed in given:
        head = _with(head, path, typed, file.name)
    others = [one for one in ready.weighed if one is not ready.chosen]
    words = words_of(ready.known, ready.draft)
    text = head + prose(ready.proposal, ready.chosen, others, words, _minimum(fields))
    if recipe:
        folder.mkdir(parents=True, exist_ok=True)
        _put(folder / "data.yaml", recipe)
    workspace.protocols.mkdir(exist_ok=True)
    _put(file, text)
    return Written(plan=file, recipe=folder / "data.yaml" if recipe else None)


def _with(head: str, path: str, typed: str, file: str) -> str:
    """Set one field of a front matter."""
    inner = head.removeprefix("---\n").removesuffix("---\n")
    return f"---\n{set_field(inner, path, value_of(typed, path=path, file=file), file=file)}---\n"


def _minimum(fields: Mapping[str, Any]) -> str:
    least = fields["minimum_effect"]
    if least is None:
        return ""
    unit = "per cent" if least["unit"] == "per_cent" else fields["outcome"]["unit"]
    return f"{least['value']:g} {unit}. "


def _recipe(session: Session, workspace: Workspace, ready: Ready) -> tuple[Path, str]:
    """The folder that the plan names, and the recipe to write into it; empty where none is needed."""
    known, draft, chosen = ready.known, ready.draft, ready.chosen
    source = known.source(draft)
    if source.kind in ("recipe", "police"):
        return workspace.case_studies / source.called, ""
    entry = current(session, INTERVENTION.name, id=str(known.intervention.id))
    folder = workspace.case_studies / (entry.slug if entry else ready.id.lower())
    if (folder / "data.yaml").exists():
        folder = folder.with_name(f"{folder.name}-{ready.id.rpartition('-')[2].lower()}")
    if source.kind == "none":
        return folder, ""
    columns = {"unit": "area_name", "period": "period", "outcome": "value"}
    if source.exposure:
        columns["exposure"] = source.exposure
    up = Path(os.path.relpath(workspace.root / source.called, folder)).as_posix()
    kind = "simulated" if source.simulated else known.measure(draft).source
    fields: dict[str, Any] = {
        "form": "evalkit/mapping/1",
        "source": "Simulated by evalkit data simulate, not evidence" if source.simulated else kind,
        "licence": _LICENCE.get(kind, "not stated"),
        "file": up,
        "sha256": sha256_of(workspace, source),
        "columns": columns,
    }
    if chosen.design.design != "its":
        fields["treated_from"] = known.starts(draft)
    if gone := left_out(known, draft, chosen.design):
        fields["leave_out"] = gone
    if chosen.design.design == "its" and len(known.starts(draft)) > 1:
        fields["add_up"] = True
    return folder, recipe_text(fields)


def _put(file: Path, text: str) -> None:
    with file.open("x", encoding="utf-8", newline="") as new:
        new.write(text)
