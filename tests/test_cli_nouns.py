"""The nouns on the command line: add, list, show, and what is refused."""

import datetime
import json
import re

import pytest

from evalkit.workflow.folders import FOLDERS

NOUNS = {
    "organisation": ("organisations", "derby-city-council", ("kind:", "knd:")),
    "definition": ("definitions", "serious-violence-strategy-2018", ("agreed", "decided")),
    "source": ("sources", "police-uk", ("cadence: monthly", "cadence: often")),
    "measure": ("measures", "recorded-robbery", ("better: lower", "better: less")),
    "weight-table": ("weight_tables", "police-uk-harm", ("level: category", "level: force")),
    "agreement": ("agreements", "ambulance-assault", ("data-sharing  #", "handshake  #")),
    "need": ("needs", "derby-2024/N1", ("not set", "urgent")),
    "duty": ("duty_products", "derbyshire-strategy", ("2024-01-31", "2024-02-31")),
    "event": ("events", "regional-learning-2026", ("planned", "maybe")),
}


@pytest.fixture
def ours(tmp_path, cli):
    assert cli("init", "ours", cwd=tmp_path).code == 0
    return tmp_path / "ours"


def template(cli, folder, *words):
    said = cli(*words, "--template", cwd=folder)
    assert (said.code, said.err) == (0, "") and "#" in said.out
    assert max(map(len, said.out.splitlines())) <= 100
    return said.out


@pytest.mark.parametrize("noun", NOUNS)
def test_add_list_show_and_nothing_twice(ours, cli, noun):
    many, id, _ = NOUNS[noun]
    empty = cli(noun, "list", cwd=ours)
    assert empty.out.startswith("No ") and f"Next  evalkit {noun} add --template" in empty.out
    (ours / "one.yaml").write_text(template(cli, ours, noun, "add"))
    first = cli(noun, "add", "one.yaml", cwd=ours)
    assert (first.code, first.err) == (0, "")
    assert first.out == f"Registered {noun} {id} v1.0\n\nNext  evalkit {noun} show {id}\n"
    listed, shown = cli(noun, "list", cwd=ours), cli(noun, "show", id, cwd=ours)
    assert id in listed.out and shown.out.startswith(f"{id} ") and "(v1.0)" in shown.out
    assert not re.search(r"[ \t]$", listed.out + shown.out, re.M)
    again = cli(noun, "add", "one.yaml", "--json", cwd=ours)
    assert json.loads(again.out) == {"kind": noun, "id": id, "new": False, "version": "v1.0"}
    [record] = json.loads(cli(noun, "list", "--json", cwd=ours).out)[many]
    assert record == json.loads(cli(noun, "show", id, "--json", cwd=ours).out)
    assert record["id"] == id
    assert cli("registry", "verify", cwd=ours).out.startswith("Registry intact: 1 entry.")


@pytest.mark.parametrize("noun", NOUNS)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_written(ours, cli, noun):
    _, _, (old, new) = NOUNS[noun]
    text = template(cli, ours, noun, "add")
    assert old in text
    (ours / "one.yaml").write_text(text.replace(old, new, 1))
    before = (ours / "registry.db").read_bytes()
    said = cli(noun, "add", "one.yaml", cwd=ours)
    assert (said.code, said.out) == (1, "")
    assert re.search(r"^\S*one\.yaml:\d+ [a-z_]+: .+; needed .+\.", said.err, re.M)
    problems = json.loads(cli(noun, "add", "one.yaml", "--json", cwd=ours).err)["errors"]
    assert all(one["line"] and one["field"] for one in problems)
    assert (ours / "registry.db").read_bytes() == before


