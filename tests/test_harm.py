"""Weighted outcomes: by hand to the digit, bounds carried through, and everything that is refused."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from evalkit.checks.data_checks import OF_COUNTS
from evalkit.cli import noun_texts
from evalkit.data.grid import OutcomeGrid
from evalkit.data.harm import weigh
from evalkit.data.harm_change import harm_change
from evalkit.data.harm_table import read_weighed
from evalkit.data.harm_words import rests_on
from evalkit.data.keep import read_grid
from evalkit.errors import DataError
from evalkit.report.figures.harm import harm_chart
from evalkit.types.weight_table import WeightTable
from tests.street_files import name_of, row, zip_of
from tests.street_files import text as street

PAGE = Path(__file__).parents[1] / "docs" / "harm.md"
YEARS = ("2023", "2024")
EXACT = 1e-9  # sums of a few products


def zipped(path, crimes, month="2025-01"):
    rows = [row(month, place, kind, f"{n:064d}") for n, (place, kind) in enumerate(crimes)]
    return zip_of(path, {name_of(month): street(rows)})


def table(weights=None, **others) -> WeightTable:
    return WeightTable(
        **{
            "form": "evalkit/weight-table/1",
            "id": "made-up",
            "version": "1.0",
            "title": "Made-up weights",
            "unit": "harm-days",
            "level": "offence",
            "scheme": "column",
            "weights": weights or {"Homicide": 5000.0, "Robbery": 365.0, "Common assault": 2.0},
            "source": "Made up",
            "licence": "none needed",
            "licence_verified": True,
            **others,
        }
    )


def grid(low, high=None, offences=("Homicide", "Robbery", "Common assault")) -> OutcomeGrid:
    low = np.array(low, dtype=float)
    return OutcomeGrid(
        areas=tuple(f"E0600001{n}" for n in range(low.shape[0])),
        area_names=tuple(f"Place {n}" for n in range(low.shape[0])),
        periods=YEARS[: low.shape[1]],
        outcomes=tuple(offences),
        low=low,
        high=low if high is None else np.array(high, dtype=float),
    )


@pytest.fixture
def folder(tmp_path, cli) -> Path:
    """The files of the page, in a workspace."""
    assert cli("init", "ws", "--acting-as", "Analyst", cwd=tmp_path).code == 0
    text = PAGE.read_text(encoding="utf-8")
    for name, body in re.findall(
        r"`([a-z-]+\.(?:yaml|csv))`[^`]*?:\n\n```\w+\n(.*?)```", text, re.S
    ):
        (tmp_path / "ws" / name).write_text(body, encoding="utf-8")
    mapping = re.search(r"```yaml\n(form: evalkit/table/1\n.*?)```", text, re.S)
    (tmp_path / "ws" / "offences.yaml").write_text(mapping[1], encoding="utf-8")
    assert cli("weight-table", "add", "made-up.yaml", cwd=tmp_path / "ws").code == 0
    return tmp_path / "ws"


def drawn_alone(svg: str) -> str:
    """A picture without the stylesheet, which all charts share and which grows with others."""
    return re.sub(r"<style>.*?</style>", "", svg, flags=re.S)


# by hand


def test_the_page_calculates_by_hand_what_evalkit_says(folder, cli):
    said = cli(
        "data",
        "panel",
        "offences.yaml",
        "--weights",
        "made-up@1.0",
        "--out",
        "harm.csv",
        cwd=folder,
    )
    assert said.code == 0, said.err
    text = PAGE.read_text(encoding="utf-8")
    start = text.index("-->\n```text\n", text.index("<!-- transcript: evalkit data panel")) + 12
    shown = re.sub(r"\n\nNext .*", "\n", said.out, flags=re.S)
    drawn = cli("data", "describe", "harm.csv", "--svg", "harm.svg", cwd=folder)
    assert drawn.code == 0, drawn.err
    picture = (folder / "harm.svg").read_text()
    if os.environ.get("EVALKIT_TRANSCRIPTS"):
        end = text.index("```", start)
        PAGE.write_text(text[:start] + shown + text[end:], encoding="utf-8")
        PAGE.with_name("harm.svg").write_text(picture)
        return
    assert text[start : text.index("```", start)] == shown
    kept = PAGE.with_name("harm.svg").read_text()
    assert drawn_alone(kept) == drawn_alone(picture)
    weighed = read_weighed(folder / "harm.csv")
    by_quarter = [
        4500,
        3790,
        5270,
        4512,
        4131,
        8778,
        4530,
        3405,
    ]  # as in the page, quarter by quarter
    assert weighed.weighted.low[0].tolist() == by_quarter
    change = harm_change(weighed)
    assert change.counted.before == (324, 324) and change.counted.after == (300, 300)
    assert change.weighted.before == (18072, 18072) and change.weighted.after == (20844, 20844)
    assert change.without.after == (15844, 15844)
    assert change.weighted.per_cent == pytest.approx(100 * (20844 / 18072 - 1), abs=EXACT)


def test_json_says_the_same(folder, cli):
    cli(
        "data",
        "panel",
        "offences.yaml",
        "--weights",
        "made-up@1.0",
        "--out",
        "harm.parquet",
        cwd=folder,
    )
    harm = json.loads(cli("data", "describe", "harm.parquet", "--json", cwd=folder).out)["harm"]
    assert harm["unit"] == "harm-days"
    assert harm["heaviest"] == ["Homicide"] and harm["weight_of_heaviest"] == 5000
    assert harm["change"]["without"]["after"] == [15844, 15844]
    assert harm["change"]["counted"]["per_cent"] == pytest.approx(100 * (300 / 324 - 1), abs=EXACT)


def test_weighted_by_one_it_is_the_count():
    counts = grid([[[1, 2, 3], [4, 5, 6]]])
    weighed = weigh(counts, table({"Homicide": 1.0, "Robbery": 1.0, "Common assault": 1.0}))
    assert np.array_equal(weighed.weighted.low, weighed.counted.low)
    assert "shows nothing that the count does not" in rests_on(weighed)


def test_the_order_of_offences_changes_nothing():
    one = weigh(grid([[[1, 2, 3], [0, 5, 6]]]), table())
    turned = weigh(
        grid([[[3, 2, 1], [6, 5, 0]]], offences=("Common assault", "Robbery", "Homicide")), table()
    )
    assert np.array_equal(one.weighted.low, turned.weighted.low)
    assert np.array_equal(one.without.low, turned.without.low)


def test_the_heaviest_are_those_that_occur():
    weighed = weigh(grid([[[0, 2, 3], [0, 1, 6]]]), table())
    assert weighed.heaviest == ("Robbery",) and weighed.weight == 365
    tied = weigh(
        grid([[[1, 2, 3]]]), table({"Homicide": 365.0, "Robbery": 365.0, "Common assault": 2.0})
    )
    assert tied.heaviest == ("Homicide", "Robbery") and tied.heavy.low[0, 0] == 3


# suppressed and missing


def test_suppressed_cells_keep_their_bounds_and_are_never_zero():
    weighed = weigh(grid([[[0, 1, 10], [0, 2, 10]]], [[[0, 4, 10], [0, 2, 10]]]), table())
    assert (weighed.weighted.low[0, 0], weighed.weighted.high[0, 0]) == (365 + 20, 4 * 365 + 20)
    assert weighed.grid.suppressed[0, 0, 0] and weighed.grid.known[0, 1, 0]
    assert (weighed.without.low[0, 0], weighed.without.high[0, 0]) == (20, 20)
    assert harm_change(weighed).weighted.per_cent is None
    assert "not known exactly" in rests_on(weighed)


def test_a_number_without_upper_bound_has_none_when_weighted():
    weighed = weigh(grid([[[3, 0, 0]]], [[[np.inf, 0, 0]]]), table())
    assert (weighed.weighted.low[0, 0], weighed.weighted.high[0, 0]) == (15000, np.inf)
    assert weighed.without.high[0, 0] == 0


def test_one_missing_offence_leaves_the_sum_missing():
    weighed = weigh(grid([[[np.nan, 2, 3], [0, 2, 3]]]), table())
    assert np.isnan(
        [a.low[0, 0] for a in (weighed.weighted, weighed.counted, weighed.heavy, weighed.without)]
    ).all()
    assert harm_change(weighed) is None  # nothing before to compare with, and never with 0


def test_a_comparison_leaves_out_what_is_known_on_one_side_only():
    weighed = weigh(grid([[[0, 1, 0], [0, 2, 0]], [[0, 50, 0], [np.nan, 0, 0]]]), table())
    change = harm_change(weighed)
    assert (
        change.counted.before == (1, 1) and change.counted.after == (2, 2) and change.left_out == 2
    )


def test_the_chart_has_a_gap_where_a_period_is_missing_and_says_what_rests_on_what():
    drawn = harm_chart(weigh(grid([[[1, 2, 3], [0, 2, 3]]]), table()), ident="x")
    assert "without Homicide" in drawn and "Weighted: harm-days" in drawn
    nothing = harm_chart(weigh(grid([[[np.nan, 2, 3], [0, 2, 3]]]), table()), ident="x")
    assert "NaN" not in nothing.replace("nan", "NaN").replace("Homicide", "")


# refused


def test_an_offence_without_a_weight_is_refused_with_the_reason_that_the_table_gives():
    with pytest.raises(
        DataError, match=r"no weight for Arson \(too rare to be given\); needed a weight for every"
    ):
        weigh(
            grid([[[1, 2]]], offences=("Robbery", "Arson")),
            table(without={"Arson": "too rare to be given"}),
        )


@pytest.mark.parametrize("other", ["other@1.0", "made-up@2.0", "made-up@1.0"])
def test_a_weighted_sum_is_not_weighted_again(other):
    name = f"offences in harm-days by {other}"
    with pytest.raises(DataError, match=f"weighted by {other} already, made-up@1.0 again"):
        weigh(grid([[[1, 2]]], offences=("Robbery", name)), table())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Robbery: 365", "Robbery: -365", "weights.Robbery: -365; needed greater than 0"),
        ("Robbery: 365", "Robbery: 0", "weights.Robbery: 0; needed greater than 0"),
        ("Robbery: 365", "Robbery: .inf", "weights.Robbery: .inf; needed a number"),
        ("Robbery: 365", "Robbery: many", "weights.Robbery: many; needed"),
        ("level: offence", "level: force", "level: force; needed"),
        ("licence: none needed\n", "", "licence: not given"),
        ('version: "1.0"', 'version: "0.9"', "version: 0.9; needed 1.0, or a later one"),
    ],
)
def test_a_wrong_weight_table_is_refused_with_its_line(folder, cli, old, new, says):
    text = (folder / "made-up.yaml").read_text().replace("id: made-up", "id: wrong")
    assert old in text
    (folder / "wrong.yaml").write_text(text.replace(old, new))
    said = cli("weight-table", "add", "wrong.yaml", cwd=folder)
    assert said.code == 1 and says in said.err and "wrong.yaml:" in said.err


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ("made-up", "made-up; needed its version too, such as made-up@1.0"),
        ("nobody@1.0", "weight-table nobody, which is not registered; needed one of made-up"),
        ("made-up@1.1", "version v1.1 of made-up; needed one of v1.0"),
    ],
)
def test_an_unknown_weight_table_is_refused_and_nothing_is_written(folder, cli, weights, says):
    said = cli(
        "data", "panel", "offences.yaml", "--weights", weights, "--out", "harm.csv", cwd=folder
    )
    assert said.code == 1 and says in said.err
    assert not (folder / "harm.csv").exists()


def test_another_version_of_a_table_is_another_outcome(folder, cli):
    text = (folder / "made-up.yaml").read_text().replace('"1.0"', '"2.0"').replace("5000", "4000")
    (folder / "two.yaml").write_text(text)
    done = cli(
        "weight-table", "add", "two.yaml", "--reason", "New sentencing guideline", cwd=folder
    )
    assert done.code == 0, done.err
    for version, total in (("1.0", 38916), ("2.0", 37916)):
        out = f"v{version}.csv"
        cli(
            "data",
            "panel",
            "offences.yaml",
            "--weights",
            f"made-up@{version}",
            "--out",
            out,
            cwd=folder,
        )
        assert read_grid(folder / out).outcomes == (f"offences in harm-days by made-up@{version}",)
        assert read_grid(folder / out).low.sum() == total


# street crime and measures


def test_street_crime_is_weighted_by_crime_type(tmp_path, cli):
    cli("init", "ws", "--acting-as", "Analyst", cwd=tmp_path)
    ws = tmp_path / "ws"
    (ws / "harm.yaml").write_text(noun_texts.WEIGHT_TABLE)
    assert cli("weight-table", "add", "harm.yaml", cwd=ws).code == 0
    rows = (
        [("derby", "Robbery")] * 2
        + [("derby", "Violence and sexual offences")] * 3
        + [("derby", "Burglary")]
    )
    zipped(ws / "d.zip", rows)
    say = ("data", "police", "d.zip", "--area", "Derby", "--out", "out.csv")
    some = ("--crime-type", "Robbery", "--crime-type", "Violence and sexual offences")
    done = cli(*say, *some, "--weights", "police-uk-harm@1.0", cwd=ws)
    assert done.code == 0, done.err
    assert read_grid(ws / "out.csv").low.sum() == pytest.approx(2 * 365 + 3 * 194.21, abs=EXACT)
    assert "Licence not verified. One weight for each category is approximate" in done.out
    all_types = cli(*say, "--weights", "police-uk-harm@1.0", cwd=ws)
    assert (
        all_types.code == 1
        and "--weights: all crime types; needed --outcome MEASURE" in all_types.err
    )
    silent = cli(
        *say, "--crime-type", "Anti-social behaviour", "--weights", "police-uk-harm@1.0", cwd=ws
    )
    assert "no weight for Anti-social behaviour (the index has no value for it)" in silent.err


def test_a_measure_may_name_its_table_and_is_then_counted_in_no_other_way(tmp_path, cli):
    cli("init", "ws", "--acting-as", "Analyst", cwd=tmp_path)
    ws = tmp_path / "ws"
    (ws / "harm.yaml").write_text(noun_texts.WEIGHT_TABLE)
    measure = noun_texts.MEASURE.replace(
        "unit: offences", "unit: harm-days\nweights: police-uk-harm@1.0"
    )
    (ws / "measure.yaml").write_text(measure)
    first = cli("measure", "add", "measure.yaml", cwd=ws)
    assert (
        first.code == 1
        and "weights: weight-table police-uk-harm, which is not registered" in first.err
    )
    cli("weight-table", "add", "harm.yaml", cwd=ws)
    assert cli("measure", "add", "measure.yaml", cwd=ws).code == 0
    assert "police-uk-harm@1.0" in cli("measure", "show", "recorded-robbery", cwd=ws).out
    zipped(ws / "d.zip", [("derby", "Robbery")] * 2)
    say = (
        "data",
        "police",
        "d.zip",
        "--area",
        "Derby",
        "--outcome",
        "recorded-robbery@1.0",
        "--out",
        "out.csv",
    )
    done = cli(*say, cwd=ws)
    assert done.code == 0, done.err
    assert read_grid(ws / "out.csv").outcomes == (
        "recorded-robbery@1.0 in harm-days by police-uk-harm@1.0",
    )
    assert "it is the count times 365 and shows nothing that the count does not" in done.out
    other = cli(*say, "--weights", "police-uk-harm@2.0", cwd=ws)
    assert other.code == 1
    assert (
        "police-uk-harm@2.0, while recorded-robbery@1.0 is weighted by police-uk-harm@1.0"
        in other.err
    )


def test_comparing_definitions_names_the_weight_table(tmp_path, cli):
    cli("init", "ws", "--acting-as", "Analyst", cwd=tmp_path)
    ws = tmp_path / "ws"
    (ws / "harm.yaml").write_text(noun_texts.WEIGHT_TABLE)
    (ws / "definition.yaml").write_text(noun_texts.DEFINITION)
    measure = noun_texts.MEASURE.replace(
        "unit: offences", "unit: harm-days\nweights: police-uk-harm@1.0"
    )
    measure = re.sub(r"definition:.*", "definition: serious-violence-strategy-2018", measure)
    (ws / "measure.yaml").write_text(measure)
    for kind, file in (
        ("weight-table", "harm"),
        ("definition", "definition"),
        ("measure", "measure"),
    ):
        assert cli(kind, "add", f"{file}.yaml", cwd=ws).code == 0
    zipped(ws / "d.zip", [("derby", "Robbery")] * 2)
    cli(
        "data",
        "police",
        "d.zip",
        "--outcome",
        "recorded-robbery@1.0",
        "--area",
        "Derby",
        "--out",
        "t.csv",
        cwd=ws,
    )
    said = cli("definition", "compare", "--table", "t.csv", cwd=ws)
    assert said.code == 0, said.err
    assert (
        "counts  Robbery, weighted by police-uk-harm@1.0, in harm-days" in said.out
        and "730" in said.out
    )


def test_checks_that_know_how_counts_vary_do_not_judge_a_weighted_sum(folder, cli):
    cli(
        "data",
        "panel",
        "offences.yaml",
        "--weights",
        "made-up@1.0",
        "--out",
        "harm.csv",
        cwd=folder,
    )
    said = cli("data", "check", "harm.csv", "--full", cwd=folder)
    assert said.code == 0, said.err
    assert said.out.count("harm-days are no counts") == len(OF_COUNTS)
