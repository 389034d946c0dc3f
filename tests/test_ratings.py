"""Schemes side by side: what each says of one finding, what a failed check does, where each rule stands."""

import importlib
import itertools
import pkgutil
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from evalkit.evidence import ratings
from evalkit.evidence.ratings import eef_padlocks, eif, emmie, grade, nesta, sms_magenta, sms_wwg
from evalkit.evidence.ratings.schemes import SCALES, rate_all
from evalkit.evidence.ratings.study import ALIKE, HOUSE, Design, Study, seen, study_of
from evalkit.types.certainty import Judgement
from evalkit.types.estimate import Interval
from evalkit.types.evaluation import CheckResult, IfFailed
from evalkit.types.finding import ScaledEffect
from evalkit.types.rating import GivenRating, Rating, Threat
from tests.hub_sample import castle_plan, castle_run, sample

HELPERS = {"study", "made", "schemes"}


def check(name: str, passed: bool | None, if_failed: IfFailed = "lower_rating") -> CheckResult:
    return CheckResult(
        check=name,
        question=f"Is {name} so?",
        statistic_name="p",
        statistic=0.5,
        threshold=0.1,
        rule=">=",
        passed=passed,
        applicable=passed is not None,
        if_failed=if_failed,
        sentence="",
    )


ALL_PASSED = (
    check("enough_units", True, "cannot_tell"),
    check("pre_trend", True, "cannot_tell"),
    check("leave_one_unit_out", True),
)
DRIFTED = (ALL_PASSED[0], check("pre_trend", False, "cannot_tell"), ALL_PASSED[2])
LEANS = (*ALL_PASSED[:2], check("leave_one_unit_out", False))
BOTH = (ALL_PASSED[0], DRIFTED[1], LEANS[2])
UNASKED = (ALL_PASSED[0], ALL_PASSED[2])
REPORTED = (*ALL_PASSED, check("recording_change", False, "report"))
CHECKS = {
    "all passed": ALL_PASSED,
    "drifted": DRIFTED,
    "leans": LEANS,
    "both": BOTH,
    "unasked": UNASKED,
    "reported": REPORTED,
}


def study(
    checks: tuple[CheckResult, ...] = ALL_PASSED,
    design: Design = "did",
    seen: str = "better",
    controls: bool = False,
    theory: bool = True,
) -> Study:
    return Study(design=design, controls=controls, seen=seen, theory=theory, checks=checks)  # type: ignore[arg-type]


def start(level: int, *threats: Threat) -> GivenRating:
    return GivenRating(
        form="evalkit/rating/1",
        id="EM-2026-0001-F01/eef-padlocks",
        finding="EM-2026-0001-F01",
        scheme="eef-padlocks",
        version="eef-padlocks@1.0",
        reason="Twelve areas, none lost.",
        start=level,
        threats=threats,
    )


def labels(of: Study) -> dict[str, str]:
    rated = rate_all(of, {"eef-padlocks": (start(4), "Evaluation lead")})
    return {one.rule.scheme: one.rule.label for one in rated}


def test_one_difference_in_differences_has_a_different_level_under_each_scheme() -> None:
    assert labels(study()) == {
        "sms-wwg": "3 of 5", "sms-magenta": "4 of 5", "nesta": "3 of 5", "eif": "3 of 4",
        "eef-padlocks": "4 of 5",
    }  # fmt: skip


def test_failing_the_pre_trend_check_lowers_every_scheme_as_its_rule_says() -> None:
    assert labels(study(DRIFTED)) == {
        "sms-wwg": "2 of 5",  # a comparison not shown to be like is a control only
        "sms-magenta": "2 of 5",  # "a comparison that is not alike" is level 2 by its own words
        "nesta": "2 of 5",  # change without cause
        "eif": "2 of 4",  # preliminary
        "eef-padlocks": "3 of 5",  # one high threat and the rest low
    }
    for rated in rate_all(study(DRIFTED), {"eef-padlocks": (start(4), "")}):
        assert any("Is pre_trend so?" in reason.seen for reason in rated.rule.reasons)


