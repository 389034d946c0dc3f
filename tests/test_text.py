"""Text from people: a record, or errors that say where and what to do, and never anything else."""

import random
import re
from pathlib import Path

import pytest

from evalkit.errors import EvalkitError, FormError, ProtocolError
from evalkit.protocol.document import read_protocol
from evalkit.text import read_form, read_front_matter, strict_yaml
from evalkit.text.strict_yaml import parse
from evalkit.types.intervention import Intervention
from tests.work import calls

FORM = """\
form: evalkit/intervention/1
name: Evening patrols
summary: Officers walked where robberies had been.
kind: hot-spot-policing
status: live
areas: [E06000015]
start: 2023-04-01
description:
  why: Would-be robbers see officers
organisations:
  - {name: Derby City Council, role: lead}
theory:
  elements:
    patrols: {kind: activity, text: Foot patrols}
    robbery: {kind: outcome, text: Fewer robberies}
  links:
    - {from: patrols, to: robbery}
  indicators:
    - {of: robbery, name: robberies}
"""


def read(tmp_path: Path, text: str | bytes) -> Intervention:
    path = tmp_path / "patrols" / "intervention.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_form(path, Intervention)[0]


def problems(tmp_path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(FormError) as refused:
        read(tmp_path, text)
    assert refused.value.problems
    return [
        line.removeprefix("patrols/intervention.yaml") for line in str(refused.value).split("\n")
    ]


def test_a_good_form_is_a_record(tmp_path: Path):
    record = read(tmp_path, FORM)
    assert (record.name, record.start, record.areas) == (
        "Evening patrols",
        "2023-04-01",
        ("E06000015",),
    )
    assert record.theory is not None
    assert record.theory.links[0].from_ == "patrols"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: "\ufeff" + text.replace("\n", "\r\n"),
        lambda text: "---\n" + text,
        lambda text: "# a note\n\n" + text + "\n\n",
        lambda text: text.rstrip("\n"),
    ],
)
def test_what_editors_do_to_files_does_not_matter(tmp_path: Path, change):
    assert read(tmp_path, change(FORM)) == read(tmp_path, FORM)


def test_line_numbers_hold_with_windows_line_ends(tmp_path: Path):
    text = FORM.replace("kind: hot-spot-policing", "kind: hot-spots").replace("\n", "\r\n")
    [problem] = problems(tmp_path, "\ufeff" + text)
    assert problem.startswith(
        ":4 kind: hot-spots; needed one of accident-and-emergency-navigators, "
    )


