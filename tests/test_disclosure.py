"""Small numbers: what profiles say, what is hidden, what can be worked out."""

import re
from collections import Counter

import numpy as np
import pytest

from evalkit.data.disclosure.check import check
from evalkit.data.disclosure.leak import Publication
from evalkit.data.disclosure.printed import read_printed
from evalkit.data.disclosure.profiles import PROFILES, loosened, profile_of, strictest
from evalkit.data.disclosure.suppress import CountTable, primary, protect, rounded, with_totals
from evalkit.data.disclosure.table import Table
from evalkit.errors import DataError
from tests.disclosure_attacker import by_counting, ranges, too_tight
from tests.disclosure_enemy import N_WAYS, enemy_cases
from tests.disclosure_suite import (
    WAYS,
    found_in,
    gives_away,
    planted_cases,
    printed,
    safe_cases,
)

SHORT = 60


def test_every_profile_is_what_its_source_says() -> None:
    said = {name: (p.hides, p.rounds, p.least_denominator) for name, p in PROFILES.items()}
    assert said == {
        "hes-2018": ((1, 7), 5, 8),
        "ons-ls": ((0, 9), 1, 0),
        "uk-llc": ((0, 9), 1, 10),
        "police-5": ((0, 4), 5, 5),
        "open": (None, 1, 0),
    }
    assert PROFILES["ons-ls"].case_by_case and PROFILES["uk-llc"].least_in_line == 2
    assert all(p.source and p.version == "1.0" for p in PROFILES.values())


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(
        DataError, match=r"profile hes-1999 of hospital, which is not known; needed one of hes"
    ):
        profile_of("hes-1999", owner="hospital")
    with pytest.raises(DataError, match=r"profile \(none\)"):
        profile_of("")


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        ("hes-2018", "open", "1 to 7 was hidden and now nothing is"),
        ("uk-llc", "police-5", "0 to 9 was hidden and now only 0 to 4"),
        ("police-5", "uk-llc", ""),
        ("open", "hes-2018", ""),
        ("uk-llc", "ons-ls", ""),
        ("hes-2018", "police-5", "1 to 7 was hidden and now only 0 to 4"),
    ],
)
def test_a_profile_that_protects_less_than_before_is_told(before: str, now: str, why: str) -> None:
    assert loosened(PROFILES[before], PROFILES[now]) == why


def test_the_strictest_of_several_hides_most() -> None:
    assert strictest(tuple(PROFILES.values())).name == "uk-llc"
    assert strictest((PROFILES["open"], PROFILES["hes-2018"])).name == "hes-2018"


def test_totals_are_rounded_by_themselves() -> None:
    """By hand: 12 + 13 = 25 is shown as 10, 15 and 25; halves of an even base go up."""
    whole = with_totals(np.array([[12, 13]]))
    assert rounded(whole, 5).tolist() == [[10, 15, 25], [10, 15, 25]]
    assert rounded(np.array([2, 3, 7, 8, 0]), 5).tolist() == [0, 5, 5, 10, 0]
    assert rounded(np.array([4, 5, 14]), 10).tolist() == [0, 10, 10]
    assert rounded(np.array([3, 8]), 1).tolist() == [3, 8]


def test_small_numbers_and_small_totals_are_hidden_first() -> None:
    whole = with_totals(np.array([[0, 7, 8], [1, 0, 0]]))
    assert primary(whole, PROFILES["hes-2018"]).tolist() == [
        [False, True, False, False],
        [True, False, False, True],
        [True, True, False, False],
    ]


def test_one_hidden_number_takes_three_others_with_it() -> None:
    """By hand: 3 takes one in its row and one in its column along, and these the one where they cross."""
    counts = ((3, 40, 50), (30, 41, 60), (70, 80, 90))
    table = CountTable(
        outcome="a",
        dims=("area", "year"),
        rows=("r", "s", "t"),
        columns=("x", "y", "z"),
        counts=counts,
    )
    done = protect(table, PROFILES["uk-llc"])
    assert done.cells == (
        ("*", "[c]", "50", "93"),
        ("[c]", "[c]", "60", "131"),
        ("70", "80", "90", "240"),
        ("103", "161", "200", "464"),
    )
    assert (done.primary, done.secondary) == (1, 3)


def test_a_table_must_have_its_shape_and_no_negative_count() -> None:
    how = {"outcome": "a", "dims": ("area", "year"), "rows": ("r",), "columns": ("x", "y")}
    with pytest.raises(DataError, match="1 rows of 1 counts; needed 1 of 2"):
        CountTable(**how, counts=((1,),))  # type: ignore[arg-type]
    with pytest.raises(DataError, match="a negative count"):
        CountTable(**how, counts=((1, -1),))  # type: ignore[arg-type]


