"""Where texts lie in a workspace: a folder for each noun, named after many of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

FOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "organisation": "organisations",
        "definition": "definitions",
        "agreement": "agreements",
        "source": "sources",
        "weight-table": "weight_tables",
        "measure": "measures",
        "need": "needs",
        "duty": "duties",
        "assessment": "assessments",
        "event": "events",
        "synthesis": "syntheses",
    }
)
"""The folder of each kind, in the order in which they are registered: what others name comes first."""

_ENDINGS = (".yaml", ".yml")
_README = "README.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies in a workspace's folders.

    Attributes
    ----------
    nouns : mapping of str to tuple of Path
        The texts of each kind that has any, in order of ``FOLDERS`` and of path.
    interventions, findings, protocols : tuple of Path
    left : tuple of str
        Files and folders below these that are no such text, relative to the root, each with why.
    """

    nouns: Mapping[str, tuple[Path, ...]]
    interventions: tuple[Path, ...]
    findings: tuple[Path, ...]
    protocols: tuple[Path, ...]
    left: tuple[str, ...]

    @property
    def texts(self) -> int:
        """How many texts there are."""
        parts = (*self.nouns.values(), self.interventions, self.findings, self.protocols)
        return sum(map(len, parts))


def look_through(root: Path) -> Found:
    """List every text of a workspace; nothing is read."""
    nouns, left = {}, []
    for kind, name in FOLDERS.items():
        if texts := noun_files(root, kind):
            nouns[kind] = texts
        others = (path for path in _files(root / name) if path not in texts)
        left += [f"{_below(root, path)}: no .yaml file" for path in others]
    studies = sorted(p for p in (root / "case_studies").glob("*") if p.is_dir())
    described = [p / "intervention.yaml" for p in studies if (p / "intervention.yaml").is_file()]
    published = [p / "findings.yaml" for p in studies if (p / "findings.yaml").is_file()]
    with_text = {path.parent for path in (*described, *published)}
    left += [f"{_below(root, p)}/: no intervention.yaml" for p in studies if p not in with_text]
    plans = tuple(p for p in _files(root / "protocols") if p.parent == root / "protocols")
    left += [f"{_below(root, p)}: no .md file" for p in plans if p.suffix != ".md"]
    return Found(
        nouns=MappingProxyType(nouns),
        interventions=tuple(described),
        findings=tuple(published),
        protocols=tuple(path for path in plans if path.suffix == ".md"),
        left=tuple(left),
    )


def noun_files(root: Path, kind: str) -> tuple[Path, ...]:
    """The texts of one kind, in order: those of its folder, then ``<kind>.yaml`` of each case study."""
    if kind not in FOLDERS:
        return ()
    files = (path for path in _files(root / FOLDERS[kind]) if path.suffix.lower() in _ENDINGS)
    return (*files, *sorted((root / "case_studies").glob(f"*/{kind}.yaml")))


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder but its README and hidden ones, in order."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.name != _README:
            yield path


def _below(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
