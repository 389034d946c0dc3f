"""One edition of the hub from the registry: what did not change is neither proved nor read again."""

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from evalkit.errors import HubError
from evalkit.hub.edition import Edition, Part, joined
from evalkit.hub.scratch import Memory
from evalkit.registry.excerpt import excerpt
from evalkit.registry.interventions import read_areas
from evalkit.registry.outline import Group, Outline, outlining
from evalkit.registry.proof import first_gone
from evalkit.registry.proved import first_problem, first_problem_within
from evalkit.registry.store import Session
from evalkit.types.catalogue import Catalogue
from evalkit.types.edition import Revision
from evalkit.types.release import Release
from evalkit.workflow.explain import HeldBack
from evalkit.workflow.gate import read_releases
from evalkit.workflow.groups import Source, keys_of, known_of, read_groups, refuse
from evalkit.workflow.indicator_rules import indicator_rules
from evalkit.workflow.known_parts import PARTS, Known, last_edition
from evalkit.workflow.public import public_history, public_ledger, public_nouns
from evalkit.workflow.shielded import Rule
from evalkit.workflow.spool import Spool
from evalkit.workflow.synthesis import QUESTION, standings
from evalkit.workflow.workspace import Workspace

T = TypeVar("T")
AT_ONCE = 100
"""Groups that are read together: enough to be quick, and few enough to take little memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An edition, and what is asked about its small numbers.

    Attributes
    ----------
    rules : mapping of str to Rule
        By file of the hub: rules that hide or refuse something.
    releases : tuple of Release
        Every one in the ledger.
    kept_back : tuple of HeldBack
        Findings of the newest runs that are not public, and why.
    """

    edition: Edition
    rules: Mapping[str, Rule]
    releases: tuple[Release, ...]
    kept_back: tuple[HeldBack, ...]


def prepared(
    session: Session, workspace: Workspace, *, notebooks: Path, also: Collection[str] = ()
) -> Prepared:
    """One edition, dated by the newest entry of the ledger; drafts are not in it.

    What is known of a group of records that name each other is kept in the workspace. It is believed where
    every row of the group is the same, and proved and gathered again where one is not.

    Parameters
    ----------
    notebooks : Path
        Where the executed ones are.
    also : collection of str
        Findings that are shown as if they had been published.

    Raises
    ------
    HubError
        Nothing is registered, or the registry is not intact.
    NotebookError
        A notebook's numbers are not those of its evaluation.
    """
    with outlining(session) as outlined:
        return prepared_from(outlined, session, workspace, notebooks=notebooks, also=also)


def prepared_from(
    outlined: Callable[[], Outline],
    session: Session,
    workspace: Workspace,
    *,
    notebooks: Path,
    also: Collection[str] = (),
) -> Prepared:
    """The same where the registry's outline was begun before; it is asked for as late as possible."""
    refuse(session, first_gone(session))
    memory = last_edition(workspace.root / PARTS)
    found = outlined()
    refuse(session, first_problem(session, found))
    if not found.lines:
        raise HubError(
            "nothing is registered yet; it needs at least one intervention "
            "(evalkit intervention add case_studies/NAME/intervention.yaml)"
        )
    source = Source(
        session=session,
        workspace=workspace,
        notebooks=notebooks,
        also=frozenset(also),
        day=_day(session, found),
        found=found,
    )
    known, spool = _known(source, memory)
    kinds = tuple(found.kinds.values())
    with excerpt(session, kinds) as others:
        refuse(session, first_problem_within(others, kinds))
        own = public_history(others)
        rest = _rest(source, others, (*own, *(one for each in known for one in each.history)))
        releases = read_releases(others)
    parts = tuple(part for each in known for part in each.parts)
    home = {
        part.key: (group, number)
        for group, each in zip(found.groups, known, strict=True)
        for number, part in enumerate(each.parts)
    }

    def read_parts(wanted: Sequence[Part]) -> Iterator[bytes]:
        return _records(source, [(part.key, *home[part.key]) for part in wanted], spool)

    return Prepared(
        edition=Edition(whole=joined(rest, parts), parts=parts, read=read_parts),
        rules=indicator_rules(one for each in known for one in each.guarded)
        | {path: rule for each in known for rule, paths in each.rules for path in paths},
        releases=releases,
        kept_back=tuple(one for each in known for one in each.kept_back),
    )


def _day(session: Session, found: Outline) -> datetime.date:
    """The newest day in the ledger."""
    days = {line.day for line in found.lines}
    for day in days:
        try:
            datetime.date.fromisoformat(day)
        except (TypeError, ValueError):
            refuse(session, f"The ledger names a day {day}, which is none.")
    return datetime.date.fromisoformat(max(days))


def _known(source: Source, memory: Memory[Known]) -> tuple[list[Known], Spool]:
    """What is known of every group, in their order; and the records of parts that were gathered."""
    keys = [*keys_of(source)]
    before = ((key, memory.known.get(key)) for key in keys)
    known = {key: one for key, one in before if one and one.holds_on(source.day)}
    new = [
        (key, group)
        for key, group in zip(keys, source.found.groups, strict=True)
        if key not in known
    ]
    spool = Spool()
    for some in _batches(new):
        found = read_groups(source, [group for _, group in some], prove=True)
        for number, (key, group) in enumerate(some):
            known[key] = one = known_of(found, number, group, source.day)
            for part, (_, told) in zip(one.parts, found.records[number], strict=True):
                spool[part.key] = told
    if known.keys() != memory.known.keys() or new:
        memory.remember(known)
    return [known[key] for key in keys], spool


def _batches(some: Sequence[T]) -> Iterator[Sequence[T]]:
    return (some[start : start + AT_ONCE] for start in range(0, len(some), AT_ONCE))


def _records(
    source: Source, wanted: Sequence[tuple[str, Group, int]], spool: Spool
) -> Iterator[bytes]:
    """Records of parts, named by key, group and place in it, in their order; a few groups at a time."""
    for some in _batches(wanted):
        left = {group.digest: group for key, group, _ in some if key not in spool}
        read = read_groups(source, tuple(left.values()), prove=False).records if left else ()
        found = dict(zip(left, read, strict=True))
        for key, group, place in some:
            yield spool[key] if key in spool else found[group.digest][place][1]


def _rest(source: Source, others: Session, history: Iterable[Revision]) -> Catalogue:
    """What belongs to no group."""
    nouns, own = public_nouns(others), source.workspace
    ordered = tuple(sorted(history, key=lambda one: (one.kind, one.id)))
    asked = QUESTION in source.found.kinds
    return Catalogue(
        publisher=own.publisher,
        region=own.region,
        prefix=own.prefix,
        address=own.address,
        edition=source.day,
        ledger_head=source.found.lines[-1].hash,
        areas=read_areas(others),
        interventions=(),
        protocols=(),
        evaluations=(),
        findings=(),
        notebooks={},
        needs=nouns.needs,
        duties=nouns.duties,
        definitions=nouns.definitions,
        events=nouns.events,
        organisations=nouns.organisations,
        ledger=public_ledger(source.found.lines, ordered),
        history=ordered,
        syntheses=standings(source.session) if asked else (),
    )
