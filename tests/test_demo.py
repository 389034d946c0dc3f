"""The demo: real data, the same every time, the same numbers everywhere."""

import datetime
import json
import os
import re
import shutil
import sqlite3
import string

import nbformat
import pytest
from pydantic import TypeAdapter

from evalkit.registry.store import open_registry
from evalkit.report.notebook import EVALUATION_MIME
from evalkit.types.evaluation import Evaluation
from evalkit.workflow.demo import NOTEBOOKS
from evalkit.workflow.publish import looked_ahead
from evalkit.workflow.review import stand_of, withdraw_finding
from evalkit.workflow.run import SCRATCH
from evalkit.workflow.workspace import find_workspace

DAY = datetime.date(2026, 11, 27)
P1, P2, P3 = "EM-2026-0001-P1", "EM-2026-0002-P1", "EM-2026-0005-P1"
NUMBERS = {
    (P1, "castle-doctrine laws"): "+0.01940281 (0.03838865)",
    (P1, "without one-state cohorts"): "+0.00539125 (0.03720908)",
    (P1, "two-way fixed effects"): "+0.06939843 (0.05585964)",
    (P1, "two-way fixed effects, weighted by population"): "+0.07553324 (0.03319361)",
    (P2, "belt law"): "-0.02950528 (0.02323073)",
    (P2, "speed law"): "+0.06708765 (0.02056831)",
    (P3, "violence units"): "-0.36885386 (0.18417245)",  # of the seeded archive; no effect is in it
}
CHECKED = """
checks  pre_trend FAILED, leave_one_unit_out passed; deviations: none
checks  placebo_date FAILED, residual_autocorrelation shown; deviations: none
"""
BUILDING = (".evalkit/hub.db", ".evalkit/parts.db", ".evalkit/hub-spare/")
"""What a build remembers of the disk, and the folder that it changes next: other in a copy."""
HIDE = """
import importlib.metadata

found = importlib.metadata.version


def version(name):
    if name == "causaldata":
        raise importlib.metadata.PackageNotFoundError(name)
    return found(name)


importlib.metadata.version = version
"""


