"""A workspace whose registry holds a crowd: each with a locked plan, a run and two published findings."""

import datetime
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from evalkit.registry import entries
from evalkit.registry.canonical import sha256_text
from evalkit.registry.findings import save_run
from evalkit.registry.interventions import add_intervention, read_interventions
from evalkit.registry.protocols import add_locked_protocol, read_protocol
from evalkit.registry.put import put
from evalkit.registry.store import Session, create_registry, open_registry
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding
from evalkit.types.need import Need
from evalkit.types.publication import Publication
from evalkit.types.run import DataUsed, RunRecord
from evalkit.workflow.explain import all_runs
from evalkit.workflow.review import fingerprint
from evalkit.workflow.run_record import made_with
from evalkit.workflow.workspace import Workspace, find_workspace

DAY, BY, READER = datetime.date(2026, 3, 2), "us", "Second reader"
_SETTINGS = '[workspace]\nprefix = "EM"\nregion = "East Midlands"\npublisher = "Us"\n'


def written(crowd: Catalogue, folder: Path) -> Workspace:
    """Register everything, run nothing: what runs said is in the crowd."""
    (folder / "reports").mkdir(parents=True)
    (folder / "evalkit.toml").write_text(_SETTINGS, encoding="utf-8")
    workspace = find_workspace(folder)
    create_registry(workspace.url)
    with open_registry(workspace.url, write=True) as session:
        for need in crowd.needs:
            entries.register(session, "need", need, on=DAY, by=BY)
        _register(session, crowd)
        for finding in [one for run in all_runs(session) for one in run.findings]:
            _publish(session, finding)
    return workspace


def another_need(workspace: Workspace) -> None:
    """Register something that only pages about the whole tell of, on a later day."""
    need = Need(
        form="evalkit/need/1",
        id="derby-2027/N9",
        area="E23000018",
        text="Another need",
        source="Strategic needs assessment 2027",
    )
    with open_registry(workspace.url, write=True) as session:
        entries.register(session, "need", need, on=DAY + datetime.timedelta(days=9), by=BY)


def amended(workspace: Workspace) -> None:
    """Change one sentence of one intervention."""
    with open_registry(workspace.url, write=True) as session:
        one = read_interventions(session)[0]
        (newest, *_) = reversed(entries.versions(session, "intervention", one.id or ""))
        entries.amend(
            session,
            "intervention",
            one.id or "",
            replace(one, summary=f"{one.summary} More."),
            text="# text\n",
            on=DAY,
            by=BY,
            reason="why",
            based_on=newest.version,
        )


CHANGES: Mapping[str, Callable[[Workspace], None]] = {
    "an intervention's summary": amended,
    "a need, and a new day": another_need,
}
"""What is changed before a hub is built again, by what it is called."""


def _register(session: Session, crowd: Catalogue) -> None:
    runs = {run.protocol: run for run in crowd.evaluations}
    of: dict[str, list[Finding]] = defaultdict(list)
    for finding in crowd.findings:
        of[finding.protocol].append(finding)
    for work, plan in zip(crowd.interventions, crowd.protocols, strict=True):
        slug = (work.id or "").lower()
        alone = replace(work, needs=())
        add_intervention(session, alone, slug=slug, on=DAY, prefix="EM", by=BY, text="# text\n")
        sealed = replace(plan, sha256=sha256_text(plan.canonical))
        add_locked_protocol(session, sealed, by=BY)
        locked = read_protocol(session, plan.id)
        run = replace(
            runs[plan.id],
            version=locked.version,
            protocol_sha256=locked.sha256,
            label=locked.label,
        )
        fields = json.loads(locked.canonical)
        record = RunRecord(
            protocol=locked.id,
            version=locked.version,
            plan_sha256=locked.sha256,
            label=locked.label,
            exploratory=False,
            data=(DataUsed(file=run.provenance.file, sha256=run.provenance.sha256),),
            packages=made_with(),
            seed=None,
            parameters={
                name: json.dumps(value)
                for name, value in fields.items()
                if name not in ("form", "id", "intervention")
            },
            recipe="",
        )
        save_run(session, run, tuple(of[plan.id]), record, on=DAY, by=BY)


def _publish(session: Session, finding: Finding) -> None:
    """As the commands do, without asking the gate about a whole hub for each."""
    step = Publication(
        form="evalkit/publication/1",
        id=finding.id,
        state="reviewed",
        finding_sha256=fingerprint(finding),
        reason="Read against the plan",
        done=DAY,
    )
    for one in (step, replace(step, state="published")):
        put(session, "publication", one, on=DAY, by=READER, reason=step.reason)
