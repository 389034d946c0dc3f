"""What pages about the whole edition need of one part: its records without what only their own pages tell."""

from dataclasses import replace

from evalkit.hub.plans import plan_of
from evalkit.hub.told import told_of_finding, told_of_work
from evalkit.types.catalogue import Catalogue, LockedProtocol
from evalkit.types.finding import Finding
from evalkit.types.intervention import Description, Intervention

_NOT_HERE = "not known"


def bare(part: Catalogue, digest: str) -> Catalogue:
    """A part as the whole knows it; ``digest`` is a hash of everything in it."""
    followed = {value.intervention for value in part.values}
    answered = {finding.protocol for finding in part.findings if finding.counts}
    return replace(
        part,
        areas={},
        interventions=tuple(
            one if one.id in followed else _bare_work(one) for one in part.interventions
        ),
        protocols=tuple(
            _bare_plan(one, one.id in answered - part.overdue.keys()) for one in part.protocols
        ),
        evaluations=(),
        findings=tuple(map(_bare_finding, part.findings)),
        notebooks={},
        ran={},
        records={},
        assessments={},
        history=(),
        steps={},
        works_told={one.id or "": told_of_work(part, one, digest) for one in part.interventions},
        findings_told={one.id: told_of_finding(part, one, digest) for one in part.findings},
    )


def _bare_work(one: Intervention) -> Intervention:
    """Lists tell of name, summary, kind, areas, needs and state."""
    return replace(
        one,
        description=Description(why=_NOT_HERE),
        organisations=one.organisations[:1],
        population=_NOT_HERE,
        risk_and_protective_factors=(),
        cost=None,
        funding=(),
        adverse_effects=_NOT_HERE,
        equity=_NOT_HERE,
        theory=None,
    )


def _bare_plan(one: LockedProtocol, answered: bool) -> LockedProtocol:
    """The plan itself is read where no finding answers it, and where it weights by a table."""
    needed = not answered or plan_of(one).outcome.weights != "none"
    return replace(
        one, text="", canonical=one.canonical if needed else "", recipe="", other_recipes=()
    )


def _bare_finding(one: Finding) -> Finding:
    """Lists tell of headline, summary, verdict, outcome, years, design and size."""
    return replace(
        one,
        why_verdict="",
        interval_words=(),
        compared="",
        source="",
        supports=(),
        limits=(),
        how_big=(),
        how_sure="",
        could_be_wrong=(),
        technical=(),
    )
