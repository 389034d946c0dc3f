"""The rule that proposes a design: a table of situations, and identities."""

import math
from itertools import combinations, product

import pytest

from evalkit.proposal import Situation, propose
from evalkit.proposal.panel import comparison_areas_needed, smallest_p_of
from evalkit.proposal.rule import verdict_words

USUAL = {"cohorts": (3,), "n_comparison": 27, "n_before": 24, "n_after": 24}
BESIDE = "its segmented kenward_roger possible, blind to other changes"
ALONE = "its segmented kenward_roger proposed, blind to other changes"
SET_BESIDE = "controlled_its segmented kenward_roger proposed"
NO_ONE_START = "its blocked: starts differ, so one series has no one start"
COUNTS, LEVEL = "did poisson auto", "did twfe auto"
GROUP_TIME, IMPUTATION = "did group_time influence_function", "did imputation conservative"
WITHOUT = "did blocked: no area without it"
TABLE = {
    "no month before": (
        {"n_before": 0},
        "did blocked: no month before the start",
        "its blocked: no month before the start",
    ),
    "no month after": (
        {"n_after": 0},
        "did blocked: no month after the start",
        "its blocked: no month after the start",
    ),
    "nobody treated": (
        {"cohorts": ()},
        "did blocked: no area where it was done",
        "its blocked: no area where it was done",
    ),
    "one area alone": ({"cohorts": (1,), "n_comparison": 0}, ALONE, WITHOUT),
    "three areas alone": ({"n_comparison": 0}, ALONE, WITHOUT),
    "a short series alone": (
        {"n_comparison": 0, "n_before": 11},
        WITHOUT,
        "its blocked: 11 months before the start, needed 12",
    ),
    "two areas in all": (
        {"cohorts": (1,), "n_comparison": 1},
        SET_BESIDE,
        "did blocked: fewer than 3 areas in all",
        BESIDE,
    ),
    "counts, 3 of 30": ({}, f"{COUNTS} proposed", BESIDE),
    "counts, 60 of 140": ({"cohorts": (60,), "n_comparison": 80}, f"{COUNTS} proposed", BESIDE),
    "counts, 2 of 5": (
        {"cohorts": (2,), "n_comparison": 3},
        SET_BESIDE,
        f"{COUNTS} cannot tell: smallest p 0.1",
        BESIDE,
    ),
    "counts, 3 beside 6": (
        {"n_comparison": 6, "n_before": 48},
        f"{COUNTS} proposed",
        SET_BESIDE.replace("proposed", "possible"),
        BESIDE,
    ),
    "counts, 1 of 20": ({"cohorts": (1,), "n_comparison": 19}, f"{COUNTS} proposed", BESIDE),
    "counts, 1 of 19": (
        {"cohorts": (1,), "n_comparison": 18},
        ALONE,
        f"{COUNTS} cannot tell: smallest p 0.053",
    ),
    "counts, 1 of 19, 7 months before": (
        {"cohorts": (1,), "n_comparison": 18, "n_before": 7},
        f"{COUNTS} cannot tell: smallest p 0.053",
        "its blocked: 7 months before the start, needed 12",
    ),
    "counts, staggered": ({"cohorts": (2, 1)}, f"{COUNTS} proposed", NO_ONE_START),
    "counts, all start": ({"cohorts": (2, 3), "n_comparison": 0}, WITHOUT, NO_ONE_START),
    "level, 3 of 30": ({"numbers": "level"}, f"{LEVEL} proposed", BESIDE),
    "level, 2 of 5": (
        {"numbers": "level", "cohorts": (2,), "n_comparison": 3},
        SET_BESIDE,
        f"{LEVEL} cannot tell: smallest p 0.1",
        BESIDE,
    ),
    "logs, years": (
        {"numbers": "log", "per_year": 1, "n_before": 9, "n_after": 3},
        f"{LEVEL} proposed",
        "its blocked: logarithms of 3 areas, which do not add up",
    ),
    "logs of one area": ({"numbers": "log", "cohorts": (1,), "n_comparison": 0}, ALONE, WITHOUT),
    "level, staggered": (
        {"numbers": "level", "cohorts": (8, 7)},
        f"{GROUP_TIME} proposed",
        NO_ONE_START,
    ),
    "level, staggered, few": (
        {"numbers": "level", "cohorts": (3, 2)},
        f"{IMPUTATION} proposed",
        NO_ONE_START,
    ),
    "level, staggered, too few": (
        {"numbers": "level", "cohorts": (2, 1)},
        f"{IMPUTATION} cannot tell: 3 areas on one side, needed 5",
        NO_ONE_START,
    ),
    "level, each start alone": (
        {"numbers": "level", "cohorts": (1,) * 6, "n_before": 12},
        f"{GROUP_TIME} cannot tell: every area starts alone",
        NO_ONE_START,
    ),
    "level, all start": (
        {"numbers": "level", "cohorts": (6, 7), "n_comparison": 0},
        f"{GROUP_TIME} proposed",
        NO_ONE_START,
    ),
}


def said(design):
    """One design as a row of the table."""
    parts = (design.design, design.estimator, design.inference, verdict_words(design))
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize("case", TABLE)
def test_what_is_proposed(case):
    changed, *expected = TABLE[case]
    designs = propose(Situation(**{**USUAL, **changed})).designs
    blocked = {("controlled_its", "blocked")}  # the next test
    kept = [one for one in designs if (one.design, one.verdict) not in blocked]
    assert list(map(said, kept)) == expected


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, "27 comparison areas for 24 months before, needed at most 3"),
        (
            {"n_comparison": 2, "n_before": 14},
            "2 comparison areas for 14 months before, needed at most 1",
        ),
        ({"n_before": 0}, "no month before the start"),
        ({"n_after": 2}, "2 months after the start, needed 3"),
        ({"cohorts": (2, 1)}, "starts differ, so one series has no one start"),
    ],
)
def test_why_a_series_cannot_be_set_beside_others(changed, why):
    proposal = propose(Situation(**{**USUAL, **changed}))
    [one] = [one for one in proposal.designs if one.design == "controlled_its"]
    assert verdict_words(one) == f"blocked: {why}"


