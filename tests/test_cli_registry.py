"""The registry from the command line: history, checks, export and import, backup and restore."""

import csv
import io
import json
import shutil
import sqlite3

import pytest

from tests.own_evidence import INTERVENTION

ID = "EM-2026-0001"
FILE = "case_studies/evening-patrols/intervention.yaml"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, cli):
    """A workspace with one intervention in two versions."""
    top = tmp_path_factory.mktemp("registry")
    cli("init", "ours", "--acting-as", "Evaluation lead", cwd=top)
    ours = top / "ours"
    (ours / FILE).parent.mkdir()
    (ours / FILE).write_text(f"id: {ID}\nregistered: 2026-11-02\n{INTERVENTION}")
    for words in (
        ("intervention", "add", FILE),
        ("intervention", "edit", ID, "--set", "status=planned", "--reason", "Not yet begun"),
    ):
        assert cli(*words, cwd=ours).code == 0
    return ours


@pytest.fixture
def workspace(prepared, tmp_path):
    """A copy of it, free to be spoilt."""
    shutil.copytree(prepared, tmp_path / "ours")
    return tmp_path / "ours"


def registry(cli, workspace, *words):
    return cli("registry", *words, cwd=workspace)


def tamper(workspace, statement):
    """Change the file behind the registry's back, its guards taken off and put back."""
    with sqlite3.connect(workspace / "registry.db") as database:
        guards = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = guards.fetchall()
        for name, _ in guards:
            database.execute(f"DROP TRIGGER {name}")
        assert database.execute(statement).rowcount > 0
        for _, sql in guards:
            database.execute(sql)
    database.close()


def test_history_says_who_when_why_and_what(workspace, cli):
    said = registry(cli, workspace, "history", ID)
    assert said.code == 0 and said.out.startswith(f"intervention {ID}: 2 versions\n")
    assert "v1.0     2026-11-02  Evaluation lead" in said.out
    assert "Not yet begun" in said.out and "live -> planned" in said.out
    answer = json.loads(registry(cli, workspace, "history", ID, "--json").out)
    [entry] = answer["entries"]
    assert [v["version"] for v in entry["versions"]] == ["v1.0", "v1.1"]
    assert entry["versions"][1]["changes"] == [{"field": "status", "old": "live", "new": "planned"}]


def test_history_of_nothing(workspace, cli):
    said = registry(cli, workspace, "history", "EM-2026-0009")
    assert said.code == 1 and f"is not registered; needed one of {ID}" in said.err


def test_check_lists_what_is_missing_and_is_content(workspace, cli):
    said = registry(cli, workspace, "check")
    assert (said.code, said.err) == (0, "") and "1 entry looked at: 0 problems" in said.out
    assert f"{ID}: Missing to lock: whom it is for" in said.out
    assert registry(cli, workspace, "check", "--strict").code == 1
    answer = json.loads(registry(cli, workspace, "check", "--json").out)
    assert answer["problems"] == [] and answer["missing"][0]["id"] == ID


def test_check_names_personal_data_without_repeating_them(workspace, cli):
    text = (workspace / FILE).read_text()
    text = text.replace("Safety lead", "Mrs Ada Example") + "# ask 07700 900123\n"
    (workspace / FILE).write_text(text)
    edited = cli(*("intervention", "edit", ID, "--reason", "x", "--file", FILE), cwd=workspace)
    assert edited.code == 0
    said = registry(cli, workspace, "check")
    lines = [line for line in said.out.splitlines() if line.startswith(f"intervention {ID} ")]
    assert said.code == 1 and len(lines) == 2
    assert "organisations[0].contact: what looks like name of a person (Mr# " in lines[0]
    assert "text: what looks like telephone number (07### ######)" in lines[1]
    assert "Example" not in said.out and "900123" not in said.out
    assert len(json.loads(registry(cli, workspace, "check", "--json").out)["problems"]) == 2


def test_export_and_import_into_an_empty_registry(workspace, cli, tmp_path):
    said = registry(cli, workspace, "export", "shared/all")
    assert said.code == 0 and "Exported 2 files" in said.out
    exported = workspace / "shared/all/intervention" / f"{ID}.yaml"
    assert exported.read_text() == (workspace / FILE).read_text()
    cli("init", "theirs", cwd=tmp_path)
    said = registry(cli, tmp_path / "theirs", "import", workspace / "shared/all", "--json")
    assert json.loads(said.out)["versions"] == 2
    again = registry(cli, tmp_path / "theirs", "import", workspace / "shared/all")
    assert again.out.endswith(": 0 versions.\n")
    one, other = (registry(cli, w, "history", ID) for w in (workspace, tmp_path / "theirs"))
    assert one.out == other.out
    assert registry(cli, tmp_path / "theirs", "verify").code == 0


def test_export_never_mixes_with_what_is_there(workspace, cli):
    before = sorted(workspace.rglob("*"))
    said = registry(cli, workspace, "export", "case_studies")
    assert said.code == 1 and "needed an empty folder" in said.err
    assert sorted(workspace.rglob("*")) == before
    (workspace / "empty").mkdir()
    assert registry(cli, workspace, "export", "empty").code == 0
    assert (workspace / "empty" / "registry.json").is_file()


def test_import_of_no_export(workspace, cli):
    said = registry(cli, workspace, "import", "case_studies")
    assert said.code == 1 and "registry.json" in said.err and "exported folder" in said.err


def test_import_without_a_folder_reads_the_texts(workspace, cli):
    said = registry(cli, workspace, "import")
    assert said.code == 0 and said.out.startswith("New in registry.db: 0 interventions")