@pytest.mark.parametrize("noun", NOUNS)
def test_unknown_ids_and_missing_files_are_refused(ours, cli, noun):
    for id in ("nobody", "../../etc/passwd", "..", ""):
        said = cli(noun, "show", id, cwd=ours)
        assert said.code == 1 and "which is not registered; needed one of none so far" in said.err
        assert f"evalkit {noun} add" in said.err
    said = cli(noun, "add", "../none.yaml", cwd=ours)
    assert (said.code, said.out) == (1, "") and "no such file" in said.err
    assert cli(noun, "add", cwd=ours).code == 2


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("id", ["../../x", "a/../../b", "/tmp/x"])
def test_ids_are_no_paths(ours, cli, noun, id):
    text = re.sub(r"^id: \S+", f"id: {id}", template(cli, ours, noun, "add"), flags=re.M)
    (ours / "one.yaml").write_text(text)
    before = sorted(ours.parent.rglob("*"))
    said = cli(noun, "add", "one.yaml", cwd=ours)
    assert said.code == 1 and re.search(r"one\.yaml:2 id: ", said.err)
    assert sorted(ours.parent.rglob("*")) == before


def test_tables_fit_a_terminal(ours, cli, terminal_many):
    """Every list and every record, one after the other in one process."""
    for noun in NOUNS:
        (ours / "one.yaml").write_text(template(cli, ours, noun, "add"))
        cli(noun, "add", "one.yaml", cwd=ours)
    asked = [(n, *w) for n, (_, id, _) in NOUNS.items() for w in (("list",), ("show", id))]
    said = terminal_many(asked, cwd=ours, columns=80)
    assert len(said) == len(asked)
    for words, shown in zip(asked, said, strict=True):
        plain = re.sub(r"\x1b\[[01]m", "", shown)
        assert len(plain.splitlines()) > 1 and max(map(len, plain.splitlines())) <= 80, words


def test_a_change_needs_a_reason(ours, cli):
    text = template(cli, ours, "duty", "add")
    (ours / "one.yaml").write_text(text)
    cli("duty", "add", "one.yaml", cwd=ours)
    (ours / "one.yaml").write_text(text.replace("done:", "done: 2024-01-30"))
    said = cli("duty", "add", "one.yaml", cwd=ours)
    assert said.code == 1 and said.err.endswith("Put it back, or change the entry with --reason.\n")
    said = cli("duty", "add", "one.yaml", "--reason", "It was published", cwd=ours)
    assert said.out.startswith("Registered duty derbyshire-strategy v1.1\n")
    assert "done  2024-01-30" in cli("duty", "show", "derbyshire-strategy", cwd=ours).out


def test_who_acts_is_kept(ours, cli):
    from evalkit.registry.ledger import entries
    from evalkit.registry.store import open_registry

    settings = (ours / "evalkit.toml").read_text()
    if "acting_as" not in settings:
        settings = settings.replace("[registry]", 'acting_as = "Evaluation lead"\n\n[registry]')
    (ours / "evalkit.toml").write_text(re.sub("(?m)^.*acting_as.*", 'acting_as = "Lead"', settings))
    (ours / "one.yaml").write_text(template(cli, ours, "event", "add"))
    assert cli("event", "add", "one.yaml", cwd=ours).code == 0
    with open_registry(f"sqlite:///{ours / 'registry.db'}") as session:
        assert [entry.by for entry in entries(session)] == ["Lead"]


def test_people_s_text_is_printed_as_it_is(ours, cli):
    text = template(cli, ours, "organisation", "add")
    text = text.replace("name: Derby City Council", 'name: "[red]Derby[/] :cop: \\e[31m[y/N] 夜"')
    (ours / "one.yaml").write_text(text, "utf-8")
    assert cli("organisation", "add", "one.yaml", cwd=ours).code == 0
    for words in (("list",), ("show", "derby-city-council")):
        assert "[red]Derby[/] :cop:  [31m[y/N] 夜" in cli("organisation", *words, cwd=ours).out


def test_areas_are_listed_and_shown(ours, cli):
    listed = cli("area", "list", cwd=ours)
    assert re.search(r"^E06000015 +Derby +local-authority +Derbyshire$", listed.out, re.M)
    assert len(json.loads(cli("area", "list", "--json", cwd=ours).out)["areas"]) == 42
    shown = cli("area", "show", "E23000018", cwd=ours).out
    assert (
        shown.startswith("E23000018 Derbyshire (police-area)\n") and "Derby, Amber Valley" in shown
    )
    answer = json.loads(cli("area", "show", "E23000018", "--json", cwd=ours).out)
    assert answer["name"] == "Derbyshire" and answer["self_assessment"] is None
    said = cli("area", "show", "E99999999", cwd=ours)
    assert (said.code, said.out) == (1, "") and "unknown area code E99999999" in said.err


