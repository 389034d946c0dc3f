"""Numerals, sentences and headlines: true, short, and never saying more than the numbers do."""

import itertools
import math
import re
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import numpy as np
import pytest

from evalkit.findings.compose import from_external
from evalkit.findings.numerals import effect_text, interval_text, level_text, number, p_text
from evalkit.findings.scale import log_points_to_per_cent, told
from evalkit.findings.verdicts import WORDS
from evalkit.findings.words import amount, headline, interval_sentences, what_was_seen
from evalkit.protocol.document import read_protocol
from evalkit.protocol.plan import MinimumEffect, Plan
from evalkit.types.estimate import Estimate, Interval
from evalkit.types.finding import ExternalFinding, ScaledEffect, Verdict


def scaled(
    effect: float,
    low: float | None = None,
    high: float | None = None,
    *,
    unit: str = "per cent",
    decimals: int = 1,
) -> ScaledEffect:
    interval = None if low is None or high is None else Interval(low=low, high=high, level=0.95)
    return ScaledEffect(effect=effect, interval=interval, unit=unit, decimals=decimals, minimum=2.0)


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (0.0, 1, True, "0.0"), (-0.0, 1, False, "0.0"), (-0.04, 1, True, "0.0"), (0.04, 1, True, "0.0"),
        (-0.05001, 1, True, "−0.1"), (2.0, 0, True, "+2"), (-2.0, 0, False, "−2"), (-0.4, 0, True, "0"),
        (1234567.891, 2, False, "1,234,567.89"), (-999.96, 1, True, "−1,000.0"), (12.5, 0, False, "12"),
    ],
)  # fmt: skip
def test_numbers_have_a_true_minus_thousands_and_no_minus_zero(value, decimals, signed, text):
    assert number(value, decimals, signed=signed) == text


def test_numbers_for_plain_terminals():
    assert number(-1234.5, 1, minus="ascii") == "-1,234.5"


def test_effect_and_interval_as_text():
    effect = scaled(1.96, -5.44, 9.93)
    assert effect_text(effect) == "+2.0%"
    assert interval_text(effect) == "−5.4 to +9.9%"
    assert interval_text(scaled(1.0)) == ""
    points = scaled(-0.0295, -0.0756, 0.0166, unit="percentage points", decimals=2)
    assert (effect_text(points), interval_text(points)) == ("−0.03", "−0.08 to +0.02")
    assert (level_text(0.95), level_text(0.9), level_text(0.995)) == ("95%", "90%", "99.5%")


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.9999, "p = 1.00"), (0.0949, "p = 0.095"), (0.0951, "p = 0.10"), (0.05, "p = 0.050"),
     (0.0010, "p = 0.001"), (0.00099, "p < 0.001"), (0.0, "p < 0.001")],
)  # fmt: skip
def test_p_values_keep_two_digits(p: float, text: str):
    assert p_text(p) == text


def test_log_points_become_per_cent():
    assert log_points_to_per_cent(math.log(1.25)) == pytest.approx(25.0, abs=1e-12)
    assert log_points_to_per_cent(math.log(0.8)) == pytest.approx(-20.0, abs=1e-12)
    assert log_points_to_per_cent(1e-12) == pytest.approx(1e-10, rel=1e-9)  # no digits are lost
    assert log_points_to_per_cent(0.0) == 0.0


def estimate(effect: float, low: float, high: float) -> Estimate:
    return Estimate(
        estimand="ATT",
        method="m",
        effect=effect,
        standard_error=1.0,
        interval=Interval(low=low, high=high, level=0.9),
        p_value=0.5,
        dof=None,
        inference="i",
        n_obs=1,
        n_units=1,
        n_clusters=1,
        unit_of_measure="u",
    )


@pytest.fixture
def log_plan(root: Path) -> Plan:
    return read_protocol(root / "protocols" / "EM-2026-0001-P1.md")[0]


