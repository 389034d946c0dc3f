"""Run exactly what was locked: a protocol and its data in, an evaluation out."""

from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.errors import ProtocolError
from evalkit.evaluation.did import evaluate_panel
from evalkit.evaluation.elsewhere import NO_OTHERS
from evalkit.evaluation.elsewhere import Others as Others
from evalkit.evaluation.its import evaluate_series
from evalkit.evaluation.lighter import Lighter as Lighter
from evalkit.evaluation.lighter import beside_lighter
from evalkit.evaluation.series_given import Given, from_panel
from evalkit.protocol.document import plan_from_canonical, sha256
from evalkit.protocol.plan import Plan
from evalkit.types.evaluation import Evaluation, Provenance
from evalkit.types.protocol import LockedProtocol


def evaluate(
    protocol: LockedProtocol,
    data: Panel | TimeSeries,
    *,
    lighter: Lighter | None = None,
    others: Others = NO_OTHERS,
) -> Evaluation:
    """Evaluate a locked protocol.

    Parameters
    ----------
    protocol : LockedProtocol
    data : Panel or TimeSeries
        A series for ``design: its``, otherwise a panel, over exactly the plan's window.
    lighter : Lighter or None
        Of a weighted outcome, the data without the heaviest offences: the question is asked of them too.
    others : mapping
        By data recipe that an alternative names: its data, or why there are none.

    Raises
    ------
    ProtocolError
        The plan is not the one its hash was taken of, or the data are of the other kind, cover another
        window, or come without provenance.
    DataError
        The method refuses the data.
    """
    if sha256(protocol.canonical) != protocol.sha256:
        raise ProtocolError(
            f"{protocol.id}: found another plan than its hash; needed the locked one."
        )
    plan = plan_from_canonical(protocol.canonical)
    provenance = _matching(plan, data)
    if not isinstance(data, Panel):
        found = evaluate_series(protocol, plan, Given(series=data), provenance, others)
    elif plan.design == "controlled_its":
        found = evaluate_series(protocol, plan, from_panel(data, plan), provenance, others)
    else:
        found = evaluate_panel(protocol, plan, data, provenance, others)
    return found if lighter is None else beside_lighter(found, plan, lighter)


def _matching(plan: Plan, data: Panel | TimeSeries) -> Provenance:
    if (plan.design == "its") == isinstance(data, Panel):
        needed = "a time series" if plan.design == "its" else "a panel"
        raise ProtocolError(f"{plan.id} plans {plan.design}: found other data; needed {needed}.")
    window = (plan.window.start, plan.window.end)
    if (data.periods[0], data.periods[-1]) != window:
        found = f"{data.periods[0]} to {data.periods[-1]}"
        raise ProtocolError(f"{plan.id} window: found {found}; needed {window[0]} to {window[1]}.")
    if data.provenance is None:
        raise ProtocolError(f"{plan.id} data: found no provenance; needed data loaded by a recipe.")
    return data.provenance