def test_a_self_assessment_is_kept_and_shown_as_private(ours, cli):
    (ours / "one.yaml").write_text(template(cli, ours, "area", "assess"))
    said = cli("area", "assess", "one.yaml", cwd=ours)
    assert said.code == 0 and "Private: it stays in your registry" in said.out
    shown = cli("area", "show", "E06000015", cwd=ours).out
    assert "(private, never on the hub)" in shown and "Health joined the meetings" in shown
    answer = json.loads(cli("area", "show", "E06000015", "--json", cwd=ours).out)
    assert answer["self_assessment"]["visibility"] == "private"
    (ours / "one.yaml").write_text("form: evalkit/self-assessment/1\nvisibility: public\n")
    said = cli("area", "assess", "one.yaml", cwd=ours)
    assert said.code == 1 and "visibility: public; needed one of private" in said.err


def test_no_page_of_the_hub_holds_a_self_assessment(tmp_path, copy_workspace, cli):
    ours = copy_workspace(tmp_path / "ours")
    note = "Zebra crossings of the committee"
    text = template(cli, ours, "area", "assess")
    (ours / "one.yaml").write_text(text.replace("Health joined the meetings this year", note))
    assert cli("area", "assess", "one.yaml", cwd=ours).code == 0
    assert note in cli("area", "show", "E06000015", cwd=ours).out
    built = cli("hub", "build", cwd=ours)
    assert built.code == 0, built.err
    files = [path for path in (ours / "reports").rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        content = path.read_bytes()
        for secret in (note, "derby-2026", "self-assessment/1", "Two sessions with young people"):
            assert secret.encode() not in content, path


@pytest.fixture
def patrols(ours, cli):
    text = cli("intervention", "add", "--template", cwd=ours).out
    (ours / "case_studies" / "patrols").mkdir()
    (ours / "case_studies" / "patrols" / "intervention.yaml").write_text(text)
    said = cli("intervention", "add", "case_studies/patrols/intervention.yaml", cwd=ours)
    found = re.search(r"EM-\d{4}-\d{4}", said.out)
    assert found, said
    return found[0]


def test_indicators_are_recorded_and_listed(ours, cli, patrols):
    def robbery(*words):
        return cli("indicator", "record", patrols, "recorded robbery", *words, cwd=ours)

    assert "no values" in cli("indicator", "list", patrols, cwd=ours).out
    said = robbery("2026-03", "41")
    assert said.out.startswith(f"Recorded {patrols} recorded robbery, 2026-03: 41 (v1.0)\n")
    assert robbery("2026-03", "41").out.startswith("Recorded before, unchanged: ")
    assert robbery("2026-02", "3.5", "--note", "A correction").code == 0
    assert robbery("2026-01", "--suppressed", "--by", "age=under 25").code == 0
    assert robbery("2025-12", "--note", "The system was down").code == 0
    listed = cli("indicator", "list", patrols, cwd=ours).out
    for row in (
        " 41$",
        "3.5 +A correction$",
        "age: under 25 +2026-01 +suppressed$",
        "none +The sy",
    ):
        assert re.search(row, listed, re.M), row
    values = json.loads(cli("indicator", "list", patrols, "--json", cwd=ours).out)["values"]
    assert [one["value"] for one in values] == [None, 3.5, 41.0, None]
    assert cli("registry", "verify", cwd=ours).out.startswith("Registry intact: 5 entries.")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("visits", "2026-03", "41"), 1, "does not name; needed one of recorded robbery"),
        (("recorded robbery", "2026-3", "41"), 1, "period: 2026-3; needed YYYY or YYYY-MM"),
        (("recorded robbery", "2026-03", "nan"), 1, "value: nan; needed a number"),
        (("recorded robbery", "2026-03"), 1, "note: no value and no note"),
        (("recorded robbery", "2026-03", "4", "--suppressed"), 1, "although it is suppressed"),
        (("recorded robbery", "9999-01", "4"), 1, "which has not begun"),
        (("recorded robbery", "2026-03", "many"), 1, "value: many; needed a number"),
        (("recorded robbery", "2026-03", "4", "--by", "young"), 2, "--by name=group"),
        (("recorded robbery", "2026-03", "4", "--by", "a=b", "--by", "a=c"), 2, "each --by once"),
        (("recorded robbery", "2026-03", "4", "--supressed"), 2, ""),
    ],
)
def test_values_that_say_nothing_are_refused(ours, cli, patrols, words, code, said):
    before = (ours / "registry.db").read_bytes()
    answer = cli("indicator", "record", patrols, *words, cwd=ours)
    assert (answer.code, answer.out) == (code, "") and said in answer.err
    assert (ours / "registry.db").read_bytes() == before


