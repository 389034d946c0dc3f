"""One field of a YAML text changes; every other character stays."""

import copy
import datetime
import random
import re
from pathlib import Path
from typing import Any

import pytest

from evalkit.errors import FormError
from evalkit.text.edit import remove_field, set_field
from evalkit.text.scalars import written
from evalkit.text.strict_yaml import parse

ROOT = Path(__file__).resolve().parent.parent
CASES = sorted((ROOT / "case_studies").glob("*/*.yaml"))

COMMENTED = """\
# Evening patrols, as agreed with partners
form: evalkit/intervention/1
name: Evening patrols  # up to 80 characters
status: live  # idea | planned | live | completed
status_reason:  # for stopped, withdrawn
areas: [E06000015, E06000016]  # ONS

end:  # empty = still runs
description:  # TIDieR-PHP
  # the reasoning first
  why: Would-be robbers
    see officers
  dose: 'Thursday to Saturday, 18:00 to 02:00'
  note: |  # kept as it is
    Two lines,
    # and this is text

# who takes part
organisations:  # role: lead | deliverer
  # duty: specified | relevant
  - {name: Derby City Council, role: lead,  # the lead
     contact: Safety lead}
  - name: Home Office
    role: funder

  # a comment between items
  - role: evaluator
five_cs: {collaboration: Monthly meeting, co_production: }
funding:
- source: Home Office
  ends: 2027-03-31
tags: []
nested:
- - a
  - b
- - c
# the end
"""

VALUES: list[Any] = [
    *("completed", "no", "on", "null", "~", "010", "1e5", "12:30", "2023-04-01", "1_000", ".inf"),
    *("a: b", "a #b", "- x", "{x}", "[x", "x, y", "@at", "%x", "`x", "'single'", 'say "so"', "*a"),
    *(
        "",
        " lead",
        "trail ",
        "two\nlines\n",
        "tab\there",
        "émile",
        "🚓 patrol",
        "שלום",
        "\u2028",
        "!x",
    ),
    *("<<", "=", "?", "-", "--- x", "...", "back\\slash", "x" * 300, "0x1F", "0o7", "1.5", "-3"),
    *(0, -7, 186000, True, False, None, 1.0, 1e16, 2.5e-9, -0.25, datetime.date(2027, 3, 31)),
    *([], {}, ["a", "no", 1], {"source": "Fund, A", "ends": datetime.date(2027, 3, 31)}),
    {"a": {"b": [{"c": None}, "x: y"]}},
]


def plain(text: str) -> Any:
    return parse(text, file="x").value


def paths(value: Any, path: str = "") -> list[str]:
    """Every path in a value, parts before their parts."""
    if not isinstance(value, dict | list):
        return []
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[str] = []
    for step, part in inner:
        here = f"{path}[{step}]" if isinstance(step, int) else f"{path}.{step}".lstrip(".")
        found += [here, *paths(part, here)]
    return found


def steps(path: str) -> list[str | int]:
    return [int(n) if n else name for n, name in re.findall(r"\[(\d+)\]|([^.\[\]]+)", path)]


def changed(value: Any, path: str, new: Any) -> Any:
    whole = copy.deepcopy(value)
    *way, last = steps(path)
    inner = whole
    for step in way:
        inner = inner[step]
    if isinstance(inner, list) and last == len(inner):
        inner.append(new)
    else:
        inner[last] = new
    return whole


def removed(value: Any, path: str) -> Any:
    whole = copy.deepcopy(value)
    *way, last = steps(path)
    inner = whole
    for step in way:
        inner = inner[step]
    del inner[last]
    return whole


