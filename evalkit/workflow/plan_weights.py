"""Whether a plan's weights are registered, and are those of its measure and its unit."""

from collections.abc import Iterator

from evalkit.errors import EvalkitError
from evalkit.protocol.plan import Plan
from evalkit.registry.store import Session
from evalkit.types.measure import Measure
from evalkit.workflow.weights import read_weights, refuse_unfit


def weight_problems(
    session: Session, plan: Plan, measure: Measure
) -> Iterator[tuple[str, str, str, str]]:
    """Field, found, needed and what to do."""
    named, own = plan.outcome.weights, measure.weights
    if own and own != named:
        needed = f"{own}, by which {measure.name} is weighted"
        yield "outcome.weights", named, needed, "Two tables or versions are never mixed."
        return
    if not plan.outcome.weighted:
        return
    try:
        table = read_weights(session, named)
        refuse_unfit(measure, table)
    except EvalkitError as error:
        problem = error.problems[0]
        yield "outcome.weights", problem.found, problem.needed, problem.do
        return
    if not plan.outcome.unit.removeprefix("log ").startswith(table.unit):
        needed = f"{table.unit}, such as {table.unit} a month: the unit of {named}"
        yield "outcome.unit", plan.outcome.unit, needed, ""
