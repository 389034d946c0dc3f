"""The morning page on the command line: what is due, what is unfinished, what to type next."""

import datetime
import json
import re
import sqlite3

import pytest

TODAY = datetime.date(2026, 4, 20)


@pytest.fixture
def ours(tmp_path, cli, monkeypatch):
    for module in ("status", "nouns", "indicator", "intervention", "workspace"):
        monkeypatch.setattr(f"evalkit.cli.{module}.today", lambda: TODAY)
    assert cli("init", "ours", cwd=tmp_path).code == 0
    return tmp_path / "ours"


@pytest.fixture
def full(ours, cli):
    """A late strategy, an agreement that ends, a draft, and an intervention nobody measured."""

    def add(noun, *swaps):
        text = cli(noun, "add", "--template", cwd=ours).out
        for old, new in swaps:
            assert old in text, old
            text = text.replace(old, new)
        (ours / f"{noun}.yaml").write_text(text)
        assert cli(noun, "add", f"{noun}.yaml", cwd=ours).code == 0

    add("duty", ("2024-01-31", "2026-04-17"))
    add("agreement", ("2028-03-31", "2026-05-02"))
    draft, live = ours / "case_studies/school mentoring", ours / "case_studies/patrols"
    for folder in (draft, live):
        folder.mkdir()
    text = cli("intervention", "add", "--template", cwd=ours).out
    (live / "intervention.yaml").write_text(text.replace("2023-04-01", "2026-01-01"))
    said = cli("intervention", "add", live / "intervention.yaml", cwd=ours)
    assert said.code == 0, said.err
    (draft / "intervention.yaml").write_text(text.replace("role: lead", "role: partner"))
    return ours


def test_an_empty_workspace_has_nothing_to_do(ours, cli):
    said = cli("status", cwd=ours)
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "East Midlands (2026-04-20, registry intact)\nNothing is due and nothing is unfinished.\n"
    )
    answer = json.loads(cli("status", "--json", cwd=ours).out)
    assert (answer["due"], answer["unfinished"], answer["whole"]) == ([], [], True)


def test_the_morning_page(full, cli):
    said = cli("status", cwd=full)
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "East Midlands (2026-04-20, registry intact)\n"
        "due          what\n"
        "3 days late  Derbyshire: strategy\n"
        "in 12 days   agreement ambulance-assault\n"
        "unfinished        missing\n"
        "school mentoring  lead organisation\n"
        "EM-2026-0001      indicator values since 2026-01\n"
        "\n"
        "Next  evalkit intervention add --resume 'school mentoring'\n"
    )


def test_what_is_done_goes_away(full, cli):
    cli("indicator", "record", "EM-2026-0001", "recorded robbery", "2026-03", "41", cwd=full)
    (full / "case_studies/school mentoring/intervention.yaml").unlink()
    text = (full / "duty.yaml").read_text().replace("done:", "done: 2026-04-19")
    (full / "duty.yaml").write_text(text)
    assert cli("duty", "add", "duty.yaml", "--reason", "Published", cwd=full).code == 0
    assert cli("status", cwd=full).out == (
        "East Midlands (2026-04-20, registry intact)\n"
        "due         what\n"
        "in 12 days  agreement ambulance-assault\n"
    )


def test_the_same_as_json(full, cli):
    answer = json.loads(cli("status", "--json", cwd=full).out)
    assert answer["day"] == "2026-04-20" and answer["region"] == "East Midlands"
    assert answer["due"][0] == {
        "day": "2026-04-17",
        "days_late": 3,
        "when": "3 days late",
        "what": "Derbyshire: strategy",
    }
    assert [one["draft"] for one in answer["unfinished"]] == [True, False]
    assert answer["first_problem"] is None


def test_a_draft_that_is_no_yaml_is_said_and_comes_first(full, cli):
    folder = full / "case_studies/broken"
    folder.mkdir()
    for text in ("a: [", "- a list", "\x00", "k: 1\nk: 2"):
        (folder / "intervention.yaml").write_text(text)
        said = cli("status", cwd=full)
        assert said.code == 0 and re.search(r"^broken +broken/intervention.yaml", said.out, re.M)
        assert said.out.endswith("evalkit intervention add case_studies/broken/intervention.yaml\n")
    (folder / "intervention.yaml").write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in cli("status", cwd=full).out


def test_reading_the_status_writes_nothing(full, cli):
    before = (full / "registry.db").read_bytes()
    cli("status", cwd=full)
    assert (full / "registry.db").read_bytes() == before


def test_a_ledger_that_is_not_whole_is_said_first(full, cli):
    with sqlite3.connect(full / "registry.db") as file:
        names = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            file.execute(f'DROP TRIGGER "{name}"')
    file.close()
    said = cli("status", cwd=full)
    assert said.code == 1 and said.out.startswith(
        "East Midlands (2026-04-20, registry NOT intact)\n"
    )
    assert "not append-only" in said.out and said.out.endswith("Next  evalkit registry verify\n")
    answer = cli("status", "--json", cwd=full)
    assert answer.code == 1 and json.loads(answer.out)["whole"] is False


def test_the_page_fits_a_terminal(full, cli_terminal):
    shown = cli_terminal("status", cwd=full, columns=80)
    lines = re.sub(r"\x1b\[[01]m", "", shown.out).splitlines()
    assert shown.code == 0
    assert max(len(line) for line in lines if not line.startswith("Next")) <= 80


def test_the_worked_examples_are_nobody_s_work(tmp_path, copy_workspace, cli):
    said = cli("status", cwd=copy_workspace(tmp_path / "ours"))
    assert (said.code, said.err) == (0, "") and "registry intact" in said.out


def test_outside_a_workspace(tmp_path, cli):
    said = cli("status", cwd=tmp_path)
    assert said.code == 1 and "evalkit init" in said.err
