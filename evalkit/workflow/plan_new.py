"""A new plan: its number, the answers so far, and the draft that is written from them."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from evalkit.errors import FormError, Problem, ProtocolError
from evalkit.findings.power_words import PowerWords
from evalkit.proposal import Proposal
from evalkit.registry import entries
from evalkit.registry.interventions import read_areas, read_intervention, read_interventions
from evalkit.registry.kinds import INTERVENTION
from evalkit.registry.protocols import subjects
from evalkit.registry.store import Session
from evalkit.registry.stored import current
from evalkit.text.edit import set_field
from evalkit.text.strict_yaml import parse
from evalkit.types.measure import Measure
from evalkit.workflow.drafts import Draft
from evalkit.workflow.fields import value_of
from evalkit.workflow.plan_designs import Weighed, situation, unit_of
from evalkit.workflow.plan_fields import left_out, plan_fields
from evalkit.workflow.plan_questions import Known, outcomes
from evalkit.workflow.plan_source import Places, offers, open_source, sha256_of
from evalkit.workflow.plan_text import front_matter, prose, recipe_text
from evalkit.workflow.workspace import Workspace

FORM = "form: evalkit/plan-answers/1\n"
ANSWERS = ".answers.yaml"
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


def known_of(session: Session, workspace: Workspace, id: str, *, cwd: Path) -> Known:
    """What is registered for a plan on this intervention.

    Raises
    ------
    RegistryError, ProtocolError
        There is no such intervention, it has no outcome in a theory of change, or no measure is registered.
    """
    intervention = read_intervention(session, id)
    if not outcomes(intervention):
        found, needed = "no outcome in its theory of change", "one, so that it can be measured"
        do = f"Add one: evalkit intervention edit {id} --reason ..."
        raise ProtocolError(Problem(file=id, found=found, needed=needed, do=do))
    measures = {
        one.name: one for one in entries.read_all(session, "measure") if isinstance(one, Measure)
    }
    if not measures:
        do = "Add one: evalkit measure add --template > measure.yaml, then evalkit measure add measure.yaml"
        raise ProtocolError(Problem(found="no registered measure", needed="what is counted", do=do))
    areas = read_areas(session)
    tables = {one.id: one.table for one in entries.read_all(session, "snapshot")}
    places = Places(workspace=workspace, cwd=cwd, areas=areas, tables=tables)

    others = [one for one in read_interventions(session) if one.id != intervention.id]
    busy = {
        code: f"{one.id} since {one.start}"
        for one in others
        if one.status in ("live", "completed", "stopped")
        for code in one.areas
    }
    return Known(
        intervention=intervention,
        measures=measures,
        areas=areas,
        busy=busy,
        offered=offers(workspace),
        opened=cache(partial(open_source, places)),
    )


def next_id(session: Session, workspace: Workspace, intervention: str) -> str:
    """The id of the intervention's next plan: one that no plan and no unfinished answers have."""
    taken = set(subjects(session)) | {
        path.name.partition(".")[0] for path in workspace.protocols.glob(f"{intervention}-P*")
    }
    return next(id for n in range(1, 1_000) if (id := f"{intervention}-P{n}") not in taken)


def begin(workspace: Workspace, id: str) -> Path:
    """Make the file that keeps the answers."""
    file = workspace.protocols / f"{id}{ANSWERS}"
    workspace.protocols.mkdir(exist_ok=True)
    with file.open("x", encoding="utf-8") as new:
        new.write(FORM)
    return file


def unfinished(workspace: Workspace, intervention: str) -> Path:
    """The answers that were kept for a plan on this intervention, the newest plan's.

    Raises
    ------
    FormError
        None were.
    """
    found = sorted(
        workspace.protocols.glob(f"{intervention}-P*{ANSWERS}"),
        key=lambda path: int(re.sub(r"\D", "", path.name.partition("-P")[2].partition(".")[0])),
    )
    if not found:
        do = f"Begin: evalkit protocol new {intervention}"
        raise FormError(Problem(found="no answers that were kept", needed="some", do=do))
    return found[-1]


def labels(known: Known, draft: Draft, weighed: Sequence[Weighed]) -> tuple[str, ...]:
    """What each design is called in a table: ``did, 3 of 30 districts``."""
    there, unit = situation(known, draft), known.source(draft).unit
    return tuple(
        f"did, {there.n_treated} of {there.n_treated + there.n_comparison} {unit}s"
        if one.design.design == "did"
        else "its, one series" + f" of {there.n_treated} {unit}s" * (there.n_treated > 1)
        for one in weighed
    )


def chosen_of(weighed: Sequence[Weighed], design: str | None) -> Weighed:
    """The design that was asked for, or the proposed one.

    Raises
    ------
    FormError
        It is blocked, or nothing is proposed.
    """
    for one in weighed:
        if design in (None, "") and one.design.verdict == "proposed":
            return one
        if one.design.design == design and one.design.verdict != "blocked":
            return one
    against = "; ".join(
        f"{one.design.design} {one.design.verdict}: {', '.join(one.design.blockers)}"
        for one in weighed
        if design in (None, "", one.design.design)
    )
    needed = "a design that can be run" if design else "a design that can answer the question"
    raise FormError(Problem(field="--design", found=against or str(design), needed=needed))


def words_of(known: Known, draft: Draft) -> PowerWords:
    """What things are called."""
    unit = unit_of(known, draft)
    return PowerWords(
        unit=unit, areas=f"{known.source(draft).unit}s", period=unit.rpartition(" a ")[2]
    )


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
    parse(inner, file=file)
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
    if chosen.design.design == "did":
        fields["treated_from"] = known.starts(draft)
    if gone := left_out(known, draft, chosen.design):
        fields["leave_out"] = gone
    return folder, recipe_text(fields)


def _put(file: Path, text: str) -> None:
    with file.open("x", encoding="utf-8", newline="") as new:
        new.write(text)
