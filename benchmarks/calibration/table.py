"""The section of docs/calibration.md on difference-in-differences, in words and tables."""

import textwrap
from collections.abc import Iterator

from benchmarks.calibration import worlds
from benchmarks.calibration.cells import VARIANTS, Cell

METHODS = {
    "cluster": "cluster (naive)",
    "cr2": "CR2",
    "wild_bootstrap": "wild bootstrap",
    "permutation": "permutation",
    "donald_lang": "Donald–Lang",
    "conley_taber": "Conley–Taber",
    "ferman_pinto": "Ferman–Pinto",
    "chosen": "**chosen**",
    "ratio, cluster": "rate ratio, cluster",
    "ratio, chosen": "**rate ratio, chosen**",
}
SHORT = {"donald_lang": "Donald–Lang", "cr2": "CR2", "permutation": "permutation"}


def table(cells: list[Cell]) -> Iterator[str]:
    """Lines of a table in Markdown."""
    methods = [m for m in METHODS if any(m in cell.size for cell in cells)]
    head = ["areas", "treated", "attainable", *(METHODS[m] for m in methods), "what was chosen"]
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for cell in cells:
        row = [str(cell.world.areas), str(cell.world.treated), f"{cell.attainable_level:.1%}"]
        row += [_entry(cell, m) for m in methods]
        picked = (f"{SHORT.get(n, n)} {_share(s)}" for n, s in cell.picked.items())
        yield f"| {' | '.join([*row, ', '.join(picked)])} |"


def _entry(cell: Cell, method: str) -> str:
    size, power = cell.size.get(method), cell.power.get(method)
    if size is None or power is None:
        return "–"
    mark = "×10" if method in cell.again else ""
    return f"{100 * size:.1f}{mark} ({100 * power:.0f})"


def _share(share: float) -> str:
    return "under 1%" if share < 0.01 else f"{share:.0%}"


def section(found: dict[str, list[Cell]], draws: int, seed: int) -> str:
    """The whole section in Markdown."""
    made = f"`python -m benchmarks.calibration.did`: {draws:,} draws a cell, seed {seed}."
    lines = [f"## {TITLE}", "", _wrapped(f"{made} {READ}"), "", _wrapped(HELD)]
    for variant in VARIANTS:
        lines += ["", f"### {variant.title}", "", *table(found[variant.title])]
        if variant.world.outcome == "counts":
            lines += ["", _wrapped(COUNTS)]
        if variant.world.spread != "equal":
            lines += ["", SPREAD]
    return "\n".join(lines)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, width=110)


TITLE = "Areas compared: difference-in-differences with few of them"
READ = (
    f"{worlds.PERIODS} months, the start in the middle. Each entry is the share of draws, in per cent, in "
    "which *no effect* is rejected at 5% where nothing happened, and in brackets where something did: "
    f"{worlds.EFFECT:g} standard deviation of a month, or a quarter fewer incidents. *Attainable* is the "
    "level at which permutation can reject, or the smallest p-value it can give where that is larger than "
    "5%: there no assumption-free test at 5% exists. A dash means that the method has no answer. Two-way "
    "fixed effects with clustered errors, the usual choice, are *cluster (naive)*; the wild bootstrap has "
    "999 draws."
)
HELD = (
    '*Chosen* is what `inference="auto"` takes, draw by draw. Where chance decides who is treated it may '
    "reject in no more than 6% of draws. With 2,000 draws a true 5% shows as anything from 4.0 to 6.0, so a "
    "cell above 6 is drawn again ten times as often (marked ×10), and that number has to be 6 or less; the "
    "command fails otherwise. In the part on the most variable areas chance does not decide, and no bound is "
    "promised."
)
COUNTS = (
    f"Areas of {worlds.SMALLEST:g} to {worlds.LARGEST:g} incidents a month, variance {worlds.DISPERSION:g} "
    "times the mean, each around a rate of its own that wanders (autocorrelation 0.5, standard deviation "
    f"{worlds.WANDER:g} of its logarithm). The last two methods are those of `ek.did.poisson`, whose `auto` "
    "is permutation with fewer than 50 areas on a side; the others are for two-way fixed effects of log "
    "counts."
)
SPREAD = f"Standard deviations from 1 to {worlds.WIDEST:g}, evenly on the log scale."
