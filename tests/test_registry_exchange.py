"""Out of one registry and into another, row for row; and into a spreadsheet without harm."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.errors import RegistryError
from evalkit.registry import compare
from evalkit.registry.entries import amend, read
from evalkit.registry.exchange import FILE, export, import_folder
from evalkit.registry.interventions import add_intervention
from evalkit.registry.ledger import verify
from evalkit.registry.sheet import COLUMNS, harmless, interventions_csv
from evalkit.registry.store import open_registry
from tests.test_registry_samples import DAY, PLAIN, PROTOCOL, filled, fresh

TEXT = "name: Hot spots  # in Derby only\r\nsummary: |\n  Ünïcode\n"


@pytest.fixture
def exported(tmp_path: Path) -> tuple[str, Path]:
    """A registry in which something was amended, and the folder that it was exported to."""
    url = filled(tmp_path)
    with open_registry(url, write=True) as session:
        third = replace(PLAIN, name="Third")
        add_intervention(session, third, slug="third", on=DAY, prefix="EM", text=TEXT)
        changed = replace(PLAIN, status="completed", end="2024")
        amend(
            session,
            "intervention",
            "EM-2026-0002",
            changed,
            text=TEXT,
            on=DAY,
            by="Analyst",
            reason="It ended",
            based_on="v1.0",
        )
    with open_registry(url) as session:
        export(session, tmp_path / "out")
    return url, tmp_path / "out"


def test_a_registry_survives_the_way_out_and_back(
    exported: tuple[str, Path], tmp_path: Path
) -> None:
    url, folder = exported
    other = fresh(tmp_path, "other.db")
    with open_registry(other, write=True) as session:
        assert import_folder(session, folder) == 6  # without the run
        assert verify(session).first_problem is None
        there = compare.rows(session)
    with open_registry(url) as session:
        assert compare.rows(session) == there
    with open_registry(other, write=True) as session:
        assert import_folder(session, folder) == 0
        export(session, tmp_path / "again")
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert all(
        (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files
    )


def test_texts_are_files_as_their_authors_wrote_them(exported: tuple[str, Path]) -> None:
    _, folder = exported
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {
        FILE,
        "intervention/EM-2026-0002.yaml",
        "intervention/EM-2026-0003.yaml",
        "protocol/EM-2026-0001-P1.md",
    }
    assert (folder / "intervention/EM-2026-0002.yaml").read_bytes() == TEXT.encode()
    assert (folder / "protocol/EM-2026-0001-P1.md").read_bytes() == PROTOCOL.text.encode()


def edited(folder: Path, old: str, new: str) -> None:
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('"name":"Third"', '"name":"Fourth"', "v1.0 does not fit its hash"),
        ('"by":"Analyst"', '"by":"Me"', "v1.1 does not fit its hash"),
        ("evalkit/registry/1", "evalkit/registry/2", "form: 'evalkit/registry/2'; needed"),
        ('"versions"', '"version', "no JSON"),
        ('"number":1', '"number":"1"', r"versions\[0\]: not a version"),
    ],
)
def test_an_export_that_was_edited_is_refused(
    exported: tuple[str, Path], tmp_path: Path, old: str, new: str, match: str
) -> None:
    edited(exported[1], old, new)
    url = fresh(tmp_path, "other.db")
    with (
        pytest.raises(RegistryError, match=match),
        open_registry(url, write=True) as session,
    ):
        import_folder(session, exported[1])
    with open_registry(url) as session:
        assert compare.rows(session)["entry"] == []


def test_a_text_that_was_edited_or_lost_is_refused(
    exported: tuple[str, Path], tmp_path: Path
) -> None:
    path = exported[1] / "intervention" / "EM-2026-0003.yaml"
    url = fresh(tmp_path, "other.db")
    for change in (lambda: path.write_text("name: Other"), path.unlink):
        change()
        with (
            pytest.raises(RegistryError, match=r"intervention/EM-2026-0003\.yaml: no text, or"),
            open_registry(url, write=True) as session,
        ):
            import_folder(session, exported[1])


def test_an_export_that_does_not_follow_what_is_registered_is_refused(
    exported: tuple[str, Path], tmp_path: Path
) -> None:
    other = fresh(tmp_path, "other.db")
    with open_registry(other, write=True) as session:
        add_intervention(session, PLAIN, slug="mine", on=DAY, prefix="EM")
    with (
        pytest.raises(RegistryError, match=r"EM-2026-0001/v1\.0, number 1 of its versions; needed"),
        open_registry(other, write=True) as session,
    ):
        import_folder(session, exported[1])
    whole = json.loads((exported[1] / FILE).read_text(encoding="utf-8"))
    whole["versions"] = whole["versions"][2:]
    (exported[1] / FILE).write_text(json.dumps(whole), encoding="utf-8")
    with (
        pytest.raises(RegistryError),
        open_registry(fresh(tmp_path, "third.db"), write=True) as session,
    ):
        import_folder(session, exported[1])


def test_only_an_empty_folder_is_written_to(exported: tuple[str, Path], tmp_path: Path) -> None:
    url, folder = exported
    with open_registry(url) as session:
        with pytest.raises(RegistryError, match="something is in it"):
            export(session, folder)
        (tmp_path / "file").write_text("x")
        with pytest.raises(RegistryError, match="not a directory; needed a folder that can be"):
            export(session, tmp_path / "file" / "deeper")


def test_a_folder_without_an_export_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(RegistryError, match=r"registry\.json: no such file or directory; needed an"),
        open_registry(fresh(tmp_path), write=True) as session,
    ):
        import_folder(session, tmp_path / "none")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-1+cmd|x", "'-1+cmd|x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (" =1", "' =1"),
        ("＝1+1", "'＝1+1"),
        ("-1.5", "-1.5"),
        ("+44", "+44"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_no_text_becomes_a_formula(text: str, written: str) -> None:
    assert harmless(text) == written


def test_the_sheet_holds_every_intervention(tmp_path: Path) -> None:
    url = filled(tmp_path)
    with open_registry(url, write=True) as session:
        bad = replace(PLAIN, name='=HYPERLINK("http://x";"y"), "quoted"\n')
        add_intervention(session, bad, slug="bad", on=DAY, prefix="EM")
        rows = list(csv.DictReader(io.StringIO(interventions_csv(session), newline="")))
        assert tuple(rows[0]) == COLUMNS
        assert [row["id"] for row in rows] == [f"EM-2026-000{n}" for n in (1, 2, 3)]
        assert rows[2]["name"] == f"'{bad.name}"
        assert rows[0]["areas"] == "E23000021; E23000018"
        assert rows[0]["area_names"] == "Leicestershire; Derbyshire"
        assert rows[0]["lead"] == "Police and Crime Commissioner"
        assert read(session, "intervention", "EM-2026-0003").name == bad.name
