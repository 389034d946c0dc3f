"""How commands print: plain in a pipe, wrapped in a terminal, one object as JSON."""

import json
import re
import subprocess
import sys

import pytest

from evalkit.cli import screen

READING = [
    "intervention list",
    "intervention show EM-2026-0003",
    "theory show EM-2026-0001",
    "theory show EM-2026-0003",
    "theory check case_studies/castle-doctrine/intervention.yaml",
    "protocol check protocols/EM-2026-0001-P1.md",
    "protocol show EM-2026-0002-P1",
    "finding list",
    "finding show EM-2026-0003-F03",
    "registry verify",
]


def words(text):
    return set(re.sub(r"\x1b\[[01]m", "", text).split())


@pytest.mark.parametrize("command", READING)
def test_reading_prints_words_or_one_object(demo_workspace, cli, command):
    before = (demo_workspace / "registry.db").read_bytes()
    said = cli(*command.split(), cwd=demo_workspace)
    assert (said.code, said.err) == (0, "") and said.out
    assert "\x1b" not in said.out and not re.search(r"[ \t]$", said.out, re.M)
    answer = cli(*command.split(), "--json", cwd=demo_workspace)
    assert (answer.code, answer.err) == (0, "")
    assert isinstance(json.loads(answer.out), dict)
    assert (demo_workspace / "registry.db").read_bytes() == before


def test_json_says_why_there_is_nothing(demo_workspace, cli):
    answer = json.loads(cli("theory", "show", "EM-2026-0003", "--json", cwd=demo_workspace).out)
    assert answer == {
        "id": "EM-2026-0003",
        "theory": None,
        "why": "no theory of change is registered",
    }


def test_json_of_a_plan_holds_what_was_locked(demo_workspace, cli):
    answer = json.loads(
        cli("protocol", "show", "EM-2026-0001-P1", "--json", cwd=demo_workspace).out
    )
    assert answer["plan"]["minimum_effect"] == {"unit": "per_cent", "value": 2.0}
    assert answer["declared"] is True and len(answer["sha256"]) == 64


def test_json_has_no_nan():
    with pytest.raises(ValueError, match="not JSON compliant"):
        screen.say_json({"effect": float("nan")})


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_terminal_folds_between_words(demo_workspace, cli, cli_terminal, columns):
    piped = cli("finding", "list", cwd=demo_workspace)
    shown = cli_terminal("finding", "list", cwd=demo_workspace, columns=columns)
    assert shown.code == 0 and max(map(len, shown.out.splitlines())) <= columns
    assert words(shown.out) == words(piped.out)


def test_prose_wraps_at_80_in_a_wide_terminal(demo_workspace, cli, cli_terminal):
    command = ("finding", "show", "EM-2026-0003-F03")
    piped = cli(*command, cwd=demo_workspace)
    shown = cli_terminal(*command, cwd=demo_workspace, columns=120, rows=40)
    assert words(shown.out) == words(piped.out)
    prose = shown.out.split("compared")[0].splitlines()
    assert max(len(re.sub(r"\x1b\[[01]m", "", line)) for line in prose) <= 80
    assert shown.out.startswith("\x1b[1mEM-2026-0003-F03 ")
    assert max(map(len, piped.out.splitlines())) > 120


def test_a_narrow_hash_is_folded_and_nothing_is_lost(demo_workspace, cli_terminal):
    shown = cli_terminal("protocol", "show", "EM-2026-0001-P1", cwd=demo_workspace, columns=40)
    assert max(map(len, shown.out.splitlines())) <= 40
    hashed = "".join(re.findall(r"[0-9a-f]{10,}", shown.out))
    assert len(hashed) == 64


