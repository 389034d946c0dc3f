"""A build tells how far it is: on a terminal with a bar, in a pipe not at all."""

import io
import sys
from pathlib import Path

import pytest

from evalkit.cli.hub import _progress
from evalkit.hub.edition import cut
from evalkit.hub.shelf import Shelf
from evalkit.hub.stage import stage
from tests.hub_sample import sample


class Screen(io.StringIO):
    """A terminal or a pipe."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_on_a_terminal_and_nothing_in_a_pipe(
    terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", screen := Screen(terminal=terminal))
    with _progress() as tell:
        tell(3, 7)
    said = screen.getvalue()
    assert ("building the hub" in said and "3/7" in said) if terminal else said == ""


def test_every_part_is_told_in_turn_and_then_the_whole(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    stage(parts := cut(sample()), Shelf(tmp_path), tell=lambda done, of: told.append((done, of)))
    steps = len(parts.parts) + 1
    assert told == sorted(told) and {of for _, of in told} == {steps}
    assert {done for done, _ in told} == {*range(1, steps + 1)} and told.count((steps, steps)) == 1
