"""The lock: every library pinned, every file hash-checked, no download address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ["all.txt", "build.txt"]
MACHINES = [
    {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.{micro}", **system}
    for minor, micro in [(11, 2), (12, 0), (13, 0), (14, 0)]
    for system in (
        {"sys_platform": "linux", "platform_system": "Linux"},
        {"sys_platform": "darwin", "platform_system": "Darwin"},
    )
]


def project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text())


def direct(root: Path) -> list[Requirement]:
    table = project(root)
    extras = table["project"]["optional-dependencies"].values()
    wanted = [*table["project"]["dependencies"], *(row for extra in extras for row in extra)]
    return [Requirement(row) for row in wanted]


def pins(root: Path, lock: str) -> list[tuple[str, str, Marker | None, int]]:
    """Name, version, marker and number of hashes of each entry."""
    text = (root / "requirements" / lock).read_text().replace("\\\n", " ")
    entries = []
    for line in text.splitlines():
        pinned = Requirement(line.split(" --hash=")[0].strip())
        version = re.fullmatch(r"==([^,*]+)", str(pinned.specifier))
        assert version, f"{line[:60]} is not pinned to one version"
        hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line)
        assert line.count("--hash=") == len(hashes)
        entries.append((canonicalize_name(pinned.name), version[1], pinned.marker, len(hashes)))
    return entries


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_has_a_hash(root: Path, lock: str) -> None:
    assert [name for name, _, _, hashes in pins(root, lock) if hashes == 0] == []


@pytest.mark.parametrize(
    "machine", MACHINES, ids=lambda m: f"{m['python_version']}-{m['sys_platform']}"
)
def test_every_direct_dependency_is_pinned_once_within_its_bounds(
    root: Path, machine: dict
) -> None:
    environment = {**default_environment(), **machine}
    here: dict[str, list[str]] = {}
    for name, version, marker, _ in pins(root, "all.txt"):
        if marker is None or marker.evaluate(environment):
            here.setdefault(name, []).append(version)
    for wanted in direct(root):
        versions = here.get(canonicalize_name(wanted.name), [])
        assert len(versions) == 1, f"{wanted}: locked {versions}"
        assert wanted.specifier.contains(versions[0], prereleases=True), f"{wanted}: {versions}"


def test_runtime_dependencies_have_a_lower_bound(root: Path) -> None:
    rows = [Requirement(row) for row in project(root)["project"]["dependencies"]]
    assert [str(r) for r in rows if [s.operator for s in r.specifier] != [">="]] == []


def test_build_backends_are_the_same_in_both_locks(root: Path) -> None:
    build, everything = pins(root, "build.txt"), pins(root, "all.txt")
    asked = (root / "requirements" / "build.in").read_text().split()
    assert {canonicalize_name(name) for name in asked} <= {name for name, *_ in build}
    assert set(build) <= set(everything)


def test_no_download_address_in_the_set_up(root: Path) -> None:
    files = [*(root / "requirements").iterdir(), *(root / "scripts").iterdir()]
    files += [root / "Makefile", root / ".ci" / "run", root / "pyproject.toml"]
    address = re.compile(r"http|://|--index|--extra-index|--find-links|--trusted-host")
    kept = "--no-emit-find-links"
    found = [
        f"{file.name}:{number}: {line}"
        for file in files
        if file.is_file()
        for number, line in enumerate(file.read_text().replace(kept, "").splitlines(), 1)
        if address.search(line)
    ]
    assert found == []
