"""Registering interventions and reading them back."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from evalkit.errors import RegistryError
from evalkit.registry import door, stored
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.entries import read, read_all, register
from evalkit.registry.kinds import INTERVENTION, Reference
from evalkit.registry.models import AreaRow
from evalkit.types.intervention import Area, Intervention


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What registering did.

    Attributes
    ----------
    intervention : Intervention
        As it is stored, with ``id`` and ``registered``.
    version : str
        E.g. ``"v1.0"``.
    new : bool
        False where the same text was registered before; then nothing was written.
    """

    intervention: Intervention
    version: str
    new: bool


def add_intervention(
    session: Session,
    record: Intervention,
    *,
    slug: str,
    on: datetime.date,
    prefix: str,
    by: str = NOT_GIVEN,
    text: str = "",
) -> Registered:
    """Register an intervention, once; see ``entries.register``."""
    done = register(
        session, INTERVENTION.name, record, slug=slug, text=text, on=on, by=by, prefix=prefix
    )
    return Registered(intervention=done.record, version=done.version, new=done.new)


def read_interventions(session: Session) -> tuple[Intervention, ...]:
    """Return all interventions as they are now, with id and day, in order of id."""
    return read_all(session, INTERVENTION.name)


def read_intervention(session: Session, id: str) -> Intervention:
    """Return one intervention; RegistryError, with the known ids, where there is none."""
    record: Intervention = read(session, INTERVENTION.name, id)
    return record


def read_areas(session: Session) -> dict[str, Area]:
    """Return the areas that interventions may name, by code, in order of code."""
    rows = session.exec(select(AreaRow).order_by(col(AreaRow.code)))
    return {
        row.code: Area(
            code=row.code,
            name=row.name,
            kind=row.kind,
            parent=row.parent,
            boundary_version=row.boundary_version,
        )
        for row in rows
    }


def subjects(session: Session) -> Sequence[str]:
    """Return the ids of all interventions, in order."""
    return stored.ids(session, INTERVENTION.name)


def refuse_missing(session: Session, id: str, *, field: str) -> None:
    """Raise RegistryError at ``field``, with the known ids, where no intervention has this id."""
    named = Reference(role="", target=id, field=field, must_be=INTERVENTION.name)
    if problems := door.missing(session, [named]):
        raise RegistryError(*problems)


def refuse_unregistered(session: Session, ids: tuple[str, ...], *, of: str) -> None:
    """Raise RegistryError for every id that is no registered intervention's."""
    named = [
        Reference(role="", target=id, field=f"{of}interventions[{n}]", must_be=INTERVENTION.name)
        for n, id in enumerate(ids)
    ]
    if problems := door.missing(session, named):
        raise RegistryError(*problems)
