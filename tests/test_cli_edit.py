"""Changing what is registered: fields, a file, an editor; two people at once; withdrawing."""

import json
import shutil
import stat
import subprocess
import sys

import pytest

from tests.own_evidence import INTERVENTION

ID = "EM-2026-0001"
FILE = "case_studies/evening-patrols/intervention.yaml"
COMMENTED = INTERVENTION.replace("status: live", "status: live  # asked in March")
WHY = ("--reason", "The year is over")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, cli):
    """A workspace with one registered intervention and its file."""
    folder = tmp_path_factory.mktemp("edit") / "ours"
    cli("init", "ours", "--acting-as", "Evaluation lead", cwd=folder.parent)
    text = f"id: {ID}\nregistered: 2026-11-02\n{COMMENTED}"
    (folder / FILE).parent.mkdir()
    (folder / FILE).write_text(text)
    assert cli("intervention", "add", FILE, cwd=folder).code == 0
    return folder


@pytest.fixture
def workspace(prepared, tmp_path):
    """A copy of it, free to be changed."""
    shutil.copytree(prepared, tmp_path / "ours")
    return tmp_path / "ours"


def history(workspace):
    """Every version of the intervention."""
    from evalkit.registry.entries import versions
    from evalkit.registry.store import open_registry

    with open_registry(f"sqlite:///{workspace / 'registry.db'}") as session:
        return versions(session, "intervention", ID)


def edit(cli, workspace, *words):
    return cli("intervention", "edit", ID, *words, cwd=workspace)


def test_a_field_is_set_and_its_comment_survives(workspace, cli):
    said = edit(cli, workspace, "--set", "status=completed", "--set", "end=2024-12", *WHY)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{ID} is now v1.1 (was v1.0)\n")
    assert "live -> completed" in said.out and "(nothing) -> 2024-12" in said.out
    assert f"{FILE} holds the same text." in said.out
    text = (workspace / FILE).read_text()
    assert "status: completed  # asked in March\n" in text and "end: 2024-12" in text
    last = history(workspace)[-1]
    assert (last.text, last.by, last.reason) == (text, "Evaluation lead", "The year is over")
    again = cli("intervention", "add", FILE, cwd=workspace)
    assert again.out.startswith("Registered before, unchanged")
    assert cli("registry", "verify", cwd=workspace).code == 0


def test_a_deep_field_a_list_and_plain_text(workspace, cli):
    said = edit(
        *(cli, workspace, "--json", "--set", "theory.links[1].because=Fear: of arrest #1"),
        *("--set", "areas=[E06000015, E06000016]", "--set", "population=2000", *WHY),
    )
    answer = json.loads(said.out)
    assert answer["version"] == "v2.0" and answer["before"] == "v1.0" and answer["new"] is True
    changed = {change["field"]: change for change in answer["changes"]}
    assert changed["theory.links[1].because"]["new"] == "Fear: of arrest #1"
    assert changed["population"] == {"field": "population", "old": "not known", "new": "2000"}
    assert answer["file"] == FILE and answer["file_differs_on_line"] is None


def test_nothing_new_is_nothing_written(workspace, cli):
    said = edit(cli, workspace, "--set", "status=live", *WHY)
    assert said.code == 0 and said.out.startswith(f"{ID} v1.0: nothing differs")
    assert len(history(workspace)) == 1


def test_a_file_takes_the_place_of_the_text(workspace, cli):
    (workspace / "new.yaml").write_text(COMMENTED.replace("Evening", "Night"))
    said = edit(cli, workspace, "--file", "new.yaml", *WHY)
    assert said.code == 0 and "Evening patrols -> Night patrols" in said.out
    assert (workspace / FILE).read_text() == (workspace / "new.yaml").read_text()


def test_the_own_file_may_be_changed_first(workspace, cli):
    (workspace / FILE).write_text((workspace / FILE).read_text() + "# a comment\n")
    said = edit(cli, workspace, "--file", FILE, *WHY)
    assert "Only comments or layout changed." in said.out and "holds the same text" in said.out


def test_a_file_that_somebody_else_changed_is_left_alone(workspace, cli):
    mine = (workspace / FILE).read_text().replace("Evening", "My evening")
    (workspace / FILE).write_text(mine)
    said = edit(cli, workspace, "--set", "status=stopped", "--set", "status_reason=Cost", *WHY)
    assert said.code == 0 and "differs from the registered text, first on line 4." in said.out
    assert (workspace / FILE).read_text() == mine


def test_line_ends_and_mark_of_the_file_stay(workspace, cli):
    raw = b"\xef\xbb\xbf" + (workspace / FILE).read_bytes().replace(b"\n", b"\r\n")
    (workspace / FILE).write_bytes(raw)
    assert edit(cli, workspace, "--set", "population=all", *WHY).code == 0
    now = (workspace / FILE).read_bytes()
    assert now.startswith(b"\xef\xbb\xbf") and now.count(b"\n") == now.count(b"\r\n")


