"""Years and months as whole numbers."""

import datetime

import numpy as np
import pandas as pd
import pytest

from evalkit.data.periods import between, gaps, labels, month_of_year, ordinal, text
from evalkit.errors import DataError


def test_months_follow_each_other_over_new_year():
    assert between("1985-11", "1986-02") == ("1985-11", "1985-12", "1986-01", "1986-02")
    assert between("2009", "2011") == ("2009", "2010", "2011")
    assert between("2009-Q3", "2010-Q2") == ("2009-Q3", "2009-Q4", "2010-Q1", "2010-Q2")


@pytest.mark.parametrize("monthly", [True, False])
def test_text_undoes_ordinal(monthly: bool):
    for number in range(ordinal("1799-12") if monthly else 1799, 24300 if monthly else 2031, 7):
        assert ordinal(text(number, monthly=monthly)) == number


def test_month_of_year():
    assert [month_of_year(p) for p in ("1986-01", "1986-12", "1986", "1986-Q4")] == [1, 12, 0, 0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([2005, 2006], ["2005", "2006"]),
        (np.array([2005.0, 2006.0], dtype=np.float32), ["2005", "2006"]),
        (pd.Series([2005, 2006], dtype="Int64"), ["2005", "2006"]),
        (["2005-01", "2005-02"], ["2005-01", "2005-02"]),
        ([datetime.date(2005, 1, 1), pd.Timestamp("2005-02-01")], ["2005-01", "2005-02"]),
        (pd.Series(["2005-01", "2005-02"], dtype="category"), ["2005-01", "2005-02"]),
    ],
)
def test_labels_of_what_people_have_in_a_period_column(values, expected):
    assert labels(pd.Series(values)) == expected


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2005-13", "2005-13"),
        ("2005-1", "2005-1"),
        ("Jan 2005", "Jan 2005"),
        ("", ""),
        (2005.5, "2005.5"),
        (float("nan"), "nan"),
        (pd.NaT, "NaT"),
        (-5, "-5"),
    ],
)
def test_what_is_no_period_is_refused(value, found: str):
    with pytest.raises(DataError) as refused:
        labels([value])
    assert str(refused.value) == f"period: {found}; needed whole years (2005) or months (2005-04)."


def test_gaps_are_named_in_order():
    assert gaps(["1986-03", "1985-12"]) == ("1986-01", "1986-02")
    assert gaps(["2001", "2000", "2000"]) == ()


@pytest.mark.parametrize(
    ("present", "message"),
    [
        ([], "period: no rows; needed at least one."),
        (["2000", "2000-02"], "period: years and months; needed one of them."),
        (["2000-Q1", "2000-02"], "period: quarters and months; needed one of them."),
    ],
)
def test_gaps_needs_one_calendar(present: list[str], message: str):
    with pytest.raises(DataError) as refused:
        gaps(present)
    assert str(refused.value) == message
