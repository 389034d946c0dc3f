"""An intervention as rows, and rows as an intervention."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from evalkit.registry.canonical import read_fields
from evalkit.registry.models import (
    DescriptionRow,
    ElementRow,
    IndicatorRow,
    InterventionAreaRow,
    InterventionOrganisationRow,
    InterventionRow,
    LinkEvidenceRow,
    LinkRow,
    Part,
    Row,
)
from evalkit.types.intervention import Intervention
from evalkit.types.theory import TheoryOfChange

P = TypeVar("P", bound=Part)
_PLACE = {"intervention_id", "position"}


def to_rows(record: Intervention, slug: str) -> Iterator[Row]:
    """Yield the rows of a record that has its id and day, each after those it refers to.

    The organisations themselves are not among them: another intervention may share them.
    """
    plain = {name: getattr(record, name) for name in InterventionRow.model_fields if name != "slug"}
    yield InterventionRow(slug=slug, **plain)
    key = str(record.id)
    yield DescriptionRow(intervention_id=key, **asdict(record.description))
    for n, code in enumerate(record.areas):
        yield InterventionAreaRow(intervention_id=key, position=n, area_code=code)
    for n, part in enumerate(record.organisations):
        yield InterventionOrganisationRow(
            intervention_id=key,
            position=n,
            organisation_name=part.name,
            role=part.role,
            duty=part.duty,
            contact=part.contact,
        )
    if record.theory is not None:
        yield from _theory_rows(record.theory, key)


def _theory_rows(theory: TheoryOfChange, key: str) -> Iterator[Row]:
    for n, (name, element) in enumerate(theory.elements.items()):
        yield ElementRow(
            intervention_id=key, position=n, id=name, kind=element.kind, text=element.text
        )
    for n, link in enumerate(theory.links):
        yield LinkRow(
            intervention_id=key,
            position=n,
            from_element=link.from_,
            to_element=link.to,
            because=link.because,
            assumes=link.assumes,
            risk=link.risk,
            feedback=link.feedback,
        )
    evidence = [(n, finding) for n, link in enumerate(theory.links) for finding in link.evidence]
    for n, (link_position, finding) in enumerate(evidence):
        yield LinkEvidenceRow(
            intervention_id=key, position=n, link_position=link_position, finding_id=finding
        )
    for n, indicator in enumerate(theory.indicators):
        fields = asdict(indicator)
        of = fields.pop("of")
        yield IndicatorRow(intervention_id=key, position=n, of_element=of, **fields)


def from_rows(session: Session, rows: Sequence[InterventionRow]) -> tuple[Intervention, ...]:
    """Put the records together again, in the order of ``rows``; one query a table.

    Raises
    ------
    RegistryError
        Where what is stored does not make a record.
    """
    keys = [row.id for row in rows]
    query = select(DescriptionRow).where(col(DescriptionRow.intervention_id).in_(keys))
    described = {row.intervention_id: row for row in session.exec(query)}
    areas = _parts(session, InterventionAreaRow, keys)
    organisations = _parts(session, InterventionOrganisationRow, keys)
    theories = _theories(session, keys)
    return tuple(
        read_fields(
            Intervention,
            {
                **row.model_dump(exclude={"slug"}),
                "description": _fields(described.get(row.id)),
                "areas": tuple(part.area_code for part in areas[row.id]),
                "organisations": tuple(
                    _fields(part, organisation_name="name") for part in organisations[row.id]
                ),
                "theory": theories[row.id],
            },
        )
        for row in rows
    )


def _theories(session: Session, keys: Sequence[str]) -> Mapping[str, dict[str, Any] | None]:
    elements = _parts(session, ElementRow, keys)
    links = _parts(session, LinkRow, keys)
    evidence = _parts(session, LinkEvidenceRow, keys)
    indicators = _parts(session, IndicatorRow, keys)

    def link(row: LinkRow) -> dict[str, Any]:
        rests_on = [e for e in evidence[row.intervention_id] if e.link_position == row.position]
        names = {"from_element": "from", "to_element": "to"}
        return {**_fields(row, **names), "evidence": tuple(e.finding_id for e in rests_on)}

    def theory(key: str) -> dict[str, Any] | None:
        if not elements[key]:
            return None
        return {
            "elements": {row.id: {"kind": row.kind, "text": row.text} for row in elements[key]},
            "links": tuple(link(row) for row in links[key]),
            "indicators": tuple(_fields(row, of_element="of") for row in indicators[key]),
        }

    return {key: theory(key) for key in keys}


def _parts(session: Session, kind: type[P], keys: Sequence[str]) -> dict[str, list[P]]:
    query = select(kind).where(col(kind.intervention_id).in_(keys)).order_by(col(kind.position))
    found: dict[str, list[P]] = defaultdict(list)
    for row in session.exec(query):
        found[row.intervention_id].append(row)
    return found


def _fields(row: Row | None, **names: str) -> dict[str, Any]:
    """Return a row's own columns, some of them under the name that the record has for them."""
    columns = row.model_dump(exclude=_PLACE) if row else {}
    return {names.get(column, column): value for column, value in columns.items()}