def test_people_s_text_is_printed_as_it_is(tmp_path, cli):
    cli("init", "ours", cwd=tmp_path)
    text = cli("intervention", "add", "--template", cwd=tmp_path).out
    text = text.replace("name: Evening patrols", 'name: "[red]Patrols[/] :cop: \\e[31m[y/N]"')
    (tmp_path / "ours" / "i.yaml").write_text(text)
    added = cli("intervention", "add", "i.yaml", cwd=tmp_path / "ours")
    assert added.out.partition("\n")[0].endswith(" [red]Patrols[/] :cop:  [31m[y/N]")
    listed = cli("intervention", "list", cwd=tmp_path / "ours")
    assert "[red]Patrols[/] :cop:  [31m[y/N]" in listed.out


def test_text_in_any_language_reaches_any_pipe(tmp_path, cli, cli_process):
    cli("init", "ours", cwd=tmp_path)
    text = cli("intervention", "add", "--template", cwd=tmp_path).out
    (tmp_path / "ours" / "i.yaml").write_text(text.replace("Evening", "Evening 夜 é"), "utf-8")
    assert cli("intervention", "add", "i.yaml", cwd=tmp_path / "ours").code == 0
    for encoding in ("ascii", "cp1252"):
        said = cli_process("intervention", "list", cwd=tmp_path / "ours", PYTHONIOENCODING=encoding)
        assert (said.code, said.err) == (0, ""), encoding


def test_a_reader_who_leaves_early_is_no_error(demo_workspace):
    command = [sys.executable, "-m", "evalkit", "finding", "list"]
    with subprocess.Popen(
        command, cwd=demo_workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_counts_are_words():
    assert screen.count(1, "check") == "1 check"
    assert screen.count(0, "entry", "entries") == "0 entries"
    assert screen.count(1234, "row") == "1,234 rows"


def test_own_sentences_are_ascii():
    assert screen.plain("“no effect” – −0.03…") == '"no effect" - -0.03...'


def test_commands_are_never_wrapped(demo_workspace, cli_terminal):
    shown = cli_terminal(
        *("protocol", "check", "protocols/EM-2026-0001-P1.md"), cwd=demo_workspace, columns=40
    )
    assert "\x1b[1mevalkit protocol lock protocols/EM-2026-0001-P1.md\x1b[0m\n" in shown.out


FILE = "case_studies/castle-doctrine/intervention.yaml"


def test_a_theory_is_named_by_its_id_or_its_file(root, cli):
    for words in (("show",), ("show", "--json"), ("draw",)):
        registered = cli("theory", *words, "EM-2026-0001", cwd=root)
        in_file = cli("theory", *words, FILE, cwd=root)
        assert (registered.code, in_file.code) == (0, 0)
        assert in_file.out.replace(FILE, "EM-2026-0001") == registered.out
    assert json.loads(cli("theory", "check", "EM-2026-0001", "--json", cwd=root).out) == {
        "id": "EM-2026-0001",
        "links": 5,
        "whole": True,
    }


@pytest.mark.parametrize("verb", ["show", "check", "draw"])
def test_a_theory_that_is_not_there(root, cli, verb):
    said = cli("theory", verb, "EM-2026-0099", cwd=root)
    assert said.code == 1 and "EM-2026-0099, which is not registered" in said.err
    said = cli("theory", verb, "nowhere/intervention.yaml", cwd=root)
    assert said.code == 1 and said.err.startswith("nowhere/intervention.yaml: no such file")


def test_what_is_registered_is_checked_by_its_text(tmp_path, cli):
    from evalkit.registry.interventions import add_intervention
    from evalkit.registry.store import open_registry
    from tests.own_evidence import INTERVENTION
    from tests.test_registry_samples import DAY, PLAIN

    cli("init", "ours", cwd=tmp_path)
    loop = INTERVENTION.replace("  links:\n", "  links:\n    - {from: seen, to: patrols}\n")
    with open_registry(f"sqlite:///{tmp_path / 'ours' / 'registry.db'}", write=True) as session:
        add_intervention(session, PLAIN, slug="patrols", on=DAY, prefix="EM", text=loop)
    said = cli("theory", "check", "EM-2026-0001", cwd=tmp_path / "ours")
    assert said.code == 1 and said.err.startswith("patrols/intervention.yaml:1")
    assert "is a loop" in said.err
