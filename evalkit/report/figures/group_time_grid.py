"""Effects of every cohort in every period: one tile each, its direction a shape, its firmness a fill."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.did.group_time_effects import GroupTimeEffects
from evalkit.findings.numerals import level_text, number
from evalkit.report.figures.figure import (
    OF_A_MODEL,
    Figure,
    FigureWords,
    clear,
    effect_text,
    places,
    units_text,
    verb,
)
from evalkit.report.figures.group_time_tiles import Cohort, Grid, Tile, draw_grid_of_tiles

_MOST_COHORTS = 30
"""Drawn; with more, the largest."""


def group_time_grid(effects: GroupTimeEffects, words: FigureWords) -> Figure:
    """Cohorts by periods, a triangle up or down a cell: filled where its interval is clear of no change.

    Numbers stand in the tiles where they have room, else only marks, else small bars up or down; the table
    has every number. A cohort of one unit or cluster has no interval of its own: its marks are dashed.
    """
    grid = _grid(effects, words)
    wide, narrow = (
        draw_grid_of_tiles(grid, words, _describe(grid), shape) for shape in ("wide", "narrow")
    )
    return Figure(
        takeaway=_takeaway(grid, effects.level),
        wide=wide,
        narrow=narrow,
        note=_note(effects, grid),
        holds=OF_A_MODEL,
        head=("Group and period", "Estimate", "Low", "High", "Treated", "Comparison"),
        rows=_rows(effects, words),
    )


def _grid(effects: GroupTimeEffects, words: FigureWords) -> Grid:
    table = effects.to_frame()
    lone = set(effects.lone_cohorts)
    starts = sorted(set(effects.cohort.tolist()))
    largest = sorted(starts, key=lambda g: (-effects.cohort_sizes[g], g))[:_MOST_COHORTS]
    digits = places([*effects.effects.tolist()], words.scale)
    cohorts = []
    for g in sorted(largest):
        rows = table[effects.cohort == g]
        alone = effects.periods[g] in lone
        tiles = {
            int(t): Tile(
                effect=float(row.effect),
                text=effect_text(float(row.effect), words.scale, digits).removesuffix("%"),
                lone=alone,
                clear=not alone and clear(float(row.low), float(row.high)),
            )
            for t, row in zip(effects.period[effects.cohort == g], rows.itertuples(), strict=True)
        }
        size = units_text(effects.cohort_sizes[g], words.units)
        cohorts.append(Cohort(start=g, name=effects.periods[g], size=size, tiles=tiles))
    pairs = zip(effects.cohort.tolist(), effects.base.tolist(), strict=True)
    bases = dict(pairs) if effects.base_period == "universal" else {}
    shown = sorted({*effects.period.tolist(), *bases.values(), *starts})
    return Grid(
        cohorts=tuple(cohorts),
        periods=tuple((t, effects.periods[t]) for t in range(shown[0], shown[-1] + 1)),
        bases=bases,
        left_out=len(starts) - len(largest),
    )


@dataclass(frozen=True, slots=True)
class _Count:
    cells: int
    clear: int
    up: int


def _count(tiles: Sequence[Tile]) -> _Count:
    known = [tile for tile in tiles if not tile.lone]
    firm = [tile for tile in known if tile.clear]
    return _Count(len(known), len(firm), sum(tile.effect > 0 for tile in firm))


def _takeaway(grid: Grid, level: float) -> str:
    after = _count(grid.tiles(after=True))
    before = _count(grid.tiles(after=False))
    if not after.cells:
        return "Every group is one unit: no cell has an interval, and the picture cannot tell."
    said = f"{after.clear} of {after.cells} cells from the start on {verb(after.clear)} clear of no change"
    if after.clear:
        said += f" ({after.up} up, {after.clear - after.up} down)"
    if before.cells:
        said += f"; before the start, {before.clear} of {before.cells}"
    return f"{said}. By chance alone about {number(100 * (1 - level), 0)} in 100 would be."


def _describe(grid: Grid) -> str:
    after, before = grid.tiles(after=True), grid.tiles(after=False)
    rose = sum(tile.effect > 0 for tile in after)
    return (
        f"{len(grid.cohorts)} groups by start and {len(grid.periods)} periods. From the start on {rose}"
        f" of {len(after)} estimates point up, {_count(after).clear} clear of no change; before it"
        f" {_count(before).clear} of {len(before)} are clear."
    )


def _note(effects: GroupTimeEffects, grid: Grid) -> str:
    said = [
        "Triangles (bars where there are many cells) point up where the outcome rose against the comparison"
        " group, down where it fell; filled:"
        f" the {level_text(effects.level)} interval of that cell alone is clear of no change; open: it is"
        " not. Tinted: from the start on."
    ]
    if grid.bases:
        said.append("Diamond: the base period of that group, 0 by design.")
    if effects.lone_cohorts:
        named = ", ".join(effects.lone_cohorts)
        said.append(f"Dashed: groups of one unit ({named}), which have no interval of their own.")
    if effects.omitted:
        count = len(effects.omitted)
        said.append(f"Empty: {count} cells that could not be estimated.")
    if grid.left_out:
        said.append(f"{grid.left_out} smaller groups are in the table only.")
    made = f"{effects.words}; {effects.n_units} units, {effects.n_clusters} clusters."
    return " ".join([*said, made, *effects.notes])


def _rows(effects: GroupTimeEffects, words: FigureWords) -> tuple[tuple[str, ...], ...]:
    table = effects.to_frame()
    lone = set(effects.lone_cohorts)
    known = table[~table["group"].isin(lone)]
    digits = places([*known["low"], *known["high"], *table["effect"]], words.scale)
    rows = []
    for row in table.itertuples():
        ends = (None, None) if row.group in lone else (float(row.low), float(row.high))
        texts = (effect_text(v, words.scale, digits) for v in (float(row.effect), *ends))
        counts = (number(row.n_treated, 0), number(row.n_comparison, 0))
        rows.append((f"{row.group} in {row.period}", *texts, *counts))
    rows += [(f"{c.group} in {c.period}", "none", "–", "–", "–", "–") for c in effects.omitted]
    return tuple(rows)
