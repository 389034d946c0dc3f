"""What is known of a panel before anything starts: the only part of it that power may look at."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.power.noise import Noise, additive_residuals, estimate_noise, relative_residuals
from evalkit.types.power import Scale

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

PERIODS_NEEDED = 6
"""Before the start, for a spread and an autocorrelation of areas to mean anything."""

_WORDS = {1: "years", 4: "quarters", 12: "months"}


def period_words(period: str) -> str:
    """``months``, ``quarters`` or ``years``."""
    return _WORDS[calendar.per_year(period)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Before:
    """Areas before the start, the treated ones first.

    Attributes
    ----------
    outcome : array, N x T
        NaN where missing, or after the area's own start.
    areas : tuple of str
    n_treated, n_before, n_after : int
        ``n_before`` counts the periods up to the start, those that are still to come included.
    start : str
    notes : tuple of str
    """

    outcome: Floats
    areas: tuple[str, ...]
    n_treated: int
    n_before: int
    n_after: int
    start: str
    notes: tuple[str, ...]

    @property
    def n_comparison(self) -> int:
        """Areas on the other side."""
        return len(self.areas) - self.n_treated

    @property
    def period_word(self) -> str:
        """``months``, ``quarters`` or ``years``."""
        return period_words(self.start)

    def baseline(self, scale: Scale) -> float | None:
        """Mean outcome of a treated area in the last year, not as a logarithm."""
        last = self.outcome[: self.n_treated, -calendar.per_year(self.start) :]
        known = last[np.isfinite(last)]
        if not known.size:
            return None
        return float(np.mean(np.exp(known) if scale == "log" else known))

    def noise(self, scale: Scale) -> Noise:
        """Spread and autocorrelation, on the scale of the model."""
        if scale != "ratio":
            return estimate_noise(additive_residuals(self.outcome), np.zeros(len(self.areas)))
        expected = np.nanmean(self.outcome, axis=1)
        return estimate_noise(relative_residuals(self.outcome), np.sqrt(1 / expected))


def read_before(
    panel: Panel, *, treated: Sequence[str], start: str, after: int | None, scale: Scale
) -> Before:
    """Read who is to be treated from when, and nothing of what happened then.

    Raises
    ------
    DataError
        See ``power.did``.
    """
    areas = _by_cluster(panel)
    chosen = _chosen(areas, treated)
    first = _start(areas, chosen, start)
    origin = calendar.ordinal(areas.periods[0])
    n_before = calendar.ordinal(first) - origin
    if n_before <= 0:
        raise DataError(
            f"found data from {areas.periods[0]} on and a start in {first}: no period before the start; "
            "power needs periods before it to learn how areas vary"
        )
    n_after = _after(areas, first, n_before, after)
    busy = ~chosen & (areas.start < min(n_before + n_after, len(areas.periods)))
    order = np.concatenate([np.flatnonzero(chosen), np.flatnonzero(~chosen & ~busy)])
    known = min(n_before, len(areas.periods))
    outcome = np.where(areas.treated, np.nan, areas.outcome)[order, :known]
    names = tuple(areas.units[i] for i in order)
    _need_numbers(outcome, names, scale)
    notes = []
    if areas is not panel:
        notes.append(f"Worked out on {len(names)} clusters, whose areas may move together.")
    if busy.any():
        left = ", ".join(areas.units[i] for i in np.flatnonzero(busy)[:5])
        notes.append(f"Left out, because they start themselves before the end: {left}.")
    return Before(
        outcome=outcome,
        areas=names,
        n_treated=int(chosen.sum()),
        n_before=n_before,
        n_after=n_after,
        start=first,
        notes=tuple(notes),
    )


def _chosen(panel: Panel, treated: Sequence[str]) -> Booleans:
    if not treated:
        if not panel.ever_treated.any():
            raise DataError(
                "found no treated area in the panel; name those that are to be treated, "
                "e.g. treated=['Derby', 'Leicester']"
            )
        return panel.ever_treated
    for name in treated:
        if name not in panel.units:
            close = difflib.get_close_matches(name, panel.units, n=1)
            hint = (
                f"did you mean {close[0]}?" if close else f"it has {', '.join(panel.units[:5])} …"
            )
            raise DataError(f"found no area {name} in the panel; {hint}")
    return np.isin(panel.units, list(treated))


def _start(panel: Panel, chosen: Booleans, start: str) -> str:
    if start:
        if calendar.per_year(start) != calendar.per_year(panel.periods[0]):
            raise DataError(
                f"found the start {start} beside the period {panel.periods[0]}; needed one calendar"
            )
        return start
    found = np.unique(panel.start[chosen])
    if len(found) > 1:
        named = [panel.periods[s] for s in found.tolist() if s < len(panel.periods)]
        raise DataError(
            f"found several starts ({', '.join(named[:6])}); power is worked out for areas that start "
            "together. Give one with start=, and the areas that start then with treated="
        )
    if found[0] < len(panel.periods):
        return panel.periods[int(found[0])]
    return calendar.later(panel.periods[-1], 1)


def _after(panel: Panel, start: str, n_before: int, after: int | None) -> int:
    n = len(panel.periods) - n_before if after is None else after
    if n < 1:
        raise DataError(
            f"found data up to {panel.periods[-1]} and a start in {start}; say how many periods after the "
            "start are planned, e.g. after=24"
        )
    return n


def _by_cluster(panel: Panel) -> Panel:
    """The panel of cluster means; the same object where every area is its own cluster."""
    if panel.cluster_names == panel.units:
        return panel
    starts = np.full(panel.n_clusters, -1, dtype=np.int64)
    starts[panel.cluster] = panel.start
    if not np.array_equal(starts[panel.cluster], panel.start):
        raise DataError(
            "found clusters whose areas start at different times; power is worked out for clusters that "
            "start as one"
        )
    outcome = np.stack(
        [panel.outcome[panel.cluster == g].mean(axis=0) for g in range(panel.n_clusters)]
    )
    return Panel(
        units=panel.cluster_names,
        periods=panel.periods,
        outcome=outcome,
        start=starts,
        weights=None,
        unit_of_measure=panel.unit_of_measure,
    )


def _need_numbers(outcome: Floats, areas: Sequence[str], scale: Scale) -> None:
    seen = np.isfinite(outcome)
    for name, row in zip(areas, seen, strict=True):
        if not row.any():
            raise DataError(f"found no number for {name} before the start; leave it out")
    if scale == "ratio" and (outcome[seen] < 0).any():
        raise DataError("found counts below 0; a rate ratio needs counts")
    for name, values in zip(areas, outcome, strict=True):
        known = values[np.isfinite(values)]
        if scale != "log" and not known.any():
            raise DataError(
                f"found nothing but zeros for {name} before the start; they say nothing about how much "
                "it varies. Leave it out, or count something more frequent"
            )
    if not np.nanmax(np.abs(additive_residuals(outcome)), initial=0.0) > 0:
        raise DataError(
            "found areas that do not differ in how they change; nothing shows what chance does"
        )
