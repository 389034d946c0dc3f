"""Size and power with few areas: python -m benchmarks.calibration.did [--draws 2000] [--seed 1].

Writes the section *Areas compared* of docs/calibration.md, and ends with an error where the
chosen method rejects a true null in more than 6 per cent of draws although chance decided who was treated.
Such a cell is first drawn again, ten times as often, so that Monte Carlo error does not decide: its standard
error is then 0.15 points.
"""

import argparse
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from benchmarks.calibration import changes, counts, worlds
from benchmarks.calibration.cells import DESIGNS, VARIANTS, Cell
from benchmarks.calibration.sections import write_section
from benchmarks.calibration.table import section, table
from benchmarks.calibration.worlds import START, World
from evalkit.inference.chooser import SEVERAL, Choice, choose
from evalkit.inference.few_treated import MANY_FOR_ONE, few_treated
from evalkit.inference.judgement import attainable
from evalkit.inference.permutation import LIST_UP_TO, n_assignments
from evalkit.inference.spread import spread_ratio

Floats = npt.NDArray[np.float64]
ALPHA, BOUND, AGAIN = 0.05, 0.06, 10


def measured(world: World, draws: int, seed: int) -> Cell:
    """Simulate one cell."""
    without, chosen = p_values(world, draws, seed=seed, effect=False)
    with_effect, _ = p_values(world, draws, seed=seed, effect=True)
    tally = Counter(choice.name for choice in chosen)
    cell = Cell(
        world=world,
        attainable_level=attainable_level(world),
        size=_rejected(without),
        power=_rejected(with_effect),
        picked={name: count / draws for name, count in tally.most_common()},
    )
    above = [m for m in ("chosen", "ratio, chosen") if (cell.size.get(m) or 0.0) > BOUND]
    if not above or world.spread == "treated most":
        return cell
    more, _ = p_values(world, AGAIN * draws, seed=seed + 1, effect=False, only=("chosen",))
    again = _rejected(more)
    return replace(cell, size={**cell.size, **{m: again[m] for m in above}}, again=tuple(above))


def attainable_level(world: World) -> float:
    """Of the permutation test."""
    labels = np.where(world.is_treated, 0, 1)
    total = n_assignments(labels)
    if total > LIST_UP_TO:
        return attainable(1, changes.DEALT + 1, ALPHA)
    return attainable(2 if 2 * world.treated == world.areas else 1, total, ALPHA)


def p_values(
    world: World, draws: int, *, seed: int, effect: bool, only: tuple[str, ...] = ()
) -> tuple[dict[str, Floats | None], list[Choice]]:
    """P-values by method, and what was chosen in each draw; ``only`` the chosen ones and what they need."""
    sizes = None
    if world.outcome == "counts":
        raw, sizes = worlds.counts(world, draws, ratio=worlds.RATIO if effect else 1.0, seed=seed)
        outcome = np.log(np.maximum(raw, 0.5))
    else:
        outcome = worlds.outcomes(world, draws, seed=seed)
        outcome[:, world.is_treated, START:] += worlds.EFFECT * effect
    rows = outcome[:, :, START:].mean(axis=2) - outcome[:, :, :START].mean(axis=2)
    of = changes.Changes(rows=rows, treated=world.is_treated)
    found: dict[str, Floats | None] = {
        "cr2": changes.cr2(of),
        "permutation": changes.permutation(of),
        "donald_lang": changes.donald_lang(of),
    }
    if not only:
        found |= {
            "cluster": changes.cluster(of),
            "wild_bootstrap": changes.wild(of),
            "conley_taber": changes.conley_taber(of),
        }
    choices = [_choice(world, before) for before in outcome[:, :, :START]]
    found["chosen"] = _chosen(of, found, choices)
    if sizes is not None:
        incidents = counts.Incidents(
            before=raw[:, :, :START].sum(axis=2),
            after=raw[:, :, START:].sum(axis=2),
            treated=world.is_treated,
        )
        found["ratio, chosen"] = counts.permutation(incidents)
        if not only:
            found["ratio, cluster"] = counts.cluster(incidents)
            found["ferman_pinto"] = _ferman_pinto(of, sizes)
    return found, choices


def _choice(world: World, before: Floats) -> Choice:
    """As ``ek.did.twfe`` chooses; the smaller side is the treated one where both are as large."""
    few = world.is_treated if 2 * world.treated <= world.areas else ~world.is_treated
    return choose(
        n_treated=world.treated,
        n_comparison=world.areas - world.treated,
        attainable_level=attainable_level(world),
        spread_ratio=spread_ratio(before, few) if few.sum() < SEVERAL else None,
    )


def _chosen(of: changes.Changes, found: dict[str, Floats | None], choices: list[Choice]) -> Floats:
    names = np.array([choice.name for choice in choices])
    p_value = np.full(len(names), np.nan)
    for name in np.unique(names).tolist():
        picked = names == name
        if name == "donald_lang":
            allowed = np.array([choice.allowance for choice in choices])
            p_value[picked] = changes.donald_lang(of, allowed)[picked]
            continue
        values = changes.cluster(of) if name == "cluster" else found[name]
        assert values is not None, "the method chosen has an answer"
        p_value[picked] = values[picked]
    return p_value


def _ferman_pinto(of: changes.Changes, sizes: Floats) -> Floats | None:
    """By the package itself, draw by draw."""
    if of.sizes[1] < MANY_FOR_ONE * of.sizes[0]:
        return None
    return np.array(
        [
            few_treated(row, of.treated, size=size, seed=0).p_value
            for row, size in zip(of.rows, sizes, strict=True)
        ]
    )


def _rejected(found: dict[str, Floats | None]) -> dict[str, float | None]:
    return {
        name: None if p is None else float(np.mean(p <= ALPHA + 1e-12)) for name, p in found.items()
    }


def too_high(found: dict[str, list[Cell]]) -> list[str]:
    """Cells of the chosen method above the bound, in words."""
    return [
        f"{variant.title}: {cell.world.areas} areas, {cell.world.treated} treated, {method} {size:.1%}"
        for variant in VARIANTS
        if variant.held
        for cell in found[variant.title]
        for method, size in cell.size.items()
        if "chosen" in method and size is not None and size > BOUND
    ]


def main() -> int:
    """Run every cell and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--draws", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print only")
    asked = parser.parse_args()
    found: dict[str, list[Cell]] = {}
    for variant in VARIANTS:
        cells = []
        for areas, treated in DESIGNS:
            world = replace(variant.world, areas=areas, treated=treated)
            cells.append(measured(world, asked.draws, asked.seed))
        found[variant.title] = cells
        print(f"\n{variant.title}\n" + "\n".join(table(cells)), flush=True)
    if not asked.show:
        write_section("did", section(found, asked.draws, asked.seed))
    above = too_high(found)
    print("\n".join(["", *(f"ABOVE {BOUND:.0%}: {line}" for line in above)]) or "")
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main())