def test_a_series_beside_others_takes_a_ratio_of_counts_that_are_large_enough():
    def beside(**changed):
        known = Situation(**{**USUAL, "cohorts": (1,), "n_comparison": 2, **changed})
        return propose(known).proposed

    assert [beside().scale, beside(small=True).scale] == ["log", "level"]
    assert [beside(numbers="level").scale, beside(numbers="log").scale] == ["level", "log"]
    assert beside().reasons[0] == (
        "One series beside 2 comparison areas, weighted so that together they move as it did before: what "
        "moves all of them alike, the season too, is no effect."
    )
    assert "events change by per cent" in beside().reasons[1]
    assert "happened to the comparison alone" in beside().limits[1]


def test_comparison_areas_may_be_too_many_for_one_and_too_few_for_another():
    known = Situation(cohorts=(1,), n_comparison=6, n_before=24, n_after=12)
    assert propose(known).proposed.design == "its"
    assert any(said.startswith("At most 3 comparison areas") for said in propose(known).stronger)


def test_who_is_compared():
    def group(**changed):
        return propose(Situation(**{**USUAL, **changed})).designs[0].group

    assert group() == "untreated"
    assert group(numbers="level") == "never_treated"
    assert group(numbers="level", cohorts=(6, 7), n_comparison=0) == "not_yet_treated"
    assert group(numbers="level", cohorts=(3, 2)) == "untreated"


def test_the_smallest_p_is_counted():
    """Every way to choose two of five areas, one of which is the one that was: 1 in 10."""
    assert smallest_p_of((2,), 3) == 1 / len(list(combinations(range(5), 2))) == 0.1
    assert (
        smallest_p_of((3,), 3) == 2 / 20
    )  # whoever is left over says the same the other way round
    ways = math.factorial(6) // (math.factorial(2) * math.factorial(1) * math.factorial(3))
    assert smallest_p_of((2, 1), 3) == 1 / ways == 1 / 60


@pytest.mark.parametrize("cohorts", [(1,), (2,), (3,), (4,), (1, 1), (2, 1)])
def test_the_comparison_areas_that_are_asked_for_are_enough_and_no_fewer(cohorts):
    known = Situation(cohorts=cohorts, n_comparison=1, n_before=24, n_after=12)
    needed = comparison_areas_needed(known)
    assert smallest_p_of(cohorts, needed) <= 0.05 + 1e-9
    assert needed == 1 or smallest_p_of(cohorts, needed - 1) > 0.05
    [sentence] = [s for s in propose(known).stronger if "permutation" in s] or [""]
    assert (f"with {needed} in all" in sentence) == (smallest_p_of(cohorts, 1) > 0.05)


SITUATIONS = [
    Situation(
        cohorts=cohorts, n_comparison=n, n_before=before, n_after=after, numbers=numbers,
        exposure=exposure, gradual=gradual, per_year=per_year,
    )
    for cohorts, n, before, after, numbers, exposure, gradual, per_year in product(
        ((), (1,), (3,), (2, 1), (6, 7), (55,)), (0, 1, 3, 30, 60), (0, 5, 24), (0, 12),
        ("counts", "level", "log"), (True, False), (True, False), (1, 12),
    )
]  # fmt: skip


def test_every_combination_has_an_answer_that_fits_itself():
    for known in SITUATIONS:
        proposal = propose(known)
        beside = {"controlled_its"} if known.n_comparison else set()
        assert {one.design for one in proposal.designs} == {"did", "its"} | beside
        verdicts = [one.verdict for one in proposal.designs]
        assert verdicts.count("proposed") <= 1 and "proposed" not in verdicts[1:]
        assert ("proposed" in verdicts) == (proposal.proposed is not None)
        for one in proposal.designs:
            against = one.verdict in ("cannot tell", "blocked")
            assert bool(one.blockers) == against
            assert (
                bool(one.estimator)
                == bool(one.reasons)
                == bool(one.limits)
                == (one.verdict != "blocked")
            )
            if one.scale == "ratio":
                assert (one.estimator, known.numbers) == ("poisson", "counts")
        if known.n_before == 0 or not known.n_treated or not known.n_after:
            assert set(verdicts) == {"blocked"}


def test_what_would_make_it_stronger_needs_no_result():
    alone = propose(Situation(cohorts=(1,), n_comparison=0, n_before=14, n_after=6))
    assert alone.stronger == (
        "Figures of areas like these without it, to tell it from what changed everywhere.",
        "10 months more from before the start, to show how the areas moved then.",
        "A full year after the start; now there is 6 months.",
    )
    few = propose(Situation(cohorts=(2,), n_comparison=3, n_before=24, n_after=12, exposure=True))
    assert few.stronger == (
        "2 more comparison areas: with 5 in all, permutation can reject at 5%.",
    )


def test_limits_say_what_the_design_cannot_rule_out():
    known = Situation(cohorts=(3,), n_comparison=27, n_before=10, n_after=12, gradual=True)
    did, _, its = propose(known).designs
    assert [limit.split()[0] for limit in did.limits] == ["Whether", "Whether", "How"]
    assert its.verdict == "blocked" and its.limits == ()
