"""Gather what pages are made from: of a registry, or of some of its groups."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from evalkit.registry.interventions import read_areas, read_interventions
from evalkit.registry.protocols import read_newest_protocols, read_protocols
from evalkit.registry.reading import read_all
from evalkit.registry.runs import Run
from evalkit.registry.store import Session
from evalkit.registry.stored import amended
from evalkit.types.catalogue import Catalogue
from evalkit.workflow.in_public import InPublic
from evalkit.workflow.indicator_rules import indicator_profiles
from evalkit.workflow.notebook_pages import PAGES, read_notebooks
from evalkit.workflow.overdue import overdue, read_late
from evalkit.workflow.plan_history import amendments
from evalkit.workflow.public import public_history
from evalkit.workflow.ratings import assess
from evalkit.workflow.run_record import ran_plans
from evalkit.workflow.shielded import Rule, rules_of, shielded
from evalkit.workflow.shielded_values import shield
from evalkit.workflow.weights_named import weight_tables
from evalkit.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Records with pages of their own, and the rule for small numbers of each run in ``public``."""

    records: Catalogue
    rules: tuple[Rule, ...]


def gathered(
    session: Session,
    workspace: Workspace,
    *,
    notebooks: Path,
    public: InPublic,
    day: datetime.date,
) -> Gathered:
    """Everything that pages of interventions, plans and findings tell.

    Parameters
    ----------
    public : InPublic
        What of the session's findings is public.
    day : date
        Of the edition.

    Raises
    ------
    NotebookError
        A notebook's numbers are not those of its evaluation.
    """
    shown, protocols = public.runs, read_newest_protocols(session)
    ran = dict(zip(map(_key, shown), ran_plans(session, shown), strict=True))
    rules = rules_of(session, shown)
    withdrawn = {one.protocol for one, _ in public.withdrawn}
    planned = [  # a notebook tells of all findings of its plan
        run.evaluation
        for run in shown
        if not run.evaluation.exploratory
        and _key(run) not in public.superseded
        and run.evaluation.protocol not in withdrawn
    ]
    indicators = shield(
        read_all(session, "indicator-value"),
        read_all(session, "indicator-limits"),
        indicator_profiles(session),
    )
    records = Catalogue(
        publisher=workspace.publisher,
        region=workspace.region,
        prefix=workspace.prefix,
        address=workspace.address,
        edition=day,
        ledger_head="",
        areas=read_areas(session),
        interventions=read_interventions(session),
        protocols=protocols,
        evaluations=tuple(
            shielded(run.evaluation, rule.profile) for run, rule in zip(shown, rules, strict=True)
        ),
        findings=public.findings,
        notebooks=read_notebooks(notebooks, planned, kept=workspace.root / PAGES),
        ran=ran,
        records={_key(run): run.record for run in shown if run.record is not None},
        amendments={id: amendments(session, id) for id in amended(session, "protocol")},
        held_back={one.protocol: one.why for one in public.kept_back},
        overdue=overdue(read_protocols(session), public.findings, read_late(session), today=day),
        assessments=assess(session, shown, public.findings),
        history=public_history(session),
        weight_tables=weight_tables(session, (*protocols, *ran.values())),
        values=indicators.values,
        limits=indicators.limits,
        value_notes=indicators.notes,
        withdrawn=public.withdrawn,
        steps=public.steps,
    )
    return Gathered(records=records, rules=rules)


def _key(run: Run) -> tuple[str, bool]:
    return run.evaluation.protocol, run.evaluation.exploratory
