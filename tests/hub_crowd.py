"""A large edition: any number of interventions with a plan, a run, a notebook and two findings each."""

import json
from dataclasses import replace
from itertools import cycle, islice
from typing import get_args

from pydantic import TypeAdapter

from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding, Verdict
from evalkit.types.intervention import Intervention, Kind
from tests.hub_sample import sample

MODEL = "EM-2026-0002"  # the one with two findings
INTERVENTION = TypeAdapter(Intervention)
KINDS: tuple[str, ...] = get_args(Kind)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
STATUSES = ("live", "completed", "planned")
POLICE_AREAS = ("E23000018", "E23000019", "E23000020", "E23000021", "E23000022")


def crowd(number: int) -> Catalogue:
    """An edition with so many interventions, of every kind, in every police area, with every verdict."""
    few = sample()
    one = next(each for each in few.interventions if each.id == MODEL)
    plan = next(each for each in few.protocols if each.intervention == MODEL)
    run = next(each for each in few.evaluations if each.protocol == plan.id)
    findings = [each for each in few.findings if each.protocol == plan.id]
    ids = [f"EM-2026-{1000 + i}" for i in range(number)]
    verdicts = cycle(VERDICTS)
    return replace(
        few,
        interventions=tuple(_intervention(one, id, i) for i, id in enumerate(ids)),
        protocols=tuple(
            replace(
                plan,
                id=f"{id}-P1",
                intervention=id,
                text=plan.text.replace(MODEL, id),
                canonical=_renamed(plan.canonical, id),
            )
            for id in ids
        ),
        evaluations=tuple(replace(run, protocol=f"{id}-P1") for id in ids),
        findings=tuple(
            _finding(each, id, verdict)
            for id in ids
            for each, verdict in zip(findings, islice(verdicts, len(findings)), strict=True)
        ),
        notebooks={f"{id}-P1": few.notebooks[plan.id] for id in ids},
        amendments={},
        held_back={},
    )


def _renamed(canonical: str, id: str) -> str:
    return json.dumps(json.loads(canonical.replace(MODEL, id)), sort_keys=True)


def _intervention(one: Intervention, id: str, i: int) -> Intervention:
    renamed = INTERVENTION.validate_json(
        INTERVENTION.dump_json(one, by_alias=True).replace(MODEL.encode(), id.encode())
    )
    return replace(
        renamed,
        name=f"Evening patrols {i + 1}",
        summary=f"Officers walked {i + 1} planned routes in the evening, because robberies were many there.",
        kind=KINDS[i % len(KINDS)],
        status=STATUSES[i % len(STATUSES)],
        areas=(POLICE_AREAS[i % len(POLICE_AREAS)],),
        worked_example=False,
    )


def _finding(one: Finding, id: str, verdict: Verdict) -> Finding:
    return replace(
        one,
        id=one.id.replace(MODEL, id),
        interventions=(id,),
        protocol=f"{id}-P1",
        verdict=verdict,
    )
