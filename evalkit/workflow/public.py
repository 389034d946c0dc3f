"""The public part of the register: an allow-list of kinds, and what the ledger may say about the rest."""

import datetime
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from evalkit.registry.chain import Line
from evalkit.registry.entries import read_all, read_every_version
from evalkit.registry.store import Session
from evalkit.registry.stored import Stored, every_version
from evalkit.registry.versions import diff_payloads
from evalkit.types.definition import Definition
from evalkit.types.duty_product import DutyProduct
from evalkit.types.edition import LedgerLine, Revision
from evalkit.types.learning_event import LearningEvent
from evalkit.types.need import Need
from evalkit.types.organisation import Organisation

PUBLIC = frozenset(
    [
        *("intervention", "finding", "definition", "need", "duty", "event", "organisation"),
        *("measure", "late-result"),
    ]
)
"""Kinds whose versions pages tell of. Everything else is private: self-assessments, agreements, sources,
snapshots, values of indicators, and whatever kind is added later."""
_RUN = frozenset(
    {"protocol", "run"}
)  # public too; plans have pages of their own for their versions
_TITLES = ("name", "title", "headline", "reference", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nouns:
    """The smaller records that pages show, each in order of id."""

    needs: tuple[Need, ...]
    duties: tuple[DutyProduct, ...]
    definitions: tuple[Definition, ...]
    events: tuple[LearningEvent, ...]
    organisations: tuple[Organisation, ...]


def public_nouns(session: Session) -> Nouns:
    """What may be shown; a definition only once it was agreed, in every version that was."""
    written = read_every_version(session, "definition")
    newest = {(one.id, one.version): one for one in written}
    return Nouns(
        needs=read_all(session, "need"),
        duties=read_all(session, "duty"),
        definitions=tuple(one for one in newest.values() if one.status != "draft"),
        events=read_all(session, "event"),
        organisations=read_all(session, "organisation"),
    )


def public_ledger(lines: Iterable[Line], told: Iterable[Revision]) -> tuple[LedgerLine, ...]:
    """Every entry without who made it, and without its subject where that is private or a draft."""
    shown = {f"{one.kind}/{one.id}/{one.version}" for one in told}
    return tuple(
        LedgerLine(
            line.seq,
            line.day,
            line.action,
            line.subject if _is_public(line.subject, shown) else "",
            line.previous,
            line.hash,
        )
        for line in lines
    )


def _is_public(subject: str, shown: Collection[str]) -> bool:
    return subject in shown or subject.partition("/")[0] in _RUN


def public_history(session: Session) -> tuple[Revision, ...]:
    """Every version of everything that pages tell of, in order of kind, id and version."""
    return tuple(_revisions([one for one in every_version(session) if one.kind in PUBLIC]))


def _revisions(told: Iterable[Stored]) -> Iterator[Revision]:
    before: Stored | None = None
    for one in told:
        record = json.loads(one.payload)
        if one.kind == "definition" and record["status"] == "draft":
            continue  # the next version is told as the first
        same = before is not None and before.kind == one.kind and before.id == one.id
        changes = diff_payloads(before.payload, one.payload) if before and same else ()
        yield Revision(
            kind=one.kind,
            id=one.id,
            version=one.version,
            title=next((record[name] for name in _TITLES if record.get(name)), one.id),
            on=datetime.date.fromisoformat(one.day),
            reason=one.reason if same else "",
            fields=tuple(change.field for change in changes),
        )
        before = one
