"""What every command says of a weighted table, and the table of weights that an option names."""

from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.cli.edge import here
from evalkit.cli.screen import say, say_table

if TYPE_CHECKING:
    from evalkit.data.harm import Weighed
    from evalkit.types.extraction import Extraction
    from evalkit.workflow.weights import Weighing


def weighing_named(name: str) -> "Weighing":
    """The registered table that ``--weights`` names."""
    from evalkit.registry.store import open_registry
    from evalkit.workflow.weights import Weighing, read_weights

    with open_registry(here().url) as session:
        return Weighing(table=read_weights(session, name))


def say_harm_of(table: Path) -> None:
    """As ``say_harm``, of a table that was written; says nothing of a table of counts."""
    from evalkit.data.harm_table import read_weighed
    from evalkit.data.keep import read_extraction

    weighed, made = read_weighed(table), read_extraction(table)
    if weighed is not None and made is not None:
        say_harm(weighed, made)


def say_harm(weighed: "Weighed", made: "Extraction") -> None:
    """Print count and weighted sum side by side, what rests on the heaviest, and whose weights they are."""
    from evalkit.data.harm_words import rests_on, side_by_side

    say()
    head, rows = side_by_side(weighed)
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(4)]
    right = [(row[0], *(row[i].rjust(widths[i]) for i in (1, 2, 3))) for row in (head, *rows)]
    say_table(("", "", "", ""), right)
    say(rests_on(weighed))
    say("No interval, no comparison: how large the change was, not what it shows.")
    say(f"Weights {made.choices['weights']}: {made.choices['weights are']}")
