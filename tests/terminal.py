"""evalkit on a pseudo-terminal, as somebody who types sees it."""

import contextlib
import os
import pty
import select
import subprocess
import sys
import time

QUIET = 0.03
"""Seconds of silence after which a question is complete."""


class Terminal:
    """evalkit on a pseudo-terminal: waits for what it says, types what it is told."""

    def __init__(self, workspace, *words):
        self.said = ""
        self.terminal, inner = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "evalkit", *words],
            cwd=workspace,
            env=os.environ | {"TERM": "dumb"},
            stdin=inner,
            stdout=inner,
            stderr=inner,
        )
        os.close(inner)

    def talk(self, *lines):
        """Pairs of what it asks, once it has asked, and what to type then."""
        for expected, typed in lines:
            seen = self._until(expected)
            assert expected in seen, f"{expected!r} is not in {seen!r}"
            os.write(self.terminal, f"{typed}\n".encode())

    def end(self):
        """Everything that it said, and its exit code."""
        self._until(None)
        os.close(self.terminal)
        return self.said.replace("\r\n", "\n"), self.process.wait(timeout=30)

    def _until(self, expected):
        """What it says up to there, and until it waits: the terminal itself echoes what is typed earlier."""
        new, deadline = "", time.monotonic() + 30
        with contextlib.suppress(OSError):
            while time.monotonic() < deadline:
                there = expected is not None and expected in new
                if not select.select([self.terminal], [], [], QUIET if there else 0.2)[0]:
                    if there:
                        break
                else:
                    chunk = os.read(self.terminal, 65536).decode(errors="replace")
                    if not chunk:
                        break
                    new += chunk
                    self.said += chunk
        return new
