"""The public part of the register as one SQLite file, made anew from what the pages show."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from evalkit.hub.downloads import FINDING_HEAD
from evalkit.hub.page import Asset
from evalkit.hub.told import told_of_finding
from evalkit.types.catalogue import Catalogue
from evalkit.types.edition import LedgerLine
from evalkit.types.late_result import Overdue

PATH = "data/register.sqlite"
_AT_ONCE = 50
"""Rows that are put in at once, which is quicker: fewer values than any SQLite allows."""
Table = tuple[str, Sequence[str], Iterable[Sequence[object]]]


def register_file(catalogue: Catalogue) -> Asset:
    """A database of what this edition shows; nothing is copied from the register's own file."""
    with sqlite3.connect(":memory:", isolation_level=None) as made:
        made.execute("BEGIN")
        for name, columns, rows in _tables(catalogue):
            made.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
            place, left = f"({', '.join('?' for _ in columns)})", iter(rows)
            while some := list(islice(left, _AT_ONCE)):
                places = ", ".join(place for _ in some)
                made.execute(f'INSERT INTO "{name}" VALUES {places}', list(chain(*some)))
        made.execute("COMMIT")
        content = made.serialize()
    made.close()
    return Asset(path=PATH, text=content)


def _tables(catalogue: Catalogue) -> Iterator[Table]:
    yield (
        "edition",
        ("publisher", "region", "day", "ledger_head"),
        [(catalogue.publisher, catalogue.region, str(catalogue.edition), catalogue.ledger_head)],
    )
    yield (
        "intervention",
        ("id PRIMARY KEY", "name", "summary", "kind", "status", "start", '"end"', "worked_example"),
        (
            (i.id, i.name, i.summary, i.kind, i.status, i.start, i.end, i.worked_example)
            for i in catalogue.interventions
        ),
    )
    yield (
        "intervention_area",
        ("intervention", "area"),
        ((i.id, code) for i in catalogue.interventions for code in i.areas),
    )
    yield (
        "finding",
        ("id PRIMARY KEY", *FINDING_HEAD[1:], "better", "headline", "simulated", "exploratory"),
        (told_of_finding(catalogue, f).row for f in catalogue.findings),
    )
    yield (
        "finding_intervention",
        ("finding", "intervention"),
        ((f.id, key) for f in catalogue.findings for key in f.interventions),
    )
    yield from _smaller(catalogue)


def _smaller(catalogue: Catalogue) -> Iterator[Table]:
    yield (
        "area",
        ("code PRIMARY KEY", "name", "kind", "parent"),
        ((a.code, a.name, a.kind, a.parent) for a in catalogue.areas.values()),
    )
    yield (
        "need",
        ("id PRIMARY KEY", "area", "text", "priority", "source"),
        ((n.id, n.area, n.text, n.priority, n.source) for n in catalogue.needs),
    )
    yield (
        "definition",
        ("id", "version", "title", "area", "status", "wording"),
        ((d.id, d.version, d.title, d.area, d.status, d.wording) for d in catalogue.definitions),
    )
    yield (
        "duty_product",
        ("id PRIMARY KEY", "area", "kind", "due", "done"),
        ((d.id, d.area, d.kind, d.due, d.done) for d in catalogue.duties),
    )
    yield (
        "overdue_result",
        ("protocol PRIMARY KEY", "since", "reason", "note", "expected", "stated"),
        ((key, str(one.since), *_statement(one)) for key, one in catalogue.overdue.items()),
    )
    yield (
        "learning_event",
        ("id PRIMARY KEY", "name", "day", "place", "status"),
        ((e.id, e.name, str(e.date), e.place, e.status) for e in catalogue.events),
    )
    yield (
        "ledger",
        ("entry INTEGER PRIMARY KEY", *LedgerLine._fields[1:]),
        catalogue.ledger,
    )


def _statement(one: Overdue) -> Sequence[str | None]:
    """What was said of it; nothing where nobody has said anything."""
    said = one.stated
    return (said.reason, said.note, said.expected, str(said.stated)) if said else (None,) * 4
