"""Which rule for small numbers holds for each run, and the run as it may be published."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evalkit.data.disclosure.leak import Leak
from evalkit.data.disclosure.profiles import PROFILES, Profile, loosened, profile_of
from evalkit.data.disclosure.table import label_of
from evalkit.errors import DataError, RegistryError
from evalkit.protocol.document import plan_from_canonical
from evalkit.protocol.plan import Plan
from evalkit.registry import entries
from evalkit.registry.interventions import read_areas, read_interventions
from evalkit.registry.measures import read_measure
from evalkit.registry.runs import Run
from evalkit.registry.store import Session
from evalkit.types.data_source import DataSource
from evalkit.types.estimate import PathPoint
from evalkit.types.evaluation import Evaluation
from evalkit.types.measure import Measure
from evalkit.workflow.run_record import ran_plans

OPEN = PROFILES["open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The rule that holds for the outcome of a run.

    Attributes
    ----------
    outcome : str
        The measure; one whose data were made up is kept apart.
    profile : Profile
    units : tuple of str
        What an event is called.
    place : str
        The intervention's areas, as a label.
    refused : tuple of Leak
        Why nothing of it can be published: no rule is known, or it was loosened.
    """

    outcome: str
    profile: Profile
    units: tuple[str, ...] = ()
    place: str = ""
    refused: tuple[Leak, ...] = ()


Sources = dict[str, list[DataSource]]
"""Every version of each registered source, oldest first."""


def rules_of(session: Session, runs: Sequence[Run]) -> tuple[Rule, ...]:
    """The rule for each run; see ``_rule_of``."""
    sources: Sources = {}
    for one in entries.read_every_version(session, "source"):
        sources.setdefault(one.id, []).append(one)
    names = {area.code: label_of(area.name) for area in read_areas(session).values()}
    places = {
        one.id: " + ".join(sorted(names.get(code, code) for code in one.areas))
        for one in read_interventions(session)
    }
    found = []
    measures: dict[str, Measure | None] = {}
    for run, ran in zip(runs, ran_plans(session, runs), strict=True):
        plan = plan_from_canonical(ran.canonical)
        outcome = plan.outcome.measure or plan.outcome.name
        if outcome not in measures:
            measures[outcome] = _measure(session, outcome)
        rule = _rule_of(run, plan, measures[outcome], sources)
        found.append(replace(rule, place=places.get(ran.intervention, "")))
    return tuple(found)


def _measure(session: Session, outcome: str) -> Measure | None:
    try:
        return read_measure(session, outcome)
    except RegistryError:
        return None


def _rule_of(run: Run, plan: Plan, measure: Measure | None, sources: Sources) -> Rule:
    """The rule for small numbers of the source that a run's measure counts in.

    Data that a generator made up, that come in a published package, or that are data.police.uk's own files
    need none: there is nobody in the first, and the others are public.
    """
    outcome = plan.outcome.measure or plan.outcome.name
    if run.evaluation.provenance.simulated:
        return Rule(outcome=f"{outcome} (made up)", profile=OPEN)
    if measure is None:
        return _without_source(run, outcome, "")
    units = (measure.unit, plan.outcome.told_in)
    versions = sources.get(measure.source)
    if not versions:
        return replace(_without_source(run, outcome, measure.source), units=units)
    try:
        profiles = [profile_of(one.suppression, owner=measure.source) for one in versions]
    except DataError as error:  # a profile that this version of evalkit no longer has
        return _refused(outcome, measure.source, error.problems[0].found)
    weaker = next((why for one in profiles[:-1] if (why := loosened(one, profiles[-1]))), "")
    if weaker:
        why = f"its profile is {profiles[-1].name} since an amendment: {weaker}"
        leak = _leak(outcome, measure.source, why, profiles[-1].label)
        return Rule(outcome=outcome, profile=profiles[-1], units=units, refused=(leak,))
    return Rule(outcome=outcome, profile=profiles[-1], units=units)


def _without_source(run: Run, outcome: str, source: str) -> Rule:
    """A source that is not registered: open where everybody can see that it is, refused otherwise."""
    recipe = run.record.recipe if run.record else ""
    if run.evaluation.provenance.package or "evalkit/police-recipe/1" in recipe:
        return Rule(outcome=outcome, profile=OPEN)
    why = "it is not registered, so that nobody said how small numbers are hidden"
    return _refused(outcome, source, why)


def _refused(outcome: str, source: str, why: str) -> Rule:
    return Rule(outcome=outcome, profile=OPEN, refused=(_leak(outcome, source, why, ""),))


def _leak(outcome: str, source: str, why: str, profile: str) -> Leak:
    where = f"source {source}" if source else f"measure {outcome}"
    cells = (f"{outcome}: everything",)
    return Leak(rule="profile", cells=cells, where=(where,), why=why, profile=profile)


def shielded(evaluation: Evaluation, profile: Profile) -> Evaluation:
    """The run with the small counts of its series hidden and the others rounded, as its profile says.

    A series of rates or logarithms is left as it is: the rules are about counts.
    """
    shown = [point.observed for point in evaluation.path if point.observed is not None]
    if profile.hides is None or not shown or not all(_is_count(value) for value in shown):
        return evaluation
    path = tuple(_hidden(point, profile) for point in evaluation.path)
    return replace(evaluation, path=path, notes=(*evaluation.notes, note_of(profile)))


def note_of(profile: Profile) -> str:
    """What was done to the counts, for the notes that travel with the numbers."""
    rest = f" and others rounded to {profile.rounds}" if profile.rounds > 1 else ""
    return (
        f"Counts of {profile.range_words()} are left out{rest} in the chart and the downloads (profile"
        f" {profile.label}); the estimates were made from the exact ones."
    )


def _is_count(value: float) -> bool:
    return value >= 0 and value == math.floor(value)


def _hidden(point: PathPoint, profile: Profile) -> PathPoint:
    if point.observed is None:
        return point
    if profile.is_small(point.observed):
        return replace(point, observed=None)
    return replace(point, observed=float(profile.rounded(int(point.observed))))


def refusals(rules: Iterable[Rule]) -> tuple[Leak, ...]:
    """Why sources cannot be published from, each once."""
    return tuple({leak.id: leak for rule in rules for leak in rule.refused}.values())
