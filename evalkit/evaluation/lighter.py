"""A weighted outcome asked again without its heaviest offences and as a count, beside the plan's answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.evaluation.answers import estimate
from evalkit.evaluation.asked import asked_by
from evalkit.evaluation.series_answers import named
from evalkit.evaluation.series_asked import asked_of_series, fitted
from evalkit.evaluation.series_given import Given, from_panel, ready
from evalkit.protocol.plan import Plan
from evalkit.types.evaluation import Evaluation, NamedEstimate, Refusal
from evalkit.types.weighted import UNWEIGHTED, WITHOUT_HEAVIEST


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lighter:
    """The data of a weighted plan without the heaviest offences, and counted.

    Attributes
    ----------
    data : Panel or TimeSeries or None
        As the plan's data in everything else; None where nothing is left to ask, ``why`` says why.
    heaviest : str
        Which offences, in words.
    about : str
        What a reader has to know of the weights.
    why : str
    counted : Panel or TimeSeries or None
        The count of the same offences; None where the data hold none, ``why_not`` says why if it was asked.
    why_not : str
    """

    data: Panel | TimeSeries | None
    heaviest: str
    about: str
    why: str = ""
    counted: Panel | TimeSeries | None = None
    why_not: str = ""


def beside_lighter(evaluation: Evaluation, plan: Plan, lighter: Lighter) -> Evaluation:
    """Add the same question without the heaviest offences and of the count, and what the weights are.

    A method that refuses these data gives no number, and the note says why.
    """
    words = f"{WITHOUT_HEAVIEST} ({lighter.heaviest})"
    without, why = _asked_again(plan, lighter.data, WITHOUT_HEAVIEST, words)
    counted, why_not = _asked_again(plan, lighter.counted, UNWEIGHTED, UNWEIGHTED)
    notes = [f"Weighted by {plan.outcome.weights}, not counted. {lighter.about}".strip()]
    if why := lighter.why or why:
        notes.append(f"{words[:1].upper()}{words[1:]} there is no number. {why}")
    if why_not := lighter.why_not or why_not:
        notes.append(f"Counted, there is no number. {why_not}")
    notes += [
        f"{r.words} there is no number. {r.answer.why}"
        for r in (*without, *counted)
        if isinstance(r, Refusal)
    ]
    return replace(
        evaluation,
        alternatives=(*evaluation.alternatives, *_numbers(without)),
        counted=_numbers(counted),
        notes=(*evaluation.notes, *notes),
    )


def _numbers(found: Sequence[NamedEstimate | Refusal]) -> tuple[NamedEstimate, ...]:
    return tuple(one for one in found if isinstance(one, NamedEstimate))


def _asked_again(
    plan: Plan, data: Panel | TimeSeries | None, name: str, words: str
) -> tuple[tuple[NamedEstimate | Refusal, ...], str]:
    """What the plan's own method says of other data, and why it says nothing."""
    try:
        return () if data is None else tuple(_answers(plan, data, name, words)), ""
    except DataError as error:
        return (), str(error)


def _answers(
    plan: Plan, data: Panel | TimeSeries, name: str, words: str
) -> Iterator[NamedEstimate | Refusal]:
    """The plan's own method, for each change."""
    if isinstance(data, Panel) and plan.design == "did":
        yield NamedEstimate(name=name, words=words, estimate=estimate(asked_by(plan), data))
        return
    given = from_panel(data, plan) if isinstance(data, Panel) else Given(series=data)
    asked = asked_of_series(plan)
    fit = fitted(asked, ready(asked, given).series)
    for change in plan.changes:
        own = f": {change.name}" if len(plan.changes) > 1 else ""
        yield named(fit, plan.estimand, change, f"{name}{own}", f"{words}{own}")
