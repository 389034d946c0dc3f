"""Forms of the registry's nouns: what they accept, and what they say of real bad input."""

import datetime
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import TypeAdapter, ValidationError

from evalkit.errors import FormError, Problem
from evalkit.text import read_form
from evalkit.text.edit import set_field
from evalkit.text.strict_yaml import parse
from evalkit.types.agreement import Agreement
from evalkit.types.data_source import DataSource
from evalkit.types.dates import first_day, is_before, last_day
from evalkit.types.definition import Definition
from evalkit.types.duty_product import DutyProduct
from evalkit.types.five_cs import FiveCs
from evalkit.types.ids import RESERVED
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.intervention import Intervention
from evalkit.types.learning_event import LearningEvent
from evalkit.types.money import Cost, Funding
from evalkit.types.need import Need
from evalkit.types.organisation import USUAL_DUTY, Organisation, OrganisationKind
from evalkit.types.self_assessment import SelfAssessment
from evalkit.workflow.oddities import oddities
from evalkit.workflow.register import read_intervention

ROOT = Path(__file__).resolve().parent.parent

INTERVENTION = """\
form: evalkit/intervention/1
name: Evening patrols
summary: Officers patrolled 36 street segments in Derby on foot.
kind: hot-spot-policing
prevention_level: secondary
setting: public-space
population: people out at night
risk_and_protective_factors: [carrying knives, trust in the police]
status: completed
status_reason:
areas: [E06000015, E06000016, E06000018]
planned_start: 2023-04-01
planned_end: 2024-03
start: 2023-04-01
end: 2024-05
description:
  why: Would-be robbers see officers
  dose: Thursday to Saturday, 18:00 to 02:00
  fidelity_planned: 80% of visits
  fidelity_actual: 71% of visits
organisations:
  - {name: Derby City Council, role: lead, duty: specified, contact: Safety lead}
cost: {amount: 186000, per: year, price_year: 2023-24}
funding:
  - {source: Home Office, amount: 150000.5, ends: 2025-03}
five_cs:
  collaboration: Monthly meeting
  co_production:
  co_operation:
needs: [derby-2024/N3]
adverse_effects: not known
equity: not known
theory:
  elements:
    patrols: {kind: activity, text: Foot patrols}
    seen: {kind: output, text: Officers are seen}
    robbery: {kind: outcome, text: Fewer robberies}
    safer: {kind: impact, text: People feel safe}
  links:
    - {from: patrols, to: seen, assumes: Officers are not called away}
    - {from: seen, to: robbery, because: Fear of arrest, evidence: [EM-2026-0004-F01]}
    - {from: robbery, to: safer}
  indicators:
    - {of: seen, name: visits, unit: per cent, baseline: 0, target: 80, direction: up, source: app}
    - {of: robbery, none_because: Evaluated}
"""

