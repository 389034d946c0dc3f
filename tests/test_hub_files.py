"""What goes out beside the pages is what the well-known formats ask for, and holds what the pages hold."""

import csv
import dataclasses
import datetime
import io
import json
import re
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.hub.calendar import calendar, calendar_assets
from evalkit.hub.downloads import lines
from evalkit.hub.edition import cut
from evalkit.hub.feed import feed
from evalkit.hub.render import build, made
from evalkit.types.catalogue import Catalogue
from tests.hub_sample import NASTY, sample

FORMULAS = frozenset("=+-@\t\r\n＝＋－＠")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def files() -> dict[str, str | bytes]:
    return made(cut(sample()))


def _rows(files: dict[str, str | bytes], path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(str(files[path]))))


def test_every_finding_is_in_the_table_the_record_and_the_database(
    files: dict[str, str | bytes],
) -> None:
    ids = [finding.id for finding in sample().findings]
    assert [row["id"] for row in _rows(files, "data/findings.csv")] == ids
    record = json.loads(files["data/findings.json"])
    assert [one["id"] for one in record["findings"]] == ids
    assert record["findings"][0]["effect"]["interval"]["low"] == -5.43
    database = sqlite3.connect(":memory:")
    database.deserialize(bytes(files["data/register.sqlite"]))  # type: ignore[arg-type]
    rows = database.execute("SELECT id, low, headline FROM finding ORDER BY id").fetchall()
    assert [row[0] for row in rows] == ids and rows[0][1] == -5.43
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    met = database.execute(
        "SELECT count(*) FROM need n WHERE n.area = ?", ("E23000019",)
    ).fetchone()
    assert met == (2,)
    database.close()


def test_the_evidence_map_counts_each_finding_once_for_each_kind_of_work(
    files: dict[str, str | bytes],
) -> None:
    rows = _rows(files, "data/evidence.csv")
    assert sum(int(row["findings"]) for row in rows) == sum(f.counts for f in sample().findings)
    homicide = [r for r in rows if r["outcome"] == "Homicides per 100,000 people"]
    assert {r["kind_of_work"] for r in homicide if r["word"] != "No evidence"} == {
        "Law and regulation"
    }
    assert next(r for r in homicide if int(r["findings"]))["design"] == "stronger design"
    assert len({(r["kind_of_work"], r["outcome"]) for r in rows}) == 14 * 7


def test_the_ledger_table_is_a_chain(files: dict[str, str | bytes]) -> None:
    rows = _rows(files, "data/ledger.csv")
    assert [r["hash"] for r in rows[:-1]] == [r["previous"] for r in rows[1:]]
    assert rows[-1]["hash"] == sample().ledger_head


def test_the_feed_is_atom_with_the_newest_first() -> None:
    root = ElementTree.fromstring(str(feed(sample()).text))
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert root.find(f"{ATOM}{name}") is not None, name
    entries = root.findall(f"{ATOM}entry")
    updated = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert updated == sorted(updated, reverse=True)
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) == 14
    for entry in entries:
        assert datetime.datetime.fromisoformat(entry.findtext(f"{ATOM}updated", ""))
        assert entry.findtext(f"{ATOM}title") and entry.findtext(f"{ATOM}summary")


def test_text_that_xml_cannot_hold_leaves_the_feed_whole() -> None:
    base = sample()
    odd = dataclasses.replace(base.interventions[0], name="A\x00B\x0b]]>&<c>")
    changed = dataclasses.replace(base, interventions=(odd, *base.interventions[1:]))
    root = ElementTree.fromstring(str(feed(changed).text))
    titles = [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]
    assert "AB]]>&<c>" in titles


