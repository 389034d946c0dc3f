"""What a finding about a weighted outcome always says: whose weights, and what rests on the heaviest."""

from evalkit.findings.numerals import effect_text, interval_text, level_text
from evalkit.findings.scale import told
from evalkit.protocol.plan import Plan
from evalkit.types.evaluation import Evaluation, NamedEstimate
from evalkit.types.weighted import WITHOUT_HEAVIEST


def weighted_limits(evaluation: Evaluation, plan: Plan, change: str) -> tuple[str, ...]:
    """Two sentences; none for what is not weighted."""
    if not plan.outcome.weighted:
        return ()
    said = (
        f"Weighted by {plan.outcome.weights}, not counted: the answer depends on whose weights these are, "
        "and one weight for a whole category is approximate.",
    )
    names = (WITHOUT_HEAVIEST, f"{WITHOUT_HEAVIEST}: {change}")
    for one in evaluation.alternatives:
        if one.name in names:
            return (*said, _without(one, plan))
    return (
        *said,
        f"How much of it rests on the heaviest offences is not known: {_why(evaluation)}",
    )


def _without(one: NamedEstimate, plan: Plan) -> str:
    effect = told(one.estimate, plan)
    unit = "" if effect.unit == "per cent" else f" {effect.unit}"
    level = level_text(one.estimate.interval.level)
    words = one.words[:1].upper() + one.words[1:]
    interval = f"{level} interval {interval_text(effect)}"
    return f"{words} the same question gives {effect_text(effect)}{unit} ({interval})."


def _why(evaluation: Evaluation) -> str:
    """The note that says it; the last one where none does."""
    begins = WITHOUT_HEAVIEST[:1].upper() + WITHOUT_HEAVIEST[1:]
    found = [note for note in evaluation.notes if note.startswith(begins)]
    return found[-1] if found else "it was not asked."


def weighted_unit(plan: Plan) -> str:
    """``harm-days`` of ``harm-days a month``; empty for what is not weighted."""
    if not plan.outcome.weighted:
        return ""
    return plan.outcome.unit.removeprefix("log ").partition(" a ")[0]
