"""A killed build never costs the hub that people read."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evalkit.hub import swap
from evalkit.hub.render import build
from evalkit.hub.swap import fresh_folder, recover
from tests.hub_sample import sample
from tests.test_hub import tree

KILLS = 4
SOAK_KILLS = 150
ROOT = Path(__file__).resolve().parent.parent
BUILDS = """
import sys
from pathlib import Path
from evalkit.hub.render import build
from tests.hub_sample import sample
edition = sample()
print("ready", flush=True)
while True:
    build(edition, Path(sys.argv[1]))
    print("built", flush=True)
"""


def killed_at_odd_moments(folder: Path, kills: int) -> None:
    """Kill a process that builds without pause; the hub must be whole each time."""
    out = folder / "reports"
    build(sample(), out)
    whole = tree(out)
    for number in range(kills):
        with subprocess.Popen(
            [sys.executable, "-c", BUILDS, str(out)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as building:
            assert building.stdout is not None
            building.stdout.readline()
            time.sleep(0.02 + 0.6 * (number * 0.6180339887 % 1))  # spread evenly over a build
            building.send_signal(signal.SIGKILL)
        assert tree(out) == whole, f"kill {number}"
    build(sample(), out)
    assert [path.name for path in folder.iterdir()] == ["reports"], "what was left behind goes"


def test_kills_in_the_middle_of_a_build(tmp_path: Path) -> None:
    killed_at_odd_moments(tmp_path, KILLS)


@pytest.mark.soak
def test_many_kills_in_the_middle_of_a_build(tmp_path: Path) -> None:
    killed_at_odd_moments(tmp_path, SOAK_KILLS)


def test_a_full_disk_leaves_the_old_folder(tmp_path: Path) -> None:
    out = tmp_path / "reports"
    out.mkdir()
    (out / "index.html").write_text("old")
    with pytest.raises(OSError, match="full"), fresh_folder(out) as fresh:
        (fresh / "index.html").write_text("new")
        raise OSError("full")
    assert (out / "index.html").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_drive_that_cannot_exchange_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_exchange_call", lambda: None)
    out = tmp_path / "reports"
    for text in ("one", "two"):
        with fresh_folder(out) as fresh:
            (fresh / "index.html").write_text(text)
        assert (out / "index.html").read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_what_a_kill_between_two_renames_left_is_brought_back(tmp_path: Path) -> None:
    """Only where the system cannot exchange folders; by hand, because the moment is too short to hit."""
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True
    )
    left = tmp_path / f".reports-{int(ended.stdout)}-abc"
    (left / "old").mkdir(parents=True)
    (left / "old" / "index.html").write_text("the hub")
    running = tmp_path / f".reports-{os.getpid()}-abc"
    running.mkdir()
    recover(tmp_path / "reports")
    assert (tmp_path / "reports" / "index.html").read_text() == "the hub"
    assert not left.exists()
    assert running.exists(), "a build that still runs keeps its folder"
