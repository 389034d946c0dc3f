"""What every test shares: the reference data, the browser, and how their absence is reported."""

import contextlib
import fcntl
import functools
import json
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from typer import main, testing
from typer.testing import CliRunner

from tests.one_after_another import BETWEEN

ROOT = Path(__file__).resolve().parent.parent
# the tree of commands is put together once, not for each of thousands of calls: 40 ms each
testing._get_command = functools.cache(main.get_command)
VARIABLE = "EVALKIT_REFERENCE_DATA"
LEFT_OUT = pytest.StashKey[int]()


def reference_folder() -> Path | None:
    """The folder that the variable names, None when it is not set."""
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    if not Path(name).is_dir():
        raise pytest.UsageError(f"{VARIABLE}={name} is not a folder")
    return Path(name).resolve()


LONGEST = frozenset(
    f"test_{name}.py"
    for name in (
        *(
            "pages_demo",
            "demo",
            "plan_mutations",
            "protocol_new",
            "journey_series",
            "journey_typed",
        ),
        *("notebook_new", "notebooks", "gate", "evaluation_did", "journey", "evaluate_all"),
    )
)
"""Begun first, so that no process is left alone with one of them at the end."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: some test always waits for a browser, a kernel or a command."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes unless asked, and comparisons when there is no reference data."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
    if "soak" not in config.getoption("markexpr", ""):
        long = [item for item in items if item.get_closest_marker("soak")]
        if long:
            config.hook.pytest_deselected(items=long)
            items[:] = [item for item in items if item not in long]
    if reference_folder() is not None:
        return
    left_out = [
        item
        for item in items
        if item.get_closest_marker("reference_data")
        or "reference_data" in getattr(item, "fixturenames", ())
    ]
    config.stash[LEFT_OUT] = len(left_out)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In one of several processes: pass on how many reference tests were left out."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """In the process that gathers: keep what another one passed on; all left out the same."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say in one line how many tests were left out and what to set."""
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{count} reference tests left out: set {VARIABLE} to the folder with published data"
        )


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository root."""
    return ROOT


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


Evalkit = Callable[..., Said]


@pytest.fixture(scope="session")
def cli() -> Evalkit:
    """Run a command in this process: ``cli("protocol", "lock", file, cwd=workspace)``."""

    def run(*words: object, cwd: Path) -> Said:
        from evalkit.cli import app

        with contextlib.chdir(cwd):
            done = CliRunner().invoke(app, [str(word) for word in words], prog_name="evalkit")
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Said(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def cli_process() -> Evalkit:
    """Run a command in a process of its own, its output in pipes."""

    def run(*words: object, cwd: Path, **variables: str) -> Said:
        command = [sys.executable, "-m", "evalkit", *map(str, words)]
        done = subprocess.run(
            command,
            cwd=cwd,
            env=os.environ | variables,
            capture_output=True,
            text=True,
            errors="replace",
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def cli_terminal() -> Evalkit:
    """Run a command in a terminal of a given size; stderr is a pipe unless ``both``."""

    def run(
        *words: object,
        cwd: Path,
        columns: int,
        rows: int = 24,
        both: bool = False,
        module: str = "evalkit",
        **variables: str,
    ) -> Said:
        outer, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
        process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, words)],
            cwd=cwd,
            env=kept | {"TERM": "xterm-256color"} | variables,
            stdin=inner,
            stdout=inner,
            stderr=inner if both else subprocess.PIPE,
        )
        os.close(inner)
        out = _drained(outer)
        err = b"" if process.stderr is None else process.stderr.read()
        if process.stderr is not None:
            process.stderr.close()
        return Said(process.wait(), out.decode().replace("\r\n", "\n"), err.decode())

    return run


@pytest.fixture(scope="session")
def terminal_many(cli_terminal: Evalkit) -> Callable[..., list[str]]:
    """Run commands in one process in a terminal, none of which may fail, and return what each printed."""

    def run(asked: list[tuple[str, ...]], **terminal: Any) -> list[str]:
        said = cli_terminal(
            json.dumps(asked), module="tests.one_after_another", PYTHONPATH=str(ROOT), **terminal
        )
        assert said.code == 0, said.err
        return said.out.split(BETWEEN)[:-1]

    return run


def _drained(terminal: int) -> bytes:
    """Everything written to a terminal until its last writer has gone."""
    out = b""
    with contextlib.suppress(OSError):  # Linux says EIO at the end
        while chunk := os.read(terminal, 65536):
            out += chunk
    os.close(terminal)
    return out


@pytest.fixture(scope="session")
def copy_workspace() -> Callable[[Path], Path]:
    """Copy the repository's own workspace, without what was built, into a new folder."""

    def copy(folder: Path) -> Path:
        folder.mkdir(parents=True)
        for name in ("case_studies", "protocols"):
            shutil.copytree(ROOT / name, folder / name)
        for name in ("evalkit.toml", "registry.db"):
            shutil.copyfile(ROOT / name, folder / name)
        (folder / "reports").mkdir()
        shutil.copyfile(ROOT / "reports" / "README.md", folder / "reports" / "README.md")
        return folder

    return copy


@pytest.fixture(scope="session")
def demo_run(
    tmp_path_factory: pytest.TempPathFactory,
    copy_workspace: Callable[[Path], Path],
    cli_process: Evalkit,
) -> tuple[Path, Said]:
    """A copy of the workspace in which the demo ran once, and what it said into a pipe.

    Test processes of one run share it: the first that needs it runs the demo.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    shared.mkdir(exist_ok=True)
    folder, kept = shared / "workspace", shared / "said.json"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            said = cli_process("demo", "--full", cwd=copy_workspace(folder))
            kept.write_text(json.dumps(asdict(said)), "utf-8")
    return folder, Said(**json.loads(kept.read_text("utf-8")))


@pytest.fixture(scope="session")
def demo_workspace(demo_run: tuple[Path, Said]) -> Path:
    """A copy of the workspace in which the demo ran once: registry, notebooks, reports. Read only."""
    folder, said = demo_run
    assert said.code == 0, said.err
    return folder


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder with published data and numbers to compare with."""
    folder = reference_folder()
    assert folder is not None, f"{VARIABLE} is not set"
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A Chromium that runs; without one the test is skipped, or fails where CI is set."""
    found = subprocess.run(
        ["sh", ROOT / "scripts" / "chromium", "--find"], capture_output=True, text=True
    )
    if found.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(found.stderr.strip())
    return found.stdout.strip()
