"""When a plan was made in relation to its data: derived from evidence, never typed."""

from typing import TypeAlias

from evalkit.protocol.plan import Plan
from evalkit.types.dates import first_day
from evalkit.types.protocol import DataState

Label: TypeAlias = str

LABELS: tuple[Label, ...] = (
    "before the data existed",
    "before access",
    "before analysis",
    "retrospective",
)
"""From the strongest claim to none."""
EXPLORATORY = "exploratory"
"""Stands in the place of a label where something else than a locked plan was run."""
_DECLARED = {
    "not_created": "before the data existed",
    "not_observed": "before access",
    "not_accessed": "before access",
    "not_analysed": "before analysis",
    "analysed": "retrospective",
}


def label(plan: Plan, state: DataState) -> Label:
    """The strongest claim that both the plan's own declaration and the ledger allow.

    The declaration is the five-level scale of OSF pre-registrations (*prior knowledge of the data*). It can
    only weaken the claim: a snapshot of the outcome earlier in the ledger makes it *before analysis* at most,
    a run makes it *retrospective*, whatever was declared.
    """
    claims = [_DECLARED[plan.data.prior_knowledge]]
    claims += ["before access"] if state.existed else []
    claims += ["before analysis"] if state.accessed else []
    claims += ["retrospective"] if state.analysed else []
    return max(claims, key=LABELS.index)


def effect_begins(plan: Plan, start: str) -> str:
    """The first period inside the window whose outcome could show an effect.

    Parameters
    ----------
    plan : Plan
    start : str
        First day of the intervention as registered: YYYY, YYYY-MM or YYYY-MM-DD. It counts where the plan
        names no date, because its data hold the starts.
    """
    dates = [change.at for change in plan.changes if change.at is not None] or [start]
    return max(min(dates, key=first_day), plan.window.start, key=first_day)


def evidence(plan: Plan, state: DataState) -> str:
    """Why the label is what it is, in a sentence."""
    declared = f"the plan declares {plan.data.prior_knowledge}"
    if state.analysed:
        return f"{state.analysed} is earlier in the ledger; {declared}."
    if state.accessed:
        return f"{state.accessed} is earlier in the ledger, and no run; {declared}."
    return f"No snapshot of the outcome and no run is earlier in the ledger; {declared}."


def when(state: DataState) -> str:
    """What had happened to the data by then, in words.

    >>> when(DataState(accessed="snapshot/S-0031/v1.0"))
    'after the data were extracted (snapshot/S-0031/v1.0), before the first run'
    """
    if state.analysed:
        return f"after the first run ({state.analysed})"
    if state.accessed:
        return f"after the data were extracted ({state.accessed}), before the first run"
    return "before the data were extracted and before the first run"
