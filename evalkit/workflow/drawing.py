"""Draw a registered theory of change with what was found about it."""

import os
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import Problem, RegistryError
from evalkit.findings.compose import from_external
from evalkit.hub.theory import theory_words
from evalkit.registry.findings import read_external_findings, read_findings
from evalkit.registry.protocols import read_newest_protocols
from evalkit.registry.store import Session
from evalkit.report.figures.svg import standalone
from evalkit.report.figures.theory_wide import theory_wide
from evalkit.theory.layout import layout
from evalkit.types.intervention import Intervention


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture, and how many boxes, links and crossings are in it."""

    svg: str
    elements: int
    links: int
    crossings: int


def draw_theory(session: Session, record: Intervention, named: str) -> Drawn:
    """Draw an intervention's theory of change as an SVG file of its own.

    Parameters
    ----------
    named : str
        Its id or file, for messages.

    Raises
    ------
    RegistryError
        It has no theory of change.
    """
    if record.theory is None:
        found = f"{named} has no theory of change"
        do = f"Use evalkit intervention edit {record.id}." if record.id else "Write one."
        raise RegistryError(Problem(field="theory", found=found, needed="one to draw", do=do))
    published = (from_external(result) for result in read_external_findings(session))
    findings = (*read_findings(session), *published)
    words = theory_words(record, record.theory, findings, read_newest_protocols(session))
    placed = layout(record.theory)
    return Drawn(
        svg=standalone(
            theory_wide(placed, words, ident=f"theory-{(record.id or 'draft').lower()}")
        ),
        elements=len(placed.boxes),
        links=len(placed.routes),
        crossings=placed.crossings,
    )


def write_picture(file: Path, svg: str) -> None:
    """Write a picture whole, or not at all."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        draft.write_text(f"{svg}\n", encoding="utf-8", newline="")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
