"""An alternative that a method refuses: it stops no evaluation, and is listed with why."""

from evalkit.errors import DataError
from evalkit.protocol.plan import Plan
from evalkit.types.estimate import NoEstimate
from evalkit.types.evaluation import Refusal


def unanswered(name: str, plan: Plan, error: DataError, *, n_obs: int) -> Refusal:
    """What stands in the place of its number."""
    return Refusal(
        name=name,
        words=name,
        answer=NoEstimate(
            estimand=plan.estimand.effect,
            method=name,
            why=str(error),
            n_obs=n_obs,
            unit_of_measure=plan.outcome.unit,
        ),
    )
