"""A plan by conversation and by its options: what is asked, proposed, written and refused."""

import csv
import hashlib
import json
import re
import shutil
from dataclasses import replace

import pytest

from tests.own_new_plan import ID, MORE, make_up, make_workspace, say_what_is_missing
from tests.terminal import Terminal

P1 = f"{ID}-P1"
OPTIONS = ("--seen", "3", "--minimum", "5%")
DRAFT = f"protocols/{P1}.md"


@pytest.fixture(scope="module")
def made(tmp_path_factory, cli):
    """Workspaces with figures in which the patrols changed nothing, and lowered robbery by 15 per cent."""
    folder = tmp_path_factory.mktemp("new")
    found = {}
    for name, effect in (("none", 0), ("fall", -0.15)):
        found[name] = make_workspace(folder / name, cli)
        make_up(found[name], cli, effect)
    return found


@pytest.fixture
def ours(made, tmp_path):
    return shutil.copytree(made["fall"], tmp_path / "ours")


def new(cli, ours, *words):
    return cli("protocol", "new", ID, *words, cwd=ours)


def test_options_make_a_draft_that_says_what_is_left_to_write(ours, cli):
    said = new(cli, ours, *OPTIONS)
    assert said.code == 0, said.err
    assert "SIMULATED DATA: not evidence" in said.out
    assert re.search(r"^did, 2 of 12 districts +1\d% or more +proposed$", said.out, re.M)
    assert re.search(
        r"^its, one series of 2 districts +3\d% or more +possible, blind", said.out, re.M
    )
    assert "the smallest p possible is 0.015" in said.out and "12 more months: " in said.out
    assert f"Draft {DRAFT} and case_studies/evening-patrols/data.yaml" in said.out
    lines = (ours / DRAFT).read_text().split("\n")
    listed = re.findall(r"^ +(\d+)  (.*)$", said.out, re.M)
    assert len(listed) == 4
    assert all(lines[int(n) - 1] == f"TO WRITE: {what}." for n, what in listed)

    for words in (("check", DRAFT), ("lock", DRAFT)):
        refused = cli("protocol", *words, cwd=ours)
        assert (refused.code, refused.out) == (1, "")
        assert re.findall(r"P1.md:(\d+): still to write: ", refused.err) == [n for n, _ in listed]
    power = cli("protocol", "power", P1, cwd=ours)
    assert power.code == 0 and "Would show a fall of 1" in power.out, power.err
    say_what_is_missing(ours / DRAFT)
    checked = cli("protocol", "check", P1, cwd=ours)
    assert checked.code == 0 and "did, 3 checks planned. Nothing is missing." in checked.out


