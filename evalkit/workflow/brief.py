"""The brief of a finding in the register, whether it is published or not."""

from evalkit.findings.brief import Brief, brief_of
from evalkit.registry.interventions import read_areas, read_interventions
from evalkit.registry.store import Session
from evalkit.workflow.explain import all_runs
from evalkit.workflow.review import State, stand_of


def registered_brief(session: Session, id: str) -> tuple[Brief, State]:
    """The brief and how far the finding has come; RegistryError, with the known ids, where there is none."""
    stand = stand_of(session, id)
    known = {one.id: one for one in read_interventions(session)}
    run = next((run for run in all_runs(session) if any(f.id == id for f in run.findings)), None)
    brief = brief_of(
        stand.finding,
        [known[key] for key in sorted(set(stand.finding.interventions))],
        read_areas(session),
        evaluation=run.evaluation if run else None,
        state=stand.state,
    )
    return brief, stand.state