def test_an_indicator_of_nothing_registered_is_refused(ours, cli):
    said = cli("indicator", "record", "EM-2026-0042", "visits", "2026-03", "1", cwd=ours)
    assert said.code == 1 and said.err.startswith("intervention: intervention EM-2026-0042, which")
    said = cli("indicator", "list", "EM-2026-0042", cwd=ours)
    assert said.code == 1 and "EM-2026-0042, which is not registered" in said.err


@pytest.fixture
def texts(ours, cli):
    """A text of every noun in its folder; the source names the agreement."""
    for kind, folder in FOLDERS.items():
        words = ("area", "assess") if kind == "assessment" else (kind, "add")
        text = template(cli, ours, *words).replace(
            "agreement:  #", "agreement: ambulance-assault  #"
        )
        (ours / folder / "deeper").mkdir(parents=True)
        (ours / folder / "deeper" / "one.yaml").write_text(text)
    return ours


def test_import_takes_every_noun_and_says_what_it_left(texts, cli):
    (texts / "needs" / "README.md").write_text("For people.\n")
    (texts / "needs" / ".notes.swp").write_text("")
    (texts / "needs" / "notes.txt").write_text("Later\n")
    (texts / "case_studies" / "empty").mkdir()
    said = cli("registry", "import", cwd=texts)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "New in registry.db: 0 interventions, 0 published findings, 0 locked protocols, "
        "1 organisation, 1 definition, 1 agreement, 1 source, 1 weight-table, 1 measure, 1 need, "
        "1 duty, 1 assessment, 1 event, 1 synthesis.",
        "Read 11 texts; what is not new was registered before.",
        "Left out: needs/notes.txt: no .yaml file",
        "Left out: case_studies/empty/: no intervention.yaml",
    ]
    before = (texts / "registry.db").read_bytes()
    again = json.loads(cli("registry", "import", "--json", cwd=texts).out)
    assert again["texts"] == 11 and set(again["nouns"].values()) == {0} and len(again["left"]) == 2
    assert (texts / "registry.db").read_bytes() == before
    assert cli("registry", "verify", cwd=texts).code == 0


def test_one_noun_that_is_wrong_stops_the_whole_import(texts, cli):
    last = texts / "events" / "deeper" / "one.yaml"
    last.write_text(last.read_text().replace("place: Leicester", "place: no"))
    before = (texts / "registry.db").read_bytes()
    said = cli("registry", "import", cwd=texts)
    assert said.code == 1 and said.err.startswith(
        "deeper/one.yaml:5 place: no (false); needed text"
    )
    assert (texts / "registry.db").read_bytes() == before


CHANGES = {
    "organisation": ("duty=relevant", "v2.0", "specified -> relevant"),
    "definition": ("version='1.1'", "v1.1", "1.0 -> 1.1"),
    "source": ("cadence=quarterly", "v1.1", "monthly -> quarterly"),
    "weight-table": ("version='1.1'", "v1.1", "1.0 -> 1.1"),
    "measure": ("version='1.1'", "v1.1", "1.0 -> 1.1"),
    "agreement": ("valid_to=2029-03-31", "v2.0", "2028-03-31 -> 2029-03-31"),
    "need": ("priority=high", "v1.1", "not set -> high"),
    "duty": ("done=2024-01-30", "v1.1", "(nothing) -> 2024-01-30"),
    "event": ("status=held", "v1.1", "planned -> held"),
}


