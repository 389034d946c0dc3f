"""The gate in front of the hub and of notebooks: what real pages would give away, what is released."""

import json
from dataclasses import replace
from datetime import date

import pytest

from evalkit.data.disclosure import profiles
from evalkit.data.disclosure.profiles import PROFILES
from evalkit.errors import HubError, RegistryError
from evalkit.hub.edition import cut
from evalkit.hub.released import released_rows
from evalkit.hub.render import made
from evalkit.registry.ledger import entries as ledger
from evalkit.registry.ledger import verify
from evalkit.registry.store import open_registry
from evalkit.types.intervention import Area
from evalkit.types.release import Release
from evalkit.workflow.gate import edition_in, inspect, refuse, release
from evalkit.workflow.given_away import inside
from evalkit.workflow.known_parts import PARTS
from evalkit.workflow.review import review
from evalkit.workflow.shielded import Rule, shielded
from tests.hub_sample import counted, sample, traffic_run
from tests.own_evidence import SOURCE, write_evidence, write_plans

GUARDED = tuple(f"{kind}/em-2026-0002" for kind in ("findings", "slides", "data", "notebooks"))
RULE = Rule(outcome="calls@1.0", profile=PROFILES["uk-llc"], units=("calls",), place="derby")
PAGE = "findings/em-2026-0002-f01.html"
ID = f"EM-{date.today().year}-0001"
P2, F1 = f"{ID}-P2", f"{ID}-F01"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """A hub whose series is of counts, from 40 up, and rounded nowhere."""
    return made(cut(counted()))


def rules(files, rule=RULE) -> dict[str, Rule]:
    return {path: rule for path in files if path.startswith(GUARDED)}


def found(files, before=None, releases=(), rule=RULE) -> list[str]:
    gate = inspect(files, rules(files, rule), releases, before=before)
    return [f"{leak.rule}: {leak.cells[0].partition(' (')[0]}" for leak in gate.leaks]


def changed(files, path, old, new) -> dict[str, str]:
    assert files[path].count(old) == 1, files[path].count(old)
    return {**files, path: files[path].replace(old, new)}


def test_a_hub_without_small_numbers_goes_out(files) -> None:
    assert found(files) == [] and found(files, before=files) == []


FEBRUARY = '<tr><th scope="row">February 1981</th><td>{}</td>'
CHART = {"labels": ["1981-02"], "datasets": [{"label": "Derby", "data": [3]}]}
PRINTED = "month    count\n1981-02  3\n1981-03  60"
END = "</article>"
PLANTED = {
    "download": ("data/em-2026-0002-f01.csv", "1981-02,41.0,", "1981-02,3.0,"),
    "table": (PAGE, FEBRUARY.format("41.0"), FEBRUARY.format(3)),
    "chart": (PAGE, END, f'<script type="application/json">{json.dumps(CHART)}</script>{END}'),
    "notebook": ("notebooks/em-2026-0002-p1.html", END, f"<pre>{PRINTED}</pre>{END}"),
}


@pytest.mark.parametrize("where", PLANTED)
def test_a_small_number_in_any_file_is_refused(files, where) -> None:
    assert "shown: calls@1.0: 1981-02, derby" in found(changed(files, *PLANTED[where]))


def test_a_slide_is_read_by_itself_and_among_those_of_an_event(files) -> None:
    own = "slides/em-2026-0002-f01.html"
    said = changed(files, own, END, f"<p>In May there were 4 calls.</p>{END}")
    assert found(said) == ["text: calls@1.0"]
    shown = {**files, "slides/spring-2027/em-2026-0002-f01.html": said[own]}
    gate = inspect(shown, rules(files), ())
    assert [leak.where for leak in gate.leaks] == [("slides/spring-2027/em-2026-0002-f01.html",)]


def test_a_sentence_is_refused_and_a_plan_s_smallest_change_is_not(files) -> None:
    said = changed(files, PAGE, "</article>", "<p>In May there were 4 calls.</p></article>")
    assert found(said) == ["text: calls@1.0"]
    said = changed(files, PAGE, "</article>", "<p>Some 4 calls fewer; 2 of 3 months.</p></article>")
    assert found(said) == []


def test_a_total_gives_away_what_is_left_out(files) -> None:
    path = "notebooks/em-2026-0002-p1.html"
    table = "<table><tr><th>month</th><th>count</th></tr>{}</table></article>"
    rows = "".join(
        f"<tr><th>{month}</th><td>{count}</td></tr>"
        for month, count in (("1990-01", "*"), ("1990-02", "50"), ("total", "54"))
    )
    leaky = found(changed(files, path, "</article>", table.format(rows)))
    assert "subtraction: calls@1.0: 1990-01, derby" in leaky


def test_the_edition_that_is_out_is_compared(files) -> None:
    path = "data/em-2026-0002-f01.csv"
    before = {path: changed(files, path, "1981-02,41.0,", "1981-02,44.0,")[path]}
    assert "two editions: calls@1.0: 1981-02, derby" in found(files, before=before)


