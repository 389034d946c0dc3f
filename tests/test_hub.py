"""The hub is whole, safe and identical every time, or it is not written at all."""

import contextlib
import csv
import dataclasses
import io
import json
import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from evalkit.errors import HubError
from evalkit.hub import build, server
from evalkit.hub.about import methods_page
from evalkit.hub.gates import problems
from evalkit.hub.links import path_problems
from evalkit.hub.page import Page
from evalkit.hub.protocols import fitted_to_page, prose_of
from evalkit.hub.template import page_text
from evalkit.hub.words import counted, partial_day
from evalkit.types.catalogue import Catalogue
from tests.hub_sample import NASTY, sample


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("hub") / "out"
    build(sample(), out)
    return out


@pytest.fixture(scope="module")
def texts(hub: Path) -> dict[str, str]:
    return {p.relative_to(hub).as_posix(): p.read_text("utf-8") for p in hub.rglob("*.html")}


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def broken(catalogue: Catalogue) -> Catalogue:
    """An edition in which a notebook names a plan that is gone."""
    return dataclasses.replace(
        catalogue, protocols=tuple(p for p in catalogue.protocols if p.id != "EM-2026-0001-P1")
    )


def test_every_kind_of_page_is_there(texts: dict[str, str]) -> None:
    assert {
        "index.html",
        "methods.html",
        "accessibility.html",
        "interventions/index.html",
        "interventions/em-2026-0003.html",
        "findings/index.html",
        "findings/em-2026-0001-f01.html",
        "protocols/em-2026-0002-p1.html",
        "notebooks/em-2026-0001-p1.html",
    } <= set(texts)


def test_two_builds_are_byte_identical(hub: Path, tmp_path: Path) -> None:
    build(sample(), tmp_path / "again")
    assert tree(tmp_path / "again") == tree(hub)


def test_a_failed_build_leaves_the_old_folder_untouched(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(sample(), out)
    before = tree(out)
    with pytest.raises(
        HubError, match=r"notebooks/em-2026-0001-p1\.html: the link .*p1\.html leads"
    ):
        build(broken(sample()), out)
    assert tree(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_stale_files_go_and_the_readme_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "README.md").write_text("kept")
    build(sample(), out)
    (out / "stale.html").write_text("old")
    written = build(sample(), out)
    assert not (out / "stale.html").exists()
    assert (out / "README.md").read_text() == "kept"
    assert all(path.is_file() for path in written)


def test_a_folder_that_is_no_hub_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(HubError, match="not a hub"):
        build(sample(), tmp_path)
    assert (tmp_path / "thesis.txt").is_file()


def test_pages_reach_for_nothing_outside_and_run_nothing(texts: dict[str, str]) -> None:
    for path, text in texts.items():
        ran = re.sub(r'<script src="(?:\.\./)*static/[a-z-]+\.js" defer></script>', "", text)
        ran = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", ran)
        assert "<script" not in ran, path
        assert " style=" not in text and "<style" not in text, path
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), path
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in text, path


def test_text_from_people_is_escaped(texts: dict[str, str]) -> None:
    assert "&lt;script&gt;" in texts["interventions/em-2026-0001.html"]
    assert "&lt;script&gt;" in texts["findings/em-2026-0003-f07.html"]
    assert "javascript:" not in "".join(re.findall(r"href=\"[^\"]*\"", "".join(texts.values())))


def test_prose_is_cleaned() -> None:
    html = str(prose_of(f"---\na: 1\n---\n# Why\n\n{NASTY} ![x](https://a.b/c.png) **bold**"))
    assert "<script" not in html and "<img" not in html
    assert "<h3>Why</h3>" in html and "<strong>bold</strong>" in html


def test_notebooks_lose_styles_that_the_policy_refuses() -> None:
    html = str(fitted_to_page('<div class="nb-output"><svg><style>a{}</style></svg><p style="x">'))
    assert "style" not in html
    assert 'aria-label="Output 1"' in html


def test_numbers_on_the_page_are_the_records(texts: dict[str, str]) -> None:
    page = texts["findings/em-2026-0001-f01.html"]
    for printed in ("+2.0%", "−5.4 to +9.9%", "p = 0.61", "Fewer, or more?", "±2 per cent"):
        assert printed in page
    assert "+0.07" in texts["findings/em-2026-0002-f02.html"]
    assert "No interval is recorded." in texts["findings/em-2026-0003-f01.html"]
    assert "Nobody has registered a theory" in texts["interventions/em-2026-0003.html"]


def test_words_that_are_never_used(texts: dict[str, str]) -> None:
    for path, text in texts.items():
        plain = re.sub(r"<[^>]+>", " ", text).lower()
        for word in (" significant", "proven", "best practice"):
            assert word not in plain, (path, word)