def tree(folder):
    """Every file below a folder, with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(file):
    """Every row of every table of a database."""
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        return {n: sorted(database.execute(f"SELECT * FROM {n}"), key=repr) for (n,) in names}
    finally:
        database.close()


def words(text):
    return set(text.split())


@pytest.fixture(scope="module")
def again(demo_workspace, tmp_path_factory, cli_terminal):
    """What a second run changed in a copy, and what it said in a terminal of 80 x 24."""
    folder = tmp_path_factory.mktemp("again") / "workspace"
    shutil.copytree(demo_workspace, folder)
    scratch = folder / ".evalkit" / "demo.db"
    before = tree(folder), rows(scratch)
    said = cli_terminal("demo", cwd=folder, columns=80)
    return before, (tree(folder), rows(scratch)), said


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory, cli, cli_terminal):
    """A workspace that init made from the examples, and what its demo said in a wide terminal."""
    folder = tmp_path_factory.mktemp("elsewhere")
    publisher = ("--publisher", "the five East Midlands partnerships")
    made = cli("init", "ours", "--examples", *publisher, cwd=folder)
    assert made.code == 0, made.err
    said = cli_terminal(
        "demo", "--full", cwd=folder / "ours", columns=120, rows=40, both=True, NO_COLOR="1"
    )
    return folder / "ours", said


def test_the_demo_ends_well(demo_run):
    _, said = demo_run
    assert said.code == 0 and said.err == ""
    assert said.out.startswith(
        "registered 3 case studies, 2 violence reduction units, 14 published"
    )
    assert "\nloaded     castle (550 state-years), traffic2 (108 months), east" in said.out
    assert "(175 police area-months, simulated)\n" in said.out
    assert said.out.endswith("\n\nNext  evalkit hub serve\n")


def test_a_pipe_gets_plain_text(demo_run):
    _, said = demo_run
    assert set(said.out) <= set(string.printable) - set("\t\r\x0b\x0c")
    assert not re.search(r"[ \t]$", said.out, re.M)


def test_the_numbers_are_printed_to_eight_decimals(demo_run):
    out = demo_run[1].out
    for (_, name), number in NUMBERS.items():
        assert re.search(rf"^(plan|beside) +{re.escape(name)} +{re.escape(number)}$", out, re.M)
    assert out.count("log homicides per 100,000") == 1


def test_one_record_everywhere(demo_workspace, cli):
    """Scratch registry, notebook and hub hold the same evaluation, and so does a run by hand."""
    from evalkit.registry.findings import read_evaluations
    from evalkit.registry.store import open_registry

    adapter = TypeAdapter(Evaluation)
    with open_registry(f"sqlite:///{demo_workspace / '.evalkit' / 'demo.db'}") as session:
        stored = {evaluation.protocol: evaluation for evaluation in read_evaluations(session)}
    assert sorted(stored) == [P1, P2, P3]
    printed = {}
    for protocol, evaluation in stored.items():
        path = demo_workspace / ".evalkit" / "notebooks" / f"{protocol}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        [record] = [
            o.data[EVALUATION_MIME] for o in outputs if EVALUATION_MIME in o.get("data", {})
        ]
        assert adapter.validate_python(record) == evaluation
        page = demo_workspace / "reports" / "data" / f"{protocol.lower()}.json"
        assert adapter.validate_json(page.read_bytes()) == evaluation
        for named in (*evaluation.estimates, *evaluation.alternatives):
            one = named.estimate
            printed[protocol, named.name] = f"{one.effect:+.8f} ({one.standard_error:.8f})"
    assert printed == NUMBERS


def test_a_second_run_changes_nothing(again):
    """In a copy, so every page is made again: two builds are the same bytes."""
    before, after, said = again
    assert said.code == 0 and said.err == ""
    for was, now in zip(before, after, strict=True):
        changed = {name for name in {**was, **now} if was.get(name) != now.get(name)}
        assert [name for name in changed if not name.startswith(BUILDING)] == []


def test_the_demo_never_writes_the_registry(root, demo_workspace, again):
    committed = (root / "registry.db").read_bytes()
    assert (demo_workspace / "registry.db").read_bytes() == committed
    assert again[1][0]["registry.db"] == committed


@pytest.mark.soak
def test_a_demo_elsewhere_is_the_same_bytes(demo_workspace, elsewhere):
    here, there = tree(demo_workspace / "reports"), tree(elsewhere[0] / "reports")
    for built in (here, there):
        built.pop("README.md")
    assert here == there
    assert "index.html" in here and len(here) > 30


def test_a_small_terminal_is_not_flooded(demo_run, again):
    _, _, said = again
    lines = said.out.splitlines()
    assert len(lines) <= 48
    assert max(map(len, map(unstyled, lines))) <= 80
    numbers = r"[+-]\d\.\d{8} \(\d\.\d{8}\)"
    short, full = (re.findall(numbers, text) for text in (said.out, demo_run[1].out))
    assert len(short) == 7 and short == [one for one in full if one in short]


def test_the_readme_shows_this_very_transcript(again, root):
    text = (root / "README.md").read_text(encoding="utf-8")
    block = text.split("<!-- transcript: evalkit demo -->\n```text\n")[1].split("\n```")[0]
    assert block == unstyled(again[2].out).rstrip("\n")


def unstyled(text):
    """Text without bold."""
    return re.sub(r"\x1b\[[01]m", "", text)


def test_bold_is_all_the_style_there_is(again):
    out = again[2].out
    assert "\x1b[1mevalkit hub serve\x1b[0m" in out
    assert "\x1b" not in unstyled(out)


@pytest.mark.soak
def test_a_wide_terminal_breaks_no_word_and_draws_no_box(demo_run, elsewhere):
    _, said = elsewhere
    assert said.code == 0
    results = unstyled(said.out[said.out.rindex("registered 3 case") :])
    assert words(results) == words(demo_run[1].out)
    assert not re.search(r"[\u2500-\u259f]", said.out)
    assert all(len(line) <= 120 for line in results.splitlines())


@pytest.mark.soak
def test_a_terminal_shows_what_is_being_done(elsewhere):
    _, said = elsewhere
    for doing in ("registering", f"evaluating {P1}", f"running the notebook of {P2}", "building"):
        assert doing in said.out
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", said.out)  # NO_COLOR


def test_without_a_data_package_it_says_what_to_install(tmp_path, copy_workspace, cli_process):
    workspace = copy_workspace(tmp_path / "workspace")
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "sitecustomize.py").write_text(HIDE)
    before = tree(workspace)
    path = os.pathsep.join([str(tmp_path / "hidden"), os.environ.get("PYTHONPATH", "")])
    said = cli_process("demo", cwd=workspace, PYTHONPATH=path)
    assert (said.code, said.out) == (1, "")
    assert "not installed: causaldata==0.1.5. " in said.err
    assert said.err.endswith("pip install causaldata==0.1.5\n") and said.err.count("\n") == 1
    assert tree(workspace) == before


def test_text_that_is_not_registered_stops_the_demo(tmp_path, copy_workspace, cli):
    workspace = copy_workspace(tmp_path / "workspace")
    text = (workspace / "case_studies/castle-doctrine/intervention.yaml").read_text()
    new = text.replace("EM-2026-0001", "EM-2026-0099")
    (workspace / "case_studies" / "new").mkdir()
    (workspace / "case_studies" / "new" / "intervention.yaml").write_text(new)
    before = tree(workspace)
    said = cli("demo", cwd=workspace)
    assert said.code == 1 and "evalkit registry import" in said.err
    written = tree(workspace)
    assert {name for name in written if name not in before} <= {".evalkit/demo.db"}
    assert all(written[name] == content for name, content in before.items())


def test_text_that_differs_from_the_registry_is_named(tmp_path, copy_workspace, cli):
    workspace = copy_workspace(tmp_path / "workspace")
    file = workspace / "case_studies/castle-doctrine/intervention.yaml"
    file.write_text(file.read_text().replace("end: 2009", "end: 2010"))
    before = tree(workspace)
    said = cli("demo", "--json", cwd=workspace)
    [problem] = json.loads(said.err)["errors"]
    assert said.code == 1
    assert (problem["file"], problem["field"]) == ("castle-doctrine/intervention.yaml", "end")
    assert tree(workspace) == before


def test_what_is_made_up_says_so_on_every_page_and_in_every_download(demo_workspace):
    hub = demo_workspace / "reports"
    id = "em-2026-0005"
    for page in (
        f"findings/{id}-f01",
        f"interventions/{id}",
        f"protocols/{id}-p1",
        f"notebooks/{id}-p1",
    ):
        assert "Simulated data, not evidence." in (hub / f"{page}.html").read_text(), page
    head, *rest = (hub / f"data/{id}-f01.csv").read_text().splitlines()
    assert head.endswith(",simulated") and all(row.endswith(",yes") for row in rest)
    record = json.loads((hub / f"data/{id}-p1.json").read_text())
    assert record["provenance"]["simulated"] is True
    real = (hub / "findings/em-2026-0001-f01.html").read_text()
    assert "Simulated" not in real


def test_the_example_event_shows_nothing_that_the_hub_has_not(demo_workspace):
    reports = demo_workspace / "reports"
    named = re.findall(
        r"EM-\d{4}-\d{4}-F\d\d",
        (demo_workspace / "case_studies/east-midlands-units/event.yaml").read_text(),
    )
    page = (reports / "events/regional-learning-event-example.html").read_text()
    shown = [key for key in named if f"../findings/{key.lower()}.html" in page]
    slides = [path.stem for path in (reports / "slides/regional-learning-event-example").iterdir()]
    assert len(named) == 6 and shown == named
    assert sorted(slides) == sorted(key.lower() for key in named)
    definitions = (reports / "definitions.html").read_text()
    assert definitions.count("told in our words") == 2


def test_what_is_made_up_is_counted_nowhere(demo_workspace):
    home = (demo_workspace / "reports" / "index.html").read_text()
    assert "17 findings so far" in home and "em-2026-0005-f01" not in home
    listed = (demo_workspace / "reports" / "findings" / "index.html").read_text()
    assert listed.index("Simulated data, not evidence") < listed.index("em-2026-0005-f01.html")


def test_one_of_two_findings_withdrawn_takes_the_notebook_with_it(demo_workspace, tmp_path):
    """The notebook tells of both; the plan and its other finding stay."""
    gone = "EM-2026-0002-F01"
    shutil.copytree(demo_workspace, tmp_path / "ours")
    workspace = find_workspace(tmp_path / "ours")
    with open_registry(workspace.url_of(SCRATCH), write=True) as session:
        told = stand_of(session, gone).finding
        withdraw_finding(session, gone, reason="Counted twice", on=DAY, by="Analyst")
        files, _ = looked_ahead(
            session, workspace, notebooks=workspace.root / NOTEBOOKS, out=workspace.reports
        )
    texts = {path: text for path, text in files.items() if isinstance(text, str)}
    assert told.protocol == P2 and f"notebooks/{P2.lower()}.html" not in files
    assert "findings/em-2026-0002-f02.html" in files
    assert [path for path, text in texts.items() if told.summary in text] == []