@pytest.mark.parametrize(
    ("checks", "levels"),
    [  # sms-wwg, sms-magenta, nesta, eif, eef-padlocks from 4
        ("all passed", ("3", "4", "3", "3", "4")),
        ("drifted", ("2", "2", "2", "2", "3")),
        ("leans", ("2", "3", "2", "2", "4")),  # one moderate threat takes no padlock away
        ("both", ("1", "2", "2", "2", "N")),  # one high and one moderate: the rule does not say
        ("unasked", ("2", "4", "2", "2", "4")),
        ("reported", ("3", "4", "3", "3", "4")),
    ],
)
def test_every_scheme_under_every_set_of_checks(checks: str, levels: tuple[str, ...]) -> None:
    assert tuple(label[0] for label in labels(study(CHECKS[checks])).values()) == levels


@pytest.mark.parametrize(
    ("controls", "checks", "wwg", "magenta", "nesta", "eif"),
    [
        (False, (check("placebo_date", True),), 1, 4, 3, 2),
        (True, (check("placebo_date", True),), 2, 4, 3, 2),
        (True, (check("placebo_date", False),), 1, 1, 2, 2),
        (False, (check("placebo_date", False),), 1, 1, 2, 2),
        (True, (check("placebo_date", True), check("residual_autocorrelation", False)), 1, 1, 2, 2),
    ],
)
def test_one_series_without_a_comparison(
    controls: bool, checks: tuple[CheckResult, ...], wwg: int, magenta: int, nesta: int, eif: int
) -> None:
    of = study(checks, "its", controls=controls)
    found = labels(of)
    assert [found[name][0] for name in ("sms-wwg", "sms-magenta", "nesta", "eif")] == [
        str(level) for level in (wwg, magenta, nesta, eif)
    ]


@pytest.mark.parametrize(
    ("seen", "nesta", "eif"),
    [
        ("better", "3 of 5", "3 of 4"),
        ("worse", "1 of 5", "Not rated"),
        ("small", "1 of 5", "NE"),
        ("unsure", "1 of 5", "Not rated"),
    ],
)
def test_schemes_about_change_for_the_better_say_so_of_other_results(
    seen: str, nesta: str, eif: str
) -> None:
    found = labels(study(seen=seen))
    assert (found["nesta"], found["eif"]) == (nesta, eif)
    assert (found["sms-wwg"], found["sms-magenta"]) == ("3 of 5", "4 of 5")


def test_a_small_change_with_a_doubt_is_not_called_no_effect() -> None:
    assert labels(study(DRIFTED, seen="small"))["eif"] == "Not rated"
    assert nesta.rate(study(seen="unsure", theory=False)).label == "Not rated"


def test_the_table_in_the_documents_is_what_the_rules_say(root: Path) -> None:
    text = (root / "docs" / "ratings.md").read_text("utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if " of " in line[:80]]
    table = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows if len(row) == 5}
    columns = [labels(study(one)) for one in (ALL_PASSED, DRIFTED, LEANS, UNASKED)]
    assert table == {
        scale.name: [column[name] for column in columns] for name, scale in SCALES.items()
    }


def levels(of: Study) -> list[int]:
    """With NE below every level, and what is not rated below that."""
    ratings = [one.rate(of) for one in (sms_wwg, sms_magenta, nesta, eif)]
    return [-1 if one.level is None else one.level for one in ratings]


@pytest.mark.parametrize("design", ["did", "its", "controlled_its"])
@pytest.mark.parametrize("seen", ["better", "worse", "small", "unsure"])
def test_no_failed_check_ever_raises_a_level(design: Design, seen: str) -> None:
    names = ("pre_trend", "placebo_dates", "leave_one_unit_out", "recording_change")
    fates: tuple[IfFailed, ...] = ("cannot_tell", "lower_rating", "report")
    for results in itertools.product((True, False, None), repeat=len(names)):
        for fate in fates:
            before = tuple(check(n, r, fate) for n, r in zip(names, results, strict=True))
            for n, one in enumerate(before):
                if one.passed:
                    after = (*before[:n], replace(one, passed=False), *before[n + 1 :])
                    pairs = zip(
                        levels(study(before, design, seen)),
                        levels(study(after, design, seen)),
                        strict=True,
                    )
                    assert all(low <= high for high, low in pairs), (before, one.check)


