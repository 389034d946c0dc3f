"""Registering interventions and reading them back."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from evalkit.errors import Problem, RegistryError
from evalkit.registry.canonical import checked, differing
from evalkit.registry.chain import append
from evalkit.registry.intervention_rows import from_rows, to_rows
from evalkit.registry.models import AreaRow, InterventionRow, OrganisationRow
from evalkit.types.intervention import Area, Intervention


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What registering did.

    Attributes
    ----------
    intervention : Intervention
        As it is stored, with ``id`` and ``registered``.
    new : bool
        False where the same text was registered before; then nothing was written.
    """

    intervention: Intervention
    new: bool


def add_intervention(
    session: Session, record: Intervention, *, slug: str, on: datetime.date, prefix: str
) -> Registered:
    """Register an intervention, once.

    A record without an id gets ``<prefix>-<year of on>-<n>``, with n one above the highest that the
    prefix has in any year, so that a number alone never names two interventions.

    Parameters
    ----------
    slug : str
        Name of the folder the text came from; it identifies the text from one time to the next.
    on : date
        The day of registration where the record declares none, and the year of a new id.
    prefix : str
        Two to six capital letters, from the workspace's settings.

    Raises
    ------
    RegistryError
        When the slug stands for another text, the id is taken, an area is not known, a link or
        indicator of the theory names no element, or a field does not fit its type.
    """
    record = checked(record)
    known = session.exec(select(InterventionRow).where(InterventionRow.slug == slug)).first()
    if known is not None:
        return _unchanged(read_intervention(session, known.id), record, slug)
    problems = [*_taken(session, record), *_unknown_areas(session, record), *_loose_ends(record)]
    if problems:
        raise RegistryError(*problems)
    key = record.id or _next_id(session, prefix, on.year)
    record = checked(replace(record, id=key, registered=record.registered or on))
    for name in dict.fromkeys(organisation.name for organisation in record.organisations):
        session.merge(OrganisationRow(name=name))
    session.flush()
    for row in to_rows(record, slug):  # flushed one by one: each refers to those before it
        session.add(row)
        session.flush()
    append(session, on=record.registered or on, action="register", subject=key, payload=record)
    return Registered(intervention=record, new=True)


def read_interventions(session: Session) -> tuple[Intervention, ...]:
    """Return all interventions as they were registered, with id and day, in order of id."""
    return from_rows(
        session, session.exec(select(InterventionRow).order_by(col(InterventionRow.id))).all()
    )


def read_intervention(session: Session, id: str) -> Intervention:
    """Return one intervention; RegistryError, with the known ids, where there is none."""
    row = session.get(InterventionRow, id)
    if row is None:
        raise RegistryError(unregistered(session, id, field="id"))
    return from_rows(session, [row])[0]


def read_areas(session: Session) -> dict[str, Area]:
    """Return the areas that interventions may name, by code, in order of code."""
    rows = session.exec(select(AreaRow).order_by(col(AreaRow.code)))
    return {row.code: Area(code=row.code, name=row.name, kind=row.kind) for row in rows}


def subjects(session: Session) -> Sequence[str]:
    """Return the ids of all interventions, in order."""
    return session.exec(select(InterventionRow.id).order_by(col(InterventionRow.id))).all()


def unregistered(session: Session, id: str, *, field: str) -> Problem:
    """Say that ``field`` names an intervention that is not registered, and which ones are."""
    return Problem(
        field=field,
        found=f"intervention {id}, which is not registered",
        needed=f"one of {', '.join(subjects(session)) or 'none so far'}",
        do="Register it first with `evalkit intervention add`.",
    )


def refuse_unregistered(session: Session, ids: tuple[str, ...], *, of: str) -> None:
    """Raise RegistryError for every id that is no registered intervention's."""
    known = subjects(session)
    problems = [
        unregistered(session, id, field=f"{of}interventions[{n}]")
        for n, id in enumerate(ids)
        if id not in known
    ]
    if problems:
        raise RegistryError(*problems)


def _unchanged(stored: Intervention, record: Intervention, slug: str) -> Registered:
    again = replace(
        record,
        id=record.id or stored.id,
        registered=record.registered or stored.registered,
    )
    if again == stored:
        return Registered(intervention=stored, new=False)
    raise RegistryError(
        Problem(
            field=", ".join(differing(stored, again)),
            found=f"text that differs from what {slug} was registered with as {stored.id}",
            needed="the text as it was registered",
            do="Put it back, or register the new text in a folder of another name.",
        )
    )


def _taken(session: Session, record: Intervention) -> list[Problem]:
    owner = session.get(InterventionRow, record.id) if record.id else None
    if owner is None:
        return []
    return [
        Problem(
            field="id",
            found=f"{owner.id}, which {owner.slug} has already",
            needed="an id of its own",
            do="Leave the id out and the registry gives the next one.",
        )
    ]


def _unknown_areas(session: Session, record: Intervention) -> list[Problem]:
    known = read_areas(session)
    listed = ", ".join(f"{area.code} ({area.name})" for area in known.values())
    return [
        Problem(field=f"areas[{n}]", found=f"unknown area code {code}", needed=f"one of {listed}")
        for n, code in enumerate(record.areas)
        if code not in known
    ]


def _loose_ends(record: Intervention) -> list[Problem]:
    if record.theory is None:
        return []
    known = record.theory.elements
    named = [
        *((f"links[{n}].from", link.from_) for n, link in enumerate(record.theory.links)),
        *((f"links[{n}].to", link.to) for n, link in enumerate(record.theory.links)),
        *((f"indicators[{n}].of", item.of) for n, item in enumerate(record.theory.indicators)),
    ]
    return [
        Problem(
            field=f"theory.{field}",
            found=f"{element}, which is not an element",
            needed=f"one of {', '.join(known)}",
        )
        for field, element in named
        if element not in known
    ]


def _next_id(session: Session, prefix: str, year: int) -> str:
    parts = [id.split("-") for id in subjects(session)]
    highest = max((int(number) for start, _, number in parts if start == prefix), default=0)
    return f"{prefix}-{year}-{highest + 1:04d}"
