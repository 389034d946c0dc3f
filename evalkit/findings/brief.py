"""A finding in brief: what, why, where, how delivered, effect, certainty, cost, learning, whom to ask.

The command and the page of the hub are both made from this one record, so that their words cannot differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalkit.findings.cautions import cautions
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.intervention import NOT_KNOWN, Area, Intervention
from evalkit.types.money import Cost, cost_words

_NOT_WRITTEN = "Not known. Nobody has written it down."
_NOBODY = "no post to ask is registered"

Sections = tuple[tuple[str, tuple[str, ...]], ...]
"""A heading and its paragraphs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One finding in brief; every text is whole sentences, unless it says otherwise.

    Attributes
    ----------
    id, headline, lead : str
        As the finding has them.
    cautions : tuple of str
        What has to be said before anything else; see ``findings.cautions``.
    what, delivered : tuple of str
        What was done, one text an intervention; how it was delivered, one a part that somebody wrote down.
    why, where, cost, certainty : str
    interval, size : tuple of str
        The interval in words, and the size in other units.
    supports, doubts, limits : tuple of str
        What it supports; what could be wrong; what it cannot tell.
    plan, source, ask : str
        What fixed it, where it comes from, and the post to ask, the last without a full stop.
    """

    id: str
    headline: str
    lead: str
    cautions: tuple[str, ...]
    what: tuple[str, ...]
    why: str
    where: str
    delivered: tuple[str, ...]
    interval: tuple[str, ...]
    size: tuple[str, ...]
    certainty: str
    cost: str
    supports: tuple[str, ...]
    doubts: tuple[str, ...]
    limits: tuple[str, ...]
    plan: str
    source: str
    ask: str


def brief_of(
    finding: Finding,
    interventions: Sequence[Intervention],
    areas: Mapping[str, Area],
    *,
    evaluation: Evaluation | None,
    state: str,
) -> Brief:
    """The brief of a finding.

    Parameters
    ----------
    interventions : sequence of Intervention
        Those that it is about; why and how are told of the first.
    areas : mapping of str to Area
        By code; a code without one is shown as it is.
    evaluation : Evaluation or None
        The run behind it; None for a result published elsewhere.
    state : str
        How far its review has come, ``published`` for example.
    """
    first = interventions[0] if interventions else None
    codes = dict.fromkeys(code for one in interventions for code in one.areas)
    names = [areas[code].name if code in areas else code for code in codes]
    return Brief(
        id=finding.id,
        headline=finding.headline,
        lead=finding.summary,
        cautions=cautions(finding, state),
        what=tuple(one.summary for one in interventions) or (_NOT_WRITTEN,),
        why=first.description.why if first else _NOT_WRITTEN,
        where=". ".join((*([", ".join(names)] if names else []), f"{finding.years}.")),
        delivered=(tuple(_delivered(first)) if first else ()) or (_NOT_WRITTEN,),
        interval=finding.interval_words,
        size=finding.how_big[1:],
        certainty=f"{finding.how_sure or finding.why_verdict} Design: {finding.design}.",
        cost=_cost(first.cost if first else None),
        supports=finding.supports,
        doubts=tuple(text for text in finding.could_be_wrong if text not in finding.limits),
        limits=finding.limits,
        plan=_plan(evaluation),
        source=f"Source: {finding.source.removesuffix('.')}.",
        ask=_ask(interventions),
    )


def sections(brief: Brief) -> Sections:
    """The eight headings that the College of Policing and the Youth Endowment Fund ask of practitioners."""
    return (
        ("What", brief.what),
        ("Why", (brief.why,)),
        ("Where", (brief.where,)),
        ("How delivered", brief.delivered),
        ("Effect", (brief.lead, *brief.interval, *brief.size)),
        ("Certainty", (brief.certainty,)),
        ("Cost", (brief.cost,)),
        ("Learning", tuple(dict.fromkeys((*brief.supports, *brief.doubts, *brief.limits)))),
    )


def _delivered(one: Intervention) -> Iterator[str]:
    told = one.description
    for term, text in (
        ("Who provided it", told.provided_by),
        ("For whom", one.population),
        ("What was done", told.procedures),
        ("When and how much", told.dose),
        ("Delivery as planned", told.fidelity_planned),
        ("Delivery as it was", told.fidelity_actual),
        ("Unplanned changes", told.unplanned_variation),
    ):
        if text.strip().lower() != NOT_KNOWN:
            yield f"{term}: {text.strip().removesuffix('.')}."


def _cost(cost: Cost | None) -> str:
    return f"{cost_words(cost)}." if cost else _NOT_WRITTEN


def _plan(evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return "Published elsewhere; no plan of ours fixed it."
    return f"Plan {evaluation.protocol}, version {evaluation.version}, {evaluation.label}."


def _ask(interventions: Sequence[Intervention]) -> str:
    """The first post that is named; a statement where none is."""
    posts = (
        f"{body.contact}, {body.name}"
        for one in interventions
        for body in one.organisations
        if body.contact
    )
    return next(posts, _NOBODY)
