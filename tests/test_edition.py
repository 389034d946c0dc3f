"""An edition from the registry: what did not change is neither proved nor gathered again."""

import contextlib
import datetime
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hub_parts.registry import amended, written
from evalkit.errors import HubError, RegistryError
from evalkit.evidence.ratings.schemes import SCALES
from evalkit.hub.edition import key_of
from evalkit.hub.parts import record_parts
from evalkit.registry import guards, outline
from evalkit.registry.canonical import sha256_text
from evalkit.registry.entries import register
from evalkit.registry.interventions import add_intervention
from evalkit.registry.kinds import KINDS
from evalkit.registry.ledger import verify
from evalkit.registry.models import Row
from evalkit.registry.protocols import add_locked_protocol
from evalkit.registry.put import put
from evalkit.registry.rows import ABOUT
from evalkit.registry.runs import read_newest
from evalkit.registry.store import Session, open_registry
from evalkit.types.indicator_value import IndicatorValue, value_id
from evalkit.types.late_result import LateResult
from evalkit.types.need import Need
from evalkit.types.packed import packed
from evalkit.types.publication import Publication
from evalkit.types.rating import GivenRating, Scheme, rating_id
from evalkit.workflow import edition as editions
from evalkit.workflow import groups
from evalkit.workflow.edition import Prepared, prepared
from evalkit.workflow.gathered import gathered
from evalkit.workflow.in_public import in_public
from evalkit.workflow.known_parts import PARTS, Known
from evalkit.workflow.publish import publish
from evalkit.workflow.review import fingerprint
from evalkit.workflow.workspace import Workspace
from tests.harm_to_files import HARMS, harmed
from tests.hub_crowd import crowd
from tests.hub_nouns import nouns as sample_nouns
from tests.tamperings import UNGUARDED, tamper
from tests.test_hub import tree
from tests.test_registry_samples import DAY, EXTERNAL

