"""The figures of before the start that a proposal may see, from a table, a recipe or police files."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from evalkit.data import periods as calendar
from evalkit.data.keep import read_grid
from evalkit.data.load import load_panel, load_series
from evalkit.data.panel import Panel
from evalkit.data.police.recipe import read_police_recipe
from evalkit.data.recipe_fit import Uses
from evalkit.data.series import TimeSeries
from evalkit.its.controlled_series import difference
from evalkit.registry.store import open_registry
from evalkit.workflow.drafts import Draft
from evalkit.workflow.plan_questions import Known
from evalkit.workflow.power_data import as_asked, in_its_unit, of_areas
from evalkit.workflow.street_panel import StreetAsked, load_street_panel
from evalkit.workflow.workspace import Workspace


@dataclass(frozen=True, kw_only=True, eq=False)  # no slots: what is read is kept
class Before:
    """What there is before the first start; each is read once, when it is asked for.

    Attributes
    ----------
    workspace : Workspace
    known : Known
    draft : mapping
        The answers.
    """

    workspace: Workspace
    known: Known
    draft: Draft

    @property
    def start(self) -> str:
        """The first period with it."""
        return self.known.first_start(self.draft)

    @property
    def n_after(self) -> int:
        """Periods from it on."""
        last = str(self.draft["window"]["end"])
        return calendar.ordinal(last) - calendar.ordinal(self.start) + 1

    @property
    def downloaded(self) -> bool:
        """Whether the police files that a recipe names are there."""
        recipe, _ = read_police_recipe(self._folder)
        return (self.workspace.root / recipe.download).exists()

    @cached_property
    def panel(self) -> Panel:
        """The areas that take part.

        Raises
        ------
        EvalkitError
            The figures cannot be read or counted.
        """
        source, (first, last) = self.known.source(self.draft), self._span
        unit = unit_of(self.known, self.draft)
        if source.kind == "police":
            asked = StreetAsked(
                name=f"{source.called}-before",  # so that no evaluation's table is overwritten
                first=first,
                last=last,
                unit_of_measure=unit,
                logs=source.numbers == "log",
            )
            with open_registry(self.workspace.url) as session:
                return load_street_panel(
                    session, self.workspace, asked, self._folder, made_up=False
                )[0]
        if source.kind == "recipe":
            exposure = source.exposure if source.numbers == "counts" else None
            uses = Uses(exposure=exposure, gaps=True)
            return load_panel(self._folder, first=first, last=last, unit_of_measure=unit, uses=uses)
        starts = self.known.starts(self.draft)
        rows = self._rows([*starts, *compared(self.known, self.draft)])
        rows["treated_from"] = [starts.get(name) for name in rows["area_name"]]
        panel: Panel = Panel.from_frame(
            rows, unit="area_name", period="period", outcome="value", treated_from="treated_from",
            unit_of_measure=unit,
        )  # fmt: skip
        return panel

    @cached_property
    def series(self) -> TimeSeries:
        """The treated areas together.

        Raises
        ------
        EvalkitError
            As ``panel``.
        """
        source, (first, last) = self.known.source(self.draft), self._span
        unit = unit_of(self.known, self.draft)
        if source.kind == "recipe" and not source.codes:
            return load_series(self._folder, first=first, last=last, unit_of_measure=unit)
        if source.kind != "table":
            return of_areas(self.panel, [*self.known.starts(self.draft)])
        names = [*self.known.starts(self.draft)]
        rows = self._rows(names).groupby("period", as_index=False)["value"]
        return TimeSeries.from_frame(
            rows.sum(min_count=len(names)),
            period="period",
            outcome="value",
            unit_of_measure=unit,
        )

    def beside(self, *, logs: bool) -> TimeSeries:
        """What sets the treated areas apart from the comparison, at the height that they have.

        Raises
        ------
        EvalkitError
            As ``panel``; or the comparison does not fit the series.
        """
        own = as_asked(self.series, logs=logs)
        others = {
            name: as_asked(of_areas(self.panel, [name]), logs=logs)
            for name in compared(self.known, self.draft)
        }
        made = difference(own, others, [self.start])
        return in_its_unit(made.series, made.comparison, own.unit_of_measure)

    def _rows(self, names: list[str]) -> pd.DataFrame:
        """Rows of a table of some areas."""
        rows = read_grid(self.workspace.root / self.known.source(self.draft).called).to_frame()
        wanted = set(calendar.between(*self._span))
        return rows[rows["area_name"].isin(names) & rows["period"].isin(wanted)].copy()

    @property
    def _span(self) -> tuple[str, str]:
        return str(self.draft["window"]["start"]), calendar.later(self.start, -1)

    @property
    def _folder(self) -> Path:
        return self.workspace.case_studies / self.known.source(self.draft).called


def compared(known: Known, draft: Draft) -> list[str]:
    """Areas without it that take part."""
    source = known.source(draft)
    if source.starts:
        return [name for name in source.codes if name not in source.starts]
    named = draft.get("comparison")
    gone = draft.get("leave_out") or []
    return [str(n) for n in named if n not in gone] if isinstance(named, list) else []


def unit_of(known: Known, draft: Draft) -> str:
    """Unit of the outcome, e.g. ``offences a month``."""
    per = {1: "year", 12: "month"}[calendar.per_year(known.first_start(draft))]
    return f"{known.measure(draft).unit} a {per}"