@pytest.mark.parametrize("noun", NOUNS)
def test_a_field_is_changed_with_a_reason_and_comments_stay(texts, cli, noun):
    change, version, words = CHANGES[noun]
    assert cli("registry", "import", cwd=texts).code == 0
    file = texts / FOLDERS[noun] / "deeper" / "one.yaml"
    before, id = file.read_text(), NOUNS[noun][1]
    said = cli(noun, "edit", id, "--set", change, "--reason", "The board agreed", cwd=texts)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{id} is now {version} (was v1.0)\n") and words in said.out
    assert f"{FOLDERS[noun]}/deeper/one.yaml holds the same text." in said.out
    after = file.read_text()
    assert after != before and after.count("#") == before.count("#")
    assert cli(noun, "add", file, cwd=texts).out.startswith("Registered before, unchanged")
    shown = cli("registry", "history", id, cwd=texts).out
    assert "The board agreed" in shown and words in shown
    assert cli("registry", "verify", cwd=texts).code == 0
    again = cli(noun, "edit", id, "--set", change, "--reason", "Again", cwd=texts)
    assert "nothing differs" in again.out and file.read_text() == after


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--set", "kind=handshake"), 1, "agreements/ambulance-assault.yaml:3 kind: handshake;"),
        (("--set", "valid_to=2024-01"), 1, "valid_to: 2024-01; needed after the start"),
        (("--set", "id=other"), 1, "id: other; needed ambulance-assault"),
        (("--set", "parties[9]=x"), 1, "no item [9]"),
        (("--file", "nowhere.yaml"), 1, "no such file"),
        (("--set", "title"), 2, "needed FIELD=VALUE"),
        ((), 2, "only a terminal edits"),
    ],
)
def test_an_edit_that_is_refused_changes_nothing(texts, cli, words, code, said):
    assert cli("registry", "import", cwd=texts).code == 0
    before = {p: p.read_bytes() for p in texts.rglob("*") if p.is_file()}
    answer = cli("agreement", "edit", "ambulance-assault", *words, "--reason", "x", cwd=texts)
    assert answer.code == code and said in " ".join(answer.err.split()), answer.err
    assert {p: p.read_bytes() for p in texts.rglob("*") if p.is_file()} == before


def test_a_noun_read_before_the_last_change_is_refused(texts, cli):
    assert cli("registry", "import", cwd=texts).code == 0
    file = texts / "duties" / "deeper" / "one.yaml"
    (texts / "mine.yaml").write_text(file.read_text().replace("note:", "note: Read it"))
    words = ("duty", "edit", "derbyshire-strategy", "--set", "done=2024-01-30")
    assert cli(*words, "--reason", "Published", cwd=texts).code == 0
    before = (texts / "registry.db").read_bytes()
    for words in (("add", "mine.yaml"), ("edit", "derbyshire-strategy", "--file", "mine.yaml")):
        said = cli("duty", *words, "--reason", "A note", cwd=texts)
        assert said.code == 1 and "based_on: a text that looks like v1.0 with" in said.err
        assert "Published" in said.err and "--based-on v1.1" in said.err
    assert (texts / "registry.db").read_bytes() == before


def test_a_noun_without_a_text_or_a_file_is_changed_too(ours, cli):
    from evalkit.registry.store import open_registry
    from evalkit.workflow.nouns import read_noun, register_record

    (ours / "one.yaml").write_text(template(cli, ours, "event", "add"))
    record, _ = read_noun(ours / "one.yaml", "event")
    with open_registry(f"sqlite:///{ours / 'registry.db'}", write=True) as session:
        register_record(session, "event", record, on=datetime.date(2026, 4, 20))
    edit = ("event", "edit", record.id, "--reason", "Moved", "--set")
    assert "nothing differs" in cli(*edit, "place=Leicester", cwd=ours).out
    said = json.loads(cli(*edit, "place=Derby", "--json", cwd=ours).out)
    assert said["version"] == "v2.0" and said["file"] is None
    assert [c["field"] for c in said["changes"]] == ["place"]
