"""Search from the command line: ranked, filtered, and safe for any text."""

import json

import pytest

from tests.own_evidence import INTERVENTION


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, cli):
    """Three interventions; the second one says robbery only in its theory."""
    top = tmp_path_factory.mktemp("search")
    cli("init", "ours", cwd=top)
    texts = {
        "patrols": INTERVENTION.replace("name: Evening patrols", "name: Robbery patrols"),
        "mentors": INTERVENTION.replace("hot-spot-policing", "mentoring")
        .replace("name: Evening patrols", 'name: "[red]Mentors[/] for \\"you\\" (all)"')
        .replace("areas: [E23000018]", "areas: [E06000015]\nfive_cs: {co_production: Youth board}")
        .replace("Derby City Council", "Trent Youth Trust"),
        "schools": INTERVENTION.replace("name: Evening patrols", "name: School talks")
        .replace("areas: [E23000018]", "areas: [E06000018]")
        .replace("status: live", "status: planned")
        .replace("Fewer robberies", "Fewer stabbings")
        .replace("recorded robbery", "recorded stabbings"),
    }
    for slug, text in texts.items():
        (top / "ours" / "case_studies" / slug).mkdir()
        (top / "ours" / "case_studies" / slug / "intervention.yaml").write_text(text)
    assert cli("registry", "import", cwd=top / "ours").code == 0
    return top / "ours"


@pytest.fixture
def names(workspace, cli):
    """Names of what a search finds, the best first."""

    def found(*words):
        said = cli("intervention", "search", *words, "--json", cwd=workspace)
        assert (said.code, said.err) == (0, "")
        return [hit["title"].split()[0].strip('"') for hit in json.loads(said.out)["found"]]

    return found


def test_the_title_counts_most(names):
    assert names("robbery")[0] == "Robbery" and len(names("robbery")) == 3
    assert names("stabbed") == ["School"]
    assert names("stabbed", "mentors") == []


def test_a_snippet_shows_where(workspace, cli):
    said = cli("intervention", "search", "stabbings", cwd=workspace)
    assert said.code == 0 and "1 entry, the best first" in said.out
    assert "stabbings" in said.out.splitlines()[2] and "…" not in said.out
    assert said.out.rstrip().splitlines()[-1].startswith("Next  evalkit intervention show ")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--area", "Derby"), ["[red]Mentors[/]"]),
        (("--area", "e06000015"), ["[red]Mentors[/]"]),
        (("--area", "DERBYSHIRE"), ["[red]Mentors[/]", "Robbery"]),  # with Derby, inside it
        (("--kind", "mentoring"), ["[red]Mentors[/]"]),
        (("--status", "planned"), ["School"]),
        (("--five-c", "co-production"), ["[red]Mentors[/]"]),
        (("--organisation", "trent youth trust"), ["[red]Mentors[/]"]),
        (("--organisation", "nobody"), []),
        (("patrol", "--status", "live", "--area", "E23000018"), None),
        (("--limit", "1"), None),
    ],
)
def test_filters(names, words, found):
    answer = names(*words)
    assert sorted(answer) == sorted(found) if found is not None else len(answer) >= 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--area", "Derbishire"), 1, "no area called Derbishire; needed one of Derbyshire"),
        (("--area", "Nowhere at all"), 1, "needed one of"),
        (("--kind", "patrol"), 2, "needed one of accident-and-emergency-navigators"),
        (("--status", "alive"), 2, "needed one of idea"),
        (("--five-c", "co-operating"), 2, "needed one of collaboration"),
        (("--limit", "0"), 2, "greater than or equal to 1"),
    ],
)
def test_filters_that_are_none(workspace, cli, words, code, said):
    answer = cli("intervention", "search", *words, cwd=workspace)
    assert answer.code == code and said in " ".join(answer.err.replace("│", " ").split())


ANY = [
    *('"', "'", '"unterminated', "(((", "a OR b", "NOT", "NEAR(a b)", "title:x", "*", "^a", "-a"),
    *("\0", "a\0b", "\udce9", "😀", "夜", "'; DROP TABLE entry; --", "%", "_", "\\", "[red]x[/]"),
    *("{", "+", "a" * 5_000, " ".join(f"w{n}" for n in range(500)), "\x1b[31m", "\u202e"),
]


@pytest.mark.parametrize("words", ANY)
@pytest.mark.parametrize("group", ["intervention", "registry"])
def test_any_text_is_only_looked_for(workspace, cli, group, words):
    before = (workspace / "registry.db").read_bytes()
    for flags in ((), ("--json",)):
        said = cli(group, "search", *flags, "--", words, cwd=workspace)
        assert (said.code, said.err) == (0, "")
    assert (workspace / "registry.db").read_bytes() == before


@pytest.mark.parametrize("words", ANY)
def test_any_text_is_no_area_and_no_organisation(workspace, cli, words):
    if not words.startswith("-"):
        assert cli("intervention", "search", "--area", words, cwd=workspace).code == 1
        said = cli("intervention", "search", "--organisation", words, cwd=workspace)
        assert said.out == "Nothing found.\n"


def test_names_are_printed_as_they_are(workspace, cli):
    said = cli("intervention", "search", "mentors", cwd=workspace)
    assert '[red]Mentors[/] for "you" (all)' in said.out


def test_every_kind_at_once(demo_workspace, cli):
    said = cli("registry", "search", "homicide", "--json", cwd=demo_workspace)
    kinds = {hit["kind"] for hit in json.loads(said.out)["found"]}
    assert {"intervention", "finding"} <= kinds
    only = cli("registry", "search", "homicide", "--kind", "finding", cwd=demo_workspace)
    assert "intervention  EM" not in only.out and "finding" in only.out
    assert cli("registry", "search", "x", "--kind", "nothing", cwd=demo_workspace).code == 2


def test_without_words_everything_is_listed(demo_workspace, cli):
    found = json.loads(cli("registry", "search", "--json", cwd=demo_workspace).out)["found"]
    assert len(found) == 20 and {hit["rank"] for hit in found} == {0}
