"""Printed totals: which units are sums of others, and whether the parts agree with them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalkit.data.grid import Floats
from evalkit.data.mapping import TableMapping

Parts = Literal["all", "not named"] | tuple[str, ...]

_WORDS = frozenset(
    [
        *("total", "totals", "grand total", "all", "overall", "national", "sum"),
        *("all areas", "all regions", "all forces", "all units", "all districts", "all sites"),
        *("england and wales", "england & wales", "great britain", "united kingdom", "uk"),
    ]
)
_NATIONS = frozenset(["england", "wales", "scotland", "northern ireland"])
_COUNTRY = re.compile(r"[EKNSW]92[0-9]{6}|K0[0-9]{7}")
_NATION_CODE = re.compile(r"[ENSW]92[0-9]{6}")
_REGION = re.compile(r"E12[0-9]{6}")
_SMALLER = re.compile(r"E(0[6-9]|10|23)[0-9]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A printed total that its parts cannot add up to; bounds in events, all inclusive."""

    period: str
    outcome: str
    printed: tuple[float, float]
    parts: tuple[float, float]

    @property
    def difference(self) -> float:
        """Printed less the nearest sum that the parts allow."""
        if self.printed[0] > self.parts[1]:
            return self.printed[0] - self.parts[1]
        return self.printed[1] - self.parts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTotal:
    """A unit that sums others, against its parts.

    Attributes
    ----------
    unit : str
    parts, checked : int
        Units it sums (0 where they are not known), and printed totals that were compared.
    misfits : tuple of Misfit
    """

    unit: str
    parts: int
    checked: int
    misfits: tuple[Misfit, ...]


def find_totals(
    units: Sequence[str], names: Mapping[str, str], mapping: TableMapping
) -> dict[str, Parts]:
    """The units that are sums of others: those that the mapping names, or else those that are called so.

    A country is a sum beside smaller areas but not beside another country; a region beside districts.
    """
    if mapping.totals is not None:
        return {unit: parts for unit, parts in mapping.totals.items() if unit in units}
    called = {unit: {unit.casefold(), names.get(unit, "").casefold()} for unit in units}
    nations = [u for u in units if called[u] & _NATIONS or _NATION_CODE.fullmatch(u)]
    found: dict[str, Parts] = {}
    for unit in units:
        alone = unit in nations and len(nations) == 1
        if called[unit] & _WORDS or alone or (unit not in nations and _COUNTRY.fullmatch(unit)):
            found[unit] = "all"
    if any(_SMALLER.fullmatch(unit) for unit in units):
        found |= {unit: "not named" for unit in units if _REGION.fullmatch(unit)}
    return {} if len(found) == len(units) else found


def compare_total(
    unit: str,
    printed: tuple[Floats, Floats],
    parts: tuple[Floats, Floats],
    periods: Sequence[str],
    outcomes: Sequence[str],
) -> PrintedTotal:
    """Compare a printed total with the sum of its parts, bounds included.

    Parameters
    ----------
    unit : str
    printed : two arrays, T x K
        Bounds of the total; NaN where there is none.
    parts : two arrays, M x T x K
        Bounds of the M parts; a part that is missing may be any number.
    periods, outcomes : T and K names

    Examples
    --------
    Parts of 5 and of 1 to 7 that is hidden add up to 6 to 12.

    >>> import numpy as np
    >>> low, high = np.array([[[5.0]], [[1.0]]]), np.array([[[5.0]], [[7.0]]])
    >>> total = np.array([[15.0]])
    >>> compare_total("All", (total, total), (low, high), ["2021-04"], ["x"]).misfits[0].difference
    3.0
    """
    low = np.nansum(parts[0], axis=0)
    high = np.where(np.isnan(parts[1]).any(axis=0), np.inf, np.nansum(parts[1], axis=0))
    there = ~np.isnan(printed[0])
    outside = there & ((printed[0] > high) | (printed[1] < low))
    misfits = tuple(
        Misfit(
            period=periods[t],
            outcome=outcomes[k],
            printed=(float(printed[0][t, k]), float(printed[1][t, k])),
            parts=(float(low[t, k]), float(high[t, k])),
        )
        for t, k in np.argwhere(outside)
    )
    return PrintedTotal(unit=unit, parts=len(parts[0]), checked=int(there.sum()), misfits=misfits)
