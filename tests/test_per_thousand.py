"""Incidents avoided per 1,000 people a year: by hand, and only where an exposure is a number of people."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.did import poisson
from evalkit.evaluation.per_thousand import exposed_from, per_thousand
from evalkit.findings.size import how_big
from evalkit.protocol.estimators import Poisson, TwoWay
from evalkit.types.estimate import Interval
from evalkit.types.evaluation import PER_THOUSAND, NamedEstimate
from evalkit.types.scaled import ScaledEffect

YEARS, MONTHS = ("2001", "2002"), ("2001-01", "2001-02")


def fitted(periods=YEARS, people=(1000, 3000, 500, 9000)):
    """Treated 40 -> 24 and comparison 50 -> 60: 48 were expected, so 24 were avoided."""
    outcome = np.array([[10, 6], [30, 18], [20, 24], [30, 36]], dtype=float)
    found = poisson(
        Panel(
            units=("a", "b", "c", "d"), periods=periods, outcome=outcome,
            start=np.array([1, 1, 2, 2]), weights=None, unit_of_measure="stabbings",
            exposure=None if people is None else np.repeat(np.array(people, dtype=float), 2).reshape(4, 2),
        ),
        inference="overdispersed",
    )  # fmt: skip
    return found


def asked(found, period, exposure="population", method=None):
    named = NamedEstimate(name="patrols", words="x", estimate=found.overall, avoided=found.avoided)
    plan = SimpleNamespace(estimator=method or Poisson(name="poisson", exposure=exposure))
    return named, per_thousand(named, found.exposed, plan, period)


@pytest.mark.parametrize(
    ("periods", "rate"),
    [
        (YEARS, 6.0),  # 24 avoided where 1,000 and 3,000 people lived for a year
        (MONTHS, 72.0),  # the same in a month is twelve times as many a year
    ],
)
def test_a_rate_by_hand(periods, rate) -> None:
    found = fitted(periods)
    assert found.exposed == pytest.approx(4000)
    assert found.avoided.effect == pytest.approx(24, abs=1e-9)
    _, (reading,) = asked(found, periods[0])
    told = reading.estimate
    assert (told.estimand, reading.name) == (PER_THOUSAND, "patrols")
    assert told.effect == pytest.approx(rate, abs=1e-9)
    scale = rate / 24
    assert told.interval.low == pytest.approx(found.avoided.interval.low * scale, abs=1e-9)
    assert told.interval.high == pytest.approx(found.avoided.interval.high * scale, abs=1e-9)
    assert (told.standard_error, told.is_ratio) == (None, False)


def test_only_people_of_the_treated_periods_count() -> None:
    """A hundred times as many people elsewhere, or before the start, change nothing."""
    assert fitted(people=(1000, 3000, 50000, 900000)).exposed == pytest.approx(4000)


def test_a_series_counts_people_of_the_periods_with_a_count() -> None:
    """Of April and June: nobody counted in May."""
    frame = pd.DataFrame(
        {
            "month": ["2024-02", "2024-03", "2024-04", "2024-05", "2024-06"],
            "stabbings": [5, 4, 3, np.nan, 2],
            "people": [900, 900, 1000, 5000, 1100],
        }
    )
    series = TimeSeries.from_frame(frame, period="month", outcome="stabbings", exposure="people")
    assert exposed_from(series, "2024-04") == 2100
    assert exposed_from(replace(series, exposure=None), "2024-04") is None


def test_what_is_not_known_to_be_people_is_not_told_in_people() -> None:
    assert fitted(people=None).exposed is None
    assert asked(fitted(people=None), "2001")[1] == ()
    assert asked(fitted(), "2001", exposure="open_hours")[1] == ()
    assert asked(fitted(), "2001", exposure=None)[1] == ()
    assert asked(fitted(), "2001", method=TwoWay(name="twfe"))[1] == ()


@pytest.mark.parametrize(
    ("rate", "low", "high", "words"),
    [
        (1.84, 0.31, 3.37, "some 1.8 fewer per 1,000 people a year (0.3 to 3.4)."),
        (-1.84, -3.37, -0.31, "some 1.8 more per 1,000 people a year (0.3 to 3.4)."),
        (0.018, 0.003, 0.034, "some 0.018 fewer per 1,000 people a year (0.003 to 0.034)."),
        (72.4, 20.1, 120.2, "some 72 fewer per 1,000 people a year (20 to 120)."),
    ],
)
def test_it_is_told_beside_the_incidents_and_only_there(rate, low, high, words) -> None:
    named, (reading,) = asked(fitted(), "2001")
    told = replace(reading.estimate, effect=rate, interval=Interval(low=low, high=high, level=0.95))
    readings = (replace(reading, estimate=told),)
    effect = ScaledEffect(
        effect=-50.0,
        interval=Interval(low=-80.0, high=-20.0, level=0.95),
        unit="per cent",
        decimals=1,
        minimum=None,
    )
    assert how_big(named, effect, "some 24 fewer in 1 year (9 to 40)", readings)[-1] == (
        f"That is {words}"
    )
    assert "per 1,000" not in " ".join(how_big(named, effect, "", readings))
    other = replace(named, name="another change")
    assert "per 1,000" not in " ".join(how_big(other, effect, "some 24", readings))
