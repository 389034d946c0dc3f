"""Bad input: exit 1, one line a problem with place, found and needed, and nothing written."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from tests.own_evidence import INTERVENTION, MEASURES, recipe, write_evidence, write_plans

ID, P1 = "EM-2026-0001", "EM-2026-0001-P1"
TEXT = "case_studies/evening-patrols/intervention.yaml"
DATA = "case_studies/evening-patrols/data.yaml"
CSV = "case_studies/evening-patrols/robbery.csv"
PLAN = f"protocols/{P1}.md"
NEW = "case_studies/new/intervention.yaml"
ADD_NEW, EVALUATE, LOCK = ("intervention", "add", NEW), ("evaluate", P1), ("protocol", "lock", PLAN)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, cli):
    """A workspace with an intervention, its data and a locked protocol."""
    workspace = tmp_path_factory.mktemp("errors") / "workspace"
    cli("init", "workspace", cwd=workspace.parent)
    file = write_evidence(workspace)
    file.write_text(
        INTERVENTION.replace("name: Eve", f"id: {ID}\nregistered: 2026-11-02\nname: Eve")
    )
    write_plans(workspace, ID)
    measures = [("measure", "add", f"measures/{name}.yaml") for name in MEASURES]
    source = ("source", "add", "sources/made-up.yaml")
    for words in (("intervention", "add", TEXT), source, *measures, LOCK):
        done = cli(*words, cwd=workspace)
        assert done.code == 0, done.err
    return workspace


@pytest.fixture
def workspace(prepared, tmp_path):
    """A copy of it, free to be spoilt."""
    copy = tmp_path / "workspace"
    shutil.copytree(prepared, copy)
    return copy


def contents(folder: Path):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change(workspace: Path, name: str, old: str, new: str):
    """Replace text that is there."""
    file = workspace / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def new_text(*changes: tuple[str, str]):
    """Spoil by writing another intervention."""

    def spoil(workspace: Path):
        text = INTERVENTION
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (workspace / NEW).parent.mkdir()
        (workspace / NEW).write_text(text)

    return spoil


def in_plan(old: str, new: str):
    return lambda workspace: change(workspace, PLAN, old, new)


def in_data(old: str, new: str):
    return lambda workspace: change(workspace, DATA, old, new)


def in_csv(old: str, new: str):
    """Spoil the data, with a recipe of the right hash."""

    def spoil(workspace: Path):
        change(workspace, CSV, old, new)
        (workspace / DATA).write_text(recipe(workspace / CSV))

    return spoil


def other_plan(old: str, new: str, name: str = f"protocols/{ID}-P3.md"):
    """Spoil by writing another protocol."""

    def spoil(workspace: Path):
        text = (workspace / PLAN).read_text().replace(P1, Path(name).stem)
        assert old in text
        (workspace / name).write_text(text.replace(old, new))

    return spoil


LINKS = "    - {from: patrols, to: seen, assumes: Officers are not called away}\n"
CASES = {
    "a field that is none": (
        new_text(("status: live", "status: live\npopulaton: everybody")),
        ADD_NEW,
        ["new/intervention.yaml:6 populaton: not a field; needed population. Rename."],
    ),
    "no start": (
        new_text(("start: 2024-01\n", "")),
        ADD_NEW,
        ["new/intervention.yaml:1 start: not given; needed "],
    ),
    "the end before the start": (
        new_text(("start: 2024-01\n", "start: 2024-01\nend: 2022-04-01\n")),
        ADD_NEW,
        ["new/intervention.yaml:8 end: 2022-04-01; needed after the start, 2024-01."],
    ),
    "two problems at once": (
        new_text(("status: live", "status: alive"), ("kind: hot-spot", "kind: cold-spot")),
        ADD_NEW,
        [
            "new/intervention.yaml:4 kind: cold-spot-policing; needed one of ",
            "new/intervention.yaml:5 status: alive; needed one of idea, planned, live,",
        ],
    ),
    "no is not text": (
        new_text(("summary: Officers", "summary: no\npopulation: Officers")),
        ADD_NEW,
        ["new/intervention.yaml:3 summary: no (false); needed text. Quote it."],
    ),
    "a loop": (
        new_text((LINKS, LINKS + "    - {from: seen, to: patrols}\n")),
        ADD_NEW,
        ["new/intervention.yaml:18 theory.links[1]: seen -> patrols -> seen is a loop; needed "],
    ),
    "an outcome that nothing leads to": (
        new_text(("    - {from: seen, to: robbery, because: Fear of arrest}\n", "")),
        ADD_NEW,
        [
            "new/intervention.yaml:15 theory.elements.robbery: no activity leads to it; needed a link."
        ],
    ),
    "an id that another has": (
        new_text(("name: Eve", f"id: {ID}\nname: Eve")),
        ADD_NEW,
        [f"new/intervention.yaml:2 id: {ID}, which evening-patrols has already; needed an id of"],
    ),
    "a field given twice": (
        new_text(("status: live", "status: live\nstatus: idea")),
        ADD_NEW,
        ["new/intervention.yaml:6 status: also on line 5; needed once. Delete one."],
    ),
    "an unknown area": (
        new_text(("E23000018", "E99999999")),
        ADD_NEW,
        ["new/intervention.yaml:6 areas[0]: unknown area code E99999999; needed one of "],
    ),
    "text that changed after registering": (
        lambda workspace: change(workspace, TEXT, "status: live", "status: planned"),
        ("intervention", "add", TEXT),
        ["evening-patrols/intervention.yaml:7 status: text that differs from what evening-patrols"],
    ),
    "markup is text": (
        new_text(("status: live", 'status: "[red]x[/] :smile: [/]"')),
        ADD_NEW,
        ["new/intervention.yaml:5 status: [red]x[/] :smile: [/]; needed one of"],
    ),
    "a terminal is not obeyed": (
        new_text(("status: live", 'status: "a\\e[31m\\nb"')),
        ADD_NEW,
        ["new/intervention.yaml:5 status: a [31m b; needed one of"],
    ),
    "no such text": (
        lambda workspace: None,
        ADD_NEW,
        ["new/intervention.yaml: no such file; needed a file to read."],
    ),
    "a folder instead of a text": (
        lambda workspace: None,
        ("protocol", "check", "protocols"),
        ["protocols: "],
    ),
    "a plan changed after locking": (
        in_plan("{value: 1, unit", "{value: 5, unit"),
        LOCK,
        [f"protocols/{P1}.md:20 minimum_effect.value: 5; locked 1. Undo, or amend"],
    ),
    "a plan for an unknown intervention": (
        other_plan(ID, "EM-2026-0077", "protocols/EM-2026-0077-P1.md"),
        ("protocol", "lock", "protocols/EM-2026-0077-P1.md"),
        [
            "protocols/EM-2026-0077-P1.md:4 intervention: intervention EM-2026-0077, which is not "
            "registered; needed one of EM-2026-0001."
        ],
    ),
    "a plan for an outcome that is no element": (
        other_plan("element: robbery", "element: burglary"),
        ("protocol", "check", f"protocols/{ID}-P3.md"),
        [f"protocols/{ID}-P3.md:7 outcome.element: burglary; needed one of robbery"],
    ),
    "a plan that is not locked": (
        lambda workspace: None,
        ("evaluate", f"{ID}-P2"),
        [f"id: protocol {ID}-P2, which is not locked; needed one of {P1}. Lock it first"],
    ),
    "a notebook before the run": (
        lambda workspace: None,
        ("notebook", "run", P1),
        [f"{P1} has not been evaluated; it needs a run first: evalkit evaluate {P1}"],
    ),
    "a column that the file has not": (
        in_data("outcome: robberies", "outcome: robery"),
        EVALUATE,
        ["evening-patrols/data.yaml:6 columns.outcome: no column robery in robbery.csv; needed a"],
    ),
    "a unit and period twice": (
        in_csv("District 03,2024-05,", "District 03,2024-04,"),
        EVALUATE,
        ["robbery.csv:66 district, month: District 03 2024-04 also on line 65; needed once."],
    ),
    "a period that is missing": (
        in_csv("District 03,2024-12,", "District 03,2025-01,"),
        EVALUATE,
        ["evening-patrols/data.yaml:6 columns.period: no 2024-12 for District 03 in robbery.csv"],
    ),
    "other bytes than the hash": (
        lambda workspace: change(workspace, CSV, "District 03,", "District 3,"),
        EVALUATE,
        ["evening-patrols/data.yaml:5 sha256: robbery.csv is "],
    ),
    "no recipe": (
        lambda workspace: (workspace / DATA).unlink(),
        EVALUATE,
        ["evening-patrols/data.yaml: no such file; needed a file to read."],
    ),
    "no data": (
        lambda workspace: (workspace / CSV).unlink(),
        EVALUATE,
        ["evening-patrols/data.yaml:4 file: no robbery.csv; needed that file."],
    ),
    "settings that are not TOML": (
        lambda workspace: (workspace / "evalkit.toml").write_text("[workspace\n"),
        ("intervention", "list"),
        ["evalkit.toml"],
    ),
    "a setting that is none": (
        lambda workspace: change(workspace, "evalkit.toml", "region", "colour = 1\nregion"),
        ("intervention", "list"),
        [
            "evalkit.toml:3 workspace.colour: not a setting; needed prefix, region, publisher, "
            "acting_as, address or url."
        ],
    ),
    "a setting that is missing": (
        lambda workspace: change(workspace, "evalkit.toml", "region", "# region"),
        ("intervention", "list"),
        ["evalkit.toml workspace.region: not given; needed a name in quotes."],
    ),
    "a prefix that makes no ids": (
        lambda workspace: change(workspace, "evalkit.toml", '"EM"', '"em"'),
        ("intervention", "list"),
        ["evalkit.toml:2 workspace.prefix: em; needed two to six capitals, such as EM."],
    ),
    "an address that is none": (
        lambda workspace: change(
            workspace, "evalkit.toml", "region", 'address = "http://a b"\nregion'
        ),
        ("intervention", "list"),
        ["evalkit.toml:3 workspace.address: http://a b; needed where the hub stands, in quotes"],
    ),
    "settings in another encoding": (
        lambda workspace: (workspace / "evalkit.toml").write_bytes(b"\xff\xfe"),
        ("intervention", "list"),
        ["evalkit.toml: not UTF-8 text; needed UTF-8."],
    ),
    "a finding that is none": (
        lambda workspace: None,
        ("finding", "show", "nope"),
        ["id: finding nope, which is not stored; needed one of none so far."],
    ),
    "an intervention that is none": (
        lambda workspace: None,
        ("theory", "show", "nope"),
        ["id: intervention nope, which is not registered; needed one of EM-2026-0001."],
    ),
    "a registry that is none": (
        lambda workspace: (workspace / "registry.db").write_bytes(b"x" * 4096),
        ("finding", "list"),
        [""],
    ),
    "a folder with something in it": (
        lambda workspace: None,
        ("init", "protocols"),
        ["protocols: something is in it; needed an empty folder, or a name that is free."],
    ),
}


@pytest.mark.parametrize(("spoil", "command", "lines"), CASES.values(), ids=CASES)
def test_bad_input_is_refused(workspace, cli, spoil, command, lines):
    spoil(workspace)
    before = contents(workspace)
    said = cli(*command, cwd=workspace)
    assert (said.code, said.out) == (1, "")
    found = said.err.splitlines()
    assert len(found) == len(lines), said.err
    for line, start in zip(found, lines, strict=True):
        assert line.startswith(start), line
        assert any(word in line for word in ("needed", "needs", "; locked "))
        assert line.isascii() and "\x1b" not in line
        assert str(workspace) not in line or "registry.db" in line
    assert contents(workspace) == before


@pytest.mark.parametrize(("spoil", "command", "lines"), CASES.values(), ids=CASES)
def test_the_same_as_json(workspace, cli, spoil, command, lines):
    spoil(workspace)
    said = cli(*command, "--json", cwd=workspace)
    assert (said.code, said.out) == (1, "")
    answer = json.loads(said.err)
    assert answer["form"] == "evalkit/errors/1" and len(answer["errors"]) == len(lines)
    for problem in answer["errors"]:
        assert list(problem) == ["file", "line", "field", "found", "needed", "do"]
        assert problem["found"]


def test_outside_a_workspace(tmp_path, cli):
    said = cli("finding", "list", cwd=tmp_path)
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "evalkit.toml: not in this folder or above it; needed a workspace. "
        "Make one with: evalkit init DIR\n"
    )


def test_a_protocol_needs_a_theory(workspace, cli):
    text = INTERVENTION[: INTERVENTION.index("theory:")].replace(
        "name: Eve", "id: EM-2026-0050\nname: Eve"
    )
    (workspace / NEW).parent.mkdir()
    (workspace / NEW).write_text(text)
    added = cli(*ADD_NEW, cwd=workspace)
    assert added.code == 0 and added.out.endswith("Next  evalkit intervention show EM-2026-0050\n")
    plan = (workspace / PLAN).read_text().replace(ID, "EM-2026-0050")
    (workspace / "protocols" / "EM-2026-0050-P1.md").write_text(plan)
    before = contents(workspace)
    said = cli("protocol", "lock", "protocols/EM-2026-0050-P1.md", cwd=workspace)
    assert said.code == 1
    assert said.err.startswith(
        "protocols/EM-2026-0050-P1.md:4 intervention: EM-2026-0050 has no theory of change; needed one"
    )
    assert contents(workspace) == before


def test_one_bad_text_stops_the_whole_import(workspace, cli):
    (workspace / "case_studies" / "a-good-one").mkdir()
    (workspace / "case_studies" / "a-good-one" / "intervention.yaml").write_text(INTERVENTION)
    new_text(("start: 2024-01\n", ""))(workspace)
    before = contents(workspace)
    assert cli("registry", "import", cwd=workspace).code == 1
    assert contents(workspace) == before


def test_a_registry_that_was_changed_is_found_out(workspace, cli):
    import sqlite3

    with closing(sqlite3.connect(workspace / "registry.db")) as database, database:
        database.execute("UPDATE entry SET title = 'Other' WHERE kind = 'intervention'")
    said = cli("registry", "verify", cwd=workspace)
    assert said.code == 1 and said.out.startswith("Registry NOT intact: ")
    assert json.loads(cli("registry", "verify", "--json", cwd=workspace).out)["first_problem"]
    built = cli("hub", "build", cwd=workspace)
    assert built.code == 1 and "not intact" in built.err
    assert not (workspace / "reports" / "index.html").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("nope",),
        ("evaluate",),
        ("evaluate", P1, "--nope"),
        ("intervention", "add"),
        ("protocol", "lock"),
        ("hub", "serve", "--port", "99999"),
        ("hub", "serve", "--port", "many"),
    ],
)
def test_wrong_usage_exits_2(workspace, cli, words):
    said = cli(*words, cwd=workspace)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Usage: evalkit") and "\x1b" not in said.err
