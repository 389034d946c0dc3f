"""Recording many values, locking limits and charting them on the command line."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from evalkit.data.periods import later

THEORY = """
theory:
  elements:
    patrols: {kind: activity, text: Foot patrols}
    robbery: {kind: outcome, text: Fewer robberies}
  links:
    - {from: patrols, to: robbery, because: Fear of arrest}
  indicators:
    - {of: robbery, name: recorded robbery, unit: robberies a month, baseline: 42, target: 30}
    - {of: robbery, name: trust, unit: change in points}
"""
TEXT = f"""form: evalkit/intervention/1
name: Evening patrols
summary: Patrols on Friday and Saturday evenings.
kind: hot-spot-policing
status: live
areas: [E23000018, E23000019]
start: 2023-04
description: {{why: Being seen deters}}
organisations:
  - {{name: Derby City Council, role: lead, contact: Safety lead}}
{THEORY}"""
ID = "EM-2026-0001"
ROBBERY = ("indicator", "chart", ID, "recorded robbery")


@pytest.fixture
def ours(tmp_path, cli):
    assert cli("init", "ours", cwd=tmp_path).code == 0
    folder = tmp_path / "ours"
    (folder / "case_studies" / "patrols").mkdir(parents=True)
    (folder / "case_studies" / "patrols" / "intervention.yaml").write_text(TEXT)
    said = cli("intervention", "add", "case_studies/patrols/intervention.yaml", cwd=folder)
    assert (said.code, said.err) == (0, "")
    return folder


def table(folder, rows, head="indicator,period,value"):
    (folder / "values.csv").write_text("\n".join([head, *rows]) + "\n")


def months(values, first="2022-01"):
    return [f"recorded robbery,{later(first, n)},{value}" for n, value in enumerate(values)]


@pytest.fixture
def recorded(ours, cli):
    """Two calm years, then eight low months."""
    table(ours, months([40, 44] * 12 + [36, 37] * 4))
    said = cli("indicator", "record", ID, "--file", "values.csv", cwd=ours)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Recorded 32 values of {ID} from values.csv\n")
    return ours


def test_a_table_is_recorded_once(recorded, cli):
    again = cli("indicator", "record", ID, "--file", "values.csv", cwd=recorded)
    assert "Recorded 0 values" in again.out and "32 recorded before, unchanged" in again.out
    assert cli("registry", "verify", cwd=recorded).out.startswith("Registry intact: 33 entries.")


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (
            months([40, "twelve"]),
            "values.csv:3 value: twelve; needed a number, * or a bound such as <5",
        ),
        (
            months([40, 41]) + months([40]),
            "values.csv:4 period: 2022-01 of recorded robbery also on line 2",
        ),
        (months([40, -3]), "values.csv:3 value: -3, in robberies a month; needed 0 or more."),
        (
            [*months([40]), "recorded robbery,2022,41"],
            "values.csv:3 period: 2022; needed a month such as",
        ),
        ([*months([40]), "recorded robbery,2022-13,41"], "values.csv:3 period: 2022-13; needed"),
        (
            [*months([40]), "visits,2022-02,41"],
            "values.csv:3 indicator: visits, which the theory of",
        ),
        ([*months([40]), "recorded robbery,2022-02"], "values.csv:3: 2 cells; needed 3"),
        (months([40, ""]), "values.csv:3 note: no value and no note; needed why there is no value"),
        (months([40, "nan"]), "values.csv:3 value: nan; needed a number"),
        (months([40, "<0"]), "values.csv:3 below: 0; needed what a suppressed number is below"),
    ],
)
def test_one_bad_row_refuses_the_whole_table(ours, cli, rows, line):
    table(ours, rows)
    before = (ours / "registry.db").read_bytes()
    said = cli("indicator", "record", ID, "--file", "values.csv", cwd=ours)
    assert (said.code, said.out) == (1, "") and line in said.err
    assert (ours / "registry.db").read_bytes() == before


def test_a_table_without_its_columns_and_a_missing_file_are_refused(ours, cli):
    table(ours, ["1,2"], head="period,figure")
    said = cli("indicator", "record", ID, "--file", "values.csv", cwd=ours)
    assert (
        said.code == 1 and "values.csv:1: the columns period, figure; needed a column" in said.err
    )
    assert cli("indicator", "record", ID, "--file", "none.csv", cwd=ours).code == 1
    assert cli("indicator", "record", ID, cwd=ours).code == 2
    both = cli("indicator", "record", ID, "trust", "2022-01", "1", "--file", "values.csv", cwd=ours)
    assert both.code == 2


def test_what_changes_in_a_table_needs_a_reason_and_keeps_it(recorded, cli):
    table(recorded, [*months([40, 43]), "recorded robbery,2024-09,39"])
    refused = cli("indicator", "record", ID, "--file", "values.csv", cwd=recorded)
    assert refused.code == 1 and "--reason" in refused.err
    words = ("indicator", "record", ID, "--file", "values.csv", "--reason", "Revised by the force")
    assert "Recorded 2 values" in cli(*words, cwd=recorded).out


def test_small_numbers_and_areas(ours, cli):
    def one(*words):
        return cli("indicator", "record", ID, "recorded robbery", *words, cwd=ours)

    assert "below 5, suppressed" in one("2024-01", "<5", "--by", "area=Derbyshire").out
    assert "suppressed" in one("2024-02", "*", "--by", "area=E23000018").out
    assert (
        "by.area: Atlantis; needed the code or the name"
        in one("2024-03", "4", "--by", "area=Atlantis").err
    )
    trust = cli("indicator", "record", ID, "trust", "2024-01", "-3", cwd=ours)
    assert trust.code == 0  # a change may be below zero
    values = json.loads(cli("indicator", "list", ID, "--json", cwd=ours).out)["values"]
    small = [(v["by"], v["value"], v["below"], v["suppressed"]) for v in values][:2]
    area = {"area": "E23000018"}
    assert small == [(area, None, 5.0, True), (area, None, None, True)]


def test_limits_are_locked_charted_and_based_anew(recorded, cli):
    first = cli(*ROBBERY, cwd=recorded)
    assert first.code == 0 and "Provisional" in first.out
    assert f"Next  evalkit indicator limits {ID} 'recorded robbery' 2022-01 2024-08" in first.out
    lock = ("indicator", "limits", ID, "recorded robbery")
    said = cli(*lock, "2022-01", "2023-12", cwd=recorded)
    assert "mean 42, mean moving range 4, 24 values (v1.0)" in said.out
    shown = cli(*ROBBERY, cwd=recorded).out
    assert "ask      8 or more in a row below the mean, January 2024 to August 2024" in shown
    assert (
        "worth asking why; not proof" in shown
        and "lower limit 31.4, upper limit 52.6, locked" in shown
    )
    assert "planned  baseline 42, target 30" in shown
    assert shown.isascii() and not any(arrow in shown for arrow in ("^", "->", "up ", "down "))
    table(recorded, months([36, 38] * 6, first="2024-09"))
    cli("indicator", "record", ID, "--file", "values.csv", cwd=recorded)
    again = cli(*lock, "2024-01", "2025-08", "--reason", "A new recording system", cwd=recorded)
    assert "(v2.0)" in again.out
    found = json.loads(cli(*ROBBERY, "--json", cwd=recorded).out)
    assert [s["limits"]["mean"] for s in found["stretches"]] == [42.0, 36.8]
    assert [s["limits"]["reason"] for s in found["stretches"]] == ["", "A new recording system"]
    assert found["signals"] == [] and found["target"] == 30
    history = cli("registry", "history", found["intervention"], cwd=recorded)
    assert history.code == 0
    assert cli("registry", "verify", cwd=recorded).code == 0
    id = json.loads(cli(*lock, "2024-01", "2025-08", "--reason", "x", "--json", cwd=recorded).out)[
        "id"
    ]
    told = cli("registry", "history", id, cwd=recorded).out
    assert "A new recording system" in told and "v2.0" in told


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("2024-01", "2024-08"),
            "reason: none, although limits are locked on 2022-01 to 2023-12; needed why",
        ),
        (("2023-06", "2024-08", "--reason", "x"), "first: 2023-06; needed after 2023-12"),
        (
            ("2030-01", "2031-01", "--reason", "x"),
            "2030-01, which has no value; needed a period that has",
        ),
        (("2021-01", "2022-12", "--reason", "x"), "2021-01, which has no value"),
        (("2024-01", "2024-08", "--reason", "x"), "too few to set limits: 8 values"),
        (("2024-08", "2024-01", "--reason", "x"), "last: 2024-01; needed after 2024-08"),
        (
            ("2024-01", "2024-08", "--reason", "x", "--rules", "my-own"),
            "rules: my-own; needed one of",
        ),
    ],
)
def test_a_baseline_that_cannot_be_is_refused_and_nothing_written(recorded, cli, words, line):
    lock = ("indicator", "limits", ID, "recorded robbery")
    assert cli(*lock, "2022-01", "2023-12", cwd=recorded).code == 0
    before = (recorded / "registry.db").read_bytes()
    said = cli(*lock, *words, cwd=recorded)
    assert (said.code, said.out) == (1, "") and line in said.err
    assert (recorded / "registry.db").read_bytes() == before


def test_limits_before_data_and_charts_of_nothing_are_refused(ours, cli):
    said = cli("indicator", "limits", ID, "recorded robbery", "2022-01", "2023-12", cwd=ours)
    assert said.code == 1 and "which has no value; needed values" in said.err
    said = cli(*ROBBERY, cwd=ours)
    assert (
        said.code == 1 and "no value of recorded robbery (all); needed recorded values" in said.err
    )
    said = cli("indicator", "chart", ID, "visits", cwd=ours)
    assert said.code == 1 and "which the theory of change of" in said.err
    assert cli(*ROBBERY, "--svg", "x.png", cwd=ours).code == 2


def test_irregular_periods_make_no_chart(ours, cli):
    table(ours, [f"recorded robbery,{p},4" for p in ("2022-01", "2022-02", "2023-11")])
    assert cli("indicator", "record", ID, "--file", "values.csv", cwd=ours).code == 0
    said = cli(*ROBBERY, cwd=ours)
    assert (
        said.code == 1 and "with no regular step; needed every month, quarter or year" in said.err
    )


def test_too_few_to_set_limits(ours, cli):
    table(ours, months([40, 41, 39]))
    cli("indicator", "record", ID, "--file", "values.csv", cwd=ours)
    said = cli(*ROBBERY, cwd=ours)
    assert (
        said.code == 0 and "Too few to set limits: 3 values" in said.out and "Next" not in said.out
    )


def test_the_chart_fits_80_columns_on_a_terminal_and_in_a_pipe(recorded, cli_terminal, cli_process):
    table(recorded, months([38 + n % 5 for n in range(40)], first="2018-09"))
    piped = cli_process("indicator", "record", ID, "--file", "values.csv", cwd=recorded)
    assert piped.code == 0
    said = cli_terminal(*ROBBERY, cwd=recorded, columns=80).out
    shown = re.sub("\x1b\\[[0-9;]*m", "", said).splitlines()
    piped = cli_process(*ROBBERY, cwd=recorded).out.splitlines()
    assert max(map(len, shown)) <= 80
    assert shown[1:18] == piped[1:18]  # the chart and its years, character for character
    assert all(len(line) <= 80 for line in piped[:18])


def test_the_picture_is_a_file_of_its_own(recorded, cli):
    cli("indicator", "limits", ID, "recorded robbery", "2022-01", "2023-12", cwd=recorded)
    for width, more in ((820, ()), (340, ("--narrow",))):
        assert cli(*ROBBERY, "--svg", "chart.svg", *more, cwd=recorded).code == 0
        root = ET.fromstring((recorded / "chart.svg").read_text())
        assert root.get("width") == str(width)
        texts = [e.text for e in root.iter() if e.tag.endswith("text")]
        assert "Worth asking why; not proof" in texts
        rings = [e for e in root.iter() if e.get("class") == "f-ring"]
        assert len(rings) == 8 + 1  # eight months and the key
    again = (recorded / "chart.svg").read_bytes()
    cli(*ROBBERY, "--svg", "chart.svg", "--narrow", cwd=recorded)
    assert (recorded / "chart.svg").read_bytes() == again