CHANGED = {
    "unknown field with a suggestion": (
        ("status: live", "statsu: live"),
        [":1 status: not given; needed a value.", ":5 statsu: not a field; needed status. Rename."],
    ),
    "unknown field without one": (
        ("status: live", "status: live\nxyzzy: 1"),
        [":6 xyzzy: not a field; needed only the form's fields. Remove it."],
    ),
    "unknown field in a list": (
        ("{from: patrols, to: robbery}", "{from: patrols, to: robbery, becuase: fear}"),
        [":17 theory.links[0].becuase: not a field; needed because. Rename."],
    ),
    "key twice": (
        ("status: live", "status: live\nareas: [E06000016]"),
        [":7 areas: also on line 6; needed once. Delete one."],
    ),
    "key twice in a nested list": (
        ("role: lead}", "role: lead, name: Derby}"),
        [":11 organisations[0].name: also on line 11; needed once. Delete one."],
    ),
    "alias": (
        ("name: Evening patrols", "name: &n Evening patrols\nstatus_reason: *n"),
        [":3 status_reason: an alias (*); needed the text itself. Write it out."],
    ),
    "no for text": (
        ("why: Would-be robbers see officers", "why: no"),
        [":9 description.why: no (false); needed text. Quote it."],
    ),
    "number for text": (
        ("name: Evening patrols", "name: 2023"),
        [":2 name: 2023; needed text. Quote it."],
    ),
    "text for yes or no": (
        ("status: live", "status: live\nworked_example: perhaps"),
        [":6 worked_example: perhaps; needed true or false."],
    ),
    "required field missing": (
        ("summary: Officers walked where robberies had been.\n", ""),
        [":1 summary: not given; needed a value."],
    ),
    "required field missing in a list": (
        ("{from: patrols, to: robbery}", "{from: patrols}"),
        [":17 theory.links[0].to: not given; needed a value."],
    ),
    "from missing": (
        ("{from: patrols, to: robbery}", "{to: robbery}"),
        [":17 theory.links[0].from: not given; needed a value."],
    ),
    "empty": (("name: Evening patrols", "name:"), [":2 name: empty; needed text."]),
    "no text": (("name: Evening patrols", 'name: ""'), [":2 name: empty; needed something."]),
    "enum": (
        ("status: live", "status: running"),
        [":5 status: running; needed one of idea, planned, live, completed, stopped, withdrawn."],
    ),
    "too long": (
        ("name: Evening patrols", "name: " + "x" * 81),
        [":2 name: 81 characters; needed at most 80 characters."],
    ),
    "a list where text belongs": (
        ("name: Evening patrols", "name: [a, b]"),
        [":2 name: a list; needed text."],
    ),
    "text where a list belongs": (
        ("areas: [E06000015]", "areas: E06000015"),
        [":6 areas: E06000015; needed a list."],
    ),
    "text where fields belong": (
        ("  - {name: Derby City Council, role: lead}", "  - Derby City Council"),
        [":11 organisations[0]: Derby City Council; needed fields."],
    ),
    "date": (
        ("start: 2023-04-01", "start: April 2023"),
        [":7 start: April 2023; needed YYYY, YYYY-MM or YYYY-MM-DD."],
    ),
    "day that does not exist": (
        ("start: 2023-04-01", "start: 2023-02-31"),
        [":7 start: 2023-02-31; needed a day of the calendar."],
    ),
    "id": (
        ("status: live", "status: live\nid: EM-1"),
        [":6 id: EM-1; needed an id such as EM-2026-0007."],
    ),
    "tag": (
        ("name: Evening patrols", "name: !!str 5"),
        [":2 name: a tag (!!str); needed the value alone. Delete it."],
    ),
    "not YAML": (
        ("areas: [E06000015]", "areas: [E06000015"),
        [":7: not YAML (expected ',' or ']', but got ':'); needed valid YAML."],
    ),
    "tab": (
        ("  why: Would", "\twhy: Would"),
        [":9: not YAML (found character '\\t' that cannot start any token); needed valid YAML."],
    ),
    "two documents": (
        ("status: live", "---\nstatus: live"),
        [":5: not YAML (but found another document); needed valid YAML."],
    ),
    "a key that is a list": (
        ("status: live", "? [a, b]\n: 1\nstatus: live"),
        [":5: a key that is not plain text; needed a plain word."],
    ),
}


@pytest.mark.parametrize("case", CHANGED)
def test_problems_say_where_what_and_what_to_do(tmp_path: Path, case: str):
    (old, new), expected = CHANGED[case]
    assert FORM.count(old) == 1
    assert problems(tmp_path, FORM.replace(old, new)) == expected


def test_every_problem_is_told_at_once_in_order(tmp_path: Path):
    text = FORM.replace("status: live", "status: gone").replace("start: 2023-04-01", "start: soon")
    text = text.replace("role: lead", "role: boss")
    lines = [problem.split()[0] for problem in problems(tmp_path, text)]
    assert lines == [":5", ":7", ":11"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: no fields; needed `name: value` lines."),
        ("\n\n# only a note\n", ":1: no fields; needed `name: value` lines."),
        ("just words", ":1: no fields; needed `name: value` lines."),
        ("- a\n- b\n", ":1: no fields; needed `name: value` lines."),
        ("a: \x00", ":1: not readable as YAML; needed plain text."),
        (b"name: \xff\xfe", ": not UTF-8 text; needed UTF-8. Save it as UTF-8."),
        ("name: caf\u00e9".encode("latin-1"), ": not UTF-8 text; needed UTF-8. Save it as UTF-8."),
    ],
)
def test_files_that_hold_no_form(tmp_path: Path, text: str | bytes, message: str):
    assert problems(tmp_path, text) == [message]


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path):
    for path, found in [
        (tmp_path / "a" / "b.yaml", "a/b.yaml: no such file; needed a file to read."),
        (
            tmp_path,
            "/".join(tmp_path.parts[-2:]) + ": a file that cannot be read; needed a text file.",
        ),
    ]:
        with pytest.raises(FormError) as refused:
            read_form(path, Intervention)
        assert str(refused.value) == found


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 20_000,
        "a: " + "[" * 5_000 + "]" * 5_000,
        "a: " + "{b: " * 3_000 + "1" + "}" * 3_000,
        "\n".join(" " * i + "a:" for i in range(1_500)),
        "- " * 5_000,
    ],
)
def test_endless_nesting_is_an_error_and_not_a_crash(tmp_path: Path, text: str):
    [problem] = problems(tmp_path, text)
    assert problem == ":1: fields or lists nested too deeply; needed a few levels at most."