def table_of(*rows: tuple[str, str], where: str = "t.csv", **how: object) -> Table:
    """One row a label."""
    return Table(
        outcome="a",
        dims=("area",),
        rows=tuple(((label,), text) for label, text in rows),
        where=where,
        **how,  # type: ignore[arg-type]
    )


def told(*tables: Table, rule: str = "uk-llc", **how: object) -> list[str]:
    """What is found, in words."""
    found = check(Publication(tables=tables, profiles={"a": PROFILES[rule]}, **how))  # type: ignore[arg-type]
    return [f"{leak.rule}: {leak.cells[0]}: {leak.why}" for leak in found]


def test_two_hidden_numbers_are_as_free_as_counting_says() -> None:
    """Two of 0 to 9 that add up to 9 can be anything; to 12, only 3 to 9: counted out by hand."""
    assert by_counting([1, 1], 9, 0, 9) == (0, 9)
    assert told(table_of(("r", "*"), ("s", "*"), ("t", "91"), ("total", "100"))) == []
    assert by_counting([1, 1], 12, 0, 9) == (3, 9)
    found = told(table_of(("r", "*"), ("s", "*"), ("t", "88"), ("total", "100")))
    assert [one.partition(",")[0] for one in found] == [
        "subtraction: a: r: it can only be 3 to 9",
        "subtraction: a: s: it can only be 3 to 9",
    ]


def test_one_hidden_number_in_a_line_is_alone() -> None:
    found = told(table_of(("r", "*"), ("t", "88"), ("total", "91")))
    assert any(one.startswith("alone in its line: a: r: 1 hidden in a line") for one in found)
    assert any("it can only be 3, from the total and the other rows" in one for one in found)


def test_a_remainder_that_is_not_listed_is_worked_out() -> None:
    """60 and 36 of 100 leave 4 that no row names."""
    found = told(table_of(("r", "60"), ("s", "36"), ("total", "100")))
    assert found == [
        "subtraction: a: not listed in t.csv: it can only be 4, from the total and the other rows;"
        " at least 10 values must stay possible"
    ]
    assert told(table_of(("r", "60"), ("s", "40"), ("total", "100"))) == []
    assert told(table_of(("r", "60"), ("s", "60"), ("total", "100"))) == []  # some are in both


def test_areas_that_make_an_area_are_subtracted() -> None:
    whole = {"county": ("r", "s")}
    tables = (table_of(("r", "*"), ("s", "50")), table_of(("county", "54"), where="u.csv"))
    assert told(*tables) == []
    found = told(*tables, hierarchies=whole)
    assert len(found) == 1 and "a: r: it can only be 4, from several tables together" in found[0]


def test_a_suppressed_cell_cannot_be_a_denominator() -> None:
    counts = table_of(("r", "60"), ("total", "*"))
    shares = table_of(("r", "75.0"), ("s", "25.0"), holds="share", of="area")
    found = told(counts, shares)
    assert "denominator: a: r: 75.0 rests on a: everything, which is hidden" in found
    rate = table_of(("r", "12.0"), holds="rate")
    people = {frozenset({"r"}): float("nan")}
    assert told(rate, populations=people) == [
        "denominator: a: r: 12.0 rests on the population, which is hidden"
    ]
    few = told(table_of(("r", "50.0"), holds="rate", per=100), populations={frozenset({"r"}): 6.0})
    assert "denominator: a: r: 50.0 rests on 6 in the population; it needs 10" in few


def test_a_rate_gives_a_count_away_only_where_it_is_fine_enough() -> None:
    """Of 60,000 people only 3 make 5.0 per 100,000; 0 in a hundred can be up to 300."""
    people = {frozenset({"r"}): 60_000.0}
    found = told(table_of(("r", "5.0"), holds="rate"), populations=people)
    assert found[0].startswith(
        "subtraction: a: r: it can only be 3, from the rate and the number of people"
    )
    assert told(table_of(("r", "0"), holds="rate", per=100), populations=people) == []


def test_a_revision_by_a_small_number_shows_who_came() -> None:
    now, before = table_of(("r", "53")), table_of(("r", "50"), earlier=True)
    assert told(now, before) == [
        "two editions: a: r: it was 50 and is 53: 3 came or went, a small number"
    ]
    assert told(table_of(("r", "90")), before) == []
    assert told(table_of(("r", "50")), before) == []


def test_editions_that_contradict_each_other_are_taken_one_by_one() -> None:
    """All was revised, so that old and new do not add up; within the new one nothing is given away."""
    before = table_of(("r", "*"), ("s", "*"), ("t", "85"), ("total", "95"), earlier=True)
    now = table_of(("r", "*"), ("s", "*"), ("t", "141"), ("total", "150"))
    assert told(now, before) == []


def test_an_open_source_hides_nothing_and_national_numbers_are_left_alone() -> None:
    assert told(table_of(("r", "1"), ("s", "2"), ("total", "3")), rule="open") == []
    assert told(table_of(("england", "3")), rule="hes-2018") == []
    assert len(told(table_of(("derby", "3")), rule="hes-2018")) == 1


