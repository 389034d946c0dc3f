"""Which periods the data of a finding have, as a chart of its page."""

from evalkit.data import periods as calendar
from evalkit.hub.charts import Chart, framed
from evalkit.report.coverage_figure import coverage_figure
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding


def coverage_chart(finding: Finding, evaluation: Evaluation) -> Chart | None:
    """Units by time; None for a single series, and where a run did not write down what it had."""
    ident = f"coverage-{finding.id.lower()}"
    figure = coverage_figure(evaluation, outcome=finding.outcome, ident=ident)
    if figure is None:
        return None
    noun = calendar.noun(evaluation.coverage.first_period)
    return framed(figure, f"Which {noun}s are there", figure.note)
