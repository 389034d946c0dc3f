"""What a finding about a weighted outcome says: whose weights, what rests on the heaviest, and the count."""

import math
from dataclasses import dataclass, replace

from evalkit.findings.numerals import effect_text, interval_text, level_text
from evalkit.findings.scale import told
from evalkit.findings.words import amount
from evalkit.protocol.plan import Plan
from evalkit.types.evaluation import Evaluation, NamedEstimate
from evalkit.types.finding import ScaledEffect
from evalkit.types.weighted import OFFENCES, UNWEIGHTED, WITHOUT_HEAVIEST


def weighted_limits(evaluation: Evaluation, plan: Plan, change: str) -> tuple[str, ...]:
    """Two sentences; none for what is not weighted."""
    if not plan.outcome.weighted:
        return ()
    said = (
        f"Weighted by {plan.outcome.weights}, not counted: the answer depends on whose weights these are, "
        "and one weight for a whole category is approximate.",
    )
    without = _of(evaluation.alternatives, WITHOUT_HEAVIEST, change)
    if without is not None:
        return (*said, _without(without, plan))
    return (
        *said,
        f"How much of it rests on the heaviest offences is not known: {_why(evaluation)}",
    )


def _of(answers: tuple[NamedEstimate, ...], name: str, change: str) -> NamedEstimate | None:
    """The answer of a name about a change."""
    return next((one for one in answers if one.name in (name, f"{name}: {change}")), None)


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


def counted_unit(plan: Plan) -> str:
    """``offences a month`` of ``harm-days a month``: what the count of a weighted outcome is measured in."""
    return plan.outcome.unit.replace(weighted_unit(plan), OFFENCES, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The same question of the count, of the weighted sum, and of the sum without the heaviest offences.

    Attributes
    ----------
    rows : tuple of (str, str, str)
        What was asked, the effect with its unit, and its interval.
    words : tuple of str
        The same as sentences.
    """

    rows: tuple[tuple[str, str, str], ...]
    words: tuple[str, ...]


def side_by_side(evaluation: Evaluation, plan: Plan, change: str) -> SideBySide | None:
    """Counted beside weighted, about one change; None where nothing was counted."""
    counted = _of(evaluation.counted, UNWEIGHTED, change)
    weighted = next((one for one in evaluation.estimates if one.name == change), None)
    if counted is None or weighted is None:
        return None
    answers = [
        (UNWEIGHTED, _told_counted(counted, plan)),
        ("weighted", told(weighted.estimate, plan)),
    ]
    if without := _of(evaluation.alternatives, WITHOUT_HEAVIEST, change):
        words = without.words.removesuffix(f": {change}")
        answers.append((words, told(without.estimate, plan)))
    unsure = [effect.interval is not None and 0 in effect.interval for _, effect in answers]
    best = "; ".join(
        f"{name}, {'the best guess is ' if n == 0 else ''}{amount(effect.effect, effect)}"
        + (", though no change would fit too" if unsure[n] and not all(unsure) else "")
        for n, (name, effect) in enumerate(answers)
    )
    said = [f"{best[:1].upper()}{best[1:]}."]
    if all(unsure):
        said.append("No change would fit each of them too.")
    first, whole, *rest = (effect.effect for _, effect in answers)
    if first * whole < 0:
        said.append("The best guesses of count and weights point in different directions.")
    if any(one * whole < 0 for one in rest):
        said.append(
            "Without the heaviest offences the best guess turns round: what is said of harm rests on them."
        )
    return SideBySide(rows=tuple(_row(*answer) for answer in answers), words=tuple(said))


def _row(name: str, effect: ScaledEffect) -> tuple[str, str, str]:
    unit = "" if effect.unit == "per cent" else f" {effect.unit}"
    level = f" ({level_text(effect.interval.level)})" if effect.interval else ""
    interval = f"{interval_text(effect)}{level}"
    return f"{name[:1].upper()}{name[1:]}", f"{effect_text(effect)}{unit}", interval


def _told_counted(one: NamedEstimate, plan: Plan) -> ScaledEffect:
    """In offences, or in per cent as the plan tells; the plan names no smallest change of a count."""
    effect = replace(told(one.estimate, plan), minimum=None)
    if plan.outcome.scale != "level":
        return effect
    ends = one.estimate.interval
    widest = max(abs(ends.low), abs(ends.high), abs(effect.effect))
    decimals = max(1, 1 - math.floor(math.log10(widest))) if widest > 0 else 1
    return replace(effect, unit=OFFENCES, decimals=decimals)
