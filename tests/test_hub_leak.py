"""Secrets planted in everything private appear in no file of the hub: page, table, feed, index, database."""

import datetime
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evalkit.hub import build
from evalkit.registry.entries import register
from evalkit.registry.store import create_registry, open_registry
from evalkit.types.agreement import Agreement
from evalkit.types.data_source import Break, DataSource
from evalkit.types.definition import Definition
from evalkit.types.indicator_value import IndicatorValue, value_id
from evalkit.types.self_assessment import SelfAssessment, Stage
from evalkit.types.theory import TheoryOfChange
from evalkit.workflow.publish import catalogue
from evalkit.workflow.workspace import Workspace
from tests.hub_sample import sample

DAY = datetime.date(2026, 11, 1)
SECRET = "Zanzibar"
SLUG = "zanzibar-is-secret"


def _private() -> list[tuple[str, Any]]:
    """A record of every private kind, every free field of it a secret; and a draft."""
    stage = Stage(stage="emerging", note=SECRET)
    return [
        (
            "assessment",
            SelfAssessment(
                form="evalkit/self-assessment/1",
                id=f"{SLUG}-1",
                area="E23000018",
                day=DAY,
                collaboration=stage,
                co_production=stage,
                community_consensus=stage,
            ),
        ),
        (
            "agreement",
            Agreement(
                form="evalkit/agreement/1",
                id=f"{SLUG}-2",
                kind="data-sharing",
                title=SECRET,
                parties=(SECRET,),
                valid_from="2026",
                reference=SECRET,
                note=SECRET,
            ),
        ),
        (
            "source",
            DataSource(
                form="evalkit/data-source/1",
                id=f"{SLUG}-3",
                name=SECRET,
                owner=SECRET,
                measures=SECRET,
                misses=SECRET,
                suppression="police-5",
                contact=SECRET,
                lawful_basis_note=SECRET,
                breaks=(Break(on="2026", what=SECRET),),
            ),
        ),
        (
            "definition",
            Definition(
                form="evalkit/definition/1",
                id=f"{SLUG}-4",
                version="1.0",
                title=SECRET,
                wording=SECRET,
                source=SECRET,
                status="draft",
                note=SECRET,
            ),
        ),
        (
            "indicator-value",
            IndicatorValue(
                form="evalkit/indicator-value/1",
                intervention="EM-2026-0001",
                indicator="Homicides per 100,000 people",
                period="2026",
                value=None,
                suppressed=True,
                note=SECRET,
                by={"age": "under 25"},  # values by group are published, their notes are not
            ),
        ),
    ]


def _without_evidence(theory: TheoryOfChange | None) -> TheoryOfChange | None:
    """No finding is registered here that a link could name."""
    links = tuple(replace(link, evidence=()) for link in theory.links) if theory else ()
    return replace(theory, links=links) if theory else None


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("leak")
    workspace = Workspace(
        root=root, prefix="EM", region="East Midlands", publisher="us", registry_file="r.db"
    )
    create_registry(workspace.url)
    with open_registry(workspace.url, write=True) as session:
        for one in sample().interventions:
            told = replace(one, theory=_without_evidence(one.theory))
            register(session, "intervention", told, on=DAY, by=SECRET, slug=one.id or "")
        for kind, record in _private():
            if isinstance(record, IndicatorValue):
                record = replace(record, id=value_id(record))
            register(session, kind, record, on=DAY, by=SECRET)
        whole = catalogue(session, workspace, notebooks=root)
    assert len(whole.ledger) == 9
    build(whole, root / "hub")
    return root / "hub"


def test_no_secret_is_in_any_file_or_name(hub: Path) -> None:
    files = [path for path in hub.rglob("*") if path.is_file()]
    assert len(files) > 30
    for path in files:
        assert SLUG not in path.as_posix()
        content = path.read_bytes().lower()
        for secret in (SECRET, SLUG):
            for written in (secret.lower().encode(), secret.lower().encode("utf-16-le")):
                assert written not in content, path.relative_to(hub)


def test_no_secret_is_in_the_database_whatever_its_tables_are_called(hub: Path) -> None:
    with sqlite3.connect(hub / "data" / "register.sqlite") as database:
        told = "\n".join(database.iterdump())
    database.close()
    assert SECRET not in told and SLUG not in told and "EM-2026-0001" in told
    assert told.count('INSERT INTO "ledger"') == 9


def test_the_planted_secrets_would_be_found(hub: Path) -> None:
    """The search itself bites: what is public is found by it, in pages, tables, index and database."""
    holding = [
        path for path in hub.rglob("*") if path.is_file() and b"EM-2026-0003" in path.read_bytes()
    ]
    assert {path.suffix for path in holding} >= {".html", ".csv", ".js", ".sqlite"}