def test_an_open_rule_lets_all_of_it_go(files) -> None:
    leaky = changed(files, "data/em-2026-0002-f01.csv", "1981-02,41.0,", "1981-02,3.0,")
    assert found(leaky, rule=replace(RULE, profile=PROFILES["open"])) == []


def test_counts_are_hidden_and_rounded_before_pages_are_made() -> None:
    """By hand: 3 is left out, 12 becomes 10, 13 becomes 15; what is no count stays."""
    run = traffic_run()
    values = (3.0, 12.0, 13.0, 0.0)
    path = tuple(replace(p, observed=v) for p, v in zip(run.path, values, strict=False))
    shown = shielded(replace(run, path=path), PROFILES["hes-2018"])
    assert [point.observed for point in shown.path] == [None, 10.0, 15.0, 0.0]
    assert shown.notes[-1].startswith("Counts of 1 to 7 are left out and others rounded to 5")
    assert shielded(run, PROFILES["hes-2018"]) is run
    assert shielded(replace(run, path=path), PROFILES["open"]).path == path


def test_areas_add_up_to_the_one_around_them() -> None:
    areas = [
        Area(code="E1", name="Derbyshire", kind="police-area"),
        Area(code="E2", name="Derby", kind="local-authority", parent="E1"),
        Area(code="E3", name="Amber Valley", kind="local-authority", parent="E1"),
    ]
    assert inside(areas) == {"derbyshire": ("amber valley", "derby")}


def test_a_release_holds_for_what_was_refused_and_for_nothing_else(files) -> None:
    path = "data/em-2026-0002-f01.csv"
    leaky = changed(files, path, "1981-02,41.0,", "1981-02,3.0,")
    gate = inspect(leaky, rules(files), ())
    given = tuple(as_release(leak) for leak in gate.leaks)
    again = inspect(leaky, rules(files), given)
    assert again.leaks == () and {one.id for one in again.released} == {one.id for one in given}
    other = changed(files, path, "1981-02,41.0,", "1981-02,4.0,")
    assert found(other, releases=given) == found(other) != []


def as_release(leak) -> Release:
    return Release(
        form="evalkit/release/1", id=leak.id, rule=leak.rule, profile=leak.profile, cells=leak.cells,
        where=leak.where, reason="Public since March.", by="Reviewer", released=date(2026, 11, 20),
    )  # fmt: skip


def test_a_page_says_what_was_released_and_never_the_number(files) -> None:
    leaky = changed(files, "data/em-2026-0002-f01.csv", "1981-02,41.0,", "1981-02,3.0,")
    given = tuple(as_release(leak) for leak in inspect(leaky, rules(files), ()).leaks)
    catalogue = replace(sample(), released=given)
    rows = released_rows(catalogue)
    assert rows[0].texts[:2] == ("Public since March.", "Released by Reviewer")
    pages = made(cut(catalogue))
    for page in (PAGE, "methods.html"):
        assert "Public since March." in pages[page] and "3 is shown" not in pages[page]
    assert "Public since March." not in pages["findings/em-2026-0001-f01.html"]


def test_what_is_refused_is_said_in_one_line_each(files) -> None:
    leaky = changed(files, "data/em-2026-0002-f01.csv", "1981-02,41.0,", "1981-02,3.0,")
    gate = inspect(leaky, rules(files), ())
    with pytest.raises(HubError) as refused:
        refuse(gate, HubError)
    line = str(refused.value).split("\n")[0]
    assert line.startswith(
        "data/em-2026-0002-f01.csv: calls@1.0: 1981-02, derby (data/em-2026-0002-f01.csv): 3 is shown"
    )
    assert f"evalkit hub release {gate.leaks[0].id} --reason" in line


def test_only_what_is_refused_can_be_released(tmp_path) -> None:
    from tests.test_registry_samples import fresh

    with open_registry(fresh(tmp_path), write=True) as session:
        with pytest.raises(RegistryError, match="--reason: empty; needed why it may be published"):
            release(session, (), "1a2b3c4d", reason=" ", on=date(2026, 3, 2))
        with pytest.raises(RegistryError, match="1a2b3c4d, which is not refused; needed nothing"):
            release(session, (), "1a2b3c4d", reason="x", on=date(2026, 3, 2))


@pytest.fixture(scope="module")
def place(tmp_path_factory, cli):
    """A workspace with a guarded source, one evaluated series and its notebook; a command on it."""
    folder = tmp_path_factory.mktemp("gate") / "ours"
    cli("init", "ours", "--publisher", "Us", "--acting-as", "Reviewing officer", cwd=folder.parent)

    def run(*words, refused=False):
        said = cli(*words, cwd=folder)
        assert (said.code == 1) == refused, said
        return said.err if refused else said.out

    run("intervention", "add", write_evidence(folder).relative_to(folder))
    write_plans(folder, ID)
    run("measure", "add", "measures/calls.yaml")
    run("measure", "add", "measures/recorded-robbery.yaml")
    run("protocol", "lock", f"protocols/{P2}.md")
    run("evaluate", P2)
    return folder, run


