"""Read a panel for planning: who is to start when, and what was before."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.power.before import PERIODS_NEEDED, Before, Cohort
from evalkit.power.noise import additive_residuals
from evalkit.types.power import Scale

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Treated: TypeAlias = Sequence[str] | Mapping[str, str]

NEVER = 10**9
ROUNDING = 1e-10  # of the largest outcome


def read_before(
    panel: Panel, *, treated: Treated, start: str, after: int | None, scale: Scale
) -> Before:
    """Read who is to be treated from when, and nothing of what happened then.

    Raises
    ------
    DataError
        See ``power.did``.
    """
    areas = _by_cluster(panel)
    begins = _begins(areas, treated, start)
    first = int(begins.min())
    if first <= 0:
        raise DataError(
            f"found data from {areas.periods[0]} on and a start in {_label(areas, first)}: no period before "
            "the start; power needs periods before it to learn how areas vary"
        )
    end = first + _after(areas, first, after)
    chosen = begins < end
    busy = ~chosen & (areas.start < min(end, len(areas.periods)))
    _need_areas(int(chosen.sum()), int((~chosen & ~busy).sum()))
    kept = np.concatenate([_in_order(begins, chosen), np.flatnonzero(~chosen & ~busy)])
    outcome = np.where(areas.treated, np.nan, areas.outcome)[kept, :first]
    names = tuple(areas.units[i] for i in kept)
    _need_numbers(outcome, names, scale)
    return Before(
        outcome=outcome,
        areas=names,
        cohorts=tuple(
            Cohort(n_areas=int((begins == at).sum()), n_before=int(at), n_after=int(end - at))
            for at in np.unique(begins[chosen])
        ),
        start=_label(areas, first),
        notes=tuple(
            _notes(areas, panel, len(names), [areas.units[i] for i in np.flatnonzero(busy)])
        ),
    )


def _in_order(begins: Integers, chosen: npt.NDArray[np.bool_]) -> Integers:
    order = np.argsort(begins, kind="stable")
    return order[chosen[order]]


def _label(panel: Panel, position: int) -> str:
    return calendar.later(panel.periods[0], position)


def _begins(panel: Panel, treated: Treated, start: str) -> Integers:
    """Position of each area's start, counted from the panel's first period, also after its last."""
    begins = np.full(len(panel.units), NEVER, dtype=np.int64)
    if not treated and not panel.ever_treated.any():
        raise DataError(
            "found no treated area in the panel; name those that are to be treated, "
            "e.g. treated=['Derby', 'Leicester']"
        )
    named = treated or [u for u, yes in zip(panel.units, panel.ever_treated, strict=True) if yes]
    _need_known(panel, named)
    for name in named:
        at = panel.units.index(name)
        own = treated[name] if isinstance(treated, Mapping) else ""
        said = own or start
        begins[at] = _position(panel, said) if said else int(panel.start[at])
    return begins


def _need_known(panel: Panel, named: Iterable[str]) -> None:
    for name in named:
        if name not in panel.units:
            close = difflib.get_close_matches(name, panel.units, n=1)
            listed = ", ".join(panel.units[:5])
            hint = f"did you mean {close[0]}?" if close else f"it has {listed} …"
            raise DataError(f"found no area {name} in the panel; {hint}")


def _position(panel: Panel, start: str) -> int:
    first = panel.periods[0]
    if calendar.per_year(start) != calendar.per_year(first):
        raise DataError(f"found the start {start} beside the period {first}; needed one calendar")
    return calendar.ordinal(start) - calendar.ordinal(first)


def _after(panel: Panel, first: int, after: int | None) -> int:
    n = len(panel.periods) - first if after is None else after
    if n < 1:
        raise DataError(
            f"found data up to {panel.periods[-1]} and a start in {_label(panel, first)}; say how many "
            "periods after the start are planned, e.g. after=24"
        )
    return n


def _notes(areas: Panel, panel: Panel, n: int, busy: Sequence[str]) -> Iterable[str]:
    if areas is not panel:
        yield f"Worked out on {n} clusters, whose areas may move together."
    if busy:
        more = " and others" if len(busy) > 5 else ""
        yield f"Left out, because they start themselves before the end: {', '.join(busy[:5])}{more}."


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
    left, scale_of = np.abs(additive_residuals(outcome)), np.abs(outcome[seen]).max()
    long_enough = outcome.shape[1] >= PERIODS_NEEDED
    if long_enough and not np.nanmax(left, initial=0.0) > ROUNDING * scale_of:
        raise DataError(
            "found areas that do not differ in how they change; nothing shows what chance does"
        )


def _need_areas(n_treated: int, n_comparison: int) -> None:
    """Refuse what no test can be made of."""
    if n_treated < 1 or n_comparison < 1 or n_treated + n_comparison < 3:
        raise DataError(
            f"found {n_treated} treated and {n_comparison} comparison areas; a comparison needs at least "
            "three in all and one on each side. For one area alone use power.its"
        )
