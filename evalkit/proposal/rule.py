"""From what there is to a design: the rule behind ``evalkit protocol new``."""

from collections.abc import Iterator
from dataclasses import replace

from evalkit.proposal.panel import comparison_areas_needed, panel_design
from evalkit.proposal.series import (
    LEAST_BEFORE,
    YEARS_WELCOME,
    beside_design,
    most_beside,
    series_design,
)
from evalkit.proposal.situation import Design, Proposal, Situation

BLIND = "blind to other changes"


def propose(known: Situation) -> Proposal:
    """Propose a design, with its reasons, what stands against each, and what would make it stronger.

    A comparison of areas comes first wherever chance can be judged with the areas that there are, because
    one series cannot be told from anything else that began with it (Shadish, Cook and Campbell 2002, chapter
    6). Else one series beside areas without it, which takes out what happened everywhere (Bottomley, Scott
    and Isham 2019). Else one series by itself; else nothing is proposed.

    Parameters
    ----------
    known : Situation

    Returns
    -------
    Proposal
        Every design, the best one first; one series beside others only where there are others.
    """
    panel, beside, series = panel_design(known), beside_design(known), series_design(known)
    designs = [panel, *(beside,) * bool(known.n_comparison), series]
    best = next((one for one in designs if one.verdict == "possible"), None)
    if best is not None:
        designs = [replace(best, verdict="proposed"), *(one for one in designs if one is not best)]
    return Proposal(designs=tuple(designs), stronger=tuple(_stronger(known, panel, beside)))


def verdict_words(design: Design) -> str:
    """The verdict with what stands against it, for a table.

    >>> verdict_words(Design(design="did", verdict="blocked", blockers=("no area without it",)))
    'blocked: no area without it'
    """
    if design.blockers:
        return f"{design.verdict}: {'; '.join(design.blockers)}"
    return f"{design.verdict}, {BLIND}" if design.design == "its" else design.verdict


def _stronger(known: Situation, panel: Design, beside: Design) -> Iterator[str]:
    """What would make the answer stronger, a sentence each; none of it needs a result."""
    if known.n_treated and known.n_comparison < 1:
        yield "Figures of areas like these without it, to tell it from what changed everywhere."
    if any(blocker.startswith(("smallest p", "fewer than")) for blocker in panel.blockers):
        needed = comparison_areas_needed(known)
        yield (
            f"{needed - known.n_comparison} more comparison areas: with {needed} in all, permutation can "
            f"reject at {1 - known.level:.0%}."
        )
    if panel.blockers and any("at most" in blocker for blocker in beside.blockers):
        yield (
            f"At most {most_beside(known)} comparison areas, the likest or some added up: one series can be "
            "set beside them then."
        )
    welcome = max(LEAST_BEFORE, YEARS_WELCOME * known.per_year)
    if known.n_before < welcome:
        yield (
            f"{known.periods(welcome - known.n_before)} more from before the start, to show how the "
            "areas moved then."
        )
    if known.n_after < known.per_year:
        yield f"A full year after the start; now there is {known.periods(known.n_after)}."
    if known.numbers == "counts" and not known.exposure and known.n_comparison:
        yield "The population of each area, so that fewer residents do not pass for less crime."
