"""How far the other ways of asking that a plan names agree, in one line; those without a number count too."""

from dataclasses import dataclass

from evalkit.findings.scale import told
from evalkit.protocol.plan import Plan
from evalkit.types.evaluation import Evaluation, NamedEstimate, Refusal
from evalkit.types.finding import ScaledEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The other ways of asking about one change.

    Attributes
    ----------
    found : tuple of NamedEstimate
    without : tuple of Refusal
        Those that give no number, and why.
    """

    found: tuple[NamedEstimate, ...]
    without: tuple[Refusal, ...]


def beside(evaluation: Evaluation, plan: Plan, change: str) -> Beside:
    """What an evaluation found otherwise about one change, named in its plan or not."""
    end = suffix(plan, change)
    return Beside(
        found=tuple(one for one in evaluation.alternatives if one.name.endswith(end)),
        without=tuple(one for one in evaluation.unanswered if one.name.endswith(end)),
    )


def suffix(plan: Plan, change: str) -> str:
    """What follows the name of an alternative where a plan is about several changes."""
    return f": {change}" if len(plan.changes) > 1 else ""


def agreement(evaluation: Evaluation, plan: Plan, change: str) -> str:
    """``4 of 5 lower, 2 exclude no change``; empty where the plan names no other way."""
    others = beside(evaluation, plan, change)
    return agreement_words([told(one.estimate, plan) for one in others.found], len(others.without))


def agreement_words(effects: list[ScaledEffect], n_without: int = 0) -> str:
    """The same from effects and the number of those that give none.

    >>> agreement_words([], 0), agreement_words([], 2)
    ('', '2 of 2 give no number')
    """
    every = len(effects) + n_without
    if not every:
        return ""
    lower = sum(one.effect < 0 for one in effects)
    higher = sum(one.effect > 0 for one in effects)
    clear = sum(one.interval is not None and 0 not in one.interval for one in effects)
    said = []
    if effects:
        side = f"{lower} of {every} lower" if lower >= higher else f"{higher} of {every} higher"
        said += [side, f"{clear or 'none'} exclude{'s' * (clear == 1)} no change"]
        if not clear:
            said[-1] = "none excludes no change"
    if n_without:
        of = f"{n_without} give{'s' * (n_without == 1)} no number"
        said.append(of if effects else f"{n_without} of {every} give no number")
    return ", ".join(said)