WORKS = 5
NEED = Need(
    form="evalkit/need/1",
    id="derby-2026/N1",
    area="E06000015",
    text="Young people carry knives",
    priority="high",
    source="Strategic needs assessment 2026",
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Five interventions, each with a plan, a run and two published findings."""
    return written(crowd(WORKS), tmp_path / "ours")


def prepare(workspace: Workspace) -> Prepared:
    with open_registry(workspace.url) as session:
        known = prepared(session, workspace, notebooks=workspace.root / "notebooks")
        assert reads_what_it_says(known)
    return known


def reads_what_it_says(known: Prepared) -> bool:
    """Whether every part is read as the records that its key is a hash of."""
    parts = known.edition.parts
    return [key_of(one) for one in known.edition.read(parts)] == [one.key for one in parts]


def told(known: Prepared) -> tuple[object, ...]:
    """All of an edition, as text that can be compared."""
    parts = [(one.key, one.names, packed(one.bare)) for one in known.edition.parts]
    return parts, packed(known.edition.whole), known.rules, known.releases, known.kept_back


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The owners of each group that is gathered from now on."""
    found: list[tuple[str, ...]] = []

    def watched(source: groups.Source, some: tuple[groups.Group, ...], *, prove: bool) -> object:
        found.extend(one.owners for one in some)
        return groups.read_groups(source, some, prove=prove)

    monkeypatch.setattr(editions, "read_groups", watched)
    return found


def test_a_few_groups_at_a_time_tell_what_all_together_tell(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = prepare(workspace)
    with open_registry(workspace.url) as session:
        whole = gathered(
            session,
            workspace,
            notebooks=workspace.root / "notebooks",
            public=in_public(session),
            day=known.edition.whole.edition,
        )
    together = {key_of(packed(one)) for one in record_parts(whole.records)}
    assert len(together) == WORKS
    assert {part.key for part in known.edition.parts} == together
    assert known.edition.whole.history == whole.records.history
    (workspace.root / PARTS).unlink()
    monkeypatch.setattr(editions, "AT_ONCE", 2)
    assert told(prepare(workspace)) == told(known)


def test_a_hub_whose_registry_another_process_reads_is_the_same(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebooks, clean = workspace.root / "notebooks", workspace.root.with_name("clean")
    for change in (lambda _: None, amended):
        change(workspace)
        with monkeypatch.context() as patched, open_registry(workspace.url) as session:
            patched.setattr(outline, "LARGE", 0)
            publish(session, workspace, notebooks=notebooks, out=workspace.reports)
    shutil.rmtree(workspace.root / ".evalkit")
    with open_registry(workspace.url) as session:
        publish(session, workspace, notebooks=notebooks, out=clean)
    assert tree(workspace.reports) == tree(clean)


def test_what_did_not_change_is_not_gathered_again(
    workspace: Workspace, asked: list[tuple[str, ...]]
) -> None:
    first = prepare(workspace)
    assert len(set(asked)) == WORKS
    asked.clear()
    with open_registry(workspace.url) as session:
        again = prepared(session, workspace, notebooks=workspace.root / "notebooks")
    assert asked == [] and told(again) == told(first)
    amended(workspace)
    with open_registry(workspace.url) as session:
        changed = prepared(session, workspace, notebooks=workspace.root / "notebooks")
    assert [owners[0] for owners in asked] == ["EM-2026-1000"]
    assert told(changed) != told(first)
    (workspace.root / PARTS).unlink()
    assert told(prepare(workspace)) == told(changed)


def test_a_settings_file_a_need_and_a_notebook_reach_what_they_touch(
    workspace: Workspace, asked: list[tuple[str, ...]]
) -> None:
    prepare(workspace)
    asked.clear()
    with open_registry(workspace.url, write=True) as session:
        register(session, "need", NEED, on=DAY, by="us")
    assert "derby-2026/N1" in {one.id for one in prepare(workspace).edition.whole.needs}
    assert {owners[0] for owners in asked} <= {f"EM-2026-100{n}" for n in range(WORKS)}
    other = replace(workspace, region="Another region")
    with open_registry(workspace.url) as session:
        elsewhere = prepared(session, other, notebooks=workspace.root / "notebooks")
    assert {part.bare.region for part in elsewhere.edition.parts} == {"Another region"}


def test_nothing_is_published_from_a_registry_without_entries(tmp_path: Path) -> None:
    from tests.test_registry_samples import fresh

    with (
        open_registry(fresh(tmp_path)) as session,
        pytest.raises(HubError, match="nothing is registered yet"),
    ):
        prepared(session, of(tmp_path), notebooks=tmp_path)


def of(folder: Path) -> Workspace:
    return Workspace(
        root=folder, prefix="EM", region="Here", publisher="us", registry_file="registry.db"
    )


def test_what_was_tampered_with_is_not_published_from_whatever_was_proved_before(
    workspace: Workspace,
) -> None:
    prepare(workspace)
    tamper(workspace.url, "UPDATE finding SET finding = replace(finding, 'fell', 'rose')")
    with pytest.raises(HubError) as refused:
        prepare(workspace)
    said = str(refused.value)
    assert said.startswith("the registry is not intact: Entry ") and "nothing is published" in said


@pytest.mark.parametrize("harm", HARMS)
def test_a_memory_that_cannot_be_believed_is_not(
    workspace: Workspace, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = told(prepare(workspace))
    harmed(workspace.root / PARTS, harm, monkeypatch)
    assert told(prepare(workspace)) == first


def test_a_folder_that_cannot_be_written_to_changes_nothing(workspace: Workspace) -> None:
    first = told(prepare(workspace))
    shutil.rmtree(workspace.root / ".evalkit")
    (workspace.root / ".evalkit").touch()
    assert told(prepare(workspace)) == first


def test_every_kind_is_read_with_what_it_is_about_with_everything_or_with_the_whole() -> None:
    """A new kind of entry is put where pages that depend on it are made again when it changes."""
    of_the_whole = {
        *("agreement", "assessment", "definition", "duty", "event", "need", "organisation"),
        *("release", "snapshot", "synthesis", "synthesis-result"),
    }
    assert ABOUT.isdisjoint(groups.EVERYBODYS) and of_the_whole.isdisjoint(groups.EVERYBODYS)
    assert {*ABOUT, *groups.EVERYBODYS, *of_the_whole} == {*KINDS, "area"}


def texts() -> list[tuple[str, str]]:
    """Every column of text of a registry."""
    tables = Row.metadata.sorted_tables
    return [(t.name, c.name) for t in tables for c in t.columns if c.type.python_type is not int]


def test_what_is_no_text_is_refused_by_the_name_of_its_column(workspace: Workspace) -> None:
    with contextlib.closing(sqlite3.connect(workspace.root / "registry.db")) as raw, raw:
        put = "UPDATE finding SET finding = CAST(? AS TEXT) WHERE rowid = 3"
        raw.execute(put, (b"\xff\xfe",))
    with pytest.raises(RegistryError, match=r"column 'finding'.*needed text as UTF-8"):
        prepare(workspace)


@pytest.mark.parametrize(("table", "column"), texts())
def test_bytes_in_the_place_of_text_are_no_record(
    workspace: Workspace, table: str, column: str
) -> None:
    prepare(workspace)
    with contextlib.closing(sqlite3.connect(workspace.root / "registry.db")) as raw, raw:
        for name in guards.STATEMENTS:
            raw.execute(f"DROP TRIGGER {name}")
        put = f"UPDATE {table} SET {column} = CAST({column} AS BLOB) WHERE {column} IS NOT NULL"
        raw.execute(f"{put} AND rowid = (SELECT max(rowid) FROM {table})")
        for statement in guards.STATEMENTS.values():
            raw.execute(statement)
    told = f"Table {table} has bytes in column {column}, where none belong"
    with pytest.raises(HubError, match=told):
        prepare(workspace)
    with open_registry(workspace.url) as session:
        assert verify(session).first_problem == f"{told}."


def test_a_day_that_is_none_is_refused(workspace: Workspace) -> None:
    tamper(workspace.url, *UNGUARDED, "UPDATE ledger_entry SET day = 'Tuesday' WHERE seq = 2")
    with pytest.raises(HubError, match="not intact: Entry 2"):
        prepare(workspace)


def test_a_result_that_becomes_due_is_gathered_anew() -> None:
    due, day = datetime.date(2026, 6, 30), datetime.date(2026, 3, 2)
    one = Known(
        parts=(), rules=(), guarded=(), kept_back=(), history=(), day=day, due=due
    )  # fmt: skip
    assert one.holds_on(due) and not one.holds_on(due + datetime.timedelta(days=1))
    late = replace(one, day=due + datetime.timedelta(days=1))
    assert not late.holds_on(due) and late.holds_on(late.day)
    assert replace(one, due=None).holds_on(datetime.date(2030, 1, 1))


def one_more(session: Session) -> Iterator[str]:
    """Changes of every kind, one after the other; what each is."""
    edition, nouns = crowd(WORKS), sample_nouns()

    def put_in(kind: str, record: Any, on: datetime.date = DAY) -> None:
        put(session, kind, record, on=on, by="us", reason="It was looked at again", first="New")

    for name, kind in (
        *(("duties", "duty"), ("definitions", "definition")),
        *(("organisations", "organisation"), ("events", "event")),
    ):
        for record in nouns[name]:
            put_in(kind, replace(record, findings=()) if kind == "event" else record)
        yield kind
    first, second, *_ = edition.interventions
    told = replace(EXTERNAL, id="EM-2026-1000-F09", interventions=(first.id, second.id))
    put_in("finding", told)
    yield "a result that joins two interventions"
    put_in("finding", replace(told, headline="Another headline"))
    yield "its headline"
    scheme: Scheme = "sms-wwg"
    put_in(
        "rating",
        GivenRating(
            form="evalkit/rating/1",
            id=rating_id("EM-2026-1001-F01", scheme),
            finding="EM-2026-1001-F01",
            scheme=scheme,
            version=SCALES[scheme].rules_version,
            reason="Read the report",
            level=2,
        ),
    )
    yield "a rating"
    [own] = [one for one in read_newest(session) if one.evaluation.protocol == "EM-2026-1002-P1"]
    put_in(
        "publication",
        Publication(
            form="evalkit/publication/1",
            id="EM-2026-1002-F01",
            state="withdrawn",
            finding_sha256=fingerprint(own.findings[0]),
            reason="The data were wrong",
            done=DAY,
        ),
    )
    yield "a withdrawal"
    value = IndicatorValue(
        form="evalkit/indicator-value/1",
        intervention="EM-2026-1003",
        indicator="patrols",
        period="2026-03",
        value=3.0,
    )
    put_in("indicator-value", replace(value, id=value_id(value)))
    yield "a value"
    new = replace(first, id="EM-2026-2000", name="Another one", needs=(), theory=None)
    add_intervention(session, new, slug="another", on=DAY, prefix="EM", by="us", text="# text\n")
    yield "an intervention without a plan"
    plan = edition.protocols[0]
    moved = plan.canonical.replace("EM-2026-1000", "EM-2026-2000")
    locked = replace(
        plan, id="EM-2026-2000-P1", intervention="EM-2026-2000", canonical=moved
    )  # fmt: skip
    add_locked_protocol(session, replace(locked, sha256=sha256_text(moved)), by="us")
    yield "a plan without a run"
    put_in("need", NEED, datetime.date(2031, 1, 1))
    yield "a new day, years later"
    stated = LateResult(
        form="evalkit/late-result/1",
        id="EM-2026-2000-P1",
        reason="resource",
        expected="2032",
        by="Analyst",
        stated=datetime.date(2031, 1, 1),
    )
    put_in("late-result", stated, datetime.date(2031, 1, 1))
    yield "why its result is late"


def test_after_any_change_an_edition_is_what_it_would_be_without_a_memory(
    workspace: Workspace,
) -> None:
    notebooks, seen = workspace.root / "notebooks", [told(prepare(workspace))]
    with open_registry(workspace.url, write=True) as session:
        for what in one_more(session):
            one = prepared(session, workspace, notebooks=notebooks)
            assert reads_what_it_says(one), what
            known = told(one)
            bare = replace(workspace, root=workspace.root / "nowhere")
            assert told(prepared(session, bare, notebooks=notebooks)) == known, what
            (bare.root / PARTS).unlink()
            assert known not in seen, what
            seen.append(known)


def test_a_build_after_an_amendment_is_a_clean_build(workspace: Workspace) -> None:
    def built(out: str) -> dict[str, bytes]:
        with open_registry(workspace.url) as session:
            publish(
                session,
                workspace,
                notebooks=workspace.root / "notebooks",
                out=workspace.root / out,
            )
        return tree(workspace.root / out)

    first = built("reports")
    assert built("reports") == first
    amended(workspace)
    changed = built("reports")
    assert changed != first
    for scratch in (workspace.root / ".evalkit").glob("[hpn]*.db"):
        scratch.unlink()
    assert built("clean") == changed