@pytest.fixture
def level_plan(root: Path) -> Plan:
    return read_protocol(root / "protocols" / "EM-2026-0002-P1.md")[0]


def test_castle_in_per_cent(log_plan: Plan):
    # 100 (exp(0.01940281) - 1) = 1.9592; the ends 0.01940281 -+ 1.959964 x 0.03838865
    half = 1.959963984540054 * 0.03838865
    effect = told(estimate(0.01940281, 0.01940281 - half, 0.01940281 + half), log_plan)
    assert effect.effect == pytest.approx(1.95923, abs=1e-5)
    assert (effect_text(effect), interval_text(effect)) == ("+2.0%", "−5.4 to +9.9%")
    assert effect.interval is not None and effect.interval.level == 0.9
    assert (effect.unit, effect.minimum) == ("per cent", 2.0)


def test_a_level_stays_a_level(level_plan: Plan):
    effect = told(estimate(-0.0295, -0.0756, 0.0166), level_plan)
    assert effect.interval is not None
    assert (effect.effect, effect.interval.low, effect.interval.high) == (-0.0295, -0.0756, 0.0166)
    assert (effect.unit, effect.decimals, effect.minimum) == ("percentage points", 2, 0.05)


@pytest.mark.parametrize(
    ("minimum", "decimals"),
    [(10, 1), (2, 1), (0.5, 1), (0.1, 1), (0.05, 2), (0.03, 2), (0.01, 2), (0.001, 3)],
)
def test_decimals_show_the_first_digit_of_the_minimum(
    level_plan: Plan, minimum: float, decimals: int
):
    plan = replace(level_plan, minimum_effect=MinimumEffect(value=minimum, unit="incidents"))
    assert told(estimate(1.0, 0.5, 1.5), plan).decimals == decimals


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (-5.44, 1, "a fall of 5.4 per cent"),
        (9.96, 1, "a rise of 10.0 per cent"),
        (0.0, 1, "no change"),
        (0.04, 1, "a rise of less than 0.1 per cent"),
        (-0.004, 2, "a fall of less than 0.01 per cent"),
        (0.4, 0, "a rise of less than 1 per cent"),
        (1234.5, 1, "a rise of 1,234.5 per cent"),
        (-1e6, 0, "a fall of 1,000,000 per cent"),
    ],
)
def test_amounts_in_words(value: float, decimals: int, text: str):
    assert amount(value, scaled(value, decimals=decimals)) == text


def sentences(effect: ScaledEffect, verdict: Verdict, stopped: bool = False) -> tuple[str, ...]:
    return interval_sentences(effect, verdict, clear_but_stopped=stopped)


def test_interval_sentences():
    wide = "The data fit a true change anywhere between a fall of 5.4 per cent and a rise of 9.9 per cent."
    assert sentences(scaled(2.0, -5.4, 9.9), "cannot_tell") == (
        wide, "This is not the same as “no effect”.",
    )  # fmt: skip
    assert sentences(scaled(-6, -9, -3), "fell")[1] == "A rise is unlikely if the method is right."
    assert sentences(scaled(6, 3, 9), "probably_rose")[1] == (
        "A fall is unlikely if the method is right."
    )
    assert sentences(scaled(6, 3, 9), "cannot_tell", stopped=True)[1] == (
        "That holds only if the method is right, and a check that the plan relies on was not passed."
    )
    assert sentences(scaled(0.5, -1, 1.5), "no_change_that_would_matter")[1] == (
        "The whole interval is inside the zone too small to matter: a clear answer."
    )
    assert sentences(scaled(1.0), "cannot_tell") == ("No interval is recorded.",)


@pytest.mark.parametrize("verdict", WORDS)
def test_no_direction_is_called_unlikely_while_the_interval_holds_it(verdict: Verdict):
    for low, high in itertools.combinations((-9.0, -3.0, -1.0, 0.0, 1.0, 3.0, 9.0), 2):
        text = " ".join(sentences(scaled((low + high) / 2, low, high), verdict))
        if "A rise is unlikely" in text:
            assert high < 0
        if "A fall is unlikely" in text:
            assert low > 0