def test_downloads_hold_the_chart_and_the_run(hub: Path) -> None:
    table = (hub / "data/em-2026-0001-f01.csv").read_text("utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    assert [row["event_time"] for row in rows] == [str(t) for t in range(-9, 5)]
    record = json.loads((hub / "data/em-2026-0002-p1.json").read_text("utf-8"))
    assert record["estimates"][0]["estimate"]["effect"] == -0.02950528


def test_formulas_in_tables_are_defused(tmp_path: Path) -> None:
    catalogue = sample()
    last = dataclasses.replace(catalogue.findings[-1], source='=HYPERLINK("x")')
    build(dataclasses.replace(catalogue, findings=(*catalogue.findings[:-1], last)), tmp_path / "o")
    text = (tmp_path / "o" / "data" / f"{last.id.lower()}.csv").read_text("utf-8")
    assert "'=HYPERLINK" in text


def test_an_edition_without_anything_is_still_a_hub(tmp_path: Path) -> None:
    empty = dataclasses.replace(
        sample(), interventions=(), protocols=(), evaluations=(), findings=(), notebooks={}
    )
    build(empty, tmp_path / "out")
    text = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "No findings so far" in text and "No plan of ours has been run yet." in text


def test_a_missing_name_is_an_error_that_names_the_page() -> None:
    page = methods_page(sample())
    with pytest.raises(HubError, match=r"methods\.html: 'words' is undefined"):
        page_text(Page(path=page.path, template=page.template, context=_without(page, "words")))


def _without(page: Page, name: str) -> dict[str, object]:
    return {key: value for key, value in page.context.items() if key != name}


@pytest.mark.parametrize("path", ["Upper.html", "nul.html", "a/con/b.html", "é.html", "../x.html"])
def test_paths_that_some_disk_refuses(path: str) -> None:
    assert path_problems({path: ""})


def test_links_are_followed_to_the_anchor() -> None:
    head = "<h1>x</h1>"
    page = f'{head}<p id="x"><a href="../c.html#y">c</a>'
    assert problems({"a/b.html": page, "c.html": f'{head}<p id="z">'}) == (
        "a/b.html: the link ../c.html#y names a place that is not on that page.",
    )
    assert problems({"a.html": f'{head}<a href="http://x.y">x</a>'})
    twice = f'{head}<p id="x"><p id="x">'
    assert problems({"a.html": twice}) == ("a.html: the id x is used twice.",)
    assert not problems({"a.html": f'{head}<a href="https://x.y">x</a> <a href="#x" id="x">x</a>'})


def test_small_words() -> None:
    assert counted(1, "finding") == "one finding"
    assert counted(13, "finding") == "13 findings"
    assert partial_day("2019-09") == "September 2019"
    assert partial_day("2019-09-03") == "3 September 2019"


@pytest.fixture
def address(hub: Path) -> Iterator[str]:
    with server(hub, port=0) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_serve_gives_pages_and_nothing_else(
    address: str, hub: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (hub.parent / "secret.txt").write_text("secret")
    assert status(f"{address}/") == 200
    assert status(f"{address}/findings/") == 200
    assert status(f"{address}/data/") == 404
    assert status(f"{address}/%2e%2e/secret.txt") == 404
    assert status(f"{address}/.git/config") == 404
    assert capfd.readouterr() == ("", "")


def test_serve_does_not_follow_links_out(address: str, hub: Path) -> None:
    outside = hub.parent / "outside.txt"
    outside.write_text("secret")
    link = hub / "link.txt"
    link.symlink_to(outside)
    try:
        assert status(f"{address}/link.txt") == 404
    finally:
        link.unlink()


def test_a_room_of_people_may_ask_at_once(hub: Path) -> None:
    """Two hundred requests that come while the server is busy wait, and each is answered."""
    with server(hub, port=0) as running, contextlib.ExitStack() as all_of_them:
        asked = [
            all_of_them.enter_context(
                socket.create_connection(running.server_address[:2], timeout=5)
            )
            for _ in range(200)
        ]
        for one in asked:
            one.sendall(b"GET /index.html HTTP/1.0\r\n\r\n")
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        answers = [one.makefile("rb").readline() for one in asked]
        running.shutdown()
        thread.join()
    assert {answer.split()[1] for answer in answers} == {b"200"}


def test_serve_refuses_a_folder_without_a_hub(tmp_path: Path) -> None:
    with pytest.raises(HubError, match="holds no hub"):
        server(tmp_path)


def test_serve_listens_on_this_machine_only(hub: Path) -> None:
    with server(hub, port=0) as quiet:
        assert quiet.server_address[0] == "127.0.0.1"
        assert quiet.socket.family == socket.AF_INET


def test_monitoring_pages_hold_questions_and_no_arrows(tmp_path: Path) -> None:
    build(sample(), tmp_path / "hub")
    folder = tmp_path / "hub" / "monitoring"
    assert {path.name for path in folder.iterdir()} == {
        "em-2026-0001.html",
        "area-us.html",
        "area-us-ca.html",
    }
    page = (folder / "em-2026-0001.html").read_text(encoding="utf-8")
    for words in (
        "Baseline, target, actual",
        "Worth asking why; not proof",
        "One pattern worth asking about; not proof",
        "Based anew: A new form.",
        "&lt;5",
        "A small number, hidden; not zero",
        "No chart: the periods are not regular",
        "No limits yet to judge it by",
    ):
        assert words in page, words
    for forbidden in ("▲", "▼", "↑", "↓", "→", "tone-better", "tone-worse", "--note", "<script"):
        assert forbidden not in page, forbidden
    area = (folder / "area-us-ca.html").read_text(encoding="utf-8")
    assert "Monitoring in California" in area and "California" in area
    owner = (tmp_path / "hub" / "interventions" / "em-2026-0001.html").read_text(encoding="utf-8")
    assert "../monitoring/em-2026-0001.html" in owner and "../monitoring/area-us.html" in owner
    without = (tmp_path / "hub" / "interventions" / "em-2026-0002.html").read_text(encoding="utf-8")
    assert "names no indicator, so nothing is followed" in without


def test_a_small_number_leaves_the_hub_as_small_and_never_as_zero(tmp_path: Path) -> None:
    build(sample(), tmp_path / "hub")
    table = (tmp_path / "hub" / "data" / "monitoring-em-2026-0001.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(table)))
    small = [row for row in rows if row["small"]]
    assert len(small) == 8
    assert {(row["value"], row["below"]) for row in small} == {("", "5.0")}
    assert not any(row["value"] in ("0", "0.0") for row in rows)