def test_nothing_from_the_start_on_is_looked_at(ours, cli):
    first = new(cli, ours, *OPTIONS, "--design", "did")
    text = (ours / DRAFT).read_text()
    table = ours / "simulated-panel.csv"
    head, *rows = csv.reader(table.read_text().splitlines())
    for row in rows:
        if row[2] >= "2023-04":
            row[4:7] = ["0.0"] * 3 if row[2] == "2023-05" else [str(3 * float(row[4]))] * 3
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    record = table.with_name("simulated-panel.csv.provenance.json")
    kept = json.loads(record.read_text())
    kept["table_sha256"] = hashlib.sha256(table.read_bytes()).hexdigest()
    record.write_text(json.dumps(kept))
    (ours / DRAFT).unlink()
    (ours / "case_studies/evening-patrols/data.yaml").unlink()
    assert (new(cli, ours, *OPTIONS, "--design", "did").out, (ours / DRAFT).read_text()) == (
        first.out,
        text,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--measure", "burglary@1.0"), "--measure: burglary@1.0; needed a number from 1 to 1"),
        (("--data", "robbery.csv"), "--data: robbery.csv; needed a table of outcomes, or a folder"),
        (("--data", "/etc/hostname"), "--data: /etc/hostname; needed a file inside the workspace"),
        (("--treated", "Leicestr"), "--treated: no area called Leicestr in the data; needed one of"),
        (("--since", "2020"), "--since: 2020; needed a month, such as 2023-04"),
        (("--since", "Derby 2023-04"), "--since: no start for Leicester; needed one for each"),
        (("--since", "Ashfield 2023-04"), "--since: Ashfield 2023-04; needed one of Derby, Leicester"),
        (("--comparison", "Derby"), "--comparison: Derby, where it was done; needed an area without it"),
        (("--leave-out", "Derby"), "--leave-out: Derby; needed an area of the comparison"),
        (("--window", "2021-04"), "--window: 2021-04; needed two periods"),
        (("--window", "2020-04 to 2025-03"), "needed periods from 2021-04 to 2025-03"),
        (("--window", "2021-04 to 2023-03"), "needed some time from the start in 2023-04 on"),
        (("--shape", "slow"), "--shape: slow; needed a number from 1 to 2, or a name"),
        (("--seen", "6"), "--seen: 6; needed a number from 1 to 5, or a name"),
        (("--minimum", "0"), "--minimum: 0; needed a size above 0, such as 10%"),
        (("--what", "x" * 60), "--what: 60 characters; needed at most 26"),
        (("--element", "robbery"), "--element: robbery; needed nothing here: the other answers"),
        (("--comparison", "none", "--design", "did"), "--design: did blocked: no area"),
        (("--comparison", "none", "--window", "2022-09 to 2025-03"), "its blocked: 7 months before"),
        (("--set", "window=[2021]"), f"{P1}.md"),
    ],
)  # fmt: skip
def test_what_is_no_answer_names_its_option_and_nothing_is_written(ours, cli, words, said):
    answer = new(cli, ours, *OPTIONS, *words)
    if words[0] == "--set":  # a draft may be wrong where somebody wants it so; its check says where
        answer = cli("protocol", "check", DRAFT, cwd=ours)
    assert answer.code == 1 and said in answer.err, answer
    assert words[0] == "--set" or not list(ours.glob("protocols/*-P*"))
    assert words[0] == "--set" or not (ours / "case_studies/evening-patrols/data.yaml").exists()