def test_what_no_rule_can_read_is_not_rated_and_says_why() -> None:
    catalogue = sample()
    own = next(f for f in catalogue.findings if f.id == "EM-2026-0001-F01")
    published = next(f for f in catalogue.findings if f.protocol is None)
    made_up, outside = replace(own, simulated=True), replace(own, exploratory=True)
    plan = castle_plan()
    for finding, run in ((published, None), (made_up, castle_run()), (outside, castle_run())):
        of = study_of(finding, run, plan if run else None, theory=True)
        for rated in rate_all(of, {"eef-padlocks": (start(5), "")}):
            assert rated.rule.label == "Not rated"
            assert rated.rule.reasons[-1].rule.source == HOUSE
    assert study_of(own, castle_run(), plan, theory=True).unrated is None


@pytest.mark.parametrize(
    ("low", "high", "better", "expected"),
    [
        (-9, -3, "lower", "better"), (-9, -3, "higher", "worse"), (3, 9, "lower", "worse"),
        (-1, 1, "lower", "small"), (0.2, 1, "lower", "small"), (-5, 9, "lower", "unsure"),
    ],
)  # fmt: skip
def test_what_the_interval_alone_shows(low: float, high: float, better: str, expected: str) -> None:
    effect = ScaledEffect(
        effect=(low + high) / 2,
        interval=Interval(low=low, high=high, level=0.95),
        unit="per cent",
        decimals=1,
        minimum=2.0,
    )
    assert seen(effect, better) == expected  # type: ignore[arg-type]
    assert seen(replace(effect, interval=None), "lower") == "unsure"


def threat(severity: str, pull: str = "unknown") -> Threat:
    return Threat(what="Areas left", severity=severity, pull=pull)  # type: ignore[arg-type]


LOW, MODERATE, HIGH = threat("low"), threat("moderate"), threat("high")
TOWARDS, AWAY = threat("moderate", "towards"), threat("moderate", "away")


@pytest.mark.parametrize(
    ("threats", "lost"),
    [  # each line of the published rule, its edges, and the mixes that it leaves open
        ((), 0), ((LOW,) * 5, 0), ((MODERATE,), 0), ((MODERATE,) * 2, 0), ((TOWARDS, AWAY), 0),
        ((MODERATE,) * 3, 1), ((MODERATE,) * 4, 1), ((TOWARDS, TOWARDS), 1), ((AWAY,), 1),
        ((HIGH, LOW, LOW), 1), ((HIGH,), 1),
        ((HIGH, MODERATE, MODERATE), 2), ((HIGH, HIGH), 2), ((HIGH,) * 3, 2),
        ((HIGH, MODERATE), None), ((MODERATE,) * 5, None), ((TOWARDS,) * 3, None),
        ((TOWARDS, MODERATE), None), ((TOWARDS, AWAY, AWAY), None),
    ],
)  # fmt: skip
def test_padlocks_that_threats_take_away(threats: tuple[Threat, ...], lost: int | None) -> None:
    assert eef_padlocks.drop(threats)[0] == lost
    assert eef_padlocks.drop(tuple(reversed(threats)))[0] == lost


def test_padlocks_need_a_reviewer_s_start_and_never_go_below_none() -> None:
    assert eef_padlocks.rate(study()).label == "Not rated"
    assert eef_padlocks.rate(study(), start(1, HIGH, HIGH)).label == "0 of 5"
    assert eef_padlocks.rate(study(), start(5, HIGH)).label == "4 of 5"
    started = eef_padlocks.rate(study(DRIFTED), start(5))
    assert "Twelve areas, none lost." in started.reasons[0].seen


def modules() -> list[ModuleType]:
    names = [found.name for found in pkgutil.iter_modules(ratings.__path__)]
    return [importlib.import_module(f"{ratings.__name__}.{n}") for n in names if n not in HELPERS]


def test_every_rule_of_every_scheme_cites_its_source() -> None:
    found = modules()
    assert len(found) == 7
    for module in found:
        assert module.RULES
        for rule in module.RULES.values():
            assert rule.says.endswith(".") and rule.source.strip(), module.__name__
        outside = [rule for rule in module.RULES.values() if rule.source != HOUSE]
        assert outside, f"{module.__name__} has only conventions of our own"


