"""The wheel, built from a clean copy and used away from the repository."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

NOT_OURS = shutil.ignore_patterns(".git", ".venv", ".evalkit", ".*_cache", "__pycache__", "*.pyc")


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    # Nothing from outside may lead back to the repository.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "EVALKIT_"))}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


def must(*command: str | Path, cwd: Path) -> str:
    result = run(*command, cwd=cwd)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def copy_clean(root: Path, to: Path) -> None:
    """Copy what git has or would take; all of it where this is no checkout."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=root)
    if listed.returncode:
        shutil.copytree(root, to, ignore=NOT_OURS)
        return
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, to / name)


@dataclass(frozen=True)
class Installed:
    """A virtual environment with evalkit from the wheel and the libraries of this one."""

    source: Path
    names: frozenset[str]
    site: Path
    bin: Path
    away: Path

    def evalkit(self, *arguments: str) -> str:
        return must(self.bin / "evalkit", *arguments, cwd=self.away)

    def python(self, code: str) -> str:
        return must(self.bin / "python", "-c", code, cwd=self.away).strip()


@pytest.fixture(scope="module")
def installed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    tmp = tmp_path_factory.mktemp("wheel")
    source, dist, home, away = (tmp / name for name in ("source", "dist", "home", "away"))
    away.mkdir()
    copy_clean(root, source)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    must(*build, "--outdir", dist, source, cwd=away)
    (wheel,) = dist.iterdir()

    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    place = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(must(python, "-c", place, cwd=away).strip())
    # The libraries come from this environment. A folder that is named in a .pth file gives its
    # packages but not its own .pth files, so the editable evalkit of this environment is not seen.
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "libraries.pth").write_text("\n".join(sorted(libraries)) + "\n")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    must(*pip, "--no-deps", "--no-index", "--disable-pip-version-check", wheel, cwd=away)
    names = frozenset(zipfile.ZipFile(wheel).namelist())
    return Installed(source, names, site, home / "bin", away)


def test_the_wheel_has_every_file_of_the_package_and_the_examples(installed: Installed) -> None:
    source = installed.source
    expected = {str(p.relative_to(source)) for p in (source / "evalkit").rglob("*") if p.is_file()}
    for folder in ("case_studies", "protocols"):
        files = [p for p in (source / folder).rglob("*") if p.is_file()]
        assert files, f"{folder} is empty"
        expected |= {f"evalkit/examples/{p.relative_to(source)}" for p in files}
    packed = {name for name in installed.names if ".dist-info/" not in name}
    assert packed == expected


def test_the_wheel_is_typed_and_licensed(installed: Installed) -> None:
    assert "evalkit/py.typed" in installed.names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in installed.names)


def test_it_is_the_wheel_that_is_imported(installed: Installed) -> None:
    here = installed.python("import evalkit; print(evalkit.__file__)")
    assert Path(here) == installed.site / "evalkit" / "__init__.py"
    metadata = installed.python(
        "from importlib.metadata import distribution as d; print(d('evalkit').locate_file(''))"
    )
    assert Path(metadata) == installed.site


def test_the_command_answers(installed: Installed) -> None:
    version = installed.python("from importlib.metadata import version; print(version('evalkit'))")
    assert version in installed.evalkit("--version")
    assert "Usage" in installed.evalkit("--help")


def test_init_makes_a_workspace(installed: Installed) -> None:
    installed.evalkit("init", "partnership")
    workspace = installed.away / "partnership"
    assert (workspace / "registry.db").is_file()  # so the migrations were found
    assert "data/" in (workspace / ".gitignore").read_text()


def test_init_copies_the_examples(installed: Installed) -> None:
    installed.evalkit("init", "with examples", "--examples")
    workspace = installed.away / "with examples"
    for folder in ("case_studies", "protocols"):
        copied, original = workspace / folder, installed.source / folder
        expected = {p.relative_to(original) for p in original.rglob("*") if p.is_file()}
        assert {p.relative_to(copied) for p in copied.rglob("*") if p.is_file()} >= expected


def test_a_hub_of_the_examples_is_built_from_the_installed_wheel(installed: Installed) -> None:
    installed.evalkit("init", "examples", "--examples")
    must(installed.bin / "evalkit", "hub", "build", cwd=installed.away / "examples")
    pages = list((installed.away / "examples" / "reports").rglob("index.html"))
    assert pages
    assert "<!doctype html>" in pages[0].read_text().lower()
