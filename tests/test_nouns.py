"""Nouns in the registry: what they refer to, how they change, what stays private."""

import datetime

import pytest

from evalkit.cli import noun_texts
from evalkit.errors import FormError, RegistryError
from evalkit.registry.entries import read, versions
from evalkit.registry.kinds import KINDS
from evalkit.registry.ledger import entries, verify
from evalkit.registry.search import search
from evalkit.registry.store import create_registry, open_registry
from evalkit.types.indicator_value import IndicatorValue, value_id
from evalkit.workflow.indicators import read_values, record_value
from evalkit.workflow.nouns import read_nouns, register_noun
from evalkit.workflow.register import register

TODAY = datetime.date(2026, 4, 20)
TEXTS = {
    "organisation": noun_texts.ORGANISATION,
    "definition": noun_texts.DEFINITION,
    "source": noun_texts.SOURCE,
    "agreement": noun_texts.AGREEMENT,
    "need": noun_texts.NEED,
    "duty": noun_texts.DUTY,
    "assessment": noun_texts.ASSESSMENT,
    "event": noun_texts.EVENT,
}


@pytest.fixture
def url(tmp_path):
    address = f"sqlite:///{tmp_path / 'registry.db'}"
    create_registry(address)
    return address


@pytest.fixture
def written(tmp_path):
    def write(kind, *swaps):
        text = TEXTS[kind]
        for old, new in swaps:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / f"{kind}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def add(url, kind, path, **more):
    with open_registry(url, write=True) as session:
        return register_noun(session, kind, path, on=TODAY, **more)


def refused(url, kind, path, **more):
    with open_registry(url) as session:
        before = entries(session)
    with pytest.raises((FormError, RegistryError)) as raised:
        add(url, kind, path, **more)
    with open_registry(url) as session:
        assert entries(session) == before
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize("kind", TEXTS)
def test_every_noun_is_registered_once_and_sealed(url, written, kind):
    path = written(kind)
    first = add(url, kind, path, by="Evaluation lead")
    again = add(url, kind, path)
    assert first.new and not again.new and first.record == again.record
    with open_registry(url) as session:
        assert read_nouns(session, kind) == (first.record,)
        [entry] = entries(session)
        assert entry.subject == f"{kind}/{first.id}/v1.0" and entry.by == "Evaluation lead"
        assert verify(session).first_problem is None
        assert versions(session, kind, first.id)[0].text == TEXTS[kind]
        assert [hit.id for hit in search(session, kinds=[kind])] == [first.id]


@pytest.mark.parametrize("kind", ["organisation", "need", "duty", "assessment", "definition"])
def test_an_area_that_is_not_there_is_refused_at_its_line(url, written, kind):
    swaps = {
        "organisation": ("[E06000015]", "[E06009999]"),
        "duty": ("E23000018", "E06009999"),
        "definition": ("area:", "area: E06009999"),
    }
    path = written(kind, swaps.get(kind, ("E06000015", "E06009999")))
    [problem] = refused(url, kind, path)
    line = next(i for i, s in enumerate(path.read_text().splitlines(), 1) if "E06009999" in s)
    assert f"{kind}.yaml:{line} area" in problem and "unknown area code E06009999" in problem


def test_a_source_needs_its_agreement_first(url, written):
    path = written("source", ("agreement:", "agreement: ambulance-assault"))
    [problem] = refused(url, "source", path)
    assert "source.yaml:10 agreement: agreement ambulance-assault, which is not reg" in problem
    assert "evalkit agreement add" in problem
    add(url, "agreement", written("agreement"))
    assert add(url, "source", path).new
    with open_registry(url) as session:
        hits = search(session, filters={"agreement": "ambulance-assault"})
        assert [hit.id for hit in hits] == ["police-uk"]


