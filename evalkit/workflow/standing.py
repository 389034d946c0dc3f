"""Gather from one workspace everything that its status is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evalkit.errors import FormError
from evalkit.registry.findings import read_evaluations
from evalkit.registry.interventions import read_areas, read_interventions
from evalkit.registry.ledger import verify
from evalkit.registry.protocols import read_protocols
from evalkit.registry.reading import read_all
from evalkit.registry.store import Session
from evalkit.registry.stored import current
from evalkit.text import read_fields
from evalkit.workflow.in_public import in_public
from evalkit.workflow.overdue import read_late
from evalkit.workflow.status import Records
from evalkit.workflow.synthesis import standings
from evalkit.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a workspace holds.

    Attributes
    ----------
    records : Records
    unreadable : mapping of str to str
        By folder: why an ``intervention.yaml`` cannot be read at all.
    damage : str or None
        The registry's first problem; None where it is whole.
    stale : mapping of str to str
        By question of a synthesis: why its result is out of date.
    """

    records: Records
    unreadable: Mapping[str, str]
    damage: str | None
    stale: Mapping[str, str]


def standing(session: Session, workspace: Workspace) -> Standing:
    """Everything registered, and the drafts in ``case_studies`` that are not.

    Raises
    ------
    RegistryError
        A record can no longer be read.
    """
    drafts, unreadable = _drafts(session, workspace)
    public = in_public(session)
    records = Records(
        interventions=read_interventions(session),
        values=read_all(session, "indicator-value"),
        protocols=read_protocols(session),
        evaluations=read_evaluations(session),
        findings=public.findings,
        kept_back=public.kept_back,
        withdrawn=public.withdrawn,
        late_results=read_late(session),
        duty_products=read_all(session, "duty"),
        agreements=read_all(session, "agreement"),
        drafts=drafts,
        areas={code: area.name for code, area in read_areas(session).items()},
    )
    return Standing(
        records=records,
        unreadable=unreadable,
        damage=verify(session).first_problem,
        stale={one.question.id: one.stale for one in standings(session) if one.stale},
    )


def _drafts(
    session: Session, workspace: Workspace
) -> tuple[dict[str, Mapping[str, Any]], dict[str, str]]:
    """Texts whose folder no registered intervention has, and those that are no YAML."""
    drafts: dict[str, Mapping[str, Any]] = {}
    unreadable: dict[str, str] = {}
    for path in sorted(workspace.case_studies.glob("*/intervention.yaml")):
        folder = path.parent.name
        if current(session, "intervention", slug=folder) is not None:
            continue
        try:
            drafts[folder] = read_fields(path)
        except FormError as error:
            unreadable[folder] = str(error).partition("\n")[0]
    return drafts, unreadable