def test_a_large_file_is_read_once(tmp_path: Path):
    few, many = (calls(large_text, tmp_path, lines) for lines in (1_000, 10_000))
    assert many < 11 * few  # ten times the lines: no line is read again for each other


def large_text(tmp_path: Path, lines: int) -> None:
    note = "x" * 98 + "\n"
    text = FORM + "population: |\n" + ("  " + note) * lines
    assert problems(tmp_path, text + "xyzzy: 1\n") == [
        f":20 population: {99 * lines:,} characters; needed at most 4,000 characters.",
        f":{lines + 21} xyzzy: not a field; needed only the form's fields. Remove it.",
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("010", "010"), ("12:30", "12:30"), ("0x1F", "0x1F"), ("1_000", "1_000"), (".inf", ".inf"),
        (".nan", ".nan"), ("0o17", "0o17"), ("10", 10), ("-3", -3), ("0.10", 0.1), ("1e3", 1000.0),
        (".5", 0.5), ("true", True), ("no", False), ("~", None), ("'no'", "no"), ("2005-10", "2005-10"),
        ("1.2.3", "1.2.3"), ("EM-2026-0001", "EM-2026-0001"),
    ],
)  # fmt: skip
def test_only_plain_decimal_numbers_are_numbers(written: str, value: object):
    found = parse(f"a: {written}", file="f").value["a"]
    assert found == value
    assert type(found) is type(value)


def test_every_value_remembers_its_line_and_its_text():
    parsed = parse("a: no\nb:\n  - {c: 010}\n  -\n    c: 2\n", file="f", first_line=10)
    assert {path: (p.line, p.written) for path, p in parsed.places.items() if path} == {
        "a": (10, "no"), "b": (11, ""), "b[0]": (12, ""), "b[0].c": (12, "010"), "b[1]": (14, ""),
        "b[1].c": (14, "2"),
    }  # fmt: skip


PROTOCOL = "---\n{fields}\n---\n\n# Why\n\nWords.\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no fence", "FILE:1: no front matter; needed fields between two lines of ---."),
        ("---\nform: x\n", "FILE:1: no front matter; needed fields between two lines of ---."),
        ("", "FILE:1: no front matter; needed fields between two lines of ---."),
        ("---\na: 1\na: 2\n---\n", "FILE:3 a: also on line 2; needed once. Delete one."),
        ("---\n---\n", "FILE:2: no fields; needed `name: value` lines."),
    ],
)
def test_front_matter_counts_lines_from_the_top_of_the_file(
    tmp_path: Path, text: str, message: str
):
    path = tmp_path / "P1.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormError) as refused:
        read_front_matter(path, Intervention)
    assert str(refused.value).replace("/".join(path.parts[-2:]), "FILE") == message


JUNK = [
    "", " ", "\t", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028", "\ufeff", "é", "−", "🙂", "-", "- ", ":",
    ": ", "#", "[", "]", "{", "}", "&a ", "*a", "!", "!!int ", "|", ">", "'", '"', "%", "@", "`", "---",
    "...", "? ", "<<: ", "no", "~", "null", "0", "-1", "1e999", ".nan", "2026-02-30", "x" * 300, "[" * 400,
    "a: b",
]  # fmt: skip


def mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.choice((1, 1, 2, 5))):
        lines = text.split("\n")
        at, row = chance.randrange(len(text) + 1), chance.randrange(len(lines))
        kind = chance.randrange(6)
        if kind == 0:
            text = text[:at] + chance.choice(JUNK) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + chance.randrange(1, 30) :]
        elif kind == 2:
            lines.insert(chance.randrange(len(lines) + 1), lines[row])
            text = "\n".join(lines)
        elif kind == 3:
            del lines[row]
            text = "\n".join(lines)
        elif kind == 4:
            lines[row] = chance.choice(("  ", " ")) + lines[row]
            text = "\n".join(lines)
        else:
            words = lines[row].split(" ")
            words[chance.randrange(len(words))] = chance.choice(JUNK)
            text = "\n".join([*lines[:row], " ".join(words), *lines[row + 1 :]])
    return text


def sources(root: Path, pattern: str) -> list[Path]:
    found = sorted(root.glob(pattern))
    assert len(found) >= 2, pattern
    return found


@pytest.mark.parametrize("seed", range(4))
def test_broken_interventions_give_a_record_or_a_form_error(root: Path, tmp_path: Path, seed: int):
    chance, refused = random.Random(seed), 0
    for source in sources(root, "case_studies/*/intervention.yaml"):
        text = source.read_text(encoding="utf-8")
        for _ in range(25):
            broken = mutated(text, chance)
            try:
                read(tmp_path, broken.encode(errors="replace"))
            except FormError as error:
                assert error.problems and all(p.file for p in error.problems), broken
                refused += 1
    assert refused > 40  # the mutations do break things


@pytest.mark.parametrize("seed", range(4))
def test_broken_protocols_give_a_plan_or_an_error_of_ours(root: Path, tmp_path: Path, seed: int):
    chance, refused = random.Random(100 + seed), 0
    for source in sources(root, "protocols/*.md"):
        text = source.read_text(encoding="utf-8")
        fields = text.index("\n---", 3)
        path = tmp_path / source.name
        for _ in range(40):
            path.write_bytes((mutated(text[:fields], chance) + text[fields:]).encode())
            try:
                read_protocol(path)
            except EvalkitError as error:
                assert isinstance(error, FormError | ProtocolError) and error.problems
                refused += 1
    assert refused > 30


SPLINTERS = [
    *(":", "-", "#", "'", '"', "[", "]", "{", "}", "&a ", "*a", "!!str ", "! ", "|", ">", "\n"),
    *("\t", "\r", "---", "...", "%", "@", "`", "?", "<<: ", "~", "no", "1e5", "2024-02-30", "="),
    *("\u200f", "\x85", "\u2028", "\ufeff", "\x00", "😀", "é", "\\", "12:30", "  "),
]


@pytest.mark.parametrize("key", ["x.", "'x]'", "'[x'", "'a.b['", "'.'", "''", "'x[9]'", "'..'"])
def test_a_key_of_signs_is_an_unknown_field_on_its_line(tmp_path: Path, key: str):
    [problem] = problems(tmp_path, f"{FORM}{key}: 1\n")
    line = len(FORM.splitlines()) + 1
    assert re.match(rf":({line}|1)\b.*: not a field; needed ", problem), problem


@pytest.mark.parametrize("seed", range(4))
def test_the_fast_parser_and_the_slow_one_read_the_same(monkeypatch, seed: int):
    assert strict_yaml._FAST is not None
    chance = random.Random(seed)
    for _ in range(60):
        text = FORM
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(text))
            gone = chance.choice((0, 0, 1, 4))
            text = text[:place] + chance.choice(SPLINTERS) + text[place + gone :]
        fast = outcome(text)
        with monkeypatch.context() as without:
            without.setattr(strict_yaml, "_FAST", None)
            slow = outcome(text)
        assert fast == slow, repr(text)


def outcome(text: str) -> tuple[str, object]:
    """What is read with every place, or None for a refusal: which of two faults is told may differ."""
    try:
        read = parse(text, file="f")
    except FormError:
        return "", None
    return repr(read.value), dict(read.places)
