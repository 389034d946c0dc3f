"""One section of docs/calibration.md at a time: each command writes its own and leaves the others."""

from pathlib import Path

HEAD = """# How often the methods are wrong

Simulated data in which the truth is known. Every section is written by a command and names it.
"""


def write_section(path: Path, title: str, text: str) -> None:
    """Write a section under a heading of the second level, in the place of the one before, or at the end."""
    before = path.read_text(encoding="utf-8") if path.exists() else HEAD
    head, *others = before.split("\n## ")
    sections = dict(part.split("\n", 1) for part in others)
    sections[title] = f"\n{text.strip()}\n"
    parts = [head.rstrip() + "\n", *(f"## {name}\n{body}" for name, body in sections.items())]
    path.write_text("\n".join(part.rstrip() + "\n" for part in parts), encoding="utf-8")
