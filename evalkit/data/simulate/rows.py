"""Rows of simulated police files, in the 12 columns of data.police.uk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data.simulate.lsoas import STREETS, streets
from evalkit.data.simulate.places import Place

Ints = npt.NDArray[np.int64]

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context\n"
)
CATEGORIES: Mapping[str, float] = {
    "Anti-social behaviour": 0.224,
    "Bicycle theft": 0.012,
    "Burglary": 0.053,
    "Criminal damage and arson": 0.085,
    "Drugs": 0.027,
    "Other crime": 0.021,
    "Other theft": 0.065,
    "Possession of weapons": 0.008,
    "Public order": 0.062,
    "Robbery": 0.007,
    "Shoplifting": 0.065,
    "Theft from the person": 0.008,
    "Vehicle crime": 0.061,
    "Violence and sexual offences": 0.302,
}
"""The 14 crime types, with about the shares that they have in the files of the five forces, 2018 to 2025."""

ANTI_SOCIAL = "Anti-social behaviour"
_OUTCOMES = (
    "Investigation complete; no suspect identified",
    "Unable to prosecute suspect",
    "Court result unavailable",
    "Local resolution",
    "Status update unavailable",
)
_CHANCES = (0.5, 0.3, 0.09, 0.06, 0.05)
_FORCE_NAMES = {"Derbyshire": "Derbyshire Constabulary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traps:
    """How often the oddities of the real files occur, as shares of a file's rows.

    Attributes
    ----------
    no_location : float
        Rows without LSOA, beside the ones that count.
    outside : float
        Rows of a district that no force of the archive polices, beside the ones that count.
    other_file : float
        Rows of a district that stand in another force's file of the month; they count.
    repeated : float
        Rows that carry the Crime ID of another row; they count.
    revised : float
        Rows of the newest month that the later download has no longer.
    """

    no_location: float = 0.025
    outside: float = 0.0005
    other_file: float = 0.002
    repeated: float = 0.001
    revised: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Where events can be: the middle columns of a row, from longitude to LSOA name.

    Attributes
    ----------
    spots : tuple of str
        Every simulated street of every LSOA, district after district.
    starts : tuple of int
        Where the spots of each district begin; one more than there are districts.
    """

    spots: tuple[str, ...]
    starts: tuple[int, ...]


def catalogue(places: Sequence[Place], *, of_2021: bool = False) -> Catalogue:
    """The streets of all districts, with the LSOA of 2011 or of 2021 that each is in."""
    spots: list[str] = []
    starts = [0]
    for n, district in enumerate(streets(places)):
        for at, one in enumerate(district):
            i, street = divmod(at, STREETS)
            x = -1.9 + 0.05 * (n % 7) + 0.001 * (i % 50) + 0.0001 * street
            y = 52.1 + 0.05 * (n // 7) + 0.001 * (i // 50) + 0.0001 * street
            lsoa = one.of_2021 if of_2021 else one.of_2011
            where = f"On or near Simulated Street {street + 1}"
            spots.append(f"{x:.6f},{y:.6f},{where},{lsoa.code},{lsoa.name}")
        starts.append(len(spots))
    return Catalogue(spots=tuple(spots), starts=tuple(starts))


def written(
    rng: np.random.Generator,
    places: Catalogue,
    cells: Ints,
    month: str,
    force: str,
    traps: Traps,
    *,
    lose: float,
) -> tuple[str, dict[str, int]]:
    """One file as text, its rows shuffled, and how many rows there are of each kind.

    Parameters
    ----------
    rng : Generator
    places : Catalogue
        N districts and, last, the one outside.
    cells : array, N x 14
        Events that stand in this file.
    month, force : str
    traps : Traps
    lose : float
        Share of rows that a later download has no longer.
    """
    district, kind = _events(rng, cells, traps)
    spot = _spots(rng, places, district)
    tails = _tails(rng, kind)
    idents, repeated = _idents(rng, kind, traps.repeated)
    named = _FORCE_NAMES.get(force, f"{force} Police")
    head = f"{month},{named},{named}"
    empty = ",,No Location,,"
    texts = [
        f"{ident},{head},{places.spots[s] if s >= 0 else empty},{tail}\n"
        for ident, s, tail in zip(idents, spot, tails, strict=True)
    ]
    order = rng.permutation(len(texts))
    kept = order[: len(order) - int(rng.binomial(len(order), lose))]
    n = cells.shape[0]
    rows = {
        "rows": len(kept),
        "without LSOA": int((district[kept] < 0).sum()),
        "outside the areas": int((district[kept] == n).sum()),
        "with a repeated Crime ID": int(np.isin(kept, repeated).sum()),
        "revised away": len(order) - len(kept),
    }
    return HEADER + "".join([texts[i] for i in kept]), rows


def _events(rng: np.random.Generator, cells: Ints, traps: Traps) -> tuple[Ints, Ints]:
    """District (-1 for none, N for outside) and crime type of every row."""
    n, kinds = cells.shape
    district = np.repeat(np.repeat(np.arange(n), kinds), cells.ravel())
    kind = np.repeat(np.tile(np.arange(kinds), n), cells.ravel())
    extra = rng.binomial(len(kind), [traps.no_location, traps.outside])
    chances = np.array(list(CATEGORIES.values()))
    more = rng.choice(kinds, size=int(extra.sum()), p=chances / chances.sum())
    return (
        np.concatenate([district, np.repeat([-1, n], extra)]),
        np.concatenate([kind, more]),
    )


def _spots(rng: np.random.Generator, places: Catalogue, district: Ints) -> Ints:
    """A street for every row, -1 where it has no place."""
    starts = np.array(places.starts)
    first, last = starts[district], starts[np.minimum(district + 1, len(starts) - 1)]
    spot = first + (rng.random(len(district)) * (last - first)).astype(np.int64)
    return np.where(district < 0, -1, spot)


def _tails(rng: np.random.Generator, kind: Ints) -> list[str]:
    """Crime type, last outcome and context of every row; anti-social behaviour has no outcome."""
    names = list(CATEGORIES)
    endings = [
        [f"{name},," if name == ANTI_SOCIAL else f"{name},{outcome}," for outcome in _OUTCOMES]
        for name in names
    ]
    outcome = rng.choice(len(_OUTCOMES), size=len(kind), p=_CHANCES)
    return [endings[k][o] for k, o in zip(kind, outcome, strict=True)]


def _idents(rng: np.random.Generator, kind: Ints, share: float) -> tuple[list[str], Ints]:
    """Crime IDs, none for anti-social behaviour; and the rows that repeat another's."""
    digits = rng.bytes(32 * len(kind)).hex()
    idents = [digits[64 * i : 64 * i + 64] for i in range(len(kind))]
    silent = kind == list(CATEGORIES).index(ANTI_SOCIAL)
    for i in np.flatnonzero(silent):
        idents[i] = ""
    told = np.flatnonzero(~silent)
    pairs = rng.permutation(told)[: 2 * int(rng.binomial(len(told), share))]
    copies, originals = pairs[: len(pairs) // 2], pairs[len(pairs) // 2 :]
    for copy, original in zip(copies, originals, strict=False):
        idents[copy] = idents[original]
    return idents, copies
