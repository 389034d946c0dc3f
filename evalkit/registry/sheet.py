"""Interventions as a table for spreadsheets; nothing in it is ever a formula."""

import csv
import io
import re
from collections.abc import Iterator

from sqlmodel import Session

from evalkit.registry.interventions import read_areas
from evalkit.registry.kinds import INTERVENTION
from evalkit.registry.reading import read_all
from evalkit.types.intervention import Intervention

COLUMNS = (
    *("id", "name", "kind", "status", "start", "end", "areas", "area_names"),
    *("lead", "organisations", "population", "summary", "registered", "worked_example"),
)
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def interventions_csv(session: Session) -> str:
    """Write the current interventions as CSV: comma, quotes where needed, lines end with CR LF.

    Several values in one field are separated by ``"; "``. Text that a spreadsheet would run as a
    formula has an apostrophe in front; the exact text is in the export.
    """
    names = {code: area.name for code, area in read_areas(session).items()}
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for record in read_all(session, INTERVENTION.name):
        writer.writerow([harmless(text) for text in _row(record, names)])
    return lines.getvalue()


def harmless(text: str) -> str:
    """Return text that a spreadsheet shows and never runs; plain numbers stay as they are."""
    if text.lstrip(" \xa0").startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _row(record: Intervention, names: dict[str, str]) -> Iterator[str]:
    yield from (str(record.id), record.name, record.kind, record.status)
    yield from (record.start, record.end or "")
    yield "; ".join(record.areas)
    yield "; ".join(names[code] for code in record.areas)
    yield "; ".join(o.name for o in record.organisations if o.role == "lead")
    yield "; ".join(dict.fromkeys(o.name for o in record.organisations))
    yield from (record.population, record.summary)
    yield record.registered.isoformat() if record.registered else ""
    yield "yes" if record.worked_example else "no"
