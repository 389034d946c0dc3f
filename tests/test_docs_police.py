"""docs/police-files.md shows what a terminal shows."""

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Evalkit


def test_the_page_shows_what_the_terminal_shows(
    cli_terminal: Evalkit, root: Path, tmp_path: Path, copy_workspace: Callable[[Path], Path]
) -> None:
    page = root / "docs" / "police-files.md"
    text = page.read_text(encoding="utf-8")
    commands = re.findall(r"^\$ evalkit (.+)$", text, re.M)
    blocks = list(re.finditer(r"<!-- transcript: \w+ -->\n```text\n(.*?)```", text, re.S))
    assert len(commands) == len(blocks) == 3
    workspace = copy_workspace(tmp_path / "workspace")
    said = [cli_terminal(*shlex.split(c), cwd=workspace, columns=80) for c in commands]
    assert [one.code for one in said] == [0, 1, 0]
    shown = [re.sub(r"\x1b\[\d*m", "", one.out + one.err).strip() + "\n" for one in said]
    if os.environ.get("EVALKIT_TRANSCRIPTS"):
        for block, new in reversed(list(zip(blocks, shown, strict=True))):
            text = text[: block.start(1)] + new + text[block.end(1) :]
        page.write_text(text, encoding="utf-8")
    else:
        assert [block[1] for block in blocks] == shown
