"""Read a hub back from its folder and put it through every gate again."""

from pathlib import Path

from evalkit.errors import HubError
from evalkit.hub.gates import problems

_KEPT = frozenset({"README.md", ".gitignore"})


def read_built(folder: Path) -> dict[str, str | bytes]:
    """Every file of a built hub by its path, pages as text.

    Raises
    ------
    HubError
        ``folder`` holds no hub, or a page is not UTF-8.
    """
    if not (folder / "index.html").is_file():
        raise HubError(f"{folder} holds no hub; build it first.")
    files: dict[str, str | bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in _KEPT:
            files[name] = _text(path) if name.endswith(".html") else path.read_bytes()
    return files


def check(folder: Path) -> int:
    """Put a built hub through every gate; the number of its files.

    Raises
    ------
    HubError
        It holds no hub, or with every problem that a gate found.
    """
    files = read_built(folder)
    if found := problems(files):
        raise HubError(*found)
    return len(files)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise HubError(f"{path.name}: the page is not UTF-8.") from error
