"""What can be worked out: totals less rows, tables against tables, rates times people, old against new."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evalkit.data.disclosure.components import Component, components
from evalkit.data.disclosure.leak import Leak
from evalkit.data.disclosure.profiles import Profile
from evalkit.data.disclosure.statement import Cell, Statement, split

_OPEN = {"hidden", "missing", "rate", "share"}


@dataclass(frozen=True, slots=True)
class Narrow:
    """A cell that is bounded more tightly than its profile allows."""

    cell: Cell
    low: float
    high: float
    component: Component


def subtraction(statements: Sequence[Statement], profile: Profile) -> Iterator[Leak]:
    """Every cell that is not shown and that what is shown narrows too far."""
    if profile.hides is None:
        return
    for narrow in narrowed(statements, profile):
        about = _about(statements, narrow.component)
        places = _needed(about, narrow, profile)
        yield _leak(narrow, places, profile)


def narrowed(statements: Sequence[Statement], profile: Profile) -> Iterator[Narrow]:
    """The cells, with the range that an attacker is left with."""
    targets = targets_of(statements, profile)
    asked: dict[object, list[tuple[int, float, float]] | None] = {}
    for component in components(statements, set(targets)):
        wanted = [(n, targets[cell]) for n, cell in enumerate(component.cells) if cell in targets]
        key = (component.key(), tuple(wanted))
        if key not in asked:
            asked[key] = _too_narrow(component, wanted, profile)
        found = asked[key]
        if found is None:
            yield from _each_for_itself(statements, component, profile)
            continue
        for n, low, high in found:
            yield Narrow(component.cells[n], low, high, component)


def targets_of(statements: Iterable[Statement], profile: Profile) -> dict[Cell, bool]:
    """Cells of this edition whose number is not shown; whether a mark says that it is small."""
    assert profile.hides is not None
    open_: dict[Cell, bool] = {}
    shown: set[Cell] = set()
    for one in statements:
        if one.earlier or one.kind in ("total", "part of an area"):
            continue
        cell = one.terms[0][0]
        if one.kind == "shown":
            shown.add(cell)
        elif one.low <= profile.hides[1] or one.kind == "share":
            small = one.kind == "hidden" and one.high <= profile.hides[1]
            open_[cell] = open_.get(cell, False) or small
    return {
        cell: small
        for cell, small in open_.items()
        if cell not in shown and cell.labels.isdisjoint(profile.national)
    }


def _too_narrow(
    component: Component, wanted: list[tuple[int, bool]], profile: Profile
) -> list[tuple[int, float, float]] | None:
    """Which of the wanted cells are bounded too tightly; None where nothing fits what is said."""
    if not component.links:  # what is printed of it alone
        least, most = math.ceil(component.low[0]), component.high[0]
        most = math.floor(most) if most < math.inf else most
        return [
            (n, least, most) for n, small in wanted if is_too_narrow(least, most, small, profile)
        ]
    # loaded where a number is hidden: the solver takes longer to load than a hub that hides none
    from evalkit.data.disclosure.attacker import Attacker

    attacker = Attacker(component)
    attacker.look([n for n, _ in wanted])
    if not attacker.feasible():
        return None
    found = []
    for n, small in wanted:
        low, high = attacker.bounds(n, enough=profile.least_values)
        if is_too_narrow(low, high, small, profile):
            found.append((n, low, high))
    return found


def is_too_narrow(low: float, high: float, small: bool, profile: Profile) -> bool:
    """Whether this range says more of a hidden number than the profile allows."""
    assert profile.hides is not None
    least, most = profile.hides
    if high - low + 1 >= profile.least_values:
        return False
    if small:
        return True
    return low <= most and high >= least


def _each_for_itself(
    statements: Sequence[Statement], component: Component, profile: Profile
) -> Iterator[Narrow]:
    """Where places contradict each other: each edition, then each table, taken alone."""
    about = _about(statements, component)
    for by_table in (False, True):
        groups = split(about, by_table=by_table)
        if len(groups) > 1:
            for group in groups.values():
                yield from narrowed(group, profile)
            return


def _about(statements: Sequence[Statement], component: Component) -> list[Statement]:
    """The statements that a component rests on: its links, and what is said of each cell in them."""
    links = set(map(id, component.links))
    cells = set(component.cells) | {cell for one in component.links for cell, _ in one.terms}
    return [
        one
        for one in statements
        if id(one) in links or (len(one.terms) == 1 and one.terms[0][0] in cells)
    ]


def _needed(about: list[Statement], narrow: Narrow, profile: Profile) -> list[Statement]:
    """As few places as give the cell away: each is left out in turn, and stays out if it is not needed."""
    places = sorted({one.place for one in about}, key=lambda place: (not _early(place), place))
    for place in places:
        fewer = [one for one in about if one.place != place]
        small = any(one.kind == "hidden" and one.terms[0][0] == narrow.cell for one in about)
        if still_narrow(fewer, narrow.cell, small, profile):
            about = fewer
    return about


def _early(place: str) -> bool:
    return place.endswith("of an earlier edition")


def still_narrow(
    statements: Sequence[Statement], cell: Cell, small: bool, profile: Profile
) -> bool:
    """Whether these statements alone narrow the cell too far."""
    found = components(statements, {cell})[0]
    at = found.cells.index(cell)
    return bool(_too_narrow(found, [(at, small)], profile))


def _leak(narrow: Narrow, needed: list[Statement], profile: Profile) -> Leak:
    where = tuple(dict.fromkeys(one.place for one in needed))
    kinds = {one.kind for one in needed if len(one.terms) > 1 or one.kind == "rate"}
    low, high = narrow.low, narrow.high
    range_ = f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"
    how = "from what else is shown"
    if any(one.earlier for one in needed):
        how = "from this and an earlier edition"
    elif "rate" in kinds:
        how = "from the rate and the number of people"
    elif "share" in kinds:
        how = "from the percentage and its total"
    elif len(where) > 1:
        how = "from several tables together"
    elif kinds:
        how = "from the total and the other rows"
    return Leak(
        rule="two editions" if "earlier" in how else "subtraction",
        cells=(str(narrow.cell),),
        where=where,
        why=f"it can only be {range_}, {how}; at least {profile.least_values} values must stay possible",
        profile=profile.label,
    )
