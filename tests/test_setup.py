"""scripts/setup: which Python it takes, what it says without one, and when it works at all.

The Pythons here are small shell scripts: machines that do not exist can be tested.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

GOOD = "final venv"
SHELLS = [shell for shell in ("sh", "dash", "bash") if shutil.which(shell)]


def program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def python(path: Path, version: str, rest: str = GOOD) -> Path:
    """A program that answers the question of scripts/setup as this Python would."""
    return program(path, f"echo {version.replace('.', ' ')} {rest}")


def find(
    root: Path, *folders: Path, shell: str = "sh", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which(shell) or shell, root / "scripts" / "setup", "--python"],
        env={"PATH": ":".join(map(str, folders)), **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_the_newest_that_runs_is_taken(root: Path, tmp_path: Path, shell: str) -> None:
    early, late = tmp_path / "with space", tmp_path / "late"
    program(early / "python3.14", "echo 'python3.14: command not found' >&2; exit 127")
    python(early / "python3.11", "3.11.7")
    python(early / "python3", "3.12.1")
    python(late / "python3.13", "3.13.0")
    python(late / "python", "2.7.18", "final novenv")
    result = find(root, early, late, shell=shell)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{late}/python3.13\n", "")


def test_a_later_one_of_the_same_name_is_seen_behind_one_that_does_not_run(
    root: Path, tmp_path: Path
) -> None:
    program(tmp_path / "shims" / "python3.13", "exit 127")
    python(tmp_path / "bin" / "python3.13", "3.13.0")
    assert find(root, tmp_path / "shims", tmp_path / "bin").stdout == f"{tmp_path}/bin/python3.13\n"


def test_versions_are_compared_as_numbers_and_the_first_on_path_wins_a_tie(
    root: Path, tmp_path: Path
) -> None:
    python(tmp_path / "a" / "python3", "3.13.9")
    python(tmp_path / "b" / "python3", "3.13.10")
    python(tmp_path / "c" / "python3.13", "3.13.10")
    folders = [tmp_path / name for name in "abc"]
    assert find(root, *folders).stdout == f"{tmp_path}/b/python3\n"


@pytest.mark.parametrize(
    "unfit", ["3.15.0 final venv", "3.14.0 candidate venv", "3.14.1 final novenv"]
)
def test_one_that_can_be_used_goes_before_a_newer_one_that_cannot(
    root: Path, tmp_path: Path, unfit: str
) -> None:
    python(tmp_path / "python3", *unfit.split(" ", 1))
    python(tmp_path / "python3.11", "3.11.2")
    assert find(root, tmp_path).stdout == f"{tmp_path}/python3.11\n"


def test_a_missing_venv_names_the_package(root: Path, tmp_path: Path) -> None:
    python(tmp_path / "python3", "3.11.2", "final novenv")
    program(tmp_path / "apt-get", "exit 99")
    result = find(root, tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        f"{tmp_path}/python3 is Python 3.11.2, but its venv or ensurepip is missing.",
        "Install it: apt-get install python3.11-venv (as root, or with sudo), then run this again.",
    ]


def test_a_missing_venv_without_apt(root: Path, tmp_path: Path) -> None:
    python(tmp_path / "python3", "3.12.4", "final novenv")
    result = find(root, tmp_path)
    assert result.returncode == 1
    assert "apt-get" not in result.stderr
    assert "venv and ensurepip for Python 3.12" in result.stderr


def test_all_too_old_lists_what_was_found(root: Path, tmp_path: Path) -> None:
    python(tmp_path / "python3", "3.9.18")
    python(tmp_path / "python", "2.7.18", "final novenv")
    program(tmp_path / "python3.12", "exit 127")
    result = find(root, tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "evalkit needs Python 3.11 to 3.14. Found:",
        f"  {tmp_path}/python3.12 does not run",
        f"  {tmp_path}/python3 is Python 3.9.18, too old",
        f"  {tmp_path}/python is Python 2.7.18, too old",
        "Install one (Debian: apt-get install python3 python3-venv; "
        "macOS: brew install python@3.13),",
        "or name one that is not on PATH: make PYTHON=/path/to/python setup",
    ]


def test_none_at_all(root: Path, tmp_path: Path) -> None:
    result = find(root, tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith("evalkit needs Python 3.11 to 3.14. Found: none\n")


def test_a_named_python_is_used_or_refused_but_never_replaced(root: Path, tmp_path: Path) -> None:
    python(tmp_path / "bin" / "python3", "3.13.0")
    named = python(tmp_path / "my python", "3.11.2")
    old = python(tmp_path / "old", "3.10.13")
    assert find(root, tmp_path / "bin", PYTHON=str(named)).stdout == f"{named}\n"
    refused = find(root, tmp_path / "bin", PYTHON=str(old))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{old} is Python 3.10.13, too old" in refused.stderr


def test_a_real_python_answers_the_question(root: Path, tmp_path: Path) -> None:
    program(tmp_path / "python3", f'exec "{sys.executable}" "$@"')
    assert find(root, tmp_path).stdout == f"{tmp_path}/python3\n"


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_real_python_says_that_venv_is_missing(root: Path, tmp_path: Path, module: str) -> None:
    without = f"import sys; sys.modules['{module}'] = None; exec(sys.argv[1])"
    program(tmp_path / "python3", f'exec "{sys.executable}" -c "{without}" "$2"')
    result = find(root, tmp_path)
    assert result.returncode == 1
    assert "its venv or ensurepip is missing" in result.stderr


# The set-up itself, with a Python that only writes down what it is asked to do.

RECORDER = r"""
log="{log}"
make_venv() {{
  mkdir -p "$1/bin"
  cp "$0" "$1/bin/python"
  echo "made" >>"$log"
}}
case "$*" in
  "-m venv "*) make_venv "$3" ;;
  "-m pip install "*) shift 4; echo "$*" >>"$log"; [ ! -f "$log.fail" ] ;;
  *base_prefix*) echo "{name}" ;;
  *) echo {version} final venv ;;