def test_every_reason_is_a_rule_of_its_scheme() -> None:
    by_scheme = {one.SCALE.scheme: one for one in modules() if hasattr(one, "SCALE")}
    assert list(SCALES) == ["sms-wwg", "sms-magenta", "nesta", "eif", "eef-padlocks"]
    for checks, design, kind in itertools.product(
        CHECKS.values(), ("did", "its", "controlled_its"), ("better", "worse", "small", "unsure")
    ):
        for rated in rate_all(study(checks, design, kind), {"eef-padlocks": (start(3), "")}):  # type: ignore[arg-type]
            rating: Rating = rated.rule
            assert rating.reasons
            assert rating.version == f"{rating.scheme}@1.0"
            known = list(by_scheme[rating.scheme].RULES.values())
            assert all(reason.rule in known for reason in rating.reasons)
            assert all(reason.seen.endswith((".", "?")) for reason in rating.reasons)


def test_checks_of_likeness_are_checks_that_a_plan_can_name() -> None:
    from typing import get_args

    from evalkit.protocol.check import CheckName

    assert set(get_args(CheckName)) >= ALIKE


def test_the_profile_has_five_headings_and_no_score() -> None:
    catalogue = sample()
    finding = catalogue.findings[0]
    owner = next(i for i in catalogue.interventions if i.id == finding.interventions[0])
    parts = emmie.profile(finding, owner)
    assert [part.heading for part in parts] == [
        "Effect", "Mechanism", "Moderators", "Implementation", "Economics",
    ]  # fmt: skip
    assert all(part.texts for part in parts)
    assert parts[0].texts == (f"{finding.headline}.",)
    assert not parts[4].known and parts[4].texts == ("No cost is registered.",)
    assert not hasattr(emmie, "SCALE")


def body(**changed: object) -> grade.Body:
    made = grade.Body(
        findings=5,
        unsound=0,
        randomised=False,
        interval=Interval(low=-9.0, high=-3.0, level=0.95),
        prediction=Interval(low=-12.0, high=-1.0, level=0.95),
        minimum=2.0,
        indirectness=Judgement(steps=0, reason="The same region."),
        publication_bias=Judgement(steps=0, reason="Every registered plan has its result."),
    )
    return replace(made, **changed)


WIDE = Interval(low=-9.0, high=5.0, level=0.95)


@pytest.mark.parametrize(
    ("changed", "label", "steps"),
    [
        ({"randomised": True}, "high", (0, 0, 0, 0, 0)),
        ({}, "low", (0, 0, 0, 0, 0)),
        ({"unsound": 1}, "very low", (1, 0, 0, 0, 0)),
        ({"randomised": True, "prediction": WIDE}, "moderate", (0, 1, 0, 0, 0)),
        ({"randomised": True, "prediction": None}, "high", (0, 0, 0, 0, 0)),
        ({"randomised": True, "interval": WIDE}, "low", (0, 0, 0, 2, 0)),
        ({"randomised": True, "interval": Interval(low=-9.0, high=1.0, level=0.95)}, "moderate",
         (0, 0, 0, 1, 0)),
        ({"randomised": True, "interval": Interval(low=-1.0, high=1.0, level=0.95)}, "high",
         (0, 0, 0, 0, 0)),
        ({"randomised": True, "indirectness": Judgement(steps=2, reason="Other laws.")}, "low",
         (0, 0, 2, 0, 0)),
        ({"randomised": True, "publication_bias": None}, "at most high", (0, 0, 0, 0, None)),
        ({"unsound": 5, "interval": WIDE, "publication_bias": None}, "very low", (1, 0, 0, 2, None)),
    ],
)  # fmt: skip
def test_certainty_goes_down_domain_by_domain(
    changed: dict[str, object], label: str, steps: tuple[int | None, ...]
) -> None:
    found = grade.certainty(body(**changed))
    assert found.label == label
    assert tuple(one.steps for one in found.downgrades) == steps
    assert found.version == "grade@1.0"
    assert all(one.rule in grade.RULES.values() for one in found.downgrades)


@pytest.mark.parametrize("bad", [{"findings": 0}, {"unsound": 6}, {"minimum": 0.0}])
def test_a_body_that_makes_no_sense_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="needed findings of at least 1"):
        grade.certainty(body(**bad))
