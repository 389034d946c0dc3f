"""The proof of a registry in pieces: what was proved before and did not change is not proved again."""

from collections.abc import Sequence

from sqlmodel import Session

from evalkit.registry import chain, proof
from evalkit.registry.excerpt import is_of
from evalkit.registry.outline import Group, Outline
from evalkit.registry.stored import every_version


def first_problem(session: Session, found: Outline) -> str | None:
    """What is wrong with a registry whatever its groups hold, in a sentence; None where nothing is.

    Looked at are whether each entry in the ledger continues the one before, the areas that came
    with the package, and the triggers. Whether search finds every word is not asked: nothing is made of it.
    """
    if "" in found.kinds:
        return "Search finds a row that is no entry."
    return (
        chain.first_gap(found.lines)
        or proof.first_other_area(session)
        or proof.first_unguarded(session)
    )


def first_problem_within(excerpt: Session, groups: Sequence[Group]) -> str | None:
    """What is wrong with some groups, of which this is an excerpt; ``verify`` asks the same of everything."""
    rows, versions = chain.stored(excerpt), every_version(excerpt)
    return (
        first_other_row(excerpt, groups)
        or proof.first_bytes(excerpt)
        or chain.first_unsealed(rows)
        or proof.first_unsealed_version(versions, rows)
        or proof.first_unsealed_run(excerpt, rows)
        or proof.first_stale(excerpt, versions)
    )


def first_other_row(excerpt: Session, groups: Sequence[Group]) -> str | None:
    """Whether an excerpt holds other rows than its groups do: an index of the file may lead elsewhere."""
    if is_of(excerpt, groups):
        return None
    return "An index of the file leads to other rows than its table holds."