FORMS: dict[type[Any], str] = {
    Intervention: INTERVENTION,
    Organisation: """\
form: evalkit/organisation/1
id: derby-city-council
name: Derby City Council
kind: local-authority
duty: specified
areas: [E06000015]
champion: Violence reduction lead
""",
    Definition: """\
form: evalkit/definition/1
id: serious-violence-derby
version: "1.0"
title: Serious violence in Derby
wording: Homicide, knife crime, gun crime and what leads to them.
source: Strategy 2024, page 4
area: E06000015
effective_from: 2024-01
status: agreed
""",
    DataSource: """\
form: evalkit/data-source/1
id: ambulance-assault
name: Ambulance call-outs for assault
owner: Ambulance service
measures: Call-outs coded as assault
misses: Injuries that nobody rings about
contact: Information manager
lawful_basis: pcsc-2022-s16
suppression: hes-2018
agreement: ambulance-assault
breaks:
  - {on: 2023-04, what: A new coding of injuries}
cadence: monthly
""",
    Agreement: """\
form: evalkit/agreement/1
id: ambulance-assault
kind: data-sharing
title: Ambulance data for the needs assessment
parties: [Ambulance service, Derby City Council]
valid_from: 2024-05-01
valid_to: 2026-05-02
reference: ISA 2024/17
""",
    Need: """\
form: evalkit/need/1
id: derby-2024/N3
area: E06000015
text: Places where people feel safe at night
priority: high
source: Needs assessment 2024, section 5
evidence:
""",
    DutyProduct: """\
form: evalkit/duty-product/1
id: lincolnshire-review-2026
area: E23000020
kind: annual-review
due: 2026-04-17
done:
link: https://www.example.org/review
""",
    SelfAssessment: """\
form: evalkit/self-assessment/1
id: derby-2026
area: E06000015
day: 2026-03-02
collaboration: {stage: established, note: Monthly board}
community_consensus: {stage: emerging, note: Two meetings so far}
""",
    IndicatorValue: """\
form: evalkit/indicator-value/1
intervention: EM-2026-0007
indicator: visits
period: 2026-01
value: 71
by: {shift: late}
""",
    LearningEvent: """\
form: evalkit/learning-event/1
id: autumn-2026
name: What worked in public places
date: 2026-10-08
place: University of Leicester
status: planned
themes: [evaluation-and-monitoring, community-consensus]
sessions:
  - {time: "09:30", title: Welcome, sentence: What we tried., theme: evaluation-and-monitoring}
  - {time: "10:00", title: Voices, sentence: What people told us., theme: community-consensus}
findings: [EM-2026-0001-F01]
""",
}
WITH_SLUGS = [kind for kind, text in FORMS.items() if "\nid: " in text and kind is not Need]


def read(folder: Path, kind: type[Any], text: str) -> Any:
    file = folder / "a" / "form.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return read_form(file, kind)[0]


def refused(folder: Path, kind: type[Any], text: str) -> list[str]:
    with pytest.raises(FormError) as caught:
        read(folder, kind, text)
    return str(caught.value).splitlines()


def swap(kind: type[Any], old: str, new: str) -> str:
    assert old in FORMS[kind]
    return FORMS[kind].replace(old, new, 1)


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)
def test_every_form_is_read(tmp_path: Path, kind: type[Any]) -> None:
    record = read(tmp_path, kind, FORMS[kind])
    assert record.form == FORMS[kind].splitlines()[0].removeprefix("form: ")
    assert oddities(record) == ()
    with pytest.raises(AttributeError):
        record.form = "other"


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)
def test_every_record_comes_back_from_json(tmp_path: Path, kind: type[Any]) -> None:
    adapter, record = TypeAdapter(kind), read(tmp_path, kind, FORMS[kind])
    text = adapter.dump_json(record, by_alias=True)
    assert adapter.validate_json(text, strict=True) == record


def test_the_fields_of_an_intervention(tmp_path: Path) -> None:
    record = read(tmp_path, Intervention, INTERVENTION)
    assert record.cost == Cost(amount=186000, per="year", price_year="2023-24")
    assert record.funding == (Funding(source="Home Office", amount=150000.5, ends="2025-03"),)
    assert record.five_cs == FiveCs(collaboration="Monthly meeting")
    assert record.needs == ("derby-2024/N3",)
    assert record.risk_and_protective_factors == ("carrying knives", "trust in the police")
    assert (record.planned_start, record.planned_end) == ("2023-04-01", "2024-03")
    assert record.description.fidelity_actual == "71% of visits"
    assert record.status_reason is None


@pytest.mark.parametrize(
    "file", sorted((ROOT / "case_studies").glob("*/intervention.yaml")), ids=lambda f: f.parent.name
)
def test_interventions_without_the_new_fields_are_as_they_were(file: Path) -> None:
    record, _ = read_intervention(file)
    unknown = (record.setting, record.prevention_level, record.adverse_effects, record.equity)
    assert set(unknown) == {"not known"}
    assert (record.cost, record.funding, record.needs) == (None, (), ())
    assert record.five_cs == FiveCs()


