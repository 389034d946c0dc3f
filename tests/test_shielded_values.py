"""Small values of indicators, and what gives them away, are on no page, chart, table, record or index."""

import csv
import io
from dataclasses import replace

import pytest

from evalkit.data.disclosure.profiles import PROFILES
from evalkit.hub.edition import cut
from evalkit.hub.render import made
from evalkit.types.indicator_limits import Base, IndicatorLimits
from evalkit.types.indicator_value import IndicatorValue
from evalkit.workflow.gate import inspect
from evalkit.workflow.shielded import Rule
from evalkit.workflow.shielded_values import shield, shielded_values
from tests.hub_sample import sample

ID, INDICATOR = "EM-2026-0001", "Homicides per 100,000 people"
FILES = (f"monitoring/{ID.lower()}.html", f"data/monitoring-{ID.lower()}.csv")


def value(number, period="2026-01", **by):
    return IndicatorValue(
        form="evalkit/indicator-value/1", intervention=ID, indicator=INDICATOR, period=period,
        value=number, by=by,
    )  # fmt: skip


def table(values):
    return [(dict(v.by).get("age", "all"), v.value, v.suppressed, v.below) for v in values]


def test_a_small_value_is_hidden_and_the_smallest_beside_it_where_the_total_is_shown() -> None:
    """By hand: 60 = 4 + 21 + 35; without 21 the 4 could be read off."""
    young, middle, old = (
        value(n, age=a) for n, a in ((4, "under 18"), (21, "18-30"), (35, "over"))
    )
    shown = shielded_values((value(60), young, middle, old), PROFILES["uk-llc"])
    assert table(shown) == [
        ("all", 60.0, False, None), ("under 18", None, True, 10.0), ("18-30", None, False, None),
        ("over", 35.0, False, None),
    ]  # fmt: skip
    alone = shielded_values((young, middle, old), PROFILES["uk-llc"])
    assert [v.value for v in alone] == [None, 21.0, 35.0]  # without a total nothing ties them


def test_values_are_rounded_and_a_zero_is_shown_as_the_profile_says() -> None:
    values = tuple(value(n, f"2026-0{k}") for k, n in enumerate((0, 3, 12, 13, 71.5), 1))
    assert [v.value for v in shielded_values(values, PROFILES["hes-2018"])] == [
        0,
        None,
        10,
        15,
        71.5,
    ]


def test_what_is_recorded_as_small_is_protected_too() -> None:
    """60 - 50 is what somebody recorded as ``<10``."""
    small = replace(value(None, age="under 18"), suppressed=True, below=10.0)
    shown = shielded_values((value(55), small, value(50, age="over")), PROFILES["uk-llc"])
    assert [v.value for v in shown] == [55.0, None, None]


def test_limits_that_were_locked_on_a_hidden_number_are_left_out() -> None:
    """The mean of a baseline and all but one of its values give that one."""
    values = tuple(value(n, f"2025-{k:02d}") for k, n in enumerate((4, *range(20, 31)), 1))
    base = Base(
        first="2025-01", last="2025-12", mean=23.2, moving_range=2.0, n=12, n_ranges=11,
        rules="health-care-data-guide-2011",
    )  # fmt: skip
    limits = IndicatorLimits(
        form="evalkit/indicator-limits/1", intervention=ID, indicator=INDICATOR, bases=(base,)
    )
    done = shield(values, (limits,), {ID: PROFILES["uk-llc"]})
    assert done.limits == () and "0 to 9 are hidden (profile uk-llc 1.0)" in done.notes[ID]
    assert done.notes[ID].endswith(
        "Limits that were locked on hidden or rounded numbers are left out."
    )
    assert shield(values, (limits,), {}).limits == (limits,)


@pytest.fixture(scope="module")
def pages():
    """Two hubs that differ in nothing but a hidden number and the one that covers it."""
    found = []
    for small in (4, 7):
        groups = [
            value(n, f"2025-{month:02d}", age=age)
            for month in range(1, 13)
            for age, n in (
                ("under 18", small if month == 3 else 22 + month),
                ("18 to 30", 25 - small if month == 3 else 30),
                ("over 30", 35),
            )
        ]
        months = {v.period for v in groups}
        whole = [value(sum(v.value for v in groups if v.period == m), m) for m in sorted(months)]
        done = shield((*whole, *groups), (), {ID: PROFILES["uk-llc"]})
        whole_hub = replace(sample(), values=done.values, limits=(), value_notes=done.notes)
        found.append((done, made(cut(whole_hub))))
    return found


def test_no_file_of_the_hub_depends_on_a_hidden_number(pages) -> None:
    """Page, chart, table, record, search index, database: byte for byte the same for a 4 and for a 7."""
    (_, four), (_, seven) = pages
    assert four.keys() == seven.keys() and len(four) > 30
    assert [path for path in four if four[path] != seven[path]] == []


def test_the_page_says_what_is_hidden_and_the_gate_lets_it_out(pages) -> None:
    _, files = pages[0]
    assert "profile uk-llc 1.0). 1 more is left out" in files[FILES[0]]
    assert "&lt;10" in files[FILES[0]]
    rows = list(csv.DictReader(io.StringIO(files[FILES[1]])))
    march = {row["age"]: (row["value"], row["small"]) for row in rows if row["period"] == "2025-03"}
    assert march == {
        "all": ("60.0", ""),
        "under 18": ("", "yes"),
        "18 to 30": ("", ""),
        "over 30": ("35.0", ""),
    }
    rules = {path: Rule(outcome="values", profile=PROFILES["uk-llc"], place="us") for path in FILES}
    assert inspect({path: files[path] for path in FILES}, rules, ()).leaks == ()


def test_the_gate_finds_in_the_table_what_was_not_covered(pages) -> None:
    files = pages[0][1]
    uncovered = files[FILES[1]].replace("18 to 30,2025-03,,,", "18 to 30,2025-03,21.0,,")
    rules = {FILES[1]: Rule(outcome="values", profile=PROFILES["uk-llc"], place="us")}
    leaks = inspect({FILES[1]: uncovered}, rules, ()).leaks
    assert leaks and "2025-03" in leaks[0].cells[0]
