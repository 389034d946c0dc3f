"""Publish: gather one edition from the registry, ask the gate, and build the hub."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from evalkit.errors import HubError
from evalkit.findings.deviations import why_held_back
from evalkit.hub.render import made, new_edition
from evalkit.hub.stage import Staged, Told, nothing_told, stage
from evalkit.registry.interventions import read_areas, read_interventions
from evalkit.registry.ledger import entries, head, length, verify
from evalkit.registry.protocols import read_newest_protocols, read_protocols
from evalkit.registry.reading import read_all
from evalkit.registry.runs import Run
from evalkit.registry.store import Session
from evalkit.registry.stored import amended
from evalkit.types.catalogue import Catalogue
from evalkit.workflow.amend_plan import amendments
from evalkit.workflow.explain import HeldBack, all_runs
from evalkit.workflow.gate import Gate, edition_in, inspect, path_rules, read_releases, refuse
from evalkit.workflow.in_public import InPublic, in_public
from evalkit.workflow.indicator_rules import indicator_profiles, indicator_rules
from evalkit.workflow.notebook_pages import PAGES, read_notebooks
from evalkit.workflow.overdue import overdue, read_late
from evalkit.workflow.public import public_history, public_ledger, public_nouns
from evalkit.workflow.ratings import assess
from evalkit.workflow.run_record import ran_plans
from evalkit.workflow.shielded import rules_of, shielded
from evalkit.workflow.shielded_values import shield
from evalkit.workflow.synthesis import standings
from evalkit.workflow.weights_named import weight_tables
from evalkit.workflow.workspace import Workspace


def catalogue(
    session: Session,
    workspace: Workspace,
    *,
    notebooks: Path,
    also: Collection[str] = (),
) -> Catalogue:
    """One edition of the hub, dated by the newest entry of the ledger; drafts are not in it.

    Parameters
    ----------
    notebooks : Path
        Where the executed ones are.
    also : collection of str
        Findings that are shown as if they had been published.

    Raises
    ------
    HubError
        Nothing is registered, or the registry is not intact.
    NotebookError
        A notebook's numbers are not those of its evaluation.
    """
    return _gathered(session, workspace, notebooks, _public(session, also))


def _public(session: Session, also: Collection[str] = ()) -> InPublic:
    """What is public, of a registry that is intact and has something in it."""
    verified = verify(session)
    if verified.first_problem:
        raise HubError(
            f"the registry is not intact: {verified.first_problem}; nothing is published from it"
        )
    if not length(session):
        raise HubError(
            "nothing is registered yet; it needs at least one intervention "
            "(evalkit intervention add case_studies/NAME/intervention.yaml)"
        )
    return in_public(session, also=also)


def _gathered(
    session: Session, workspace: Workspace, notebooks: Path, public: InPublic
) -> Catalogue:
    """The edition of what is public."""
    ledger = entries(session)
    shown, protocols = public.runs, read_newest_protocols(session)
    ran = dict(zip(map(_key, shown), ran_plans(session, shown), strict=True))
    rules = rules_of(session, shown)
    evaluations = tuple(
        shielded(run.evaluation, rule.profile) for run, rule in zip(shown, rules, strict=True)
    )
    withdrawn = {one.protocol for one, _ in public.withdrawn}
    planned = [  # a notebook tells of all findings of its plan
        run.evaluation
        for run in shown
        if not run.evaluation.exploratory
        and _key(run) not in public.superseded
        and run.evaluation.protocol not in withdrawn
    ]
    nouns = public_nouns(session)
    history = public_history(session)
    shielded_indicators = shield(
        read_all(session, "indicator-value"),
        read_all(session, "indicator-limits"),
        indicator_profiles(session),
    )
    day = max(entry.on for entry in ledger)
    return Catalogue(
        publisher=workspace.publisher,
        region=workspace.region,
        prefix=workspace.prefix,
        address=workspace.address,
        edition=day,
        ledger_head=head(session),
        areas=read_areas(session),
        interventions=read_interventions(session),
        protocols=protocols,
        evaluations=evaluations,
        findings=public.findings,
        notebooks=read_notebooks(notebooks, planned, kept=workspace.root / PAGES),
        ran=ran,
        records={_key(run): run.record for run in shown if run.record is not None},
        amendments={id: amendments(session, id) for id in amended(session, "protocol")},
        held_back={one.protocol: one.why for one in public.kept_back},
        overdue=overdue(read_protocols(session), public.findings, read_late(session), today=day),
        assessments=assess(session, shown, public.findings),
        needs=nouns.needs,
        duties=nouns.duties,
        definitions=nouns.definitions,
        events=nouns.events,
        organisations=nouns.organisations,
        ledger=public_ledger(ledger, history),
        history=history,
        weight_tables=weight_tables(session, (*protocols, *ran.values())),
        values=shielded_indicators.values,
        limits=shielded_indicators.limits,
        value_notes=shielded_indicators.notes,
        withdrawn=public.withdrawn,
        steps=public.steps,
        syntheses=standings(session),
    )


def _key(run: Run) -> tuple[str, bool]:
    return run.evaluation.protocol, run.evaluation.exploratory


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a build wrote, and which findings it left out."""

    files: tuple[Path, ...]
    held_back: tuple[HeldBack, ...]