def test_no_is_not_text(tmp_path: Path) -> None:
    text = INTERVENTION.replace("co_production:", "co_production: no")
    assert refused(tmp_path, Intervention, text) == [
        "a/form.yaml:28 five_cs.co_production: no (false); needed text. Quote it."
    ]


def test_a_misspelt_field(tmp_path: Path) -> None:
    text = INTERVENTION.replace("  co_operation:", "  cooperation:")
    assert refused(tmp_path, Intervention, text) == [
        "a/form.yaml:29 five_cs.cooperation: not a field; needed co_operation. Rename."
    ]


@pytest.mark.parametrize(
    ("kind", "old", "new", "said"),
    [
        (
            Intervention,
            "start: 2023-04-01\nend",
            "start: 2023-02-30\nend",
            "14 start: 2023-02-30; needed a day of the calendar.",
        ),
        (
            Intervention,
            "start: 2023-04-01\nend",
            "start: '2023-02-30'\nend",
            "14 start: 2023-02-30; needed a day of the calendar.",
        ),
        (
            Intervention,
            "start: 2023-04-01\nend",
            "start: 01/04/2023\nend",
            "14 start: 01/04/2023; needed YYYY, YYYY-MM or YYYY-MM-DD.",
        ),
        (Intervention, "end: 2024-05", "end: 2024-13", "15 end: 2024-13; needed YYYY, YYYY-MM or"),
        (Intervention, "end: 2024-05", "end: ٢٠٢٤", "15 end: ٢٠٢٤; needed YYYY, YYYY-MM or"),
        (
            Intervention,
            "setting: public-space",
            "setting: street",
            "6 setting: street; needed one of public-space, school, home, health, custody, online, "
            "not known.",
        ),
        (
            Intervention,
            "amount: 186000",
            "amount: yes",
            "23 cost.amount: yes (true); needed a number.",
        ),
        (
            Intervention,
            "amount: 186000",
            'amount: "£186,000"',
            "23 cost.amount: £186,000; needed a number.",
        ),
        (
            Intervention,
            "amount: 186000",
            "amount: -1",
            "23 cost.amount: -1; needed greater than or",
        ),
        (
            Intervention,
            "2023-24",
            "2023-25",
            "23 cost.price_year: 2023-25; needed a financial year such as 2023-24.",
        ),
        (
            Intervention,
            "target: 80",
            "target: no",
            "44 theory.indicators[0].target: no (false); needed",
        ),
        (
            Intervention,
            "derby-2024/N3",
            "N3",
            "30 needs[0]: N3; needed an id such as derby-2024/N3.",
        ),
        (Intervention, "equity: not known", "equity: ' '", "32 equity: empty; needed something."),
        (Intervention, "equity: not known", "equity:", "32 equity: empty; needed text."),
        (
            Definition,
            '"1.0"',
            "1.10",
            "3 version: 1.10; needed text. Quote it.",
        ),
        (Definition, "E06000015", "Derby", "7 area: Derby; needed an area code such as E06000015."),
        (Agreement, "[Ambulance service, Derby City Council]", "[]", "5 parties: a list; needed"),
        (
            DutyProduct,
            "https://www.example.org/review",
            "javascript:alert(1)",
            "7 link: javascript:alert(1); needed an address that starts with https://.",
        ),
        (DutyProduct, "due: 2026-04-17", "due: soon", "5 due: soon; needed YYYY, YYYY-MM or"),
        (
            SelfAssessment,
            "area: E06000015\n",
            "area: E06000015\nvisibility: public\n",
            "4 visibility: public; needed one of private.",
        ),
        (SelfAssessment, "2026-03-02", "March", "4 day: March; needed a date such as 2026-11-02."),
        (IndicatorValue, "value: 71", "value: 71%", "5 value: 71%; needed a number."),
        (IndicatorValue, "value: 71\n", "", "1 value: not given; needed a value."),
        (LearningEvent, '"09:30"', "9.30", "9 sessions[0].time: 9.30; needed text. Quote it."),
        (
            LearningEvent,
            '"09:30"',
            "9:30",
            "9 sessions[0].time: 9:30; needed a time such as 09:30.",
        ),
        (LearningEvent, "F01]", "F1]", "11 findings[0]: EM-2026-0001-F1; needed an id such as EM-"),
        (
            Need,
            "id: derby-2024/N3",
            "id: con/N3",
            "2 id: con/N3; needed a name that is not reserved.",
        ),
    ],
)
def test_bad_values(tmp_path: Path, kind: type[Any], old: str, new: str, said: str) -> None:
    (line,) = refused(tmp_path, kind, swap(kind, old, new))
    assert line.startswith(f"a/form.yaml:{said}"), line