def test_starts_neighbours_and_any_other_field(ours, cli):
    said = new(
        cli, ours, *OPTIONS, "--since", "derby 2023-04, Leicester 2023-10", "--leave-out", "E07000032",
        "--shape", "gradual", "--set", "question=Fewer robberies?", "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert (told["design"], told["estimator"], told["verdict"]) == ("did", "poisson", "proposed")
    recipe = (ours / told["files"][1]).read_text()
    assert "treated_from: {Derby: 2023-04, Leicester: 2023-10}\n" in recipe
    assert "leave_out:\n  - Amber Valley\n" in recipe
    text = (ours / DRAFT).read_text()
    assert "question: 'Fewer robberies?'\n" in text and "average holds the build-up" in text
    assert "2 treated and 9 comparison areas" in " ".join(text.split())
    say_what_is_missing(ours / DRAFT)
    assert cli("protocol", "lock", DRAFT, cwd=ours).code == 0
    ran = cli("evaluate", P1, cwd=ours)
    assert ran.code == 0 and "48 left out: left out: Amber Valley" in ran.out, ran.err
    assert re.search("^pre_trend +passed", ran.out, re.M) and "Deviations: none" in ran.out


def test_one_series_of_both_areas_where_it_is_asked_for(ours, cli):
    said = new(cli, ours, *OPTIONS, "--design", "its")
    assert said.code == 0, said.err
    text = (ours / DRAFT).read_text()
    assert "**Why not a comparison of areas.**\nTO WRITE: why, though it was proposed.\n" in text
    assert "add_up: true" in (ours / "case_studies/evening-patrols/data.yaml").read_text()
    say_what_is_missing(ours / DRAFT)
    assert cli("protocol", "lock", DRAFT, cwd=ours).code == 0
    ran = cli("evaluate", P1, cwd=ours)
    assert ran.code == 0 and "rows    96 of 576 used" in ran.out, ran.err


def test_before_there_are_figures(ours, cli):
    words = (
        "--data",
        "none",
        "--seen",
        "1",
        "--comparison",
        "30",
        "--window",
        "2021-04 to 2025-03",
    )
    said = new(cli, ours, *words)
    assert said.code == 0, said.err
    assert "did, 2 of 32 districts                 no figures yet   proposed" in said.out
    assert "protocol power" not in said.out
    assert not (ours / "case_studies/evening-patrols/data.yaml").exists()
    checked = cli("protocol", "check", P1, cwd=ours)
    assert checked.code == 1 and "P1.md:28 minimum_effect: empty; needed" in checked.err
    few = new(cli, ours, *words[:5], "3", *words[6:])
    assert few.code == 0 and "cannot tell: smallest p 0.1" in few.out, few.err
    assert "controlled_its, 2 beside 3 districts  no figures yet   proposed" in few.out


def test_a_second_plan_has_its_own_number_and_recipe(ours, cli):
    assert new(cli, ours, *OPTIONS).code == 0
    said = new(cli, ours, *OPTIONS, "--data", "simulated-panel.csv", "--leave-out", "Ashfield")
    assert said.code == 0, said.err
    assert f"Draft protocols/{ID}-P2.md and case_studies/evening-patrols-p2/data.yaml" in said.out
    third = new(cli, ours, "--data", "evening-patrols-p2", *OPTIONS)
    assert third.code == 0 and f"Draft protocols/{ID}-P3.md\n" in third.out, third.err
    assert "did, 2 of 11 districts" in third.out
    settled = new(cli, ours, "--data", "evening-patrols-p2", "--treated", "Derby", *OPTIONS)
    assert settled.code == 1 and "--treated: Derby; needed nothing here" in settled.err


def test_without_a_measure_or_an_outcome_nothing_is_asked(tmp_path, cli, ours):
    bare = make_workspace(tmp_path / "bare", cli)
    (bare / "registry.db").unlink()
    cli("registry", "import", cwd=bare)
    said = new(cli, bare, "--data", "none")
    assert said.code == 1
    unknown = cli("protocol", "new", "EM-2026-0099", "--data", "none", cwd=ours)
    assert unknown.code == 1 and "EM-2026-0099" in unknown.err


def test_in_a_pipe_nothing_is_asked(ours, cli):
    for words in ((), ("--resume",)):
        said = new(cli, ours, *words)
        assert said.code == 2 and "questions are asked on a terminal only" in " ".join(
            said.err.split()
        )
    both = new(cli, ours, "--resume", "--seen", "3")
    assert both.code == 2


def test_a_conversation_with_stop_and_resume(tmp_path, cli):
    ours = make_workspace(tmp_path / "ours", cli, more=MORE)
    make_up(ours, cli, -0.15)
    first = Terminal(ours, "protocol", "new", ID)
    first.talk(
        ("Outcome (recorded-robbery@1.0) [recorded-robbery@1.0]: ", "?"),
        ("1 recorded-robbery@1.0: recorded robbery. Misses: Robberies that nobody", ""),
        (f"kept in protocols/{P1}.answers.yaml", "?"),
        ("2 safer: People feel safe", "1"),
        ("= robbery", ""),
        (
            "Figures: a table, a folder, or none yet (? lists) [simulated-panel.csv]: ",
            "nothing.csv",
        ),
        ("needed a table of outcomes", ""),
        ("= 12 districts, 2021-04 to 2025-03; simulated", "Lester"),
        ("no area called Lester in the data; needed one of them. Did you mean", ""),
        ("Since [2023-04]: ", "back"),
        ("Where it was done [Derby, Leicester; empty keeps it]", ""),
        ("Since [2023-04]: ", "April 2023"),
        ("= 2023-04", ""),
        ("= 10", "Ashfield"),
        ("= 9 left to compare with", "stop"),
    )
    said, code = first.end()
    assert code == 0 and "Stopped: 8 answers kept." in said
    assert f"evalkit protocol new {ID} --resume" in said
    kept = ours / f"protocols/{P1}.answers.yaml"
    assert "leave_out: [Ashfield]\n" in kept.read_text()

    second = Terminal(ours, "protocol", "new", ID, "--resume")
    second.talk(
        ("Months to use [2021-04 to 2025-03]: ", "2021-04 to 2024-03"),
        ("= 24 before the start, 12 from it on", ""),
        ("Who has seen the figures? 1 not yet made .. 5 analysed", "?"),
        ("3 not_accessed  others have seen them, nobody of us", "not accessed"),
        ("= others have seen them, nobody of us", "skip"),
        ("Use it? [Y/n, its] ", "?"),
        ("Use it? [Y/n, its] ", "y"),
    )
    said, code = second.end()
    assert code == 0 and "8 of 12 answered." in said, said
    assert "did, 2 of 11 districts" in said and not kept.exists()
    text = (ours / DRAFT).read_text()
    assert "window: {start: 2021-04, end: 2024-03}\n" in text
    assert "minimum_effect:  # TO WRITE: " in text and "prior_knowledge: not_accessed" in text
    assert all(len(line) <= 80 for line in said.split("\n"))


def evaluated(cli, ours):
    """What a finding says and its numbers, once what is missing was written."""
    say_what_is_missing(ours / DRAFT)
    assert cli("protocol", "lock", DRAFT, cwd=ours).code == 0
    said = cli("evaluate", P1, "--json", cwd=ours)
    assert said.code == 0, said.err
    return json.loads(said.out), cli("finding", "show", f"{ID}-F01", cwd=ours).out


def test_the_newcomers_way_with_a_known_effect(ours, cli):
    asked = Terminal(ours, "protocol", "new", ID)
    asked.talk(*[(": ", "")] + [("> ", "")] + [(": ", "")] * 7, ("> ", "3"), (": ", "5%"))
    asked.talk(("Use it? [Y/n, its] ", "n"))
    said, code = asked.end()
    assert code == 0 and "Stopped: 11 answers kept." in said, said
    again = Terminal(ours, "protocol", "new", ID, "--resume")
    again.talk(("Use it? [Y/n, its] ", "did"))
    said, code = again.end()
    assert code == 0 and "11 of 11 answered." in said and f"Draft {DRAFT}" in said, said
    record, told = evaluated(cli, ours)
    [main] = record["estimates"]
    interval = main["estimate"]["interval"]
    assert main["estimate"]["effect"] == pytest.approx(0.85, abs=0.02)
    assert interval["low"] < 0.85 < interval["high"] < 1
    assert "Recorded robbery fell after evening patrols began" in told
    assert "the best guess is a fall of 15.1 per cent" in told


def test_the_newcomers_way_with_no_effect(made, tmp_path, cli):
    ours = shutil.copytree(made["none"], tmp_path / "ours")
    assert new(cli, ours, *OPTIONS).code == 0
    record, told = evaluated(cli, ours)
    interval = record["estimates"][0]["estimate"]["interval"]
    assert interval["low"] < 1 < interval["high"]
    assert "We cannot tell whether recorded robbery changed after evening patrols began" in told


@pytest.fixture
def units(ours, root):
    """A copy with the region's police recipe beside it."""
    shutil.copytree(root / "case_studies" / "east-midlands-units", ours / "case_studies" / "units")
    (ours / "case_studies" / "units" / "intervention.yaml").unlink()
    recipe = ours / "case_studies" / "units" / "data.yaml"
    recipe.write_text(recipe.read_text().replace("scale: log", "scale: count"))
    return ours


POLICE = ("--data", "units", "--measure", "recorded-robbery@1.0", "--window", "2017-04 to 2020-02")


def test_police_files_that_are_not_there_are_counted_later_and_the_draft_says_how(units, cli):
    said = new(cli, units, *OPTIONS, *POLICE)
    assert said.code == 0, said.err
    assert re.search(r"^controlled_its, 2 beside 3 .* counted later +proposed", said.out, re.M)
    assert re.search(r"^its, .* counted later +possible", said.out, re.M)
    assert f"Next  evalkit protocol power {P1}" in said.out
    text = (units / DRAFT).read_text()
    assert "Not worked out yet: `evalkit protocol power` counts the police files" in text


def test_police_files_that_are_there_are_counted_up_to_the_start(units, cli):
    """The same as the plan's own power; nothing of September 2019 or later is read."""
    from evalkit.data.police.recipe import read_police_recipe
    from evalkit.data.simulate import simulate_archive
    from evalkit.data.simulate.places import districts

    recipe, _ = read_police_recipe(units / "case_studies" / "units")
    (units / recipe.download).mkdir(parents=True)
    early = replace(recipe.simulation, months=29)
    simulate_archive(units / recipe.download / "a.zip", early, districts(), crime_type="Robbery")
    said = new(cli, units, *OPTIONS, *POLICE)
    assert said.code == 0, said.err
    [shown] = re.findall(
        r"^controlled_its, 2 beside 3 police areas +([\d.]+%) or more +proposed$", said.out, re.M
    )
    assert re.search(
        r"^did, 2 of 5 police areas +none +cannot tell: smallest p 0.1$", said.out, re.M
    ), said.out
    assert re.search(
        r"^its, one series of 2 police areas +[\d.]+% or more +possible", said.out, re.M
    )
    text = (units / DRAFT).read_text()
    assert "controlled_its" in text and "Worked out from 29 months before the start" in text
    again = cli("protocol", "power", P1, "--draws", "4000", cwd=units)
    assert again.code == 0 and f"{shown} of what there was before" in again.out, again.err
    assert "not in the comparison looks the same" in again.out
    assert not list((units / ".evalkit" / "tables").glob(f"{P1.lower()}.parquet"))


def test_one_area_and_a_few_like_it_make_a_series_beside_others(tmp_path, cli):
    ours = make_workspace(tmp_path / "ours", cli)
    words = (
        "--treated",
        "Leicester",
        "--areas",
        4,
        "--rate",
        0.5,
        "--from",
        "2020-04",
        "--months",
        72,
    )
    assert cli("data", "simulate", "panel", *words, "--start", "2024-04", cwd=ours).code == 0
    said = new(cli, ours, *OPTIONS, "--treated", "Leicester", "--since", "2024-04")
    assert said.code == 0, said.err
    rows = re.findall(r"^((?:controlled_)?\w+), .*?  +(.*?)  +(.*)$", said.out, re.M)
    assert [row[0] for row in rows] == ["controlled_its", "did", "its"]
    assert re.fullmatch(r"\d+% or more", rows[0][1]) and rows[0][2] == "proposed"
    assert rows[1][1:] == ("none", "cannot tell: smallest p 0.25")
    assert rows[2][2] == "possible, blind to other changes"
    assert "whether something happened to the comparison alone" in said.out
    text = (ours / DRAFT).read_text()
    assert "estimator: {name: segmented, impact: level, errors: ar1, scale: log}" in text
    assert "comparison: {group: never_treated, words: districts without it}" in text
    say_what_is_missing(ours / DRAFT)
    for step in (("check",), ("lock",)):
        assert cli("protocol", *step, P1, cwd=ours).code == 0
    ran = cli("evaluate", P1, cwd=ours)
    assert ran.code == 0 and "1 treated, 3 comparison, 72 periods" in ran.out, ran.err
    assert "48 before and 24 after the first change, 0 without a number" in ran.out
    run = json.loads(cli("evaluate", P1, "--json", cwd=ours).out)
    otherwise = ["with a season", "a year less before the start"]
    assert [one["name"] for one in run["alternatives"]] == otherwise