def test_without_a_file_the_registry_alone_changes(workspace, cli):
    (workspace / FILE).unlink()
    said = edit(cli, workspace, "--set", "population=all", "--json", *WHY)
    assert json.loads(said.out)["file"] is None
    assert not (workspace / FILE).exists()


def test_two_edits_of_one_version(workspace, cli):
    first = edit(cli, workspace, "--set", "population=all", "--based-on", "v1.0", *WHY)
    assert first.code == 0
    text = (workspace / FILE).read_text()
    second = edit(cli, workspace, "--set", "setting=school", "--based-on", "v1.0", *WHY)
    assert second.code == 1 and "needed one of v2.0, the current version" in second.err
    assert (workspace / FILE).read_text() == text and len(history(workspace)) == 2
    assert cli("registry", "verify", cwd=workspace).code == 0


def test_many_edits_of_one_version_at_the_same_moment(workspace):
    processes = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "evalkit", "intervention", "edit", ID),
                *("--based-on", "v1.0"),
                *("--set", f"population=group {n}", "--reason", f"Number {n}"),
            ],
            cwd=workspace,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    said = [process.communicate()[1] for process in processes]
    codes = [process.returncode for process in processes]
    assert sorted(codes) == [0, 1, 1, 1], said
    first = codes.index(0)
    assert all(f"Number {first}" in text for n, text in enumerate(said) if n != first)
    last = history(workspace)[-1]
    assert len(history(workspace)) == 2 and f"population: group {first}\n" in last.text
    assert (workspace / FILE).read_text() == last.text
    assert [p.name for p in (workspace / FILE).parent.iterdir()] == ["intervention.yaml"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--set", "status=finished", *WHY), 1, "status: finished; needed one of idea"),
        (("--set", "staus=live", *WHY), 1, "staus: not a field; needed status"),
        (("--set", "areas=[E99999999]", *WHY), 1, "areas[0]: unknown area code"),
        (("--set", "id=EM-2026-0009", *WHY), 1, "id: EM-2026-0009; needed EM-2026-0001"),
        (("--set", "areas[7]=E23000018", *WHY), 1, "no item [7]"),
        (("--set", "status=live", "--reason", " "), 1, "reason: empty; needed why"),
        (("--set", "status", *WHY), 2, "needed FIELD=VALUE"),
        (("--set", "status=live"), 2, "--reason"),
        (WHY, 2, "only a terminal edits"),
        (("--set", "status=live", "--file", "x", *WHY), 2, "not both"),
        (("--file", "nowhere.yaml", *WHY), 1, "no such file"),
    ],
)
def test_refused_and_nothing_written(workspace, cli, words, code, said):
    before = {p: p.read_bytes() for p in workspace.rglob("*") if p.is_file()}
    answer = edit(cli, workspace, *words)
    assert answer.code == code and said in " ".join(answer.err.split()), answer.err
    assert {p: p.read_bytes() for p in workspace.rglob("*") if p.is_file()} == before


def test_an_unknown_id_names_the_known_ones(workspace, cli):
    said = cli(*("intervention", "edit", "EM-2026-0099", "--set", "a=b"), *WHY, cwd=workspace)
    assert said.code == 1 and f"needed one of {ID}" in said.err


def test_broken_text_is_refused(workspace, cli):
    said = edit(cli, workspace, "--set", "population=\udce9", *WHY)
    assert said.code == 1 and "not UTF-8" in said.err
    said = edit(cli, workspace, "--set", "population=all", "--reason", "\udce9")
    assert said.code == 1 and "not UTF-8" in said.err


def test_withdrawn_with_its_reason(workspace, cli):
    said = cli("intervention", "withdraw", ID, "--reason", "Entered twice: no #2", cwd=workspace)
    assert said.code == 0 and "live -> withdrawn" in said.out
    shown = json.loads(cli("intervention", "show", ID, "--json", cwd=workspace).out)
    assert (shown["status"], shown["status_reason"]) == ("withdrawn", "Entered twice: no #2")
    assert "# asked in March" in (workspace / FILE).read_text()
    again = cli("intervention", "withdraw", ID, "--reason", "Entered twice: no #2", cwd=workspace)
    assert "nothing differs" in again.out and len(history(workspace)) == 2


def editor(tmp_path, script):
    """A command that edits the file named last."""
    file = tmp_path / "my editor"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return f"'{file}'"


def by_hand(cli_terminal, workspace, command):
    return cli_terminal(
        *("intervention", "edit", ID, *WHY), cwd=workspace, columns=100, VISUAL="", EDITOR=command
    )


