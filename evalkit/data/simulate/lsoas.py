"""LSOAs that exist nowhere: those of 2011, what became of them in 2021, and the look-ups between the two.

Codes and neighbourhoods are ones that the Office for National Statistics does not use. In a third of the
districts LSOAs are split, merged and redrawn; in another third only merged, so that best fit is right there;
in the others none changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalkit.data.simulate.places import Place

STREETS = 6
"""Of an LSOA."""

_RESIDENTS = 1600
_FIRST_OF_2011, _FIRST_OF_2021 = 1_990_001, 1_995_001
_SPLIT, _MERGED, _REDRAWN = (
    3,
    8,
    13,
)  # of twenty; the latter two with the next, in one neighbourhood
_LARGER = 4  # streets of a split or redrawn LSOA that stay together
_NEW = "FG"  # those of a neighbourhood in 2011 are A to E


@dataclass(frozen=True, slots=True, kw_only=True)
class Lsoa:
    """Code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """One street: its LSOA of 2011 and of 2021, the same where nothing changed."""

    of_2011: Lsoa
    of_2021: Lsoa


def streets(places: Sequence[Place]) -> tuple[tuple[Street, ...], ...]:
    """The streets of each district, LSOA after LSOA of 2011."""
    found = []
    old_code, new_code = _FIRST_OF_2011, _FIRST_OF_2021
    for n, place in enumerate(places):
        size = max(1, round(place.population / _RESIDENTS))
        old = [Lsoa(code=f"E0{old_code + i}", name=_name(place, i)) for i in range(size)]
        new = dict(_new(place, n, size, new_code))
        found.append(
            tuple(
                Street(of_2011=old[i], of_2021=new.get((i, street), old[i]))
                for i in range(size)
                for street in range(STREETS)
            )
        )
        old_code += size
        new_code += len({lsoa.code for lsoa in new.values()})
    return tuple(found)


def _name(place: Place, i: int, letter: str = "") -> str:
    return f"{place.name} {901 + i // 5}{letter or 'ABCDE'[i % 5]}"


def _new(place: Place, n: int, size: int, first: int) -> Iterator[tuple[tuple[int, int], Lsoa]]:
    """By LSOA of 2011 and street: the new LSOA of 2021."""
    kinds = ((_SPLIT, _MERGED, _REDRAWN), (_MERGED,), ())[n % 3]
    if not place.force:
        return
    made = 0
    for i in range(size):
        kind = i % 20
        if kind not in kinds or (kind != _SPLIT and i + 1 == size):
            continue
        whole = [(j, s) for j in (i, i + 1)[: 1 if kind == _SPLIT else 2] for s in range(STREETS)]
        cut = len(whole) if kind == _MERGED else _LARGER
        for letter, part in zip(_NEW, (whole[:cut], whole[cut:]), strict=True):
            lsoa = Lsoa(code=f"E0{first + made}", name=_name(place, i, letter))
            made += bool(part)
            yield from ((where, lsoa) for where in part)


def lookups(places: Sequence[Place]) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Three look-ups from 2011 to 2021, each a heading and rows, as the ONS or an analyst makes them.

    ``exact-fit`` has a row for every overlap (a split LSOA has two); ``weighted`` has the same with shares of
    the streets; ``best-fit`` has one row an LSOA of 2011, so a part of each split one is in none.
    """
    head = ("LSOA11CD", "LSOA11NM", "CHGIND", "LSOA21CD", "LSOA21NM")
    exact, weighted, best = [head], [(*head, "weight")], [head]
    for district in streets(places):
        overlaps: dict[Lsoa, dict[Lsoa, int]] = {}
        olds: dict[Lsoa, set[Lsoa]] = {}
        for street in district:
            into = overlaps.setdefault(street.of_2011, {})
            into[street.of_2021] = into.get(street.of_2021, 0) + 1
            olds.setdefault(street.of_2021, set()).add(street.of_2011)
        for old, into in overlaps.items():
            mark = _mark(old, into, olds, overlaps)
            rows = {new: (old.code, old.name, mark, new.code, new.name) for new in into}
            exact += rows.values()
            weighted += [(*rows[new], f"{n / STREETS:.6f}") for new, n in into.items()]
            best.append(rows[max(into, key=lambda new: into[new])])
    return {"exact-fit": tuple(exact), "weighted": tuple(weighted), "best-fit": tuple(best)}


def _mark(
    old: Lsoa,
    into: Mapping[Lsoa, int],
    olds: Mapping[Lsoa, set[Lsoa]],
    overlaps: Mapping[Lsoa, Mapping[Lsoa, int]],
) -> str:
    """U, S, M or X: unchanged, split, merged or irregular, as the ONS marks it."""
    if old in into:
        return "U"
    alone = all(olds[new] == {old} for new in into)
    whole = all(len(overlaps[one]) == 1 for new in into for one in olds[new])
    return "S" if alone else "M" if whole else "X"
