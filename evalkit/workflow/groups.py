"""Groups of the registry that name each other: proved and gathered a few at a time."""

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path

from evalkit.errors import HubError
from evalkit.hub.edition import part_of
from evalkit.hub.kept import mark_of
from evalkit.hub.parts import owner_of, record_parts
from evalkit.protocol.plan import Plan
from evalkit.registry.excerpt import excerpt
from evalkit.registry.ledger import verify
from evalkit.registry.outline import Group, Outline
from evalkit.registry.protocols import read_protocols
from evalkit.registry.proved import first_other_row, first_problem_within
from evalkit.registry.store import Session
from evalkit.types.adapter import adapter
from evalkit.types.catalogue import Catalogue
from evalkit.types.edition import Revision
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention
from evalkit.types.packed import packed
from evalkit.workflow.gate import files_of
from evalkit.workflow.gathered import Gathered, gathered
from evalkit.workflow.in_public import InPublic, in_public
from evalkit.workflow.indicator_rules import Guarded, guarded
from evalkit.workflow.known_parts import Known
from evalkit.workflow.overdue import due_days
from evalkit.workflow.shielded import Rule
from evalkit.workflow.workspace import Workspace

EVERYBODYS = ("area", "measure", "source", "weight-table")
"""Areas, and kinds of entries that what is told of an intervention, plan or finding may depend on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What an edition is prepared from."""

    session: Session
    workspace: Workspace
    notebooks: Path
    also: frozenset[str]
    day: datetime.date
    found: Outline

    @property
    def everybodys(self) -> list[Group]:
        """What any group may depend on."""
        return [self.found.kinds[kind] for kind in EVERYBODYS if kind in self.found.kinds]


def refuse(session: Session, problem: str | None) -> None:
    """Raise HubError where something is wrong with the registry."""
    if problem:
        told = verify(session).first_problem or problem  # in its words, and in its order
        raise HubError(
            f"the registry is not intact: {told.rstrip('.')}; nothing is published from it"
        )


def ready() -> None:
    """Make the validators of what a group holds, which takes longer than to read one."""
    for kind in (Plan, Evaluation, Finding, Intervention):
        adapter(kind)


def keys_of(source: Source) -> Iterator[str]:
    """A hash of all that each group's records are gathered from."""
    own = source.workspace
    settings = (own.publisher, own.region, own.prefix, own.address, source.day.year)
    common = repr((settings, [group.digest for group in source.everybodys]))
    marks = {path.stem: mark_of(path) for path in source.notebooks.glob("*.ipynb")}
    for group in source.found.groups:
        written_of = [(owner, marks[owner]) for owner in group.owners if owner in marks]
        shown = sorted(source.also.intersection(group.owners))
        told = f"{group.digest}\0{written_of}\0{shown}\0{common}"
        yield hashlib.blake2b(told.encode(), digest_size=20).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A few groups as they were read.

    Attributes
    ----------
    public : InPublic
        What of their findings is.
    told : Gathered
        Everything that pages tell of them.
    records : tuple of tuple of (Catalogue, bytes)
        For each group its parts, each with itself packed.
    guarded : tuple of Guarded
    due : mapping of str to date
        By plan: when a result is due that is not there.
    """

    public: InPublic
    told: Gathered
    records: tuple[tuple[tuple[Catalogue, bytes], ...], ...]
    guarded: tuple[Guarded, ...]
    due: Mapping[str, datetime.date]


def read_groups(source: Source, groups: Sequence[Group], *, prove: bool) -> Read:
    """Read a few groups together; HubError where one is not as it was sealed.

    Without ``prove``, they were proved before: then it is asked alone whether the rows are the same.
    """
    wanted = [*source.everybodys, *groups]
    with excerpt(source.session, wanted) as own:
        first = first_problem_within if prove else first_other_row
        refuse(source.session, first(own, wanted))
        public = in_public(own, also=source.also)
        told = gathered(
            own,
            source.workspace,
            notebooks=source.notebooks,
            public=public,
            day=source.day,
        )
        due, watched = _due(own, public), guarded(own)
    at = {owner: number for number, group in enumerate(groups) for owner in group.owners}
    records: list[list[tuple[Catalogue, bytes]]] = [[] for _ in groups]
    for part in record_parts(told.records):
        records[at[owner_of(part)]].append((part, packed(part)))
    return Read(
        public=public, told=told, records=tuple(map(tuple, records)), guarded=watched, due=due
    )


def known_of(read: Read, number: int, group: Group, day: datetime.date) -> Known:
    """What an edition knows of one of the groups that were read, on this day."""
    return Known(
        parts=tuple(starmap(part_of, read.records[number])),
        rules=tuple(_rules(read, group)),
        guarded=tuple(one for one in read.guarded if one.intervention in group.owners),
        kept_back=tuple(one for one in read.public.kept_back if one.protocol in group.owners),
        history=tuple(one for one in read.told.records.history if _of(one) in group.owners),
        day=day,
        due=min((when for id, when in read.due.items() if id in group.owners), default=None),
    )


def _of(one: Revision) -> str:
    return one.id.partition("/")[0]


def _due(session: Session, public: InPublic) -> dict[str, datetime.date]:
    """When results are due that are not there."""
    answered = {finding.protocol for finding in public.findings if not finding.exploratory}
    days = due_days(read_protocols(session))
    return {id: day for id, day in days.items() if id not in answered}


def _rules(read: Read, group: Group) -> Iterator[tuple[Rule, tuple[str, ...]]]:
    for run, rule in zip(read.public.runs, read.told.rules, strict=True):
        if run.evaluation.protocol in group.owners and (rule.refused or rule.profile.hides):
            yield rule, files_of(run.evaluation, [finding.id for finding in run.findings])