@pytest.mark.parametrize(
    ("kind", "swap", "words"),
    [
        ("agreement", ("2028-03-31", "2024-03-31"), "valid_to: 2024"),
        ("definition", ("effective_from: 2018", "effective_from:"), "effective_from: not given"),
        ("definition", ('"1.0"', '"0.9"'), "version: 0.9; needed 1.0, or a later one"),
        ("assessment", (", note: Two sessions with young people so far", ""), "note: empty"),
        ("assessment", ("visibility: private", "visibility: public"), "needed one of private"),
        (
            "event",
            ("    theme: eval", "    theme: community-consensus # eval"),
            "sessions[0].theme",
        ),
        ("organisation", ("kind:", "knd:"), "knd: not a field; needed kind. Rename."),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_line(url, written, kind, swap, words):
    problems = refused(url, kind, written(kind, swap))
    assert any(words in problem for problem in problems), problems
    assert all(f"{kind}.yaml:" in problem for problem in problems)


@pytest.mark.parametrize(
    "id", ["../../etc/x", "/x", "a/../b", "..", "C:x", "a\\b", "con", "A", "a b", "x/N0", "é"]
)
@pytest.mark.parametrize("kind", TEXTS)
def test_ids_are_no_paths(url, written, kind, id):
    old = next(line for line in TEXTS[kind].splitlines() if line.startswith("id: "))
    problems = refused(url, kind, written(kind, (old, f"id: '{id}'")))
    assert [f"{kind}.yaml:2 id: " in problem for problem in problems] == [True]


def test_a_change_needs_a_reason_and_the_field_rule_numbers_it(url, written):
    first = add(url, "duty", written("duty"))
    done = written("duty", ("done:", "done: 2024-01-30"))
    [problem] = refused(url, "duty", done)
    assert "duty.yaml:6 done" in problem and "--reason" in problem
    changed = add(url, "duty", done, reason="It was published")
    assert (first.version, changed.version, changed.new) == ("v1.0", "v1.1", True)
    assert not add(url, "duty", done, reason="It was published").new
    late = written("duty", ("done:", "done: 2024-01-30"), ("2024-01-31", "2024-03-31"))
    assert add(url, "duty", late, reason="Postponed").version == "v2.0"
    with open_registry(url) as session:
        assert [v.reason for v in versions(session, "duty", first.id)][1:] == [
            "It was published",
            "Postponed",
        ]
        assert verify(session).first_problem is None


def test_a_reason_without_a_first_version_is_not_swallowed(url, written):
    [problem] = refused(url, "duty", written("duty"), reason="Published")
    assert "is not registered yet" in problem


def test_a_definition_has_its_own_version(url, written):
    id = add(url, "definition", written("definition")).id
    reworded = ("gangs and county lines", "county lines")
    [problem] = refused(url, "definition", written("definition", reworded), reason="Agreed")
    assert "definition.yaml:3 version: v1.0; needed a version after v1.0" in problem
    newer = written("definition", reworded, ('"1.0"', '"1.1"'))
    assert add(url, "definition", newer, reason="Agreed by the board").version == "v1.1"
    with open_registry(url) as session:
        assert "gangs" in read(session, "definition", id, "v1.0").wording
        assert "gangs" not in read(session, "definition", id, "v1.1").wording


def test_the_field_rules_name_fields():
    for kind in KINDS.values():
        names = {*kind.record.__dataclass_fields__}
        assert kind.major | kind.fixed <= names, kind.name


@pytest.fixture
def measured(url, tmp_path):
    from evalkit.cli.intervention import TEMPLATE

    folder = tmp_path / "patrols"
    folder.mkdir()
    (folder / "intervention.yaml").write_text(TEMPLATE)
    with open_registry(url, write=True) as session:
        register(session, folder / "intervention.yaml", on=TODAY, prefix="EM")
    return url


def value(**given):
    fields = {
        "intervention": "EM-2026-0001",
        "indicator": "recorded robbery",
        "period": "2026-03",
        "value": 41.0,
    }
    return IndicatorValue(form="evalkit/indicator-value/1", **(fields | given))


def record(url, one, **more):
    with open_registry(url, write=True) as session:
        return record_value(session, one, on=TODAY, **more)


def test_a_value_is_recorded_once_for_each_period_and_group(measured):
    young = value(by={"age": "under 25", "sex": "men"})
    assert record(measured, value()).new and not record(measured, value()).new
    assert record(measured, young).new
    assert not record(measured, value(by={"sex": "men", "age": "under 25"})).new
    assert record(measured, value(period="2026-02", value=None, suppressed=True)).new
    with open_registry(measured) as session:
        found = read_values(session, "EM-2026-0001")
        assert [(v.period, v.value, len(v.by)) for v in found] == [
            ("2026-02", None, 0),
            ("2026-03", 41.0, 0),
            ("2026-03", 41.0, 2),
        ]
        assert verify(session).first_problem is None


def test_a_recorded_value_changes_with_a_reason_only(measured):
    record(measured, value())
    with pytest.raises(RegistryError, match=r"value: a value that differs .* --reason"):
        record(measured, value(value=14.0))
    assert record(measured, value(value=14.0), reason="Typed wrongly").version == "v2.0"
    with open_registry(measured) as session:
        assert [v.value for v in read_values(session, "EM-2026-0001")] == [14.0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"indicator": "visits"}, "does not name; needed one of recorded robbery"),
        ({"intervention": "EM-2026-0009"}, "intervention: intervention EM-2026-0009, which is not"),
        ({"intervention": "../x"}, "needed an id such as EM-2026-0007"),
        ({"period": "03/2026"}, "period: 03/2026; needed YYYY or YYYY-MM"),
        ({"period": "2026-05"}, "2026-05, which has not begun; needed a period up to 2026-04"),
        ({"period": "0000"}, "0000"),
        ({"value": None}, "note: no value and no note; needed why there is no value"),
        ({"suppressed": True}, "value: 41, although it is suppressed"),
        ({"value": float("nan")}, "value: nan; needed a number"),
        ({"by": {"age": " "}}, "by"),
        ({"note": "x" * 4_001}, "note"),
    ],
)
def test_a_value_that_says_nothing_is_refused(measured, given, words):
    with pytest.raises(RegistryError) as raised:
        record(measured, value(**given))
    assert words in str(raised.value)
    with open_registry(measured) as session:
        assert len(entries(session)) == 1


def test_ids_of_values_tell_alike_names_apart():
    ids = {
        value_id(value(indicator=name, by=by))
        for name in ("Visits (%)", "visits", "Visits", "夜")
        for by in ({}, {"age": "25"}, {"age, 25": "x"})
    }
    assert len(ids) == 12 and all(len(id) <= 100 for id in ids)


@pytest.mark.parametrize(
    ("declared", "day"), [("2026-01-05", str(TODAY)), ("2026-02-09", "2026-02-09")]
)
def test_a_new_version_does_not_take_the_day_of_the_one_before(url, written, declared, day):
    registered = "registered: {}\nstatus: agreed"
    newer = (('version: "1.0"', 'version: "1.1"'), ("Homicide, knife crime", "Homicide, knives"))
    first = written("definition", ("status: agreed", registered.format("2026-01-05")))
    add(url, "definition", first)
    second = written("definition", ("status: agreed", registered.format(declared)), *newer)
    add(url, "definition", second, reason="Clearer")
    with open_registry(url) as session:
        found = versions(session, "definition", "serious-violence-strategy-2018")
    assert [str(one.day) for one in found] == ["2026-01-05", day]
