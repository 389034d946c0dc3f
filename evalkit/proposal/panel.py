"""Areas that start against areas that do not, or not yet."""

import math
from itertools import count

from evalkit.inference.chooser import MANY, choose
from evalkit.inference.judgement import attainable
from evalkit.proposal.situation import Design, Group, PanelMethod, Situation
from evalkit.protocol.enough_units import NEEDED_UNITS, WELCOME_UNITS

LEAST_AREAS = 3
LONG = 24
"""Periods before the start from which a method that learns from all of them gains from doing so."""


def panel_design(known: Situation) -> Design:
    """Difference-in-differences, with the method and the test that the situation calls for."""
    if missing := tuple(_missing(known)):
        return Design(design="did", verdict="blocked", blockers=missing)
    method, group, why = _method(known)
    test, inference, smallest_p, against = _test(known, method)
    return Design(
        design="did",
        verdict="cannot tell" if against else "possible",
        estimator=method,
        inference=inference,
        group=group,
        scale="ratio" if known.numbers == "counts" else known.numbers,
        test=test,
        smallest_p=smallest_p,
        reasons=(why, *_about_test(known, test, smallest_p)),
        blockers=against,
        limits=tuple(_limits(known, group)),
    )


def smallest_p_of(cohorts: tuple[int, ...], n_comparison: int) -> float:
    """The smallest p-value of dealing the start dates anew over all areas.

    >>> smallest_p_of((2,), 3), smallest_p_of((3,), 27)
    (0.1, 0.0002463054187192118)
    """
    return _attainable(cohorts, n_comparison, 0.0)


def comparison_areas_needed(known: Situation) -> int:
    """The fewest comparison areas with which dealing start dates can reject at the level.

    There is a number for every level below 1, because each further area adds ways to deal.
    """
    alpha = 1 - known.level
    return next(n for n in count(1) if _attainable(known.cohorts, n, alpha) <= alpha + 1e-9)


def _missing(known: Situation) -> list[str]:
    found = []
    if known.n_treated < 1:
        return ["no area where it was done"]
    if known.n_comparison < 1 and (not known.staggered or known.numbers == "counts"):
        found.append("no area without it")
    elif known.n_treated + known.n_comparison < LEAST_AREAS:
        found.append(f"fewer than {LEAST_AREAS} areas in all")
    if known.n_before < 1:
        found.append(f"no {known.period} before the start")
    if known.n_after < 1:
        found.append(f"no {known.period} after the start")
    return found


def _method(known: Situation) -> tuple[PanelMethod, Group, str]:
    """Estimator, comparison group and the reason."""
    if known.numbers == "counts":
        per = "per resident" if known.exposure else "as they are, for want of a population"
        return "poisson", "untreated", f"Counts: Poisson regression, {per}, told as a rate ratio."
    if not known.staggered:
        why = (
            "All start at once: the change there less the change elsewhere (two-way fixed effects)."
        )
        return "twfe", "never_treated", why
    if known.n_comparison < NEEDED_UNITS <= known.n_comparison + known.n_treated - known.cohorts[0]:
        why = "Starts differ and few never start: areas that start later are the comparison until then."
        return "group_time", "not_yet_treated", why
    if known.n_before >= LONG and known.n_treated < WELCOME_UNITS:
        why = (
            "Starts differ, few areas start, and there is a long time before: imputation learns from all "
            "of it."
        )
        return "imputation", "untreated", why
    why = "Starts differ: each start is compared with areas that never start (group-time effects)."
    return "group_time", "never_treated", why


def _test(known: Situation, method: PanelMethod) -> tuple[str, str, float | None, tuple[str, ...]]:
    """Test, its name in a plan, the smallest p-value, and what stands against it."""
    if method in ("group_time", "imputation"):
        few = min(known.n_treated, known.n_comparison)
        if method == "group_time" and known.n_comparison < NEEDED_UNITS:
            few = min(known.n_treated, known.n_comparison + known.n_treated - known.cohorts[0])
        against = []
        if few < NEEDED_UNITS:
            against.append(f"{few} areas on one side, needed {NEEDED_UNITS}")
        if max(known.cohorts) == 1:
            against.append("every area starts alone")
        name = "influence_function" if method == "group_time" else "conservative"
        return "cluster", name, None, tuple(against)
    reached = _attainable(known.cohorts, known.n_comparison, 1 - known.level)
    test = _chosen(known, method, reached)
    if test not in ("permutation", "donald_lang"):
        return test, "auto", None, ()
    smallest = smallest_p_of(known.cohorts, known.n_comparison)
    if reached <= 1 - known.level + 1e-9:
        return test, "auto", smallest, ()
    return test, "auto", smallest, (f"smallest p {smallest:.2g}",)


def _chosen(known: Situation, method: PanelMethod, reached: float) -> str:
    if method == "poisson":
        few = min(known.n_treated, known.n_comparison)
        return "cluster" if few >= MANY else "permutation"
    return choose(
        n_treated=known.n_treated,
        n_comparison=known.n_comparison,
        attainable_level=reached,
        spread_ratio=None,
        level=known.level,
    ).name


def _about_test(known: Situation, test: str, smallest_p: float | None) -> list[str]:
    sides = f"{known.n_treated} treated and {known.n_comparison} comparison areas"
    if test == "permutation" and smallest_p is not None:
        p = f"{smallest_p:.2g}" if smallest_p >= 1e-4 else "below 0.0001"
        return [f"{sides}: chance is judged by permutation; the smallest p possible is {p}."]
    if test == "cr2":
        return [f"{sides}: too few for the usual errors, so CR2 with its own degrees of freedom."]
    if test == "donald_lang":
        return [
            f"{sides}: no test without assumptions can reject, so a t test of changes is given."
        ]
    few = min(known.n_treated, known.n_comparison)
    narrow = ": somewhat too narrow with so few" * (few < WELCOME_UNITS)
    return [f"{sides}: errors clustered by area{narrow}."]


def _limits(known: Situation, group: Group) -> list[str]:
    limits = ["Whether something else began in the same areas at about the same time."]
    if known.n_before < known.per_year:
        limits.append(
            "Whether the areas were moving apart before, which so short a time cannot show."
        )
    if known.gradual:
        limits.append(
            "How much it does once it is in full swing, because the average holds the build-up."
        )
    if group == "not_yet_treated":
        limits.append("What happened after the last areas started.")
    return limits


def _attainable(cohorts: tuple[int, ...], n_comparison: int, alpha: float) -> float:
    sizes = (*cohorts, n_comparison)
    deals = math.factorial(sum(sizes)) // math.prod(math.factorial(n) for n in sizes)
    twins = 2 if len(cohorts) == 1 and cohorts[0] == n_comparison else 1
    return attainable(twins, deals, alpha)
