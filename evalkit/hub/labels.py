"""When a plan was made in relation to its data, for pages."""

from evalkit.hub.plans import KNOWN, plan_of
from evalkit.protocol.label import label
from evalkit.types.protocol import DataState, LockedProtocol

_RETROSPECTIVE = "Retrospective: the outcome data had been analysed before this plan was locked."


def label_words(protocol: LockedProtocol) -> str:
    """The label as a sentence, with the evidence that decided it.

    What the ledger shows is said first; what only the plan declares is said as that.
    """
    plan, state = plan_of(protocol), protocol.state
    if protocol.label == "retrospective":
        if not state.analysed:
            return _RETROSPECTIVE
        return f"Retrospective: {_run(state.analysed)} had analysed these data before this plan was locked."
    begun = f"{protocol.label.capitalize()}: "
    if protocol.label != label(plan, DataState(existed=False)):  # weaker than declared
        if state.accessed:
            held = f"{_snapshot(state.accessed)} held the outcome before this plan was locked"
            return f"{begun}{held}; nothing had been run on it."
        return f"{begun}the plan says that the data did not exist, and nothing shows that they did not."
    return begun + KNOWN[plan.data.prior_knowledge]


def _run(subject: str) -> str:
    _, protocol, version, number = subject.split("/")
    return f"run {number} of {protocol} {version}"


def _snapshot(subject: str) -> str:
    return f"snapshot {subject.split('/')[1]}"


def when_words(state: DataState) -> str:
    """What had happened to the data when a version was locked."""
    if state.analysed:
        return f"After the first run ({_run(state.analysed)})"
    if state.accessed:
        return f"After the data were extracted ({_snapshot(state.accessed)}), before the first run"
    return "Before the data were extracted and before the first run"
