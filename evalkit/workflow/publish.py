"""Publish: gather one edition from the registry and build the hub."""

from pathlib import Path

from evalkit.errors import HubError
from evalkit.findings.compose import from_external
from evalkit.hub.render import build
from evalkit.registry.findings import read_evaluations, read_external_findings, read_findings
from evalkit.registry.interventions import read_areas, read_interventions
from evalkit.registry.ledger import entries, verify
from evalkit.registry.protocols import read_newest_protocols
from evalkit.registry.store import Session
from evalkit.types.catalogue import Catalogue
from evalkit.workflow.notebook import read_notebooks
from evalkit.workflow.workspace import Workspace


def catalogue(session: Session, workspace: Workspace, *, notebooks: Path) -> Catalogue:
    """One edition of the hub, dated by the newest entry of the ledger.

    Raises
    ------
    HubError
        Nothing is registered, or the registry is not intact.
    NotebookError
        A notebook's numbers are not those of its evaluation.
    """
    verified = verify(session)
    if verified.first_problem:
        raise HubError(
            f"the registry is not intact: {verified.first_problem}; nothing is published from it"
        )
    ledger = entries(session)
    if not ledger:
        raise HubError(
            "nothing is registered yet; it needs at least one intervention "
            "(evalkit intervention add case_studies/NAME/intervention.yaml)"
        )
    published = (from_external(result) for result in read_external_findings(session))
    found = (*read_findings(session), *published)
    evaluations = read_evaluations(session)
    return Catalogue(
        publisher=workspace.publisher,
        region=workspace.region,
        prefix=workspace.prefix,
        edition=max(entry.on for entry in ledger),
        ledger_head=verified.head,
        areas=read_areas(session),
        interventions=read_interventions(session),
        protocols=read_newest_protocols(session),
        evaluations=evaluations,
        findings=tuple(sorted(found, key=lambda finding: finding.id)),
        notebooks=read_notebooks(notebooks, evaluations),
    )


def publish(
    session: Session, workspace: Workspace, *, notebooks: Path, out: Path
) -> tuple[Path, ...]:
    """Build the hub into ``out``; returns the files written."""
    return build(catalogue(session, workspace, notebooks=notebooks), out)