def test_backup_and_restore(workspace, cli):
    said = registry(cli, workspace, "backup", "monday.db")
    assert said.code == 0 and said.out.startswith("Backed up 2 entries to monday.db. Head ")
    edit = ("intervention", "edit", ID, "--set", "population=all", "--reason", "Tuesday")
    assert cli(*edit, cwd=workspace).code == 0
    said = registry(cli, workspace, "restore", "monday.db")
    assert said.code == 0 and said.out.startswith("Restored registry.db: 2 entries.")
    assert "(had 3) is kept in .evalkit/replaced-registry.db" in said.out
    assert "Tuesday" not in registry(cli, workspace, "history", ID).out
    kept = workspace / ".evalkit/replaced-registry.db"
    shutil.copyfile(kept, workspace / "tuesday.db")
    answer = json.loads(registry(cli, workspace, "restore", "tuesday.db", "--json").out)
    assert (answer["entries"], answer["replaced"]) == (3, 2)
    assert "Tuesday" in registry(cli, workspace, "history", ID).out


def test_a_damaged_registry_is_restored(workspace, cli):
    registry(cli, workspace, "backup", "good.db")
    (workspace / "registry.db").write_bytes(b"not a database at all" * 99)
    assert registry(cli, workspace, "verify").code == 1
    said = registry(cli, workspace, "restore", "good.db")
    assert said.code == 0 and "(could not be read) is kept" in said.out
    assert registry(cli, workspace, "verify").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("backup", "evalkit.toml"), "needed a free name, or an older backup"),
        (("backup", "registry.db"), "the registry itself"),
        (("backup", "no/folder/b.db"), "in a folder that exists"),
        (("restore", "nowhere.db"), "no such file"),
        (("restore", "evalkit.toml"), "needed"),
        (("restore", "registry.db"), "the registry itself"),
    ],
)
def test_refused_and_nothing_written(workspace, cli, words, said):
    before = {p: p.read_bytes() for p in workspace.rglob("*") if p.is_file()}
    answer = registry(cli, workspace, *words)
    assert answer.code == 1 and said in answer.err, answer.err
    assert {p: p.read_bytes() for p in workspace.rglob("*") if p.is_file()} == before


def test_a_tampered_backup_is_not_restored(workspace, cli):
    good = (workspace / "registry.db").read_bytes()
    tamper(workspace, "UPDATE entry_version SET reason = 'another' WHERE number = 2")
    shutil.copyfile(workspace / "registry.db", workspace / "bad.db")
    (workspace / "registry.db").write_bytes(good)
    said = registry(cli, workspace, "restore", "bad.db")
    assert said.code == 1 and "not whole" in said.err
    assert (workspace / "registry.db").read_bytes() == good


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE entry_version SET reason = 'another' WHERE number = 2", f"{ID}/v1.1"),
        ("UPDATE ledger_entry SET by = 'somebody' WHERE seq = 1", "entry 1"),
        ("UPDATE entry SET title = 'Another name'", f"intervention {ID}"),
        ("UPDATE area SET name = 'Elsewhere' WHERE code = 'E06000015'", "E06000015"),
    ],
)
def test_verify_names_what_was_tampered_with(workspace, cli, statement, named):
    tamper(workspace, statement)
    said = registry(cli, workspace, "verify")
    assert said.code == 1 and said.out.startswith("Registry NOT intact: ")
    assert named.lower() in said.out.lower(), said.out
    assert "Next  evalkit registry restore BACKUP" in said.out
    answer = registry(cli, workspace, "verify", "--json")
    assert answer.code == 1 and json.loads(answer.out)["first_problem"]


def test_upgrade_of_what_is_current_changes_nothing_that_counts(workspace, cli):
    said = registry(cli, workspace, "upgrade")
    assert said.code == 0 and "registry.db has schema" in said.out
    assert registry(cli, workspace, "verify").code == 0
    (workspace / "registry.db").unlink()
    assert registry(cli, workspace, "upgrade").code == 1


@pytest.mark.parametrize("start", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1"])
def test_a_table_for_a_spreadsheet_runs_nothing(workspace, cli, start):
    quoted = json.dumps(f"{start} “Zoë”, a; b")
    words = ("intervention", "edit", ID, "--set", f"name={quoted}", "--reason", "x")
    assert cli(*words, cwd=workspace).code == 0
    said = registry(cli, workspace, "export", "all.csv")
    assert (said.code, said.out) == (0, "Exported 1 intervention to all.csv.\n")
    raw = (workspace / "all.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == 2
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert not any(cell.startswith(tuple("=+-@\t\r＝")) for row in rows for cell in row)
    [row] = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert row["name"] == f"'{start} “Zoë”, a; b"
    again = registry(cli, workspace, "export", "all.csv")
    assert (
        again.code == 1 and "all.csv: something is there; needed a name that is free" in again.err
    )
    assert (workspace / "all.csv").read_bytes() == raw


def test_one_json_file_carries_everything(workspace, cli, tmp_path):
    said = registry(cli, workspace, "export", "all.json", "--json")
    assert json.loads(said.out) == {"file": "all.json", "format": "json", "versions": 2}
    cli("init", "theirs", cwd=tmp_path)
    said = registry(cli, tmp_path / "theirs", "import", workspace / "all.json")
    assert said.code == 0 and said.out.endswith(": 2 versions.\n")
    assert registry(cli, tmp_path / "theirs", "export", "back.json").code == 0
    back = (tmp_path / "theirs" / "back.json").read_bytes()
    assert back == (workspace / "all.json").read_bytes()
    assert registry(cli, workspace, "export", "data.txt", "--format", "csv").code == 0
    said = registry(cli, workspace, "export", "nowhere/all.csv")
    assert said.code == 1 and "needed a free name in a folder" in said.err
    assert registry(cli, workspace, "export", "x", "--format", "xlsx").code == 2
