"""Deviations on the screen: what was planned, what was run, both answers, the reason."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evalkit.cli.screen import plain, say, say_table

if TYPE_CHECKING:
    from evalkit.types.deviation import Deviation


def say_deviations(deviations: Sequence["Deviation"]) -> None:
    """Every deviation with its number, type and time, both answers, and its reason or that it has none."""
    from evalkit.findings.deviations import TIMING, TYPES, unexplained

    if not deviations:
        say("Deviations: none")
        return
    without = len(unexplained(deviations))
    left = f", {without} without a reason" if without else ""
    say(f"Deviations: {len(deviations)}{left}", bold=bool(without))
    shared = len({one.estimates for one in deviations}) == 1
    for number, one in enumerate(deviations, 1):
        say(f"{number} {one.part} ({TYPES[one.type]}; {TIMING[one.timing]})")
        rows = [("planned", one.planned), ("run", one.run)]
        rows += [] if shared else _answers(one)
        rows += [("reason", one.reason or "no reason given")]
        say_table(("", ""), [(f"  {head}", plain(text)) for head, text in rows])
    if shared:
        say_table(("", ""), [(head, plain(text)) for head, text in _answers(deviations[0])])


def _answers(one: "Deviation") -> list[tuple[str, str]]:
    from evalkit.findings.deviations import answer_name, beside

    rows = []
    for both in one.estimates:
        planned, run = beside(both)
        named = f"{name}: " if (name := answer_name(one, both)) else ""
        why = f" ({both.why})" if both.why else ""
        rows.append(("answers", f"{named}{planned} planned, {run} run{why}"))
    return rows