esac
"""


class Copy:
    """The parts of a repository that set-up reads, in a folder with a space in its name."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = folder / "evalkit copy"
        self.log = folder / "log"
        for name in (
            "scripts/setup",
            "pyproject.toml",
            "requirements/all.txt",
            "requirements/build.txt",
        ):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, self.root / name)
        self.python = self.recorder(folder / "bin" / "python3", "3 13 0")

    def recorder(self, path: Path, version: str) -> Path:
        return program(path, RECORDER.format(log=self.log, name=path, version=version))

    def append(self, name: str) -> None:
        with (self.root / name).open("a") as file:
            file.write("# changed\n")

    def run(self, environment: Mapping[str, str] | None = None) -> tuple[int, str, list[str]]:
        """Exit code, what was said, and what the recorder was asked to do."""
        self.log.write_text("")
        path = f"{self.python.parent}:/usr/bin:/bin"
        result = subprocess.run(
            ["/bin/sh", self.root / "scripts" / "setup"],
            env={"PATH": path, "PYTHON": str(self.python), **(environment or {})},
            capture_output=True,
            text=True,
            cwd=self.log.parent,
        )
        return result.returncode, result.stdout + result.stderr, self.log.read_text().splitlines()


LIBRARIES = [
    "made",
    "--no-build-isolation --require-hashes -r requirements/build.txt",
    "--no-build-isolation --require-hashes -r requirements/all.txt",
]
PROJECT = ["--no-build-isolation --no-deps --editable ."]


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Copy:
    return Copy(root, tmp_path)


def test_first_time_installs_everything_and_the_second_does_nothing(copy: Copy) -> None:
    code, said, done = copy.run()
    assert (code, done) == (0, LIBRARIES + PROJECT)
    assert said.splitlines() == [
        "setting up .venv with Python 3.13.0 (first time only, a minute or two)",
        "installing the locked libraries",
        "installing evalkit from this folder",
    ]
    assert copy.run() == (0, "", [])


def test_a_changed_project_is_installed_again_without_the_libraries(copy: Copy) -> None:
    copy.run()
    copy.append("pyproject.toml")
    assert copy.run()[2] == PROJECT
    assert copy.run() == (0, "", [])


@pytest.mark.parametrize("lock", ["all.txt", "build.txt"])
def test_another_lock_makes_venv_again_and_leaves_nothing_behind(copy: Copy, lock: str) -> None:
    copy.run()
    (copy.root / ".venv" / "stale").touch()
    copy.append(f"requirements/{lock}")
    assert copy.run()[2] == LIBRARIES + PROJECT
    assert not (copy.root / ".venv" / "stale").exists()


def test_a_python_that_is_gone_makes_venv_again(copy: Copy) -> None:
    copy.run()
    program(copy.root / ".venv" / "bin" / "python", "exit 127")
    assert copy.run()[2] == LIBRARIES + PROJECT


def test_another_named_python_makes_venv_again(copy: Copy, tmp_path: Path) -> None:
    copy.run()
    other = copy.recorder(tmp_path / "other" / "python", "3 11 2")
    code, said, done = copy.run({"PYTHON": str(other)})
    assert (code, done) == (0, LIBRARIES + PROJECT)
    assert "Python 3.11.2" in said


