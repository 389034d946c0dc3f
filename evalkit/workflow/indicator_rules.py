"""Which rule for small numbers holds for the values of indicators, by the source that each one names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evalkit.data.disclosure.profiles import PROFILES, Profile, strictest
from evalkit.data.disclosure.table import label_of
from evalkit.registry import entries
from evalkit.registry.interventions import read_areas, read_interventions
from evalkit.registry.store import Session
from evalkit.types.intervention import Intervention
from evalkit.workflow.shielded import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """An intervention with values of indicators that a source of them hides some of.

    Attributes
    ----------
    intervention : str
    profile : Profile
        The strictest of the sources that its indicators name.
    place : str
        Its areas, as a label.
    files : tuple of str
        The files of the hub that show its values.
    """

    intervention: str
    profile: Profile
    place: str
    files: tuple[str, ...]


def guarded(session: Session) -> tuple[Guarded, ...]:
    """The interventions whose values are guarded, in order of id.

    An indicator names its source in words; a rule is known where these are the id of a registered one.
    """
    profiles = indicator_profiles(session)
    names = {area.code: label_of(area.name) for area in read_areas(session).values()}
    return tuple(
        Guarded(
            intervention=one.id or "",
            profile=profiles[one.id or ""],
            place=" + ".join(sorted(names.get(code, code) for code in one.areas)),
            files=tuple(_files(one)),
        )
        for one in read_interventions(session)
        if one.id in profiles
    )


def indicator_rules(guarded: Iterable[Guarded]) -> dict[str, Rule]:
    """By file of the hub that shows values of indicators: the strictest rule of their sources."""
    found: dict[str, Rule] = {}
    for one in sorted(guarded, key=lambda one: one.intervention):
        for path in one.files:
            known = [found[path].profile] if path in found else []
            rule = strictest((one.profile, *known))
            outcome = f"indicators, {rule.name}" if known else f"indicators of {one.intervention}"
            found[path] = Rule(outcome=outcome, profile=rule, place=one.place)
    return found


def indicator_profiles(session: Session) -> dict[str, Profile]:
    """By intervention: the strictest rule of the sources that its indicators name, where one hides any."""
    sources = {one.id: PROFILES.get(one.suppression) for one in entries.read_all(session, "source")}
    found = {}
    for intervention in read_interventions(session):
        guarded = [p for p in _profiles(intervention, sources) if p.hides is not None]
        if guarded:
            found[intervention.id or ""] = strictest(tuple(guarded))
    return found


def _profiles(intervention: Intervention, sources: dict[str, Profile | None]) -> Iterator[Profile]:
    for indicator in intervention.theory.indicators if intervention.theory else ():
        profile = sources.get(indicator.source.strip())
        if profile is not None:
            yield profile


def _files(intervention: Intervention) -> Iterator[str]:
    """The pages and the table with the values of an intervention, and those of its areas."""
    id = (intervention.id or "").lower()
    yield from (f"interventions/{id}.html", f"monitoring/{id}.html", f"data/monitoring-{id}.csv")
    yield from (f"monitoring/area-{code.lower()}.html" for code in intervention.areas)
