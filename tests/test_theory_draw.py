"""Theories of change as pictures of their own: valid, without overlaps, with few crossings."""

import json
import random
from itertools import combinations, permutations
from xml.etree import ElementTree

import pytest

from evalkit.report.figures.svg import standalone
from evalkit.report.figures.theory_diagram import TheoryWords
from evalkit.report.figures.theory_wide import theory_wide
from evalkit.theory.layout import layout
from evalkit.theory.order import count_crossings
from evalkit.types.theory import Element, Link, TheoryOfChange
from tests.work import calls

SVG = "{http://www.w3.org/2000/svg}"
ORDER = ("need", "input", "activity", "output", "outcome", "impact")


def theory(kinds, links, text="Something"):
    return TheoryOfChange(
        elements={name: Element(kind=kind, text=text) for name, kind in kinds.items()},
        links=tuple(Link(from_=a, to=b) for a, b in links),
    )


def large(seed, n=40, m=70):
    """Forty elements; links skip any number of columns."""
    draw = random.Random(seed)
    kinds = {f"e{i}": ORDER[i * len(ORDER) // n] for i in range(n)}
    pairs = [(a, b) for a, b in combinations(kinds, 2) if kinds[a] != kinds[b]]
    words = "Officers walk there on most weekend evenings, and talk to us"
    assert len(words) == 60
    return theory(kinds, draw.sample(pairs, m), words)


def picture(drawn):
    words = TheoryWords(
        subject="A & B <c>",
        links={r.number: "not_tested" for r in layout(drawn).routes},
        results={},
    )
    return ElementTree.fromstring(standalone(theory_wide(layout(drawn), words, ident="t")))


def boxes(root):
    """Corners of every box: left, top, right, bottom."""
    found = [e for e in root.iter(f"{SVG}rect") if e.get("class", "").startswith("f-box")]
    values = [[float(e.get(k)) for k in ("x", "y", "width", "height")] for e in found]
    return [(x, y, x + w, y + h) for x, y, w, h in values]


@pytest.mark.parametrize("seed", range(5))
def test_forty_elements_do_not_overlap_and_stay_inside(seed):
    root = picture(large(seed))
    found = boxes(root)
    assert len(found) == 40
    for (x1, y1, x2, y2), (x3, y3, x4, y4) in combinations(found, 2):
        assert x2 <= x3 or x4 <= x1 or y2 <= y3 or y4 <= y1
    _, _, width, height = map(float, root.get("viewBox").split())
    assert min(b[0] for b in found) >= 0 and min(b[1] for b in found) >= 0
    assert max(b[2] for b in found) <= width and max(b[3] for b in found) <= height
    assert len([e for e in root.iter(f"{SVG}path") if "f-link" in e.get("class", "")]) == 70


@pytest.mark.parametrize("seed", range(5))
def test_links_that_skip_columns_pass_beside_boxes(seed):
    placed = layout(large(seed))
    long = [route for route in placed.routes if len(route.via) > 0]
    assert long
    for route in long:
        for column, centre in route.via:
            beside = [abs(b.centre - centre) for b in placed.boxes if b.column == column]
            assert min(beside) >= 0.7 - 1e-9  # half a box with its gap and half the room of a link


def test_twice_the_elements_are_at_most_five_times_the_work():
    few, many = (calls(layout, large(1, n=n, m=3 * n)) for n in (12, 24))
    assert many < 5 * few


def fewest(kinds, links):
    """The fewest crossings of a two-column graph, by trying every order."""
    left = [name for name, kind in kinds.items() if kind == "activity"]
    right = [name for name, kind in kinds.items() if kind == "output"]
    orders = ((list(a), list(b)) for a in permutations(left) for b in permutations(right))
    return min(count_crossings(order, links) for order in orders)


@pytest.mark.parametrize("seed", range(12))
def test_crossings_are_the_fewest_on_small_graphs(seed):
    draw = random.Random(seed)
    kinds = {f"a{i}": "activity" for i in range(4)} | {f"o{i}": "output" for i in range(4)}
    links = draw.sample([(f"a{i}", f"o{j}") for i in range(4) for j in range(4)], 6)
    assert layout(theory(kinds, links)).crossings == fewest(kinds, links)


def test_a_tangled_ladder_is_untangled():
    kinds = {f"{c}{i}": k for c, k in zip("abcd", ORDER[2:], strict=True) for i in range(6)}
    draw = random.Random(7)
    names = {c: draw.sample(range(6), 6) for c in "abcd"}
    links = [
        (f"{left}{names[left][i]}", f"{right}{names[right][i]}")
        for left, right in ("ab", "bc", "cd")
        for i in range(6)
    ]
    assert layout(theory(kinds, links)).crossings == 0


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, cli):
    """One intervention with a theory of change that has unusual texts, one without any."""
    top = tmp_path_factory.mktemp("draw")
    cli("init", "ours", cwd=top)
    text = cli("intervention", "add", "--template", cwd=top).out
    odd = '{kind: activity, text: "<b>&amp; \\e[31m\\0 夜 \\"quoted\\""}'
    ours = top / "ours"
    (ours / "odd.yaml").write_text(text.replace("{kind: activity, text: Foot patrols}", odd))
    (ours / "case_studies/none").mkdir()
    none = ours / "case_studies/none/i.yaml"
    none.write_text(text[: text.index("theory:")])
    for file in ("odd.yaml", none):
        assert cli("intervention", "add", file, cwd=ours).code == 0
    return ours


def known(cli, workspace):
    found = json.loads(cli("intervention", "list", "--json", cwd=workspace).out)
    return [one["id"] for one in found["interventions"]]


def test_a_file_that_needs_no_other(workspace, cli):
    id, _ = known(cli, workspace)
    said = cli("theory", "draw", id, "--out", "a.svg", cwd=workspace)
    assert said.code == 0 and said.out == f"Drew {id} in a.svg: 2 elements, 1 link, 0 crossings.\n"
    root = ElementTree.parse(workspace / "a.svg").getroot()
    assert root.tag == f"{SVG}svg" and root.find(f"{SVG}style") is not None
    text = (workspace / "a.svg").read_text(encoding="utf-8")
    assert "url(" not in text and "http" not in text.replace("http://www.w3.org/2000/svg", "")
    words = " ".join(e.text for e in root.iter(f"{SVG}text"))
    assert "<b>&amp;" in words and "夜" in words
    printed = cli("theory", "draw", id, cwd=workspace)
    assert printed.out == text
    answer = json.loads(cli("theory", "draw", id, "--json", cwd=workspace).out)
    assert answer["svg"] + "\n" == text and answer["crossings"] == 0


def test_what_cannot_be_drawn(workspace, cli):
    _, none = known(cli, workspace)
    said = cli("theory", "draw", none, cwd=workspace)
    assert said.code == 1 and "has no theory of change; needed one to draw" in said.err
    assert cli("theory", "draw", "EM-2026-0999", cwd=workspace).code == 1
    wrong = cli("theory", "draw", none, "--out", "a.png", cwd=workspace)
    assert wrong.code == 2 and "ends with .svg" in " ".join(wrong.err.split())
    nowhere = cli("theory", "draw", known(cli, workspace)[0], "--out", "no/a.svg", cwd=workspace)
    assert nowhere.code == 1 and not (workspace / "no").exists()


def test_the_evidence_is_in_the_picture(demo_workspace, cli):
    said = cli("theory", "draw", "EM-2026-0001", cwd=demo_workspace)
    root = ElementTree.fromstring(said.out)
    assert len(boxes(root)) == 5 and "tested, cannot tell: 1" not in said.out
    assert "Not tested" in said.out
