"""Protocols: read, hashed, compared with what was locked, and refused where they contradict themselves."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.errors import FormError, ProtocolError
from evalkit.protocol.document import (
    canonical,
    plan_from_canonical,
    read_protocol,
    sha256,
)
from evalkit.protocol.plan import Plan
from evalkit.registry.versions import diff_payloads
from evalkit.text import Document
from evalkit.workflow.plan_changes import refuse_changes

DID, ITS = "EM-2026-0001-P1.md", "EM-2026-0002-P1.md"


@pytest.fixture
def written(root: Path, tmp_path: Path):
    """Writes a protocol of the repository with some of its text changed, and reads it."""

    def write(name: str, *changes: tuple[str, str], as_name: str = "") -> tuple[Plan, Document]:
        text = (root / "protocols" / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = tmp_path / "protocols" / (as_name or name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return read_protocol(path)

    return write


@pytest.mark.parametrize("name", [DID, ITS])
def test_canonical_round_trip(written, name: str):
    plan, _ = written(name)
    text = canonical(plan)
    again = plan_from_canonical(text)
    assert canonical(again) == text
    assert text == json.dumps(
        json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert again.checks == plan.checks and again.changes == plan.changes


def test_the_day_of_locking_is_no_part_of_the_plan(written):
    plan, _ = written(DID)
    other, _ = written(DID, ("locked: 2026-11-22", "locked: 2027-01-01"))
    assert plan.locked != other.locked
    assert canonical(plan) == canonical(other)
    assert plan_from_canonical(canonical(plan)).locked is None


def test_prose_and_layout_are_no_part_of_the_hash(written):
    plan, _ = written(DID)
    window = "window: {start: 2000, end: 2010}"
    same, document = written(
        DID,
        ("# Why this plan", "# Why"),
        (window, "window:\n  end: '2010'  # last\n  start: 2000"),
        ("threshold: 0.10, leads", "threshold: 0.1, leads"),
    )
    assert sha256(canonical(same)) == sha256(canonical(plan))
    assert document.prose.startswith("# Why\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("threshold: 0.10", "threshold: 0.05"),
        ("end: 2010", "end: 2009"),
        ("level: 0.95", "level: 0.9"),
        ("value: 2,", "value: 1,"),
        ("  - Which part of the laws mattered.\n", ""),
        ("if_failed: lower_rating", "if_failed: report"),
        ("name: without one-state cohorts", "name: without them"),
    ],
)
def test_every_field_of_the_plan_is_in_the_hash(written, old: str, new: str):
    assert sha256(canonical(written(DID, (old, new))[0])) != sha256(canonical(written(DID)[0]))


def test_the_hash_is_of_utf8_bytes():
    # printf 'é' | sha256sum
    assert sha256("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


def refusal(written, *changes: tuple[str, str]) -> str:
    locked = canonical(written(DID)[0])
    plan, document = written(DID, *changes)
    with pytest.raises(ProtocolError) as refused:
        refuse_changes(document, diff_payloads(locked, canonical(plan)))
    return str(refused.value)


def test_an_unchanged_plan_is_not_refused(written):
    refuse_changes(written(DID)[1], ())


def test_a_changed_field_is_named_with_its_line_and_the_locked_value(written):
    changes = (
        ("leads: 4, if_failed: cannot_tell", "leads: 2, if_failed: cannot_tell"),
        ("value: 2,", "value: 1,"),
    )
    assert refusal(written, *changes) == (
        f"protocols/{DID}:20 checks[0].leads: 2; locked 4. Undo, or amend.\n"
        f"protocols/{DID}:22 minimum_effect.value: 1; locked 2. Undo, or amend."
    )


def test_something_taken_away_or_added_is_named(written):
    gone = refusal(written, ("  - Which part of the laws mattered.\n", ""))
    assert gone.endswith(
        "limits[1]: not given; locked Which part of the laws mattered. Undo, or amend."
    )
    added = refusal(written, ("  - Which part", "  - New.\n  - Which part"))
    assert added.endswith("limits[1]: New; locked nothing. Undo, or amend.")


CONTRADICTIONS = {
    "file name": (
        DID, ("id: EM-2026-0001-P1", "id: EM-2026-0001-P2"),
        ":3 id: EM-2026-0001-P2; needed EM-2026-0001-P1, the file's name. Rename one.",
    ),
    "intervention": (
        DID, ("intervention: EM-2026-0001", "intervention: EM-2026-0002"),
        ":3 id: EM-2026-0001-P1; needed EM-2026-0002-P and a number.",
    ),
    "window backwards": (
        DID, ("end: 2010", "end: 1999"),
        ":11 window.end: 1999; needed a period after 2000. Correct one.",
    ),
    "window of one period": (
        DID, ("end: 2010", "end: 2000"),
        ":11 window.end: 2000; needed a period after 2000. Correct one.",
    ),
    "window on two calendars": (
        DID, ("end: 2010", "end: 2010-12"),
        ":11 window.end: 2010-12; needed a period after 2000. Correct one.",
    ),
    "estimator": (
        DID, ("{name: group_time, base_period: universal, anticipation: 0}",
              "{name: segmented, impact: level}"),
        ":17 estimator.name: segmented; needed one of group_time, sun_abraham, imputation, poisson, twfe for "
        "did.",
    ),
    "inference": (
        DID, ("name: influence_function", "name: t"),
        ":18 inference.name: t; needed influence_function for group_time.",
    ),
    "estimand": (
        DID, ("effect: att", "effect: level"), ":7 estimand.effect: level; needed att for did.",
    ),
    "scale": (
        DID, ("scale: log", "scale: level"),
        ":7 estimand.summary: per_cent; needed per_cent for log and ratio, difference for level.",
    ),
    "unit of the smallest change": (
        DID, ("unit: per_cent}\ndecision", "unit: incidents}\ndecision"),
        ":22 minimum_effect.unit: incidents; needed per_cent for per_cent, another unit for difference.",
    ),
    "per cent of a level": (
        ITS, ("unit: percentage_points", "unit: per_cent"),
        ":22 minimum_effect.unit: per_cent; needed per_cent for per_cent, another unit for difference.",
    ),
    "no comparison": (
        DID, ("comparison: {group: never_treated, words: states without such a law by 2010}\n", ""),
        ":2 comparison: not given; needed a comparison group.",
    ),
    "dates in a panel": (
        DID, ("what: states passed castle-doctrine laws}", "what: laws, at: 2005}"),
        ":14 changes: several, or with a date; needed one without `at`: the data hold the starts.",
    ),
    "weights that would be ignored": (
        DID, ("estimator: group_time, cohorts", "estimator: group_time, weights: data, cohorts"),
        ":25 alternatives[0].weights: data; needed none for group_time.",
    ),
    "comparison of another estimator": (
        DID, ("{name: group_time, base_period: universal, anticipation: 0}", "{name: sun_abraham}"),
        ":18 inference.name: influence_function; needed cluster for sun_abraham.",
    ),
    "imputation against some untreated units only": (
        DID, ("{name: group_time, base_period: universal, anticipation: 0}", "{name: imputation}"),
        ":16 comparison.group: never_treated; needed untreated for imputation, "
        "which learns from every unit until its own start.",
    ),
    "not-yet-treated units for one coefficient on counts": (
        DID, ("{name: group_time, base_period: universal, anticipation: 0}", "{name: poisson}"),
        ":9 outcome.scale: log; needed ratio for poisson.",
    ),
    "ratio of logarithms": (
        DID, ("scale: log", "scale: ratio"),
        ":9 outcome.scale: ratio; needed level or log for group_time.",
    ),
    "a method without covariates": (
        DID, ("base_period: universal", "method: ipw"),
        ":17 estimator.method: ipw; needed covariates to adjust for.",
    ),
    "a ratio beside a difference": (
        DID, ("estimator: twfe}", "estimator: poisson}"),
        ":26 alternatives[1].estimator: poisson; needed another than poisson for scale: log.",
    ),
    "an option that another estimator has": (
        DID, ("estimator: twfe}", "estimator: twfe, comparison: not_yet_treated}"),
        ":26 alternatives[1].comparison: not_yet_treated; needed no comparison for twfe. Remove it.",
    ),
    "check of the other design": (
        DID, ("check: leave_one_unit_out", "check: placebo_date, at: 2003"),
        ":21 checks[1].check: placebo_date; needed one of pre_trend, placebo_start, "
        "leave_one_unit_out, already_treated_share, small_cohorts, pre_period_balance, "
        "composition_change, recording_change.",
    ),
    "check without threshold": (
        DID, ("threshold: 0.10, ", ""),
        ":20 checks[0]: no threshold; needed threshold: where it counts as failed.",
    ),
    "a p-value above 1": (
        DID, ("threshold: 0.10", "threshold: 10"),
        ":20 checks[0].threshold: 10; needed a p-value between 0 and 1.",
    ),
    "a share above 1": (
        DID, ("leave_one_unit_out, threshold: 1.0", "composition_change, threshold: 5"),
        ":21 checks[1].threshold: 5; needed a share between 0 and 1.",
    ),
    "two-way fixed effects judged where they are not": (
        DID, ("leave_one_unit_out, threshold: 1.0", "already_treated_share, threshold: 0.1"),
        ":21 checks[1].if_failed: lower_rating; needed report: it judges two-way fixed effects, "
        "not the plan's estimate.",
    ),
    "a change in recording of logarithms": (
        DID, ("leave_one_unit_out, threshold: 1.0", "recording_change, threshold: 0.05"),
        ":21 checks[1].check: recording_change; needed counts, not their logarithms. Remove it.",
    ),
    "errors taken as independent and never checked": (
        ITS, ("threshold: 0.2, if_failed: lower_rating", "threshold: 0.2, if_failed: report"),
        ":19 checks: no check that the errors are independent, as `ols` takes them; "
        "needed residual_autocorrelation, with if_failed: lower_rating or cannot_tell.",
    ),
    "comparison for one series": (
        ITS, ("decision_rule:", "comparison: {group: never_treated, words: x}\ndecision_rule:"),
        ":23 comparison: given; needed none for one series, or design: controlled_its. Remove it.",
    ),
    "alternatives for one series": (
        ITS, ("decision_rule:", "alternatives:\n  - {name: x, estimator: twfe}\ndecision_rule:"),
        ":24 alternatives[0].estimator: twfe; needed what differs: impact, errors, inference, harmonics, "
        "start or end. Remove it.",
    ),
    "no date": (
        ITS, (", at: 1986-01", ""),
        ":15 changes[0]: no date; needed at: the first period with the change.",
    ),
    "date outside": (
        ITS, ("at: 1987-05", "at: 1990-01"),
        ":16 changes[1].at: 1990-01; needed a period inside the window 1981-01 to 1989-12.",
    ),
    "date in the first period": (
        ITS, ("at: 1986-01", "at: 1981-01"),
        ":15 changes[0].at: 1981-01; needed a period inside the window 1981-01 to 1989-12.",
    ),
    "a year among months": (
        ITS, ("at: 1987-05", "at: 1987"),
        ":16 changes[1].at: 1987; needed a period inside the window 1981-01 to 1989-12.",
    ),
    "the same date twice": (
        ITS, ("at: 1987-05", "at: 1986-01"),
        ":16 changes[1].at: 1986-01 twice; needed one change a period.",
    ),
    "no false date": (
        ITS, ("at: 1983-07, ", ""), ":20 checks[0]: no date; needed at: the false date.",
    ),
    "false date after the change": (
        ITS, ("at: 1983-07", "at: 1986-01"),
        ":20 checks[0].at: 1986-01; needed a period between 1981-01 and the first change, 1986-01.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_contradictions_are_refused_before_locking(written, case: str):
    name, change, message = CONTRADICTIONS[case]
    with pytest.raises(FormError) as refused:
        written(name, change)
    lines = [line.removeprefix(f"protocols/{name}") for line in str(refused.value).splitlines()]
    assert message in lines


def test_an_alternative_that_adjusts_for_nothing_says_so(written):
    covariates = ("anticipation: 0}", "covariates: [police]}")
    with pytest.raises(FormError) as refused:
        written(DID, covariates, ("estimator: twfe}", "estimator: imputation}"))
    assert str(refused.value) == (
        f"protocols/{DID}:26 alternatives[1]: the plan's covariates; needed covariates: none for "
        "imputation, which adjusts for none."
    )
    plan, _ = written(
        DID, covariates, ("estimator: twfe}", "estimator: imputation, covariates: none}")
    )
    assert plan_from_canonical(canonical(plan)) == replace(plan, locked=None)


def test_what_is_new_and_not_used_is_in_no_hash(written):
    """Plans locked before a field existed keep their canonical JSON."""
    fields = json.loads(canonical(written(DID)[0]))
    assert set(fields["estimator"]) == {"name", "base_period", "anticipation"}
    assert set(fields["inference"]) == {"name", "level"}
    assert set(fields["data"]) == {"recipe", "prior_knowledge"}
    assert set(fields["alternatives"][0]) == {"name", "estimator", "weights", "cohorts"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("anticipation: 0}", "anticipation: 0, covariates: [police]}"),
        ("group: never_treated", "group: not_yet_treated"),
        ("level: 0.95}", "level: 0.95, cluster: region}"),
        ("prior_knowledge: analysed}", "prior_knowledge: analysed, missing: leave_out}"),
        ("estimator: twfe}", "estimator: twfe, covariates: none}"),
        ("estimator: group_time, c", "estimator: group_time, comparison: not_yet_treated, c"),
    ],
)
def test_what_is_new_and_used_is_in_the_hash(written, old: str, new: str):
    plan, _ = written(DID, (old, new))
    assert sha256(canonical(plan)) != sha256(canonical(written(DID)[0]))
    assert plan_from_canonical(canonical(plan)) == replace(plan, locked=None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("threshold: 0.10", "threshold: nan", "checks[0].threshold: nan; needed a number."),
        ("threshold: 0.10", "threshold: .inf", "checks[0].threshold: .inf; needed a number."),
        ("value: 2,", "value: 0,", "minimum_effect.value: 0; needed greater than 0."),
        ("value: 2,", "value: -2,", "minimum_effect.value: -2; needed greater than 0."),
        ("level: 0.95", "level: 95", "inference.level: 95; needed less than 1."),
        ("leads: 4", "leads: 0", "checks[0].leads: 0; needed greater than or equal to 1."),
        ("leads: 4", "leads: 2.5", "checks[0].leads: 2.5; needed a whole number."),
        ("anticipation: 0", "anticipation: -1", "estimator.anticipation: -1; needed greater than or"),
        ("base_period: universal", "base_period: last", "estimator.base_period: last; needed one of"),
        ("name: group_time, base", "name: group_tme, base",
         "needed one of group_time, sun_abraham, imputation, poisson, twfe, segmented, counts."),
        ("name: group_time, base", "base", "estimator: a list of fields; needed a name."),
        ("wording@1.0", "wording@2.0", "decision_rule: wording@2.0; needed one of wording@1.0."),
    ],
)  # fmt: skip
def test_values_out_of_range_are_refused(written, old: str, new: str, message: str):
    with pytest.raises(FormError) as refused:
        written(DID, (old, new))
    assert message in str(refused.value)
    assert str(refused.value).startswith(f"protocols/{DID}:")


def test_all_contradictions_are_told_at_once(written):
    with pytest.raises(FormError) as refused:
        written(DID, ("end: 2010", "end: 1999"), ("effect: att", "effect: level"))
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize("start", ["\ufeff---\r\n", "---  \n", "\ufeff---\n"])
def test_what_editors_do_to_the_first_line_does_not_matter(root: Path, tmp_path: Path, start: str):
    source = root / "protocols" / DID
    text = source.read_text(encoding="utf-8").replace("---\n", start, 1)
    (tmp_path / DID).write_bytes(text.encode())
    assert canonical(read_protocol(tmp_path / DID)[0]) == canonical(read_protocol(source)[0])
