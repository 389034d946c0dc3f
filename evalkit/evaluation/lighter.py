"""A weighted outcome asked again without its heaviest offences, beside the plan's answer."""

from collections.abc import Iterator
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
from evalkit.types.weighted import WITHOUT_HEAVIEST


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lighter:
    """The data of a weighted plan without the heaviest offences.

    Attributes
    ----------
    data : Panel or TimeSeries or None
        As the plan's data in everything else; None where nothing is left to ask, ``why`` says why.
    heaviest : str
        Which offences, in words.
    about : str
        What a reader has to know of the weights.
    why : str
    """

    data: Panel | TimeSeries | None
    heaviest: str
    about: str
    why: str = ""


def beside_lighter(evaluation: Evaluation, plan: Plan, lighter: Lighter) -> Evaluation:
    """Add the same question without the heaviest offences, and what the weights are.

    A method that refuses these data gives no number, and the note says why.
    """
    found: list[NamedEstimate | Refusal] = []
    why = lighter.why
    if lighter.data is not None:
        try:
            found = list(_asked_again(plan, lighter.data, lighter.heaviest))
        except DataError as error:
            why = str(error)
    notes = [f"Weighted by {plan.outcome.weights}, not counted. {lighter.about}".strip()]
    if why:
        notes.append(
            f"Without the heaviest offences ({lighter.heaviest}) there is no number. {why}"
        )
    notes += [
        f"{r.words} there is no number. {r.answer.why}" for r in found if isinstance(r, Refusal)
    ]
    return replace(
        evaluation,
        alternatives=(
            *evaluation.alternatives,
            *(one for one in found if isinstance(one, NamedEstimate)),
        ),
        notes=(*evaluation.notes, *notes),
    )


def _asked_again(
    plan: Plan, data: Panel | TimeSeries, heaviest: str
) -> Iterator[NamedEstimate | Refusal]:
    """The plan's own method, for each change."""
    words = f"{WITHOUT_HEAVIEST} ({heaviest})"
    if isinstance(data, Panel) and plan.design == "did":
        yield NamedEstimate(
            name=WITHOUT_HEAVIEST, words=words, estimate=estimate(asked_by(plan), data)
        )
        return
    given = from_panel(data, plan) if isinstance(data, Panel) else Given(series=data)
    asked = asked_of_series(plan)
    fit = fitted(asked, ready(asked, given).series)
    for change in plan.changes:
        own = f": {change.name}" if len(plan.changes) > 1 else ""
        yield named(fit, plan.estimand, change, f"{WITHOUT_HEAVIEST}{own}", f"{words}{own}")
