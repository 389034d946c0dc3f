"""Findings over a grid of effect, interval, minimum, checks and designs: invented, to read their words."""

import math
from collections.abc import Iterator
from dataclasses import replace

from evalkit.findings.compose import from_evaluation
from evalkit.protocol.plan import Change, Comparison, MinimumEffect, Plan
from evalkit.types.estimate import Estimate, Interval, NoEstimate
from evalkit.types.evaluation import CheckResult, Evaluation, NamedEstimate, Refusal
from evalkit.types.finding import Finding
from tests.hub_sample import _castle, _locked, castle_plan, castle_run, traffic_plan, traffic_run

CASES = {
    "A fall well beyond what matters": (-12.0, -18.0, -6.0),
    "A fall that reaches into the zone": (-7.0, -12.0, -1.5),
    "A small fall": (-3.0, -5.5, -0.5),
    "A fall or nothing": (-6.0, -12.5, 0.4),
    "Nothing that would matter": (-0.5, -4.0, 3.0),
    "Either way": (-4.0, -16.0, 9.0),
    "A small rise": (3.0, 0.5, 5.5),
    "A rise that reaches into the zone": (7.0, 1.5, 12.0),
    "A rise well beyond what matters": (12.0, 6.0, 18.0),
}
MINIMA = (2.0, 5.0, 10.0)


def check(
    name: str, question: str, passed: bool | None, if_failed: str, sentence: str
) -> CheckResult:
    return CheckResult(
        check=name,
        question=question,
        statistic_name="p",
        statistic={True: 0.41, False: 0.04, None: None}[passed],
        threshold=0.1,
        rule=">=",
        passed=passed,
        applicable=passed is not None,
        if_failed=if_failed,  # type: ignore[arg-type]
        sentence=sentence,
    )


def _trend(passed: bool | None) -> CheckResult:
    said = {
        True: "They moved together (p = 0.41).",
        False: "They drifted apart before the start (p = 0.04).",
        None: "There are too few months before the start.",
    }[passed]
    return check(
        "pre_trend", "Were the groups moving together before?", passed, "cannot_tell", said
    )


def _one_town(passed: bool) -> CheckResult:
    said = "No town moves it much." if passed else "Without Leicester it is half as large."
    return check(
        "leave_one_unit_out", "Does one town drive the result?", passed, "lower_rating", said
    )


CHECKS = {
    "every check passed": (_trend(True), _one_town(True)),
    "one town drives it": (_trend(True), _one_town(False)),
    "they drifted apart before": (_trend(False), _one_town(True)),
    "the trend could not be asked": (_trend(None), _one_town(True)),
}


def plan(minimum: float = 5.0, *, better: str = "lower", scale: str = "log") -> Plan:
    base = castle_plan()
    return replace(
        base,
        outcome=replace(base.outcome, name="robbery", better=better, scale=scale),
        changes=(Change(name="patrols", what="evening patrols began"),),
        comparison=Comparison(group="never_treated", words="towns without patrols"),
        minimum_effect=MinimumEffect(value=minimum, unit="per_cent"),
        window=replace(base.window, start="2021-04", end="2025-03"),
        unit="town",
        limits=("Whether robbery moved to other streets.",),
    )


def one(low: float, effect: float, high: float, **changed: object) -> Estimate:
    base = castle_run().estimates[0].estimate
    ends = Interval(low=low, high=high, level=0.95)
    about = {
        "standard_error": 0.03,
        "inference": "normal, from influence functions by town",
        "n_obs": 576,
        "n_units": 12,
        "n_clusters": 12,
        "p_value": None,
    }
    return replace(base, effect=effect, interval=ends, **{**about, **changed})


def run(
    case: tuple[float, float, float], checks: tuple[CheckResult, ...], *, scale: str = "log"
) -> Evaluation:
    base = castle_run()
    to = (lambda v: math.log1p(v / 100)) if scale == "log" else (lambda v: 1 + v / 100)
    effect, low, high = (to(value) for value in case)
    estimand = "rate ratio" if scale == "ratio" else "ATT"
    unit = "robberies" if scale == "ratio" else "log robberies"
    avoided = None
    if scale == "ratio":
        low_n, n, high_n = sorted(-20 * value for value in case)
        avoided = one(low_n, n, high_n)
    named = NamedEstimate(
        name="patrols",
        words="evening patrols began",
        estimate=one(low, effect, high, estimand=estimand, unit_of_measure=unit),
        avoided=avoided,
    )
    cover = replace(
        base.coverage,
        n_treated=3,
        n_comparison=9,
        n_units=12,
        n_periods=48,
        first_period="2021-04",
        last_period="2025-03",
        unit_name="town",
        cohorts=(("2023-04", 3),),
    )
    return replace(
        base, outcome="robbery", estimates=(named,), checks=checks, coverage=cover, notes=()
    )


def told(evaluation: Evaluation, of: Plan) -> Finding:
    about = replace(
        _castle(), summary="From April 2023 officers walked three town centres on Friday nights."
    )
    [finding] = from_evaluation(evaluation, _locked(of.intervention, of), about)
    return finding


def grid() -> Iterator[tuple[str, Finding]]:
    """Every finding of the grid with where it stands in it."""
    for name, case in CASES.items():
        for minimum in MINIMA:
            for kind, checks in CHECKS.items():
                yield f"{name}, {minimum:g} matters, {kind}", told(run(case, checks), plan(minimum))


def others() -> Iterator[tuple[str, Finding]]:
    """What the grid does not hold: counts, another direction, one series, made-up data, no number."""
    fall, passed = CASES["A fall well beyond what matters"], CHECKS["every check passed"]
    wide = CASES["Either way"]
    yield "Counts of incidents", told(run(fall, passed, scale="ratio"), plan(scale="ratio"))
    yield "Counts, either way", told(run(wide, passed, scale="ratio"), plan(scale="ratio"))
    yield "Where higher is better", told(run(fall, passed), plan(better="higher"))
    yield "Made-up data", told(_made_up(run(fall, passed)), plan())
    yield "Outside the plan", told(replace(run(fall, passed), exploratory=True), plan())
    yield "No number", told(_refused(run(fall, passed)), plan())
    yield "One series without a comparison", _series()


def _made_up(evaluation: Evaluation) -> Evaluation:
    return replace(evaluation, provenance=replace(evaluation.provenance, simulated=True))


def _refused(evaluation: Evaluation) -> Evaluation:
    why = "Every town began in the same month, so nothing is left to compare with."
    answer = NoEstimate(
        estimand="ATT", method="group_time", why=why, n_obs=576, unit_of_measure="robberies"
    )
    refusal = Refusal(name="patrols", words="evening patrols began", answer=answer)
    return replace(evaluation, estimates=(), refusals=(refusal,))


def _series() -> Finding:
    base, run_of = traffic_plan(), traffic_run()
    of = replace(
        base,
        outcome=replace(base.outcome, name="robbery", scale="log"),
        minimum_effect=MinimumEffect(value=5, unit="per_cent"),
        changes=(Change(name="patrols", what="evening patrols began", at="2023-04"),),
        limits=("Whether robbery moved to other streets.",),
    )
    steps = check(
        "placebo_date", "Does a false date show a step?", True, "cannot_tell", "It shows none."
    )
    made = run(CASES["A fall well beyond what matters"], (steps,))
    cover = replace(made.coverage, n_treated=1, n_comparison=0, n_units=1)
    return told(
        replace(run_of, estimates=made.estimates, checks=(steps,), coverage=cover, notes=()), of
    )
