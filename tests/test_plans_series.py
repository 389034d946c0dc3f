"""What a plan on one series asks of its window, before there are data."""

from dataclasses import replace

import pandas as pd
import pytest

from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.evaluation.series_given import from_panel
from evalkit.protocol.contradictions import contradictions
from evalkit.protocol.document import read_protocol
from evalkit.protocol.plan import Window


@pytest.fixture
def plan(root):
    read, _ = read_protocol(root / "protocols" / "EM-2026-0002-P1.md")
    return read


def said(plan) -> dict[str, tuple[str, str]]:
    return {field: (found, needed) for field, found, needed, _ in contradictions(plan, plan.id)}


def test_a_window_that_holds_a_season_and_periods_after_each_change_fits(plan):
    assert said(plan) == {}


@pytest.mark.parametrize(
    ("end", "fits"), [("1987-05", False), ("1987-06", False), ("1987-07", True)]
)
def test_three_periods_have_to_follow_the_last_change(plan, end, fits):
    short = replace(plan, window=Window(start="1981-01", end=end))
    left = 1 + int(end[-2:]) - 5
    found = f"1987-05, which leaves {left} periods to learn from up to {end}"
    assert said(short).get("changes[1].at") == (None if fits else (found, "at least 3"))


def test_a_transition_is_no_period_to_learn_from(plan):
    waiting = replace(plan, estimator=replace(plan.estimator, transition=30))
    assert said(waiting)["changes[1].at"][0].startswith("1987-05, which leaves 2 periods")


@pytest.mark.parametrize(
    ("start", "options", "field"),
    [
        ("1988-02", {}, "estimator.months"),
        ("1988-02", {"months": False, "harmonics": 1}, "estimator.harmonics"),
        ("1988-01", {}, None),
        ("1988-02", {"months": False}, None),
    ],
)
def test_a_season_needs_two_years(plan, start, options, field):
    changes = (replace(plan.changes[0], at="1989-01"),)
    short = replace(
        plan,
        window=Window(start=start, end="1989-12"),
        changes=changes,
        estimator=replace(plan.estimator, **options),
    )
    found = said(short)
    assert [name for name in found if name.startswith("estimator")] == [field] * bool(field)
    if field:
        assert found[field] == ("a season in a window of 23 periods", "two years, 24")


def test_a_change_outside_the_window_or_in_its_first_month_is_refused(plan):
    for at in ("1981-01", "1990-01"):
        late = replace(plan, changes=(replace(plan.changes[0], at=at),))
        needed = "a period inside the window 1981-01 to 1989-12"
        assert said(late)["changes[0].at"] == (at, needed)


def test_logarithms_of_several_areas_are_not_added_up(plan):
    """The sum of two logarithms is that of a product: an effect would come out twice as large."""
    frame = pd.DataFrame(
        [(unit, month, y) for unit in "ABC" for month, y in (("1983-01", 1.0), ("1983-02", 2.0))],
        columns=["unit", "month", "y"],
    )
    frame["start"] = frame["unit"].map({"A": "1983-02", "B": "1983-02"})
    panel = Panel.from_frame(frame, unit="unit", period="month", outcome="y", treated_from="start")
    at = replace(plan.changes[0], at="1983-02")
    logs = replace(plan, changes=(at,), outcome=replace(plan.outcome, scale="log"))
    with pytest.raises(DataError, match="logarithms of 2 treated units"):
        from_panel(panel, logs)
    taken = replace(logs, estimator=replace(plan.estimator, scale="log"))
    assert from_panel(panel, taken).series.outcome.tolist() == [2.0, 4.0]
