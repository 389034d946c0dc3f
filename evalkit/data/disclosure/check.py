"""The gate: everything that a publication gives away against the profiles of its sources."""

from collections.abc import Iterator

from evalkit.data.disclosure.direct import alone, denominators, revised, shown
from evalkit.data.disclosure.leak import Leak, Publication
from evalkit.data.disclosure.printed import read_printed
from evalkit.data.disclosure.statement import Cell, Statement, apart
from evalkit.data.disclosure.subtraction import subtraction
from evalkit.data.disclosure.table import Table, statements, within
from evalkit.data.disclosure.words import in_words


def check(publication: Publication) -> tuple[Leak, ...]:
    """What a publication gives away; empty where it may go out as it is.

    Parameters
    ----------
    publication : Publication
        All of it at once: what one table hides another may show.

    Returns
    -------
    tuple of Leak
        In order of the cells' names, each once.

    Raises
    ------
    KeyError
        A table is about an outcome that has no profile: ask ``profile_of`` first.
    """
    found: dict[str, Leak] = {}
    for outcome in sorted({table.outcome for table in publication.tables}):
        for leak in _of_outcome(publication, outcome):
            found.setdefault(leak.id, leak)
    for leak in (*in_words(publication), *_unread(publication)):
        found.setdefault(leak.id, leak)
    return tuple(sorted(found.values(), key=lambda leak: (leak.cells, leak.rule, leak.where)))


def _unread(publication: Publication) -> Iterator[Leak]:
    """Pictures of guarded numbers that only a person can look at."""
    for place, outcome in publication.pictures.items():
        profile = publication.profiles[outcome]
        if profile.hides is not None:
            yield Leak(
                rule="picture",
                cells=(f"{outcome}: a picture",),
                where=(place,),
                why="nobody but a person can read it; draw it as SVG, or look at it and release it",
                profile=profile.label,
            )


def _of_outcome(publication: Publication, outcome: str) -> Iterator[Leak]:
    profile = publication.profiles[outcome]
    if profile.hides is None:
        return
    tables = [table for table in publication.tables if table.outcome == outcome]
    said = knowledge(publication, tables)
    ranges: dict[Cell, Statement] = {}
    for one in said:
        if len(one.terms) == 1 and one.kind != "rate":
            ranges.setdefault(one.terms[0][0], one)
    yield from shown(said, profile)
    yield from alone(said, profile)
    for table in tables:
        yield from denominators(table, profile, ranges, publication.populations)
    yield from revised(tables, profile)
    yield from subtraction(said, profile)


def knowledge(publication: Publication, tables: list[Table]) -> tuple[Statement, ...]:
    """Everything that the tables of one outcome say, and that areas add up."""
    profile = publication.profiles[tables[0].outcome]
    people = publication.populations
    found = [one for table in tables for one in statements(table, profile, people)]
    found = _without_echoes(found)
    return apart((*found, *within(publication.hierarchies, found)))


def _without_echoes(found: list[Statement]) -> list[Statement]:
    """Leave out rates that were made from the rounded number beside them: they say nothing new."""
    rounded = {
        one.terms[0][0]: read_printed(one.text).value
        for one in found
        if one.kind == "shown" and one.low < one.high
    }
    return [
        one
        for one in found
        if one.kind != "rate" or not one.low <= rounded.get(one.terms[0][0], -1.0) <= one.high
    ]