def test_a_moved_folder_makes_venv_again(copy: Copy) -> None:
    copy.run()
    copy.root = copy.root.rename(copy.root.with_name("moved"))
    assert copy.run()[2] == LIBRARIES + PROJECT


def test_a_failed_installation_is_said_and_done_again(copy: Copy) -> None:
    fail = copy.log.with_name("log.fail")
    fail.touch()
    code, said, done = copy.run()
    assert (code, done) == (1, LIBRARIES[:2])
    assert "Setting up stopped" in said
    fail.unlink()
    assert copy.run()[2] == LIBRARIES + PROJECT


# The search for a Chromium, in a copy without a .venv so that only these folders count.


def chromium(
    root: Path, tmp_path: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    script = tmp_path / "copy" / "scripts" / "chromium"
    script.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(root / "scripts" / "chromium", script)
    return subprocess.run(
        ["/bin/sh", script, *arguments],
        env={"PATH": str(tmp_path / "bin"), **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def user(tmp_path: Path) -> str:
    """An ordinary user's machine without a browser; returns what is said of that."""
    program(tmp_path / "bin" / "id", "echo 1000")
    return "no Chromium for the browser tests. Install one: apt-get install chromium"


@pytest.mark.skipif(
    any(Path("/Applications").glob("*Chrom*.app")), reason="the one in /Applications is found"
)
class TestChromium:
    def test_the_first_that_runs_is_found(self, root: Path, tmp_path: Path) -> None:
        program(tmp_path / "bin" / "chromium", "exit 1")
        program(tmp_path / "bin" / "google-chrome", "echo 140")
        result = chromium(root, tmp_path, "--find")
        assert (result.returncode, result.stdout) == (0, f"{tmp_path}/bin/google-chrome\n")

    def test_only_looking_says_what_is_missing(self, root: Path, tmp_path: Path, user: str) -> None:
        result = chromium(root, tmp_path, "--find")
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr.startswith(user)

    def test_what_cannot_be_installed_is_said_and_the_tests_go_on(
        self, root: Path, tmp_path: Path, user: str
    ) -> None:
        result = chromium(root, tmp_path)
        assert (result.returncode, result.stdout) == (0, "")
        assert user in result.stderr

    @pytest.mark.parametrize("number", [0, 1000])
    def test_apt_is_used_as_root_or_with_sudo_that_asks_nothing(
        self, root: Path, tmp_path: Path, number: int
    ) -> None:
        folder = tmp_path / "bin"
        program(folder / "id", f"echo {number}")
        program(folder / "env", 'shift; exec "$@"')
        program(folder / "sudo", f'[ "$1" = -n ] && shift && echo sudo >>"{tmp_path}/log"; "$@"')
        made = f'printf "#!/bin/sh\\n" >"{folder}/chromium"; /bin/chmod +x "{folder}/chromium"'
        program(
            folder / "apt-get",
            f'echo "$2" >>"{tmp_path}/log"; case "$*" in *" install "*chromium*) {made} ;; esac',
        )
        result = chromium(root, tmp_path)
        assert (result.returncode, result.stdout) == (0, f"{folder}/chromium\n"), result.stderr
        asked = [row for row in (tmp_path / "log").read_text().split() if row != "sudo"]
        assert asked == ["update", "install"]
        assert ("sudo" in (tmp_path / "log").read_text()) == (number != 0)

    def test_a_named_one_is_used_or_refused_but_never_replaced(
        self, root: Path, tmp_path: Path
    ) -> None:
        program(tmp_path / "bin" / "chromium", "exit 0")
        mine = program(tmp_path / "my chromium", "exit 0")
        found = chromium(root, tmp_path, "--find", EVALKIT_CHROMIUM=str(mine))
        assert found.stdout == f"{mine}\n"
        mine.unlink()
        refused = chromium(root, tmp_path, "--find", EVALKIT_CHROMIUM=str(mine))
        assert (refused.returncode, refused.stdout) == (1, "")
        assert f"EVALKIT_CHROMIUM={mine} does not run" in refused.stderr


@pytest.mark.parametrize("beside", [False, True])
def test_the_check_of_a_pull_request(root: Path, tmp_path: Path, beside: bool) -> None:
    script = tmp_path / "copy" / ".ci" / "run"
    script.parent.mkdir(parents=True)
    shutil.copy(root / ".ci" / "run", script)
    say = 'echo "$*, $PWD, ${EVALKIT_REFERENCE_DATA-unset}"; exit 2'
    program(tmp_path / "bin" / "make", say)
    data = tmp_path / "shared" / "data"
    if beside:
        data.mkdir(parents=True)
    result = subprocess.run(
        ["bash", script],
        env={"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert result.stdout == f"test, {tmp_path / 'copy'}, {data if beside else 'unset'}\n"
