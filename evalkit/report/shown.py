"""A result of difference-in-differences as its chart, for a notebook: the picture, its words, its numbers."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from evalkit.data.panel import Panel
from evalkit.did.aggregates import Aggregate
from evalkit.did.bacon import Decomposition
from evalkit.did.group_time_effects import GroupTimeEffects
from evalkit.report.figures.bacon_scatter import bacon_scatter
from evalkit.report.figures.event_study_chart import event_study_chart
from evalkit.report.figures.figure import Figure, FigureWords, held
from evalkit.report.figures.group_time_grid import group_time_grid
from evalkit.report.figures.svg import standalone
from evalkit.report.figures.trends_by_group import trends_by_group
from evalkit.report.notebook import THEMED_SVG_MIME
from evalkit.report.tables import Table


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in a notebook; on a page of the hub it follows the hub's style."""

    figure: Figure

    def _repr_mimebundle_(self, **_: Any) -> Mapping[str, str]:
        f = self.figure
        both = f'<div class="only-wide">{f.wide}</div><div class="only-narrow">{f.narrow}</div>'
        drawn = base64.b64encode(standalone(f.wide).encode()).decode()
        picture = f'<img alt="{escape(f.takeaway)}" src="data:image/svg+xml;base64,{drawn}">'
        return {
            THEMED_SVG_MIME: self._around(both),
            "text/html": f"<figure>{self._around(picture)}</figure>",
            "text/plain": f.takeaway,
        }

    def _around(self, picture: str) -> str:
        f = self.figure
        table = Table(
            caption="The numbers behind this chart",
            head=f.head,
            rows=f.rows,
            holds=held(f.holds, len(f.head)),
        )
        return (
            f"<figcaption><strong>{escape(f.takeaway)}</strong></figcaption>{picture}"
            f'<p class="note">{escape(f.note)}</p>'
            "<details><summary>Show the numbers behind this chart</summary>"
            f'<div class="scroll" tabindex="0" role="region" aria-label="Numbers: {escape(f.takeaway)}">'
            f"{table._repr_html_()}</div></details>"
        )


def chart_of(
    result: Aggregate | GroupTimeEffects | Decomposition | Panel, words: FigureWords
) -> Shown:
    """The chart that belongs to a result, with its sentence, note and table.

    An event study, group-time effects, a Goodman-Bacon decomposition, or the panel itself (its trends by
    group). The charts of ``report.figures`` can be shown too: ``Shown(leave_one_out(…))``.

    Raises
    ------
    ValueError
        Averages by group, by period or overall, which have no chart.
    """
    if isinstance(result, Aggregate):
        return Shown(event_study_chart(result, words))
    if isinstance(result, GroupTimeEffects):
        return Shown(group_time_grid(result, words))
    if isinstance(result, Decomposition):
        return Shown(bacon_scatter(result, words))
    return Shown(trends_by_group(result, words))
