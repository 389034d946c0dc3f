"""The section of docs/calibration.md on pooled effects, in words and a table."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.calibration.synthesis import Cell

TITLE = "Studies taken together: pooled effects"
HEAD = (
    *("studies", "tau²", "**pooled**", "floor binds", "without the floor", "tau² as known"),
    *("prediction", "**two findings a study**", "as if apart"),
)
READ = (
    "The true mean is 0; variances within studies are a quarter of a chi-squared draw between 0.009 and "
    "0.6, the design of Brockwell and Gordon (2001), *Statistics in Medicine* 20(6). Entries are per cent "
    "of draws; a standard error is 0.15 points at 95. *Pooled* is what `ek.synthesis.pool` gives for one "
    "finding a study: REML, Hartung and Knapp with the floor. *Prediction* is how often its prediction "
    "interval holds the true effect of another study. *Two findings a study* correlate by 0.5 and are "
    "pooled by study with robust errors; *as if apart* takes them as twice as many studies."
)
WHY = (
    "**Where it covers too much.** With tau² 0 the studies scatter as chance alone would have it, and the "
    "floor binds in two draws of three or more. Without it the interval would shrink with that luck and "
    "come out narrower than if everything were known; with it the error stays what it would be if tau² "
    "were known, under a t quantile for few studies and beside a tau² that is never estimated below 0. So "
    "it holds the truth in nearly all draws: the interval of a few studies that are alike is wider than "
    "it need be, on purpose. The more studies, or the more they differ, the less is left of this: where "
    "tau² is 0.3 the floor binds about as often as not, and moves little. **Where it covers too little**: "
    "from ten studies on that differ a little, where REML often finds no difference; it stays above 91 "
    "everywhere. The prediction interval is too short in the same place, more so (85 instead of 95): read "
    "it as the least by which the next place may differ."
)


def table(cells: "list[Cell]") -> Iterator[str]:
    """Lines of a table in Markdown."""
    yield f"| {' | '.join(HEAD)} |"
    yield "|" + "---|" * len(HEAD)
    for cell in cells:
        shares = (cell.pooled, cell.floored, cell.unfloored, cell.normal)
        others = (cell.prediction, cell.clustered, cell.naive)
        row = [str(cell.k), f"{cell.tau_squared:g}"]
        row += [f"{100 * share:.1f}" for share in (*shares, *others)]
        yield f"| {' | '.join(row)} |"


def section(cells: "list[Cell]", draws: int, seed: int) -> str:
    """The whole section in Markdown."""
    made = f"`python -m benchmarks.calibration.synthesis`: {draws:,} draws a row, seed {seed}."
    lines = [f"## {TITLE}", "", textwrap.fill(f"{made} {READ}", 110), "", *table(cells), ""]
    return "\n".join([*lines, textwrap.fill(WHY, 110)])