def test_equal_keys_aliases_and_tags(tmp_path: Path) -> None:
    text = FORMS[Need]
    twice = "a/form.yaml:8 text: also on line 4; needed once. Delete one."
    assert refused(tmp_path, Need, f"{text}text: Again\n") == [twice]
    alias = text.replace("text: Places", "text: &t Places").replace("evidence:", "evidence: *t")
    said = "a/form.yaml:7 evidence: an alias (*); needed the text itself. Write it out."
    assert refused(tmp_path, Need, alias) == [said]
    (tagged,) = refused(tmp_path, Need, text.replace("high", "!other high"))
    assert tagged.startswith("a/form.yaml:5 priority: ")


NOT_SLUGS = ["Derby", "derby city", "derby_city", "-derby", "derby-", "a--b", "2024", "3a"]
NOT_SLUGS += ["émile", "дерби", "درب", "🚓", "a/b", "../a", "a.b", "a\\b", "a\u202eb", "d\u0435rby"]


@pytest.mark.parametrize("kind", WITH_SLUGS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("slug", NOT_SLUGS)
def test_ids_are_slugs(tmp_path: Path, kind: type[Any], slug: str) -> None:
    first, second, *others = FORMS[kind].splitlines(keepends=True)
    assert second.startswith("id: ")
    text = "".join([first, f"id: '{slug}'\n", *others])
    assert refused(tmp_path, kind, text) == [
        f"a/form.yaml:2 id: {slug}; needed lower-case letters, digits and single hyphens, a letter first."
    ]


@pytest.mark.parametrize("slug", sorted(RESERVED))
def test_reserved_names_are_no_ids(tmp_path: Path, slug: str) -> None:
    text = swap(Agreement, "id: ambulance-assault", f"id: '{slug}'")
    assert refused(tmp_path, Agreement, text) == [
        f"a/form.yaml:2 id: {slug}; needed a name that is not reserved."
    ]


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("''", "empty; needed lower-case letters, digits and single hyphens, a letter first."),
        ("", "empty; needed text."),
        ("no", "no (false); needed text. Quote it."),
        ("a" * 61, "61 characters; needed at most 60 characters."),
    ],
)
def test_empty_and_long_ids(tmp_path: Path, slug: str, said: str) -> None:
    text = swap(Agreement, "id: ambulance-assault", f"id: {slug}")
    assert refused(tmp_path, Agreement, text) == [f"a/form.yaml:2 id: {said}"]
    read(tmp_path, Agreement, swap(Agreement, "id: ambulance-assault", f"id: {'a' * 60}"))


@pytest.mark.parametrize(
    "name", ["🚓 Evening patrols", "دوريات المساء", "סיורי ערב", "Émile’s – “A&E”"]
)
def test_names_in_any_script(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, Intervention, swap(Intervention, "Evening patrols", name)).name == name
    for kind, old in ((Organisation, "Derby City Council"), (LearningEvent, "What worked in")):
        assert name in read(tmp_path, kind, swap(kind, old, name)).name


