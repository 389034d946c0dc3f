"""A plan against the data that are there already: its window, and what else happened to its comparison."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import EvalkitError
from evalkit.protocol.plan import Plan
from evalkit.registry.interventions import read_areas, read_interventions
from evalkit.registry.store import Session
from evalkit.types.dates import is_before, last_day
from evalkit.types.intervention import Area, Intervention

if TYPE_CHECKING:
    from evalkit.data.cover import FileCover

_NOT_BEGUN = ("idea", "planned", "withdrawn")


def cover_problems(
    plan: Plan, folder: Path, today: datetime.date
) -> Iterator[tuple[str, str, str, str]]:
    """A window that begins before the data, or whose last period is over and not among them.

    Months that are still to come may be planned for.
    """
    cover = _cover(folder)
    if cover is None or len(cover.first) != len(plan.window.start):
        return
    if plan.window.start < cover.first:
        needed = f"at least {cover.first}, the first period in {cover.file}"
        yield "window.start", plan.window.start, needed, "Start later, or load more."
    if plan.window.end > cover.last and last_day(plan.window.end) < today:
        needed = f"at most {cover.last}, the last period in {cover.file}"
        yield "window.end", plan.window.end, needed, "Load it, or end earlier."


def treated_elsewhere(
    session: Session, plan: Plan, folder: Path, intervention: Intervention
) -> Iterator[tuple[str, str, str, str]]:
    """Areas of the comparison in which another registered intervention ran during the window."""
    if plan.comparison is None:
        return
    areas = read_areas(session)
    compared = _compared(folder, areas, intervention)
    for other in read_interventions(session):
        if other.id == intervention.id or other.status in _NOT_BEGUN or not _during(other, plan):
            continue
        for code in compared:
            if {code, areas[code].parent} & set(other.areas):
                found = f"{code} ({areas[code].name}) treated in {other.id}"
                needed = f"areas without it from {plan.window.start} to {plan.window.end}"
                yield "comparison", found, needed, "Exclude it."


def _compared(folder: Path, areas: dict[str, Area], intervention: Intervention) -> list[str]:
    """Codes of the areas that a recipe compares with, as far as it or its file names areas."""
    from evalkit.data.police.recipe import is_police_recipe, read_police_recipe

    own = set(intervention.areas)
    if is_police_recipe(folder):
        try:
            recipe, _ = read_police_recipe(folder)
        except EvalkitError:
            return []
        named = [code for code in recipe.areas if code not in recipe.treated_from]
        return [code for code in named if code in areas]
    cover = _cover(folder)
    codes = {area.name: code for code, area in areas.items()}
    units = [codes.get(unit, unit) for unit in (cover.units if cover else ())]
    return [unit for unit in units if unit in areas and not {unit, areas[unit].parent} & own]


def _cover(folder: Path) -> "FileCover | None":
    """Loads the libraries for tables only where there is a recipe: plans are shown without them."""
    if not (folder / "data.yaml").is_file():
        return None
    from evalkit.data.cover import cover_of

    return cover_of(folder)


def _during(other: Intervention, plan: Plan) -> bool:
    """Whether an intervention ran in some of the window."""
    ended = other.end is not None and is_before(other.end, plan.window.start)
    return not ended and not is_before(plan.window.end, other.start)