def test_what_was_seen_is_a_best_guess():
    assert what_was_seen(
        scaled(2.0, -5.4, 9.9), Interval(low=-5.4, high=9.9, level=0.95), against="other states"
    ) == (
        "Next to other states, the best guess is a rise of 2.0 per cent, but a fall of 5.4 to a rise of 9.9 "
        "would fit too."
    )


LONGEST = len("No sign that  changed by enough to matter after ")


@pytest.mark.parametrize("verdict", WORDS)
@pytest.mark.parametrize(("outcome", "what"), [("homicide", "laws passed"), ("A&E visits", "x")])
def test_headlines_have_one_form_each_and_never_say_because(
    verdict: Verdict, outcome: str, what: str
):
    text = headline(verdict, outcome=outcome, what=what)
    assert text.endswith(f" after {what}")
    assert text[0].isupper() and not text.endswith(".")
    assert len(text) <= LONGEST + len(outcome) + len(what)
    assert not re.search(r"because|due to|caused|thanks|effect|reduced|led to|proved", text, re.I)
    assert outcome.lower() in text.lower()
    if verdict in ("fell", "rose"):
        assert text == f"{outcome[0].upper()}{outcome[1:]} {verdict} after {what}"
    else:
        assert any(word in text for word in ("probably", "No sign", "cannot tell"))


def external(reported: str, **numbers: float) -> ExternalFinding:
    return ExternalFinding(
        id="EM-2026-0003-F01",
        interventions=("EM-2026-0003",),
        outcome="Homicide",
        better="lower",
        reported=reported,  # type: ignore[arg-type]
        headline="h",
        summary="s",
        years="y",
        design="d",
        compared="c",
        source="s",
        unit="homicides",
        **numbers,
    )


@pytest.mark.parametrize(
    ("reported", "verdict"),
    [("fell", "probably_fell"), ("rose", "probably_rose"), ("no_clear_change", "cannot_tell")],
)
def test_published_results_are_told_as_probably_at_most(reported: str, verdict: str):
    finding = from_external(external(reported, effect=-3.0))
    assert finding.verdict == verdict
    assert finding.interval_words == ("No interval is recorded.",)
    assert finding.effect is not None and finding.effect.minimum is None
    assert finding.protocol is None


def test_a_published_interval_that_holds_no_change_is_not_called_clear():
    finding = from_external(external("fell", effect=-3.0, low=-7.0, high=1.0))
    assert finding.interval_words == (
        "The data fit a true change anywhere between a fall of 7 homicides and a rise of 1 homicides.",
        "It holds no change too, so the direction is not certain.",
    )


@pytest.mark.parametrize(
    ("value", "text"), [(-243.0, "−243"), (-0.98, "−0.98"), (-10.39, "−10.39"), (-8.0, "−8")]
)
def test_published_numbers_keep_their_decimals(value: float, text: str):
    finding = from_external(external("no_clear_change", effect=value))
    assert finding.effect is not None
    assert effect_text(finding.effect) == text


@pytest.mark.parametrize("value", [5.285, -18.595, 835.3265, 23.785, -0.0, -0.004, 1234567.125])
@pytest.mark.parametrize("decimals", range(4))
def test_a_number_is_printed_alike_whoever_holds_it(value: float, decimals: int):
    """NumPy rounds halves another way than Python: a notebook and a page would differ by a digit."""
    text = number(value, decimals)
    assert number(np.float64(value), decimals) == text
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    assert Decimal(text.replace(",", "").replace("−", "-")) == exact
    assert not text.startswith("−0") or exact != 0


def test_a_sign_is_printed_where_there_is_something_to_sign():
    assert number(0.04, 1, signed=True) == number(-0.04, 1, signed=True) == "0.0"
    assert number(2, 0, signed=True) == "+2" and number(-2, 0, minus="ascii") == "-2"
