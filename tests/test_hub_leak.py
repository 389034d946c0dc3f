"""Secrets planted in everything private appear in no file of the hub: page, table, feed, index, database."""

import datetime
import json
import re
import sqlite3
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from evalkit.data.disclosure.profiles import profile_of
from evalkit.hub import build
from evalkit.registry.entries import register
from evalkit.registry.store import create_registry, open_registry
from evalkit.report.figures.plot import period_words
from evalkit.types.agreement import Agreement
from evalkit.types.data_source import Break, DataSource
from evalkit.types.definition import Definition
from evalkit.types.indicator_value import IndicatorValue, value_id
from evalkit.types.self_assessment import SelfAssessment, Stage
from evalkit.types.theory import TheoryOfChange
from evalkit.workflow.publish import publish
from evalkit.workflow.shielded import shielded
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
        publish(session, workspace, notebooks=root, out=root / "hub")
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


SMALL = 7.0
"""A count below ten; no other number of the sample is written so."""


def test_small_cells_are_in_no_file(tmp_path: Path) -> None:
    """A series with a guarded small count, and a value that was too small to be kept."""
    edition = sample()
    run = next(one for one in edition.evaluations if one.path)
    path = tuple(replace(point, observed=90.0 + n % 30) for n, point in enumerate(run.path))
    planted = replace(run, path=(*path[:5], replace(path[5], observed=SMALL), *path[6:]))
    month = planted.path[5].period

    def told(hidden: bool) -> list[str]:
        shown = shielded(planted, profile_of("uk-llc")) if hidden else planted
        others = tuple(one for one in edition.evaluations if one is not run)
        build(replace(edition, evaluations=(*others, shown)), tmp_path / str(hidden))
        return [p.name for p in (tmp_path / str(hidden)).rglob("*") if _shows(p, month)]

    assert told(False), "the search bites"
    assert told(True) == []
    small = [v for v in edition.values if v.suppressed]
    assert small and all(value.value is None for value in small)


def _shows(path: Path, month: str) -> bool:
    """Whether a table, record or database holds the small count of the month."""
    if not path.is_file():
        return False
    if path.suffix == ".csv":
        return f"{month},{SMALL:g}" in path.read_text() or f"{month},{SMALL}" in path.read_text()
    if path.suffix == ".json":
        rows = json.loads(path.read_text()).get("path", [])
        return any(row["period"] == month and row["observed"] == SMALL for row in rows)
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as database:
            return month in "\n".join(database.iterdump())
    words = re.sub(r"<[^>]+>", "|", path.read_text())
    return bool(re.search(rf"{period_words(month)}\|+\s*{SMALL:g}(\.0)?\|", words))


def test_a_withdrawn_finding_leaves_its_title_and_the_reason_and_nothing_else(
    tmp_path: Path,
) -> None:
    edition = sample()
    gone = next(one for one in edition.findings if one.id == "EM-2026-0002-F01")
    texts = {f.name for f in fields(gone) if isinstance(getattr(gone, f.name), str)}
    texts -= {"id", "verdict", "better", "protocol", "headline"}
    listed = {"supports", "limits", "how_big", "could_be_wrong"}
    hidden = replace(
        gone,
        headline="The title that stays",
        **dict.fromkeys(texts, SECRET),
        **dict.fromkeys(listed, (SECRET,)),
    )
    rest = tuple(one for one in edition.findings if one.id != gone.id)
    left = replace(edition, findings=rest, withdrawn=((hidden, "Counted twice."),))
    assessed = {key: one for key, one in edition.assessments.items() if key != gone.id}
    build(replace(left, assessments=assessed), tmp_path / "hub")
    title, reason = [], []
    for path in (tmp_path / "hub").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert SECRET.lower().encode() not in content.lower(), path.name
        title += [path.name] * (b"The title that stays" in content)
        reason += [path.name] * (b"Counted twice." in content)
    assert "em-2026-0002-f01.html" in title and set(title) == set(reason)
    assert {Path(name).suffix for name in title} == {
        ".html"
    }  # its page, and those that say it is gone
    assert not (tmp_path / "hub" / "briefs" / "em-2026-0002-f01.html").exists()
    assert not (tmp_path / "hub" / "data" / "em-2026-0002-f01.csv").exists()
