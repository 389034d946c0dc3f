"""A new plan: its number, the answers so far, and the draft that is written from them."""

import re
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from evalkit.errors import FormError, Problem, ProtocolError
from evalkit.findings.power_words import PowerWords
from evalkit.registry import entries
from evalkit.registry.interventions import read_areas, read_intervention, read_interventions
from evalkit.registry.protocols import subjects
from evalkit.registry.store import Session
from evalkit.types.measure import Measure
from evalkit.workflow.drafts import Draft
from evalkit.workflow.plan_before import unit_of
from evalkit.workflow.plan_designs import Weighed, situation
from evalkit.workflow.plan_questions import Known
from evalkit.workflow.plan_source import Places, offers, open_source
from evalkit.workflow.plan_suggestions import outcomes
from evalkit.workflow.workspace import Workspace

FORM = "form: evalkit/plan-answers/1\n"
ANSWERS = ".answers.yaml"


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
    places = Places(
        workspace=workspace, cwd=cwd, areas=areas, tables=tables, registered=intervention.areas
    )

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
    said = {
        "did": f"did, {there.n_treated} of {there.n_treated + there.n_comparison} {unit}s",
        "controlled_its": f"controlled_its, {there.n_treated} beside {there.n_comparison} {unit}s",
        "its": "its, one series" + f" of {there.n_treated} {unit}s" * (there.n_treated > 1),
    }
    return tuple(said[one.design.design] for one in weighed)


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
