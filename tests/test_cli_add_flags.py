"""``intervention add`` by flags: the rules of the text, and a text that is kept."""

import json
import shutil

import pytest

FLAGS = {
    "--name": "Evening patrols: phase #2",
    "--summary": "Officers walked.",
    "--kind": "hot-spot-policing",
    "--status": "live",
    "--area": "derby",
    "--start": "2024-01",
    "--why": "Fear of arrest",
    "--lead": "Derby City Council",
}
FILE = "case_studies/evening-patrols-phase-2/intervention.yaml"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, cli):
    top = tmp_path_factory.mktemp("flags")
    assert cli("init", "ours", cwd=top).code == 0
    return top / "ours"


@pytest.fixture
def ours(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path / "ours")
    return tmp_path / "ours"


def add(cli, folder, *more, **changes):
    given = FLAGS | {f"--{flag}": value for flag, value in changes.items()}
    words = [word for flag, value in given.items() if value is not None for word in (flag, value)]
    return cli("intervention", "add", *words, *more, cwd=folder)


def test_flags_register_and_keep_a_text_that_registers_again(ours, cli):
    more = ("--area", "E06000016", "--set", "setting=public-space", "--set")
    said = add(cli, ours, *more, "organisations[0].duty=specified")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Registered EM-2026-0001 v1.0, ledger entry 1: Evening patrols: ph")
    shown = json.loads(cli("intervention", "show", "EM-2026-0001", "--json", cwd=ours).out)
    assert shown["areas"] == ["E06000015", "E06000016"] and shown["setting"] == "public-space"
    assert shown["name"] == FLAGS["--name"] and shown["start"] == "2024-01"
    [lead] = shown["organisations"]
    assert (lead["role"], lead["duty"]) == ("lead", "specified")
    before = (ours / "registry.db").read_bytes()
    for again in (cli("intervention", "add", FILE, cwd=ours), cli("registry", "import", cwd=ours)):
        assert again.code == 0
    same = json.loads(add(cli, ours, *more, "organisations[0].duty=specified", "--json").out)
    assert same["new"] is False and same["ledger_entry"] is None
    assert (ours / "registry.db").read_bytes() == before
    assert cli("registry", "verify", cwd=ours).code == 0


def files(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("changes", "more", "lines"),
    [
        ({"kind": "cold-spot"}, (), ["--kind: cold-spot; needed one of"]),
        (
            {"status": "alive", "start": "2024-02-30"},
            (),
            ["--status: alive;", "--start: 2024-02-30"],
        ),
        ({"summary": None, "why": None}, (), ["--summary: not given;", "--why: not given;"]),
        ({"name": " "}, (), ["--name: empty; needed something"]),
        ({"name": "x" * 81}, (), ["--name: 81 characters; needed at most 80"]),
        ({"area": "Nowhere"}, (), ["--area: no area called Nowhere; needed one of"]),
        ({"end": "2023"}, (), ["--end: 2023; needed after the start, 2024-01"]),
        ({"status": "stopped"}, (), ["--set status_reason: not given; needed a reason"]),
        ({}, ("--set", "staus=x"), ["--set staus: not a field; needed status"]),
        ({}, ("--set", "organisations[1]={name: X, role: lead}"), ["--lead: 2 with role lead"]),
        ({}, ("--set", "areas[4]=E06000016"), ["--area: no item [4]"]),
        ({"why": "\udce9"}, (), ["--why: text that is not UTF-8"]),
        ({}, ("--set", "population=\udce9"), ["--set population: text that is not UTF-8"]),
    ],
)
def test_refused_by_the_rules_of_the_text(ours, cli, changes, more, lines):
    before = files(ours)
    said = add(cli, ours, *more, **changes)
    assert (said.code, said.out) == (1, "")
    found = said.err.splitlines()
    assert len(found) == len(lines), said.err
    assert all(line.startswith(start) for line, start in zip(found, lines, strict=True)), said.err
    assert files(ours) == before


def test_a_draft_of_that_name_is_left_alone(ours, cli):
    (ours / FILE).parent.mkdir()
    (ours / FILE).write_text("form: evalkit/intervention/1\n")
    before = files(ours)
    said = add(cli, ours)
    assert said.code == 1 and "--resume evening-patrols-phase-2" in said.err
    assert files(ours) == before


def test_another_of_the_same_name_is_refused(ours, cli):
    assert add(cli, ours).code == 0
    before = files(ours)
    said = add(cli, ours, summary="Others walked.", why="Guardians")
    assert said.code == 1 and said.err.startswith("description, summary: text that differs from")
    assert files(ours) == before


def test_nothing_is_kept_when_the_folder_cannot_be_written(ours, cli):
    (ours / FILE).parent.write_text("a file where the folder would be")
    before = files(ours)
    said = add(cli, ours)
    assert said.code == 1 and len(said.err.splitlines()) == 1
    assert files(ours) == before


@pytest.mark.parametrize("more", [("x.yaml",), ("--resume", "x")])
def test_one_way_at_a_time(ours, cli, more):
    said = add(cli, ours, *more)
    assert said.code == 2 and "not both" in said.err
