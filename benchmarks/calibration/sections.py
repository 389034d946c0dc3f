"""The page of calibration tables: each study writes its own section and leaves the others alone."""

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "calibration.md"
TITLE = """# How often the intervals are right

Simulated data with a known truth, and how often each method holds it. `make calibrate` makes every table.
"""


def with_section(page: str, name: str, text: str) -> str:
    """The page with the section between the markers of ``name`` replaced, or added at the end."""
    start, end = f"<!-- calibration: {name} -->", f"<!-- end: {name} -->"
    section = f"{start}\n{text.strip()}\n{end}"
    if start in page:
        before, rest = page.split(start, 1)
        return before + section + rest.split(end, 1)[1]
    return f"{page.rstrip()}\n\n{section}\n"


def write_section(name: str, text: str) -> None:
    """Put a section into ``docs/calibration.md``."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else TITLE
    PAGE.write_text(with_section(page, name, text), encoding="utf-8")