def test_from_refusal_to_release(place, monkeypatch) -> None:
    """The whole way: no source, a guarded one, a number in a notebook, a release, a loosened profile."""
    folder, run = place
    index = folder / "reports" / "index.html"
    publishing = ("finding", "publish", F1, "--reason", "Agreed")
    with open_registry(f"sqlite:///{folder}/registry.db", write=True) as session:
        review(session, F1, reason="Read", on=date(2026, 3, 2), by="Another officer")
    for words in (publishing, ("hub", "small-numbers"), ("notebook", "run", P2)):
        said = run(*words, refused=True)
        assert "source made-up: calls@1.0: everything: it is not registered" in said
        assert "Register it with evalkit source add" in said and not index.exists()
    (folder / "sources" / "made-up.yaml").write_text(
        SOURCE.replace("suppression: open", "suppression: uk-llc")
    )
    run("source", "add", "sources/made-up.yaml")
    run("notebook", "run", P2)
    assert run("hub", "small-numbers").startswith("Nothing small is given away in ")
    run(*publishing)
    run("hub", "build")
    built = edition_in(folder / "reports")
    add_output(folder, "month    count\n2030-01  3\n2030-02  60\n")
    said = run("hub", "build", refused=True)
    assert "calls@1.0: 2030-01, derbyshire: 3 is shown, and 0 to 9 is hidden" in said
    assert edition_in(folder / "reports") == built
    refused = json.loads(run_json(run, "hub", "small-numbers"))["errors"]
    ids = [one["do"].split("release ")[1][:8] for one in refused]
    assert len(ids) == 1
    assert "needed why it may be published" in run("hub", "release", ids[0], refused=True)
    assert ids[0] in run("hub", "release", ids[0], "--reason", "Public since March")
    assert "Public since March (Reviewing officer)" in run("hub", "small-numbers")
    run("hub", "build")
    page = (folder / "reports" / "notebooks" / f"{P2.lower()}.html").read_text(encoding="utf-8")
    assert "Small numbers that a reviewer released" in page and "Public since March" in page
    with open_registry(f"sqlite:///{folder}/registry.db") as session:
        assert ledger(session)[-1].action == "release" and verify(session).first_problem is None
    add_output(folder, "month    count\n2030-01  4\n2030-02  60\n")
    assert "4 is shown" in run("hub", "build", refused=True)
    add_output(folder, "nothing\n")
    run("source", "edit", "made-up", "--set", "suppression=open", "--reason", "All public")
    assert "0 to 9 was hidden and now nothing is" in run("hub", "build", refused=True)
    without = {name: one for name, one in PROFILES.items() if name != "uk-llc"}
    monkeypatch.setattr(profiles, "PROFILES", without)
    (folder / PARTS).unlink()  # another program would not believe it
    assert "profile uk-llc of made-up, which is not known" in run("hub", "build", refused=True)


def run_json(run, *words) -> str:
    return run(*words, "--json", refused=True)


def add_output(folder, text) -> None:
    """Let the last cell of the notebook print something else."""
    path = folder / ".evalkit" / "notebooks" / f"{P2}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code[-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_values_of_indicators_follow_the_source_that_the_indicator_names(tmp_path) -> None:
    from evalkit.registry.entries import register
    from evalkit.types.data_source import DataSource
    from evalkit.workflow.indicator_rules import guarded, indicator_rules
    from tests.test_registry_samples import DAY, INTERVENTION, fresh

    source = DataSource(
        form="evalkit/data-source/1", id="hospital", name="Admissions", owner="Trust",
        measures="Admissions", suppression="uk-llc",
    )  # fmt: skip
    assert INTERVENTION.theory is not None
    indicator = replace(INTERVENTION.theory.indicators[0], source="hospital")
    theory = replace(INTERVENTION.theory, indicators=(indicator,))
    record = replace(INTERVENTION, id="EM-2026-0009", theory=theory)
    with open_registry(fresh(tmp_path), write=True) as session:
        register(session, "source", source, on=DAY)
        register(session, "intervention", record, slug="nine", on=DAY)
        rules = indicator_rules(guarded(session))
    table = "data/monitoring-em-2026-0009.csv"
    assert {"monitoring/em-2026-0009.html", table} < rules.keys()
    values = "indicator,group,period,value,small,below,note\nAdmissions,sex=f,2026-01,{},,,\n"
    safe, leaky = ({table: values.format(value)} for value in ("14.0", "4.0"))
    assert inspect(safe, rules, ()).leaks == ()
    assert [leak.rule for leak in inspect(leaky, rules, ()).leaks] == ["shown"]