def _unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_a_calendar_is_read_back_as_the_event() -> None:
    event = sample().events[1]
    lines = _unfolded(calendar((event,), sample().edition))
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    fields = dict(line.split(":", 1) for line in lines)
    assert fields["DTSTART;VALUE=DATE"] == "20270318"
    assert fields["DTEND;VALUE=DATE"] == "20270319"
    assert fields["LOCATION"] == "County Hall\\, Nottingham\\; room 2\\, first floor"
    plain = fields["SUMMARY"].replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    assert plain == event.name
    assert fields["DESCRIPTION"].count("\\n") == 1


def test_a_text_cannot_add_lines_to_a_calendar() -> None:
    event = dataclasses.replace(
        sample().events[1], name="A\r\nATTACH:https://bad.example\u2028é" * 9
    )
    lines = _unfolded(calendar((event,), sample().edition))
    assert not any(line.startswith("ATTACH") for line in lines)


def test_without_events_there_is_no_calendar() -> None:
    assert calendar_assets(dataclasses.replace(sample(), events=())) == ()


def test_no_cell_of_a_table_runs_as_a_formula(tmp_path: Path) -> None:
    base = sample()
    need = dataclasses.replace(base.history[0], title="=1+1", reason="@SUM(A1)")
    changed: Catalogue = dataclasses.replace(base, history=(need,))
    build(changed, tmp_path / "hub")
    text = (tmp_path / "hub/data/history.csv").read_text("utf-8")
    (row,) = csv.DictReader(text.splitlines())
    assert (row["title"], row["reason"]) == ("'=1+1", "'@SUM(A1)")
    assert NASTY in (tmp_path / "hub/data/findings.csv").read_text("utf-8").replace('""', '"')


def test_pages_say_what_they_are_in_the_words_of_schema_org(tmp_path: Path) -> None:
    build(sample(), tmp_path / "hub")
    told = {}
    for path in sorted((tmp_path / "hub").rglob("*.html")):
        found = re.findall(
            r'<script type="application/ld\+json">([^<]*)</script>', path.read_text("utf-8")
        )
        told |= {path.relative_to(tmp_path / "hub").as_posix(): json.loads(one) for one in found}
    kinds = {path: one["@type"] for path, one in told.items()}
    assert kinds["index.html"] == "WebSite" and kinds["events/spring-2027.html"] == "EducationEvent"
    assert kinds["interventions/em-2026-0003.html"] == "Project"
    finding = told["findings/em-2026-0001-f01.html"]
    assert finding["@type"] == "Dataset" and finding["identifier"] == "EM-2026-0001-F01"
    assert "Whether the same would happen in England" in finding["description"]
    table = tmp_path / "hub" / "findings" / finding["distribution"]["contentUrl"]
    assert table.resolve().is_file()
    assert told["events/summer-2026.html"]["eventStatus"].endswith("EventCancelled")


def test_rows_of_numbers_are_escaped_whatever_is_in_them() -> None:
    from evalkit.hub.template import body

    assert body([("a<b", "1", "&")]) == (
        '<tr><th scope="row">a&lt;b</th><td>1</td><td>&amp;</td></tr>\n'
    )
    assert body([("a\tb", "1"), ("c\nd", "<")]) == (
        '<tr><th scope="row">a b</th><td>1</td></tr>\n<tr><th scope="row">c\nd</th><td>&lt;</td></tr>\n'
    )
    assert body([]) == "" and body([("", "")]) == '<tr><th scope="row"></th><td></td></tr>\n'


CELLS = st.one_of(
    st.text(st.sampled_from(list("aé,\"'\n\r\t;= +-@＝0")), max_size=6),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
)


@given(st.lists(st.lists(CELLS, max_size=4), max_size=5))
def test_a_table_is_written_as_the_library_writes_it(rows: list[list[object]]) -> None:
    """No cell needs quotes, as a rule; then rows are put together without asking each."""
    quoted = [
        [f"'{one}" if isinstance(one, str) and one[:1] in FORMULAS else one for one in row]
        for row in rows
    ]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(quoted)
    assert lines(rows) == text.getvalue()