def untouched(before: str, after: str, path: str, *, beside: int = 0) -> None:
    """Lines above the field and below what belongs to it are the same bytes.

    What is removed may take a line ``beside`` it along: a key gets ``{}``, a dash the next field.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    places = parse(before, file="x").places
    inside = [p.line for name, p in places.items() if name.startswith(path)]
    later = [p.line for name, p in places.items() if not name.startswith(path)]
    first = min(inside)
    following = min((line for line in later if line > max(inside)), default=len(old) + 1)
    assert new[: max(0, first - 1 - beside)] == old[: max(0, first - 1 - beside)]
    below = old[following - 1 + beside :]
    assert not below or new[-len(below) :] == below


@pytest.mark.parametrize("file", [*CASES, None], ids=lambda f: f.parent.name if f else "commented")
def test_random_edits_change_one_field_and_nothing_else(file: Path | None) -> None:
    text = file.read_text() if file else COMMENTED
    value, chance = plain(text), random.Random(20260420)
    every = paths(value)
    for path in chance.sample(every, min(10, len(every))):
        for new in chance.sample(VALUES, 4):
            after = set_field(text, path, new)
            assert repr(plain(after)) == repr(changed(value, path, new)), (path, new)
            untouched(text, after, path)
        after = remove_field(text, path)
        assert repr(plain(after)) == repr(removed(value, path)), path
        untouched(text, after, path, beside=1)


@pytest.mark.parametrize("file", [*CASES, None], ids=lambda f: f.parent.name if f else "commented")
def test_random_additions_go_to_the_end_of_their_mapping_or_list(file: Path | None) -> None:
    text = file.read_text() if file else COMMENTED
    value, chance = plain(text), random.Random(7)
    holders = [("", value)]
    for path in paths(value):
        inner = value
        for step in steps(path):
            inner = inner[step]
        if isinstance(inner, dict | list):
            holders.append((path, inner))
    for holder, inner in chance.sample(holders, min(8, len(holders))):
        for new in chance.sample(VALUES, 3):
            step = f"[{len(inner)}]" if isinstance(inner, list) else ".added"
            path = f"{holder}{step}".lstrip(".")
            after = set_field(text, path, new)
            assert repr(plain(after)) == repr(changed(value, path, new)), (path, new)
            assert [line for line in text.splitlines() if line.lstrip().startswith("#")] == [
                line for line in after.splitlines() if line.lstrip().startswith("#")
            ]


def test_many_edits_one_after_the_other() -> None:
    text, chance = COMMENTED, random.Random(1)
    for _ in range(150):
        value = plain(text)
        path = chance.choice(paths(value) or ["again"])
        new = chance.choice(VALUES)
        if chance.random() < 0.2 and path in paths(value):
            text = remove_field(text, path)
            assert repr(plain(text)) == repr(removed(value, path))
        else:
            text = set_field(text, path, new)
            assert repr(plain(text)) == repr(changed(value, path, new))
    assert text.startswith("# Evening patrols, as agreed with partners\n")


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_value_is_read_as_it_was_given(value: Any, line_break: str) -> None:
    text = f"a: 1{line_break}b: x  # kept{line_break}c: 2{line_break}"
    after = set_field(text, "b", value)
    assert repr(plain(after)["b"]) == repr(value)
    assert after.startswith(f"a: 1{line_break}b:")
    assert after.endswith(f"  # kept{line_break}c: 2{line_break}")


@pytest.mark.parametrize(
    ("path", "value", "was", "now"),
    [
        ("status", "completed", "status: live  # idea", "status: completed  # idea"),
        ("end", datetime.date(2024, 3, 31), "end:  # empty", "end: 2024-03-31  # empty"),
        ("status_reason", "funds", "status_reason:  # for", "status_reason: funds  # for"),
        ("areas[1]", "E06000018", "E06000016]  # ONS", "E06000018]  # ONS"),
        ("areas[2]", "E06000018", "E06000016]", "E06000016, E06000018]"),
        ("funding[0].ends", "2028", "ends: 2027-03-31", "ends: '2028'"),
        ("funding[0].amount", 5, "ends: 2027-03-31\n", "ends: 2027-03-31\n  amount: 5\n"),
        ("funding[1].source", "A", "03-31\n", "03-31\n- {source: A}\n"),
        ("five_cs.co_operation", "x", "co_production: }", "co_production:, co_operation: x }"),
        ("five_cs.co_production", "y", "co_production: }", "co_production: y }"),
        ("cost.per", "year", "- - c\n", "- - c\ncost: {per: year}\n"),
        ("name", "", "name: Evening patrols  #", "name: ''  #"),
        ("name", None, "name: Evening patrols  #", "name:  #"),
        ("description.why", "x", "  why: Would-be robbers\n    see officers\n", "  why: x\n"),
        (
            "description.note",
            "x",
            "|  # kept as it is\n    Two lines,\n    # and this is text\n",
            "x # kept as it is\n",
        ),
        ("tags[0].a", "b", "tags: []", "tags: [{a: b}]"),
        ("nested[0][1]", "z", "- - a\n  - b", "- - a\n  - z"),
    ],
)
def test_edits_as_a_person_would_make_them(path: str, value: Any, was: str, now: str) -> None:
    assert was in COMMENTED
    assert set_field(COMMENTED, path, value) == COMMENTED.replace(was, now, 1)


def test_a_list_below_its_key_moves_up_and_its_comments_stay() -> None:
    after = set_field(COMMENTED, "organisations", ["nobody"])
    assert (
        "# who takes part\n"
        "organisations: [nobody]  # role: lead | deliverer\n"
        "  # duty: specified | relevant\n"
        "five_cs:"
    ) in after


@pytest.mark.parametrize(
    ("path", "gone", "instead"),
    [
        ("status_reason", "status_reason:  # for stopped, withdrawn\n", ""),
        ("areas[0]", "[E06000015, E06000016]", "[E06000016]"),
        ("areas[1]", "[E06000015, E06000016]", "[E06000015]"),
        ("funding[0].source", "- source: Home Office\n  ends", "- ends"),
        ("funding[0].ends", "  ends: 2027-03-31\n", ""),
        ("nested[1]", "- - c\n", ""),
        ("nested[0][0]", "- - a\n  - b", "- - b"),
        ("organisations[2]", "  - role: evaluator\n", ""),
        ("description.dose", "  dose: 'Thursday to Saturday, 18:00 to 02:00'\n", ""),
        ("five_cs.co_production", "meeting, co_production: }", "meeting }"),
        ("five_cs.collaboration", "{collaboration: Monthly meeting, co", "{co"),
    ],
)
def test_removals(path: str, gone: str, instead: str) -> None:
    assert remove_field(COMMENTED, path) == COMMENTED.replace(gone, instead, 1)


def test_the_last_field_leaves_empty_braces() -> None:
    assert remove_field("a: 1 # c\n", "a") == "{} # c\n"
    assert remove_field("a:\n  b: 1 # c\nd: 2\n", "a.b") == "a: {} # c\nd: 2\n"
    assert remove_field("a:\n- 1\n", "a[0]") == "a: []\n"
    assert set_field("{}\n", "a.b[0].c", "x") == "{a: {b: [{c: x}]}}\n"


def test_the_same_value_changes_nothing() -> None:
    assert set_field(COMMENTED, "description.dose", "Thursday to Saturday, 18:00 to 02:00") == (
        COMMENTED
    )
    assert set_field("a: 1\n", "a", True) == "a: true\n"  # though True == 1
    assert set_field("a: 1\n", "a", 1.0) == "a: 1.0\n"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("name.first", "x.yaml: name.first: a value of another kind on the way; needed fields."),
        ("areas.first", "x.yaml: areas.first: a value of another kind on the way; needed fields."),
        ("status[0]", "x.yaml: status[0]: a value of another kind on the way; needed a list."),
        ("areas[5]", "x.yaml: areas[5]: no item [5]; needed [2], the next one, or less."),
        ("new[1]", "x.yaml: new[1]: no item [1]; needed [0], the next one, or less."),
        ("", "x.yaml: no path; needed a path such as funding[0].ends."),
        ("a..b", "x.yaml: a..b: no path; needed a path such as funding[0].ends."),
        ("a[-1]", "x.yaml: a[-1]: no path; needed a path such as funding[0].ends."),
        ("[0]", "x.yaml: [0]: no path; needed a path such as funding[0].ends."),
    ],
)
def test_paths_that_lead_nowhere(path: str, message: str) -> None:
    with pytest.raises(FormError) as caught:
        set_field(COMMENTED, path, "x", file="x.yaml")
    assert str(caught.value).replace("x.yaml ", "x.yaml: ", 1) == message


def test_what_is_not_there_cannot_be_removed() -> None:
    for path in ("nobody", "areas[2]", "name.first", "description.who"):
        with pytest.raises(FormError, match="not there; needed a field of the text"):
            remove_field(COMMENTED, path)


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: &x 1\nb: *x\n", "a: [1\n", "- a\n", ""])
def test_text_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(FormError):
        set_field(text, "a", "x")


def test_an_edit_that_would_reach_further_is_refused() -> None:
    with pytest.raises(FormError, match="a field that cannot be changed alone; needed an edit by"):
        set_field("? a\n: 1\n", "a", "x")  # a key on a line of its own
    with pytest.raises(FormError, match="cannot be changed alone"):
        set_field("a: |\n  no line break at the end", "b", "x")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), b"x", {1, 2}])
def test_values_that_yaml_cannot_hold(value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="needed"):
        written(value)


def test_a_byte_order_mark_stays() -> None:
    assert set_field("\ufeffa: 1\nb: 2\n", "a", 3) == "\ufeffa: 3\nb: 2\n"
    assert remove_field("a: 1\n", "a") == "{}\n"


def test_long_lists() -> None:
    text = "a:\n" + "".join(f"- {n}\n" for n in range(3000))
    assert set_field(text, "a[2500]", "x") == text.replace("- 2500\n", "- x\n")
    assert remove_field(text, "a[2999]") == text.removesuffix("- 2999\n")
