"""What pages look up again and again, worked out once for an edition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from evalkit.findings.verdicts import WORDS
from evalkit.types.catalogue import Catalogue, LockedProtocol
from evalkit.types.edition import Revision
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding, Verdict
from evalkit.types.indicator_limits import IndicatorLimits
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.intervention import Intervention

ORDER: tuple[Verdict, ...] = tuple(WORDS)
"""From fell to rose."""
T = TypeVar("T")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """An edition by key.

    Attributes
    ----------
    interventions, findings : mapping of str to a record
        By id.
    counted : tuple of Finding
        Those that count, from fell to rose.
    of_verdict : mapping of str to tuple of Finding
        The same by what they say.
    findings_of, plans_of : mapping of str to tuple
        By id of the intervention, in order of id; without an entry where there are none.
    runs : mapping of (str, bool) to Evaluation
        By protocol id and whether exploratory.
    plans : mapping of str to LockedProtocol
        The newest version by protocol id.
    values_of, limits_of : mapping of str to tuple
        What indicators were, and the limits of their charts, by id of the intervention.
    versions : mapping of (str, str) to tuple of Revision
        By kind and id of what is public.
    around : mapping of str to tuple of str
        By area code: itself and the areas that it lies in, from small to large.
    works_in : mapping of str to tuple of Intervention
        By area code: those in it, or in an area inside it, in order of id.
    """

    interventions: Mapping[str, Intervention]
    findings: Mapping[str, Finding]
    counted: tuple[Finding, ...]
    of_verdict: Mapping[Verdict, tuple[Finding, ...]]
    findings_of: Mapping[str, tuple[Finding, ...]]
    plans_of: Mapping[str, tuple[LockedProtocol, ...]]
    runs: Mapping[tuple[str, bool], Evaluation]
    plans: Mapping[str, LockedProtocol]
    values_of: Mapping[str, tuple[IndicatorValue, ...]]
    limits_of: Mapping[str, tuple[IndicatorLimits, ...]]
    versions: Mapping[tuple[str, str], tuple[Revision, ...]]
    around: Mapping[str, tuple[str, ...]]
    works_in: Mapping[str, tuple[Intervention, ...]]


@lru_cache(maxsize=1)
def lookups(catalogue: Catalogue) -> Lookups:
    """The edition by key; a catalogue never changes, so neither does this."""
    around = {code: _around(catalogue, code) for code in catalogue.areas}
    by_area = (
        (code, one)
        for one in catalogue.interventions
        for code in dict.fromkeys(at for named in one.areas for at in around.get(named, (named,)))
    )
    counted = tuple(in_order(one for one in catalogue.findings if one.counts))
    by_finding = ((key, one) for one in catalogue.findings for key in one.interventions)
    return Lookups(
        interventions={one.id or "": one for one in catalogue.interventions},
        findings={one.id: one for one in catalogue.findings},
        counted=counted,
        of_verdict=_grouped((one.verdict, one) for one in counted),
        findings_of=_grouped(by_finding),
        plans_of=_grouped((one.intervention, one) for one in catalogue.protocols),
        runs={(one.protocol, one.exploratory): one for one in catalogue.evaluations},
        plans={one.id: one for one in catalogue.protocols},
        values_of=_grouped((one.intervention, one) for one in catalogue.values),
        limits_of=_grouped((one.intervention, one) for one in catalogue.limits),
        versions=_grouped(((one.kind, one.id), one) for one in catalogue.history),
        around=around,
        works_in=_grouped(by_area),
    )


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """From fell to rose, then in order of id."""
    return sorted(findings, key=lambda f: (ORDER.index(f.verdict), f.id))


def having(catalogue: Catalogue, verdicts: Sequence[Verdict]) -> list[Finding]:
    """The findings that count and say one of these, from fell to rose."""
    found = lookups(catalogue).of_verdict
    return [one for verdict in ORDER if verdict in verdicts for one in found.get(verdict, ())]


def owners_of(catalogue: Catalogue, finding: Finding) -> list[Intervention]:
    """The registered interventions that a finding is about, in order of id."""
    known = lookups(catalogue).interventions
    return [known[key] for key in sorted(set(finding.interventions)) if key in known]


def here(catalogue: Catalogue, code: str) -> tuple[Intervention, ...]:
    """The interventions in an area, or in an area inside it, in order of id."""
    return lookups(catalogue).works_in.get(code, ())


def _grouped(pairs: Iterable[tuple[Key, T]]) -> Mapping[Key, tuple[T, ...]]:
    groups: dict[Key, list[T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _around(catalogue: Catalogue, code: str) -> tuple[str, ...]:
    chain: list[str] = []
    at: str | None = code
    while at is not None and at not in chain:
        chain.append(at)
        at = catalogue.areas[at].parent if at in catalogue.areas else None
    return tuple(chain)
