"""The data of an alternative: the plan's own, but for the areas, the window or the recipe that it names."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar

import numpy as np

from evalkit.data import periods as calendar
from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.evaluation.series_given import Given, from_panel
from evalkit.protocol.estimators import Alternative
from evalkit.protocol.plan import Plan
from evalkit.protocol.series_estimators import SeriesAlternative

Others: TypeAlias = Mapping[str, Panel | TimeSeries | str]
"""By name of a data recipe: what it holds, or why that could not be read."""
NO_OTHERS: Others = {}
_Kind = TypeVar("_Kind")


def panel_of(item: Alternative, panel: Panel, others: Others) -> Panel:
    """The panel that an alternative is asked of.

    Raises
    ------
    DataError
        Its recipe could not be read, an area that it leaves out is none of the comparison, or its window
        leaves no period before the first start.
    """
    if item.recipe is not None:
        panel = _is(_read(item.recipe, others), Panel, item.recipe)
    if item.leave_out:
        never = [u for u, e in zip(panel.units, panel.ever_treated, strict=True) if not e]
        gone = _known(item.leave_out, never)
        panel = panel.without(np.array([unit in gone for unit in panel.units]))
    if item.start is not None or item.end is not None:
        panel = _cut(panel, item.start or panel.periods[0], item.end or panel.periods[-1])
    return panel


def given_of(item: SeriesAlternative, given: Given, plan: Plan, others: Others) -> Given:
    """The series that an alternative is asked of; its window is cut where the plan's is.

    Raises
    ------
    DataError
        As ``panel_of``; or no comparison is left.
    """
    if item.recipe is not None:
        found = _read(item.recipe, others)
        if plan.design == "controlled_its":
            given = from_panel(_is(found, Panel, item.recipe), plan)
        else:
            given = Given(series=_is(found, TimeSeries, item.recipe))
    if item.leave_out:
        gone = _known(item.leave_out, [*given.comparisons])
        kept = {name: one for name, one in given.comparisons.items() if name not in gone}
        if not kept:
            raise DataError("found no comparison series left; needed at least one")
        given = replace(given, comparisons=kept)
    return given


def _read(recipe: str, others: Others) -> Panel | TimeSeries:
    found = others.get(recipe, f"the data of {recipe} were not given")
    if isinstance(found, str):
        raise DataError(found)
    return found


def _is(found: object, kind: type[_Kind], recipe: str) -> _Kind:
    if not isinstance(found, kind):
        needed = "a panel" if kind is Panel else "one series"
        raise DataError(f"{recipe}: found data of another shape; needed {needed}, as in the plan")
    return found


def _known(named: tuple[str, ...], compared: list[str]) -> set[str]:
    for name in named:
        if name not in compared:
            raise DataError(
                f"found no comparison area {name} to leave out; needed one of {', '.join(compared)}"
            )
    return set(named)


def _cut(panel: Panel, first: str, last: str) -> Panel:
    """The panel over fewer periods; a unit that starts later than the last is untreated in it."""
    low, high = (calendar.ordinal(p) - calendar.ordinal(panel.periods[0]) for p in (first, last))
    low, high = max(low, 0), min(high, len(panel.periods) - 1)
    n = high - low + 1
    start = np.clip(panel.start - low, 0, n)
    if n < 2 or not (start < n).any() or (start == 0).any():
        raise DataError(
            f"the window {first} to {last} leaves a unit no period before its start, or nobody who starts; "
            "needed both"
        )
    span = slice(low, high + 1)
    return replace(
        panel,
        periods=panel.periods[span],
        outcome=panel.outcome[:, span],
        start=start,
        weights=None if panel.weights is None else panel.weights[:, span],
        exposure=None if panel.exposure is None else panel.exposure[:, span],
        covariates=panel.covariates[:, span] if panel.covariate_names else panel.covariates,
    )
