"""Draw a registered theory of change with what was found about it."""

import os
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import Problem, RegistryError
from evalkit.findings.compose import from_external
from evalkit.hub.theory import theory_words
from evalkit.registry.findings import read_external_findings, read_findings
from evalkit.registry.interventions import read_intervention
from evalkit.registry.protocols import read_protocols
from evalkit.registry.store import Session
from evalkit.report.figures.svg import standalone
from evalkit.report.figures.theory_wide import theory_wide
from evalkit.theory.layout import layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture, and how many boxes, links and crossings are in it."""

    svg: str
    elements: int
    links: int
    crossings: int


def draw_theory(session: Session, id: str) -> Drawn:
    """Draw an intervention's theory of change as an SVG file of its own.

    Raises
    ------
    RegistryError
        There is no such intervention, or it has no theory of change.
    """
    record = read_intervention(session, id)
    if record.theory is None:
        found, do = f"{id} has no theory of change", f"Use evalkit intervention edit {id}."
        raise RegistryError(Problem(field="theory", found=found, needed="one to draw", do=do))
    published = (from_external(result) for result in read_external_findings(session))
    findings = (*read_findings(session), *published)
    words = theory_words(record, record.theory, findings, read_protocols(session))
    placed = layout(record.theory)
    return Drawn(
        svg=standalone(theory_wide(placed, words, ident=f"theory-{id.lower()}")),
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
