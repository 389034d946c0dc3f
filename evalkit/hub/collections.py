"""Everything of one kind in one file: findings, evidence map, versions, ledger."""

import json
from collections.abc import Iterator

from evalkit.hub.downloads import FINDING_HEAD, lines, table
from evalkit.hub.evidence import evidence_rows
from evalkit.hub.page import Asset
from evalkit.hub.told import MARKS, told_of_finding
from evalkit.types.catalogue import Catalogue
from evalkit.types.edition import LedgerLine


def collections(catalogue: Catalogue) -> Iterator[Asset]:
    """The tables and the record that the page about the hub offers."""
    yield Asset(path="data/findings.csv", text=_findings_table(catalogue))
    yield Asset(path="data/findings.json", text=_findings_json(catalogue))
    yield Asset(
        path="data/evidence.csv",
        text=table(
            ("kind_of_work", "outcome", "word", "design", "findings"), evidence_rows(catalogue)
        ),
    )
    yield Asset(
        path="data/history.csv",
        text=table(
            ("day", "kind", "id", "version", "title", "reason", "fields"),
            (
                [
                    *(one.on.isoformat(), one.kind, one.id, one.version, one.title, one.reason),
                    "; ".join(one.fields),
                ]
                for one in catalogue.history
            ),
        ),
    )
    yield Asset(
        path="data/ledger.csv",
        text=table(("entry", *LedgerLine._fields[1:]), catalogue.ledger),
    )


def _findings_table(catalogue: Catalogue) -> bytes:
    head = ("interventions", "headline", "better", *FINDING_HEAD, *MARKS, "limits")
    rows = (told_of_finding(catalogue, one).table for one in catalogue.findings)
    return lines([head]).encode() + b"".join(rows)


def _findings_json(catalogue: Catalogue) -> bytes:
    """A finding a line: a program reads it as before, and a change shows as the line that changed."""
    told = {
        "publisher": catalogue.publisher,
        "edition": catalogue.edition.isoformat(),
        "ledger_head": catalogue.ledger_head,
    }
    head = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    records = b",\n".join(told_of_finding(catalogue, one).record for one in catalogue.findings)
    return b'%s, "findings": [\n%s\n]}\n' % (head[:-1], records)