def test_ids_take_ascii_digits_only(tmp_path: Path) -> None:
    text = swap(IndicatorValue, "EM-2026-0007", "EM-２０２６-0007")
    (line,) = refused(tmp_path, IndicatorValue, text)
    assert line.endswith("needed an id such as EM-2026-0007.")


LONG = "x" * 1_000_000


def texts_of(value: Any, path: str = "") -> list[str]:
    """Paths of every text in a YAML value."""
    if isinstance(value, str):
        return [path]
    inner: Any = []
    if isinstance(value, dict):
        inner = [(f"{path}.{key}".lstrip("."), part) for key, part in value.items()]
    if isinstance(value, list):
        inner = [(f"{path}[{n}]", part) for n, part in enumerate(value)]
    return [found for deeper, part in inner for found in texts_of(part, deeper)]


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)
def test_no_text_is_longer_than_anybody_reads(tmp_path: Path, kind: type[Any]) -> None:
    """5,000 characters in any text are refused in one short line; a megabyte is as well."""
    value = parse(FORMS[kind], file="x").value
    assert texts_of(value)
    for path in texts_of(value):
        (line,) = refused(tmp_path, kind, set_field(FORMS[kind], path, "x" * 5000))
        assert len(line) < 600, path
        assert "; needed " in line
        if "5,000 characters" in line:
            assert line.endswith(" characters.")
        holder, last = value, ""
        for n, name in re.findall(r"\[(\d+)\]|([^.\[\]]+)", path):
            parent, last = holder, int(n) if n else name
            holder = parent[last]
        parent[last] = LONG
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(value)
        parent[last] = holder


def test_a_megabyte_in_a_file(tmp_path: Path) -> None:
    assert refused(tmp_path, Need, swap(Need, "Places where people feel safe at night", LONG)) == [
        "a/form.yaml:4 text: 1,000,000 characters; needed at most 4,000 characters."
    ]


def test_limits_are_said(tmp_path: Path) -> None:
    long = swap(Intervention, "people out at night", "x" * 4001)
    assert refused(tmp_path, Intervention, long) == [
        "a/form.yaml:7 population: 4,001 characters; needed at most 4,000 characters."
    ]
    long = swap(Intervention, "Officers patrolled 36 street segments in Derby on foot.", "x" * 241)
    assert refused(tmp_path, Intervention, long) == [
        "a/form.yaml:3 summary: 241 characters; needed at most 240 characters."
    ]
    long = swap(Intervention, "Safety lead", "x" * 5000)
    assert refused(tmp_path, Intervention, long) == [
        "a/form.yaml:22 organisations[0].contact: 5,000 characters; needed at most 240 characters."
    ]
    read(tmp_path, Intervention, swap(Intervention, "people out at night", "x" * 4000))


def test_no_field_of_text_is_without_a_limit() -> None:
    """Also fields that the samples leave out: a bare str in a record would let anything in."""

    def bare(kind: Any, path: str) -> list[str]:
        if kind is str:
            return [path]
        if is_dataclass(kind):
            hints = get_type_hints(kind, include_extras=True)
            return [
                found
                for field in fields(kind)
                for found in bare(hints[field.name], f"{path}.{field.name}")
            ]
        if hasattr(kind, "__metadata__"):
            return [] if get_args(kind)[0] is str else bare(get_args(kind)[0], path)
        return [found for inner in get_args(kind) for found in bare(inner, path)]

    assert [found for kind in FORMS for found in bare(kind, kind.__name__)] == []


