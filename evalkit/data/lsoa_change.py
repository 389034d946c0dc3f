"""From the LSOAs of 2011 to those of 2021: one fits best, shares, or what changed is counted together."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.data.places import csv_rows, lsoa_code, wrong

_OLD, _NEW = "LSOA11CD", "LSOA21CD"
_SUM = 1e-6  # weights are printed with some six decimals

Shares = tuple[tuple[str, float], ...]
"""Areas of the table, each with its share of the events, together 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LsoaChange:
    """Where the LSOAs of 2011 and those of 2021 are counted.

    Attributes
    ----------
    targets : mapping
        By code of 2011.
    parts : mapping
        By code of 2021: the area of the table that it is counted in, itself unless what changed is joined.
    names : mapping
        By area, where the look-up has them.
    weighted : bool
        Whether a code of 2011 may be shared out.
    joined : bool
        Whether LSOAs that were split, merged or redrawn are one area with what they were or became.
    """

    targets: Mapping[str, Shares]
    parts: Mapping[str, str]
    names: Mapping[str, str]
    weighted: bool = False
    joined: bool = False

    def areas_of(self, code: str) -> tuple[str, ...]:
        """The areas in which rows of a code of either year may count."""
        return (self.parts.get(code, code), *(area for area, _ in self.targets.get(code, ())))


def read_lsoa_change(path: Path, *, join: bool = False) -> LsoaChange:
    """Read a look-up of the Office for National Statistics from 2011 to 2021 (csv).

    Needs the columns LSOA11CD and LSOA21CD; with ``weight`` a code of 2011 may be shared out. LSOA11NM and
    LSOA21NM are used where they are there, other columns are not.

    Parameters
    ----------
    join : bool
        Count an LSOA that changed together with what it was or became, as one area: exact, without weights.
        The area keeps the code of 2021 where that is one; otherwise it has the first code of 2011.

    Raises
    ------
    DataError
        A column is missing, a code is none, a code of 2011 goes to several without weights and without
        ``join``, weights are no shares of 1, or there are weights although ``join`` needs none.
    """
    shares: dict[str, list[tuple[str, float]]] = {}
    names: dict[str, str] = {}
    rows, columns = csv_rows(path, (_OLD, _NEW))
    weighted = "weight" in columns
    if weighted and join:
        found, needed = "shares, and LSOAs to be joined", "one of the two"
        raise wrong(path, 1, "weight", found, needed, "Leave out --join-changed.")
    for line, row in rows:
        old, new = (lsoa_code(path, line, row, column) for column in (_OLD, _NEW))
        weight = _weight(path, line, row["weight"]) if weighted else 1.0
        if old in shares and not weighted and not join:
            raise _fans_out(path, line, old, (shares[old][0][0], new))
        if new in [code for code, _ in shares.get(old, ())]:
            raise wrong(path, line, _NEW, f"{old} to {new} twice", "once", "Delete one.")
        shares.setdefault(old, []).append((new, weight))
        names |= {code: name for code, name in _names(row, old, new) if name}
    if join:
        return _joined(shares, names)
    _refuse_sums(path, shares)
    targets = {old: tuple(parts) for old, parts in shares.items()}
    new_codes = {code for parts in targets.values() for code, _ in parts}
    return LsoaChange(
        targets=targets,
        parts={code: code for code in new_codes},
        names={code: name for code, name in names.items() if code in new_codes},
        weighted=weighted,
    )


def _names(row: Mapping[str, str], old: str, new: str) -> Sequence[tuple[str, str]]:
    """Codes with their names, that of 2021 last because it counts."""
    return (old, row.get("LSOA11NM", "")), (new, row.get("LSOA21NM", ""))


def _joined(
    shares: Mapping[str, Sequence[tuple[str, float]]], names: Mapping[str, str]
) -> LsoaChange:
    """Put codes of both years that hang together into one area each."""
    olds: dict[str, set[str]] = {}
    for old, parts in shares.items():
        for new, _ in parts:
            olds.setdefault(new, set()).add(old)
    area: dict[str, str] = {}
    parts_of: dict[str, str] = {}
    for start in sorted(shares):
        if start in area:
            continue
        old_ones, new_ones = _together(start, shares, olds)
        name = min(new_ones) if len(new_ones) == 1 else min(old_ones)
        area |= dict.fromkeys(old_ones, name)
        parts_of |= dict.fromkeys(new_ones, name)
    return LsoaChange(
        targets={old: ((name, 1.0),) for old, name in area.items()},
        parts=parts_of,
        names={code: names[code] for code in area.values() if code in names},
        joined=True,
    )


def _together(
    start: str, shares: Mapping[str, Sequence[tuple[str, float]]], olds: Mapping[str, set[str]]
) -> tuple[set[str], set[str]]:
    """Codes of 2011 and of 2021 that overlap, directly or through each other."""
    old_ones, new_ones, waiting = {start}, set[str](), [start]
    while waiting:
        for new, _ in shares[waiting.pop()]:
            new_ones.add(new)
            waiting += sorted(olds[new] - old_ones)
            old_ones |= olds[new]
    return old_ones, new_ones


def _refuse_sums(path: Path, shares: Mapping[str, Sequence[tuple[str, float]]]) -> None:
    for old, parts in shares.items():
        total = math.fsum(weight for _, weight in parts)
        if abs(total - 1) > _SUM:
            raise wrong(path, None, "weight", f"{total:g} for {old}", "shares that add up to 1")


def _fans_out(path: Path, line: int, old: str, to: tuple[str, str]) -> Exception:
    return wrong(
        path,
        line,
        _OLD,
        f"{old} goes to {to[0]} and to {to[1]}",
        f"one {_NEW} for each, or a column `weight` with shares that add up to 1",
        "Add --join-changed to count them together, or weights.",
    )


def _weight(path: Path, line: int, text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0 < weight <= 1:
        raise wrong(path, line, "weight", text or "nothing", "a share above 0, at most 1")
    return weight