def test_what_is_found_has_a_name_that_stays_and_changes_with_the_number() -> None:
    def ids(text: str) -> list[str]:
        found = check(
            Publication(tables=(table_of(("r", text)),), profiles={"a": PROFILES["uk-llc"]})
        )
        return [leak.id for leak in found]

    assert ids("3") == ids("3") and ids("3") != ids("4") and len(ids("3")[0]) == 8


def test_the_example_of_the_document_is_what_it_prints(root, capsys) -> None:
    text = (root / "docs" / "disclosure.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", text, re.S)
    exec(compile(code, "disclosure.md", "exec"), {})
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert shown == [line.split()[1:] for line in code.splitlines() if line.startswith("# ")]


def test_the_document_names_every_profile_with_what_it_hides(root) -> None:
    text = (root / "docs" / "disclosure.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| ([^|]+) \|", text, re.M))
    assert rows.keys() == PROFILES.keys()
    assert rows["hes-2018"] == "1 to 7" and rows["open"] == "nothing"
    assert rows["police-5"].startswith("under 5") and rows["uk-llc"].startswith("under 10")


def test_marks_are_read_as_they_are_used() -> None:
    kinds = {
        text: read_printed(text).kind
        for text in ("*", "[c]", "[x]", "<8", "fewer than 10", "c", "3", "Derby")
    }
    assert list(kinds.values()) == [
        "small",
        "covered",
        "nothing",
        "under",
        "under",
        "covered",
        "number",
        "words",
    ]
    said = told(table_of(("r", "<5")))
    assert len(said) == 1 and "a: r: it can only be 0 to 4, from what else is shown" in said[0]


def test_planted_leaks_are_found_and_safe_tables_are_left_alone() -> None:
    """A short run of the suite; ``make soak`` runs all of it."""
    missed = Counter(
        (case.kind, case.profile.name)
        for case in planted_cases(11, SHORT)
        if not gives_away(case, found_in(case))
    )
    assert not missed and len(WAYS) == 10
    for case in safe_cases(12, SHORT // 2):
        assert found_in(case) == ()
        assert too_tight(case.tables, case.profile.name) == []


def test_both_attackers_agree_on_tables_that_nobody_protected() -> None:
    """Small numbers hidden and nothing else: what this package finds is what the other attacker finds."""
    chance = np.random.default_rng(5)
    different = 0
    for _ in range(40):
        counts = chance.integers(0, 30, (3, 3))
        text = printed(np.full((3, 3), 50), PROFILES["uk-llc"])
        for n, place in enumerate(text):
            whole = with_totals(counts).flatten()
            text[place] = "*" if whole[n] < 10 else str(whole[n])
        tight = {frozenset(cell) for cell in too_tight([text], "uk-llc")}
        rows = tuple(((a, g), t) for (a, g), t in text.items())
        table = Table(outcome="a", dims=("area", "group"), rows=rows, where="t")
        found = check(Publication(tables=(table,), profiles={"a": PROFILES["uk-llc"]}))
        ours = {
            frozenset(leak.cells[0].removeprefix("a: ").split(", "))
            for leak in found
            if leak.rule == "subtraction"
        }
        assert ours == tight, ranges([text], "uk-llc")
        different += bool(tight)
    assert different > 20


@pytest.mark.parametrize("small", [True, False])
def test_a_number_in_an_odd_place_is_found_where_it_is_small_and_not_where_it_is_not(small) -> None:
    """Tooltips, drawings, sort keys, packed and typed data, odd tables, words: each once."""
    cases = list(enemy_cases(2030, N_WAYS, small=small))
    assert len({case.kind for case in cases}) == N_WAYS
    assert [case.kind for case in cases if bool(found_in(case)) != small] == []


def test_a_page_is_read_the_same_by_the_fast_and_by_the_patient_reader(monkeypatch) -> None:
    """Well-formed pages of the suite, and some that are not."""
    from evalkit.data.disclosure.reading import markup
    from evalkit.data.disclosure.reading.page import read_page

    pages = [
        t
        for c in enemy_cases(1, 2 * N_WAYS, small=True)
        for p, t in c.files.items()
        if p == "f.html"
    ]
    pages += ['<p>1 < 2 <b class=x/>3 victims</b></p><table><tr><td rowspan="9999999999">3</table>']
    fast = [read_page("f.html", page) for page in pages]

    def odd(*_):
        raise markup._OddError

    monkeypatch.setattr(markup, "_tell_fast", odd)
    slow = [read_page("f.html", page) for page in pages]
    assert [(f.grids, f.marks) for f in fast] == [(s.grids, s.marks) for s in slow]
    assert [f.text.split() for f in fast] == [s.text.split() for s in slow]