def test_long_ids_of_elements(tmp_path: Path) -> None:
    text = swap(Intervention, "    safer: {", f"    {'s' * 61}: {{")
    lines = refused(tmp_path, Intervention, text)
    assert lines[0].endswith(": 61 characters; needed at most 60 characters.")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "end: 2024-05",
            "end: 2022-04-01",
            "15 end: 2022-04-01; needed after the start, 2023-04-01.",
        ),
        (
            "planned_end: 2024-03",
            "planned_end: 2022",
            "13 planned_end: 2022; needed after the start,",
        ),
        ("end: 2024-05\n", "", "1 end: not given; needed the last day, because it is completed."),
        (
            "status: completed",
            "status: stopped",
            "10 status_reason: not given; needed a reason for st",
        ),
        (
            "status: completed",
            "status: withdrawn",
            "10 status_reason: not given; needed a reason for withdrawn.",
        ),
        (
            "role: lead",
            "role: funder",
            "21 organisations: 0 with role lead; needed one lead organis",
        ),
        (
            "organisations:\n",
            "organisations:\n  - {name: Home Office, role: lead}\n",
            "21 organisations: 2 with role lead; needed one lead organisation.",
        ),
        (
            "    - {from: robbery, to: safer}\n",
            "    - {from: robbery, to: safer}\n    - {from: robbery, to: patrols}\n",
            "43 theory.links[3]: robbery -> patrols -> seen -> robbery is a loop; needed links that lead "
            "forward. Remove a link, or add feedback: true.",
        ),
    ],
)
def test_fields_that_contradict_each_other(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "a" / "form.yaml"
    file.parent.mkdir()
    file.write_text(swap(Intervention, old, new))
    with pytest.raises(FormError) as caught:
        read_intervention(file)
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"a/form.yaml:{said}"), line


def test_dates_that_are_known_to_the_year_do_not_contradict(tmp_path: Path) -> None:
    file = tmp_path / "form.yaml"
    file.write_text(swap(Intervention, "end: 2024-05", "end: 2023"))
    assert read_intervention(file)[0].end == "2023"
    assert is_before("2023-03", "2023-04-01")
    assert not is_before("2023-04", "2023-04-30")
    assert first_day("2024") == datetime.date(2024, 1, 1)
    assert last_day("2024-12") == datetime.date(2024, 12, 31)


@pytest.mark.parametrize(
    ("kind", "old", "new", "problem"),
    [
        (
            Agreement,
            "valid_to: 2026-05-02",
            "valid_to: 2024-04",
            Problem(
                field="valid_to",
                found="2024-04",
                needed="after the start, 2024-05-01",
                do="Correct one.",
            ),
        ),
        (
            Definition,
            "effective_from: 2024-01\n",
            "",
            Problem(
                field="effective_from", found="not given", needed="a date, because it is agreed"
            ),
        ),
        (
            IndicatorValue,
            "by:",
            "suppressed: true\nby:",
            Problem(
                field="value",
                found="71, although it is suppressed",
                needed="no value",
                do="Delete the number, or suppressed.",
            ),
        ),
        (
            IndicatorValue,
            "value: 71",
            "value:",
            Problem(field="note", found="no value and no note", needed="why there is no value"),
        ),
        (
            LearningEvent,
            "10:00",
            "09:00",
            Problem(
                field="sessions[1].time",
                found="09:00",
                needed="not before 09:30, the session above",
                do="Put them in order.",
            ),
        ),
        (
            LearningEvent,
            ", community-consensus]",
            "]",
            Problem(
                field="sessions[1].theme",
                found="community-consensus",
                needed="one of the event's themes: evaluation-and-monitoring",
            ),
        ),
        (
            SelfAssessment,
            ", note: Monthly board",
            "",
            Problem(field="collaboration.note", found="empty", needed="why it is established"),
        ),
    ],
)
def test_oddities(tmp_path: Path, kind: type[Any], old: str, new: str, problem: Problem) -> None:
    assert oddities(read(tmp_path, kind, swap(kind, old, new))) == (problem,)


def test_every_kind_of_organisation_has_a_usual_standing() -> None:
    assert set(USUAL_DUTY) == set(get_args(OrganisationKind))