MEMORY = ".evalkit/hub.json"
"""What the last build remembers, so that the next makes only what changed; scratch that may be deleted."""
READINGS = ".evalkit/numbers.json"
"""What the gate read in files, so that it reads only new ones; scratch too."""
Files = TypeVar("Files", bound=Mapping[str, str | bytes])


def publish(
    session: Session,
    workspace: Workspace,
    *,
    notebooks: Path,
    out: Path,
    tell: Told = nothing_told,
) -> Published:
    """Build the hub into ``out``; findings that are not published are left out.

    Raises
    ------
    HubError
        The edition gives a small number away, or a page cannot be made; then nothing is put out.
    """
    public = _public(session)
    gathered = _gathered(session, workspace, notebooks, public)
    memory = workspace.root / MEMORY
    with new_edition(out, memory=memory) as fresh:

        def fill(edition: Catalogue) -> Staged:
            return stage(edition, fresh, before=out, memory=memory, tell=tell)

        files, gate = _inspected(session, workspace, gathered, public.runs, out, fill)
        refuse(gate, HubError)
    files.remember()
    written = tuple(out / path for path in sorted(files))
    return Published(files=written, held_back=public.kept_back)


def edition(
    session: Session,
    workspace: Workspace,
    *,
    notebooks: Path,
    out: Path,
    also: Collection[str] = (),
) -> tuple[Mapping[str, str | bytes], Gate]:
    """Every file of the next edition, and what the gate says of them; nothing is put out.

    Parameters
    ----------
    out : Path
        Where the edition is that is out: numbers are compared with it.
    also : collection of str
        Findings that are in it as if they had been published.
    """
    public = _public(session, also)
    gathered = _gathered(session, workspace, notebooks, public)
    make = partial(made, before=out, memory=workspace.root / MEMORY)
    return _inspected(session, workspace, gathered, public.runs, out, make)


def _inspected(
    session: Session,
    workspace: Workspace,
    gathered: Catalogue,
    runs: Sequence[Run],
    out: Path,
    make: Callable[[Catalogue], Files],
) -> tuple[Files, Gate]:
    """The files of an edition, with what is released said on its page, and what the gate says of them."""
    rules = indicator_rules(session) | path_rules(session, runs)
    before = edition_in(out) if any(rule.profile.hides for rule in rules.values()) else {}
    ask = partial(
        inspect,
        rules=rules,
        releases=read_releases(session),
        before=before,
        areas=tuple(gathered.areas.values()),
        memory=workspace.root / READINGS,
    )
    files = make(gathered)
    gate = ask(files)
    if gate.released:  # once more, with what is released said on its page
        files = make(replace(gathered, released=gate.released))
        gate = ask(files)
    return files, gate


def publishable(session: Session) -> tuple[str, ...]:
    """Own findings that only their review may still keep back; the gate is asked about them beforehand."""
    return tuple(
        finding.id
        for run in all_runs(session)
        if not why_held_back(run.evaluation.deviations)
        for finding in run.findings
    )