def test_an_editor_on_a_terminal(workspace, tmp_path, cli_terminal):
    said = by_hand(cli_terminal, workspace, editor(tmp_path, 'sed -i s/Evening/Late/ "$1"'))
    assert said.code == 0, said.err
    assert "Evening patrols -> Late patrols" in said.out
    assert list((workspace / ".evalkit/edits").iterdir()) == []
    said = by_hand(cli_terminal, workspace, editor(tmp_path, "true"))
    assert "nothing differs" in said.out


def test_what_was_typed_is_kept_when_it_is_refused(workspace, tmp_path, cli_terminal, cli):
    said = by_hand(cli_terminal, workspace, editor(tmp_path, 'sed -i s/live/alive/ "$1"'))
    assert said.code == 1 and "status: alive" in said.err
    kept = workspace / ".evalkit/edits" / f"{ID}-v1.0.yaml"
    assert kept.name in said.err and "status: alive" in kept.read_text()
    said = by_hand(cli_terminal, workspace, editor(tmp_path, 'sed -i s/alive/planned/ "$1"'))
    assert said.code == 0 and "Going on with the text kept" in said.out
    assert "live -> planned" in said.out and not kept.exists()


def test_somebody_else_was_faster_than_the_editor(workspace, tmp_path, cli_terminal):
    other = f"cd '{workspace}' && {sys.executable} -m evalkit intervention edit {ID}"
    script = f'sed -i s/Evening/Late/ "$1"; {other} --set population=all --reason Faster'
    said = by_hand(cli_terminal, workspace, editor(tmp_path, script))
    assert said.code == 1 and "the current version" in said.err and "Faster" in said.err
    assert "Late patrols" in (workspace / ".evalkit/edits" / f"{ID}-v1.0.yaml").read_text()
    assert "population: all" in (workspace / FILE).read_text()


def test_an_editor_that_does_not_work(workspace, tmp_path, cli_terminal):
    for command in ("no-such-editor", editor(tmp_path, "exit 3"), "'"):
        said = by_hand(cli_terminal, workspace, command)
        assert said.code == 1 and "needed an editor that works" in said.err
    assert list((workspace / ".evalkit/edits").iterdir()) == []


def test_a_file_read_before_the_last_change_is_refused(workspace, cli):
    text = (workspace / FILE).read_text()
    mine = text.replace("Evening", "Late")
    (workspace / "mine.yaml").write_text(mine)
    assert edit(cli, workspace, "--set", "population=all", *WHY).code == 0
    for other in (mine, text, text.replace("start: 2024-01", "start: 2024-02")):
        (workspace / "mine.yaml").write_text(other)
        said = edit(cli, workspace, "--file", "mine.yaml", *WHY)
        assert said.code == 1 and len(history(workspace)) == 2
        assert said.err.startswith("based_on: a text that looks like v1.0 with changes; needed")
        assert said.err.rstrip().endswith(f"edit {ID} --file FILE --reason ... --based-on v2.0")
    (workspace / "mine.yaml").write_text(mine)
    said = edit(cli, workspace, "--file", "mine.yaml", "--based-on", "v1.0", *WHY)
    assert said.code == 1 and "needed one of v2.0, the current version" in said.err
    said = edit(cli, workspace, "--file", "mine.yaml", "--based-on", "v2.0", *WHY)
    assert said.code == 0 and "all -> not known" in said.out  # asked for, and shown


def test_a_file_that_has_the_last_change_needs_no_version(workspace, cli):
    assert edit(cli, workspace, "--set", "population=all", *WHY).code == 0
    (workspace / FILE).write_text((workspace / FILE).read_text().replace("Evening", "Late"))
    assert edit(cli, workspace, "--file", FILE, *WHY).code == 0
    (workspace / FILE).write_text((workspace / FILE).read_text() + "# a comment\n")
    assert edit(cli, workspace, "--file", FILE, *WHY).code == 0
    assert [v.version for v in history(workspace)] == ["v1.0", "v2.0", "v2.1", "v2.2"]


def test_a_text_that_an_earlier_edit_kept_knows_its_version(workspace, tmp_path, cli_terminal, cli):
    other = f"cd '{workspace}' && {sys.executable} -m evalkit intervention edit {ID}"
    script = f'sed -i s/Evening/Late/ "$1"; {other} --set "name=Early patrols" --reason Faster'
    assert by_hand(cli_terminal, workspace, editor(tmp_path, script)).code == 1
    kept = f".evalkit/edits/{ID}-v1.0.yaml"
    said = edit(cli, workspace, "--file", kept, *WHY)
    assert said.code == 1 and "an amendment of v1.0; needed one of v1.1" in said.err
    assert len(history(workspace)) == 2
