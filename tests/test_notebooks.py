"""The notebooks: run by a real kernel, equal to the record, safe as a page."""

import json
import re
from html.parser import HTMLParser

import nbformat
import pytest
from pydantic import TypeAdapter

from evalkit.errors import NotebookError
from evalkit.report import notebook as notebooks
from evalkit.types.evaluation import Evaluation

PROTOCOLS = {"did": "EM-2026-0001-P1", "its": "EM-2026-0002-P1"}
VOID = {"br", "hr", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """Tags, attributes and nesting of a fragment."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def executed(demo_workspace):
    """The notebooks that the demo left, by design."""
    folder = demo_workspace / ".evalkit" / "notebooks"
    return {d: nbformat.read(folder / f"{id}.ipynb", as_version=4) for d, id in PROTOCOLS.items()}


@pytest.fixture(scope="module")
def stored(demo_workspace):
    """The evaluations of the demo's registry, by design."""
    from evalkit.registry.findings import read_evaluations
    from evalkit.registry.store import open_registry

    with open_registry(f"sqlite:///{demo_workspace / '.evalkit' / 'demo.db'}") as session:
        found = {evaluation.protocol: evaluation for evaluation in read_evaluations(session)}
    return {design: found[id] for design, id in PROTOCOLS.items()}


def cell(source):
    """A notebook of one cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata = nbformat.from_dict({"language_info": {"name": "python"}})
    return notebook


@pytest.mark.parametrize("design", PROTOCOLS)
def test_the_record_in_the_notebook_is_the_stored_evaluation(executed, stored, design):
    recorded = TypeAdapter(Evaluation).validate_json(notebooks.evaluation_json(executed[design]))
    assert recorded == stored[design]


@pytest.mark.parametrize("design", PROTOCOLS)
def test_executing_again_gives_the_same_bytes(demo_workspace, tmp_path, stored, design):
    from evalkit.workflow.notebook import run_notebook
    from evalkit.workflow.workspace import find_workspace

    workspace = find_workspace(demo_workspace)
    path = run_notebook(workspace, stored[design], registry=".evalkit/demo.db", out=tmp_path)
    first = demo_workspace / ".evalkit" / "notebooks" / path.name
    assert path.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("design", PROTOCOLS)
def test_a_notebook_is_valid_and_says_nothing_of_the_machine(executed, demo_workspace, design):
    nbformat.validate(executed[design])
    text = json.dumps(executed[design])
    assert str(demo_workspace) not in text and "Traceback" not in text
    assert [
        o for c in executed[design].cells for o in c.get("outputs", []) if o.get("name") == "stderr"
    ] == []


@pytest.mark.parametrize("design", PROTOCOLS)
def test_ids_never_change(executed, design):
    ids = [c["id"] for c in executed[design].cells]
    template = [c["id"] for c in notebooks.template(design).cells]
    assert [id for id in ids if id != "cell-parameters"] == template
    assert len(set(ids)) == len(ids) and ids.index("cell-parameters") == 2


@pytest.mark.parametrize("design", PROTOCOLS)
def test_a_template_keeps_the_order_of_a_plan(design):
    heads = [
        c.source.partition("\n")[0] for c in notebooks.template(design).cells if "## " in c.source
    ]
    assert heads[0] == "## What this notebook is" and heads[-1] == "---"
    places = [
        next(i for i, head in enumerate(heads) if word in head)
        for word in ("The plan", "The data", "Checks", "Result", "Deviations", "How it was made")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("design", PROTOCOLS)
def test_the_page_is_a_safe_fragment(executed, design):
    text = notebooks.to_html(executed[design])
    page = Page(text)
    assert page.open == []
    assert not {"html", "head", "body", "script", "iframe", "style", "link"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        if not name.startswith("xmlns"):
            assert not re.match(r"\s*(https?:|//|javascript:|data:)", value), (tag, name, value)
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("design", PROTOCOLS)
def test_tables_have_captions_and_scopes(executed, design):
    text = notebooks.to_html(executed[design])
    tables = re.findall(r"<table.*?</table>", text, re.S)
    assert len(tables) >= 4
    for table in tables:
        assert "<caption>" in table
        assert all("scope=" in head for head in re.findall(r"<th\b[^>]*>", table))
        assert re.search(r'<th\b[^>]*scope="row"', table)
        assert re.search(r'<th\b[^>]*scope="col"', table)


def tables_in(notebook):
    """Captions with the cells of each row, of the tables that a notebook shows."""
    for one in notebook.cells:
        for output in one.get("outputs", []):
            text = output.get("data", {}).get("text/html", "")
            if not text.startswith("<table"):
                continue
            caption = re.search("<caption>(.*?)</caption>", text).group(1)
            rows = re.findall("<tr>(.*?)</tr>", text)
            yield caption, [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_every_estimate_says_what_it_is_and_in_which_unit(executed):
    shown = dict(tables_in(executed["its"]))
    head, *rows = shown["The same effects, read otherwise"]
    unit = "per cent of accidents that were fatal"
    assert head[:3] == ["Estimate", "What", "Effect"] and len(rows) == 4
    assert rows[0][:2] == ["belt law", f"cumulative effect over 48 periods, the sum of {unit}"]
    assert rows[1][1] == "relative effect over 48 periods, in per cent of what was expected"
    main = shown["The plan&#x27;s estimates, in the model&#x27;s unit"]
    assert [row[:2] for row in main[1:]] == [
        ["belt law", f"level change, in {unit}"],
        ["speed law", f"level change, in {unit}"],
    ]
    beside = dict(tables_in(executed["did"]))["Other ways of asking"]
    assert {row[1] for row in beside[1:]} == {
        "average effect on the treated, in log homicides per 100,000"
    }


def test_without_another_way_of_asking_one_sentence_says_so(executed):
    texts = [
        output["data"]["text/html"]
        for one in executed["its"].cells
        for output in one.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    assert texts.count("<p>The plan names no other way of asking.</p>") == 1
    assert not any("ther ways of asking" in text for text in texts)


@pytest.mark.parametrize("design", PROTOCOLS)
def test_charts_have_a_text_alternative(executed, design):
    for chart in re.findall(r"<svg\b[^>]*>", notebooks.to_html(executed[design])):
        assert "aria-label" in chart or 'role="img"' in chart or "aria-hidden" in chart


def test_the_page_is_the_same_every_time(executed):
    for notebook in executed.values():
        assert notebooks.to_html(notebook) == notebooks.to_html(notebook)


def test_text_of_people_is_escaped_in_a_page(tmp_path):
    table = "Table(caption='<b>', head=('<i>',), rows=(('<script>',),))"
    source = cell(f"from evalkit.report.tables import Table\n{table}")
    text = notebooks.to_html(notebooks.execute(source, folder=tmp_path))
    assert "&lt;b&gt;" in text and "<script>" not in text and "<b>" not in text


def test_a_failing_cell_is_named_with_its_error_and_what_to_do(tmp_path):
    notebook = cell("1")
    notebook.cells += [
        nbformat.v4.new_markdown_cell("## Checks\n\nAll of them."),
        nbformat.v4.new_code_cell("asked = 1\nraise ValueError('no such district')"),
        nbformat.v4.new_code_cell("2"),
    ]
    with pytest.raises(
        NotebookError, match=r"cell 3 of 4, below 'Checks', failed with ValueError"
    ) as said:
        notebooks.execute(notebook, folder=tmp_path)
    assert str(said.value) == (
        "cell 3 of 4, below 'Checks', failed with ValueError: no such district\n"
        "the cell begins 'asked = 1'; needed every cell to run. Mend what the error names, then run the"
        " notebook again."
    )


def test_a_kernel_that_dies_is_an_error(tmp_path):
    with pytest.raises(NotebookError, match="process ended"):
        notebooks.execute(cell("import os; os._exit(1)"), folder=tmp_path)


def test_a_kernel_that_never_starts_says_why(tmp_path, capfd):
    """A module of the workspace that shadows the kernel's own is found first."""
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit('no room for a kernel')\n")
    with pytest.raises(NotebookError, match="process ended; the last it said was 'no room for"):
        notebooks.execute(cell("1"), folder=tmp_path)
    assert capfd.readouterr() == ("", "")


def test_what_a_kernel_says_beside_its_cells_is_not_shown(tmp_path, capfd):
    """Kernels have been seen to end with a traceback after all their work was done."""
    source = "import os\nfor stream in (1, 2):\n    os.write(stream, b'ERROR:tornado')"
    notebooks.execute(cell(source), folder=tmp_path)
    assert capfd.readouterr() == ("", "")


def test_a_notebook_of_an_unlocked_protocol_fails_with_the_cause(demo_workspace):
    parameters = {"protocol_id": "EM-2026-0009-P1", "registry": ".evalkit/demo.db"}
    notebook = notebooks.inject(notebooks.template("did"), parameters)
    with pytest.raises(NotebookError, match=r"RegistryError: .*EM-2026-0009-P1.* not locked"):
        notebooks.execute(notebook, folder=demo_workspace)


@pytest.mark.parametrize("value", [object(), float("nan"), float("inf"), print, {"a": object()}])
def test_parameters_that_are_no_literals_are_refused(value):
    with pytest.raises(NotebookError, match="not a plain value"):
        notebooks.inject(notebooks.template("did"), {"protocol_id": value})


@pytest.mark.parametrize("value", ["'); import os #", "a\nb", 'say "x"', 1, 1.5, True])
def test_a_parameter_arrives_as_it_is(value):
    notebook = notebooks.inject(notebooks.template("its"), {"protocol_id": value})
    found = {}
    exec(notebook.cells[2].source, found)
    assert found["protocol_id"] == value


def test_injecting_changes_a_copy():
    template = notebooks.template("did")
    before = json.dumps(template)
    notebooks.inject(template, {"protocol_id": "x"})
    assert json.dumps(template) == before


def test_a_template_needs_a_place_for_parameters():
    with pytest.raises(NotebookError, match="tagged parameters"):
        notebooks.inject(cell("1"), {"protocol_id": "x"})


def test_a_notebook_without_a_record_is_refused():
    with pytest.raises(NotebookError, match="recorded no evaluation"):
        notebooks.evaluation_json(cell("1"))


def test_another_number_is_named(demo_workspace, stored, tmp_path):
    """The registry's run says otherwise: the notebook is not kept."""
    from dataclasses import replace

    from evalkit.workflow.notebook import run_notebook
    from evalkit.workflow.workspace import find_workspace

    right = stored["its"]
    first = right.estimates[1]
    moved = replace(first, estimate=replace(first.estimate, effect=first.estimate.effect + 1e-6))
    other = replace(right, estimates=(right.estimates[0], moved))
    with pytest.raises(NotebookError, match=r"another estimates\[1\]\.estimate\.effect"):
        run_notebook(
            find_workspace(demo_workspace), other, registry=".evalkit/demo.db", out=tmp_path
        )
    assert list(tmp_path.iterdir()) == []
