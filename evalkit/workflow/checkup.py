"""What a look through the whole register finds: personal data, and what entries still lack."""

from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.errors import Problem
from evalkit.registry.kinds import INTERVENTION, KINDS
from evalkit.registry.ledger import Entry, entries
from evalkit.registry.reading import read
from evalkit.registry.store import Session
from evalkit.registry.stored import current, ids
from evalkit.workflow.completeness import in_words, missing
from evalkit.workflow.folders import FOLDERS
from evalkit.workflow.personal_data import Flag, flags

_FOR_EVER = (
    "The ledger keeps it for ever: ask your data protection officer; a backup from before it can be"
    " restored."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What one entry lacks, as one line."""

    kind: str
    id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What was found.

    Attributes
    ----------
    entries : int
        How many were looked at.
    problems : tuple of Problem
        Text that looks like personal data; the file is the entry, of the register or of the ledger.
    lacking : tuple of Lacking
        What interventions lack to be locked or published.
    """

    entries: int
    problems: tuple[Problem, ...]
    lacking: tuple[Lacking, ...]


def check_register(session: Session) -> Checkup:
    """Look through every entry: the current version with its comments, and what the ledger keeps for ever.

    That is who acted, and why, of every version and run. Texts of earlier versions are not looked at: they
    were looked at while they were current, and nothing can be taken out of them.
    """
    looked = 0
    problems: list[Problem] = []
    lacking: list[Lacking] = []
    for kind in KINDS:
        for id in ids(session, kind):
            looked += 1
            record = read(session, kind, id)
            problems += _personal(session, kind, id, record)
            if kind == INTERVENTION.name and (words := in_words(missing(record))):
                lacking.append(Lacking(kind=kind, id=id, words=words))
    problems += [problem for entry in entries(session) for problem in _in_ledger(entry)]
    return Checkup(entries=looked, problems=tuple(problems), lacking=tuple(lacking))


def _personal(session: Session, kind: str, id: str, record: object) -> list[Problem]:
    """Flags of the record, and of the text as it was written where a comment has more."""
    found = list(flags(record))
    stored = current(session, kind, id=id)
    known = {(flag.kind, flag.excerpt) for flag in found}
    in_text = flags({"text": stored.text if stored else ""})
    found += [flag for flag in in_text if (flag.kind, flag.excerpt) not in known]
    return [_problem(kind, id, flag) for flag in found]


def _in_ledger(entry: Entry) -> Iterator[Problem]:
    """Flags of who acted and why; a post is looked at as a contact is, for names."""
    for flag in flags({"contact": entry.by, "reason": entry.reason}):
        yield Problem(
            file=f"ledger {entry.seq}, {entry.subject}",
            field="by" if flag.path == "contact" else flag.path,
            found=f"what looks like {flag.kind} ({flag.excerpt})",
            needed="nothing about one person",
            do=_FOR_EVER,
        )


def _problem(kind: str, id: str, flag: Flag) -> Problem:
    do = f"Use evalkit {kind} edit {id}." if kind in (INTERVENTION.name, *FOLDERS) else ""
    if kind == "assessment":
        do = "Change it with evalkit area assess FILE --reason ..."
    return Problem(
        file=f"{kind} {id}",
        field=flag.path,
        found=f"what looks like {flag.kind} ({flag.excerpt})",
        needed="nothing about one person",
        do=do,
    )
