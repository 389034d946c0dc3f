"""What can be read off without working anything out."""

import math
from collections.abc import Iterable, Iterator, Mapping

from evalkit.data.disclosure.leak import Leak
from evalkit.data.disclosure.printed import read_printed
from evalkit.data.disclosure.profiles import Profile
from evalkit.data.disclosure.statement import Cell, Populations, Statement
from evalkit.data.disclosure.table import TOTAL, Table, range_of


def shown(statements: Iterable[Statement], profile: Profile) -> Iterator[Leak]:
    """Numbers that should be hidden, or rounded; each once a cell, with all its places."""
    found: dict[tuple[Cell, str], list[Statement]] = {}
    for one in statements:
        if one.kind == "shown" and one.low == one.high and not one.earlier:
            cell = one.terms[0][0]
            if cell.labels.isdisjoint(profile.national):
                found.setdefault((cell, f"{one.low:.0f}"), []).append(one)
    for (cell, text), places in found.items():
        value = float(text)
        where = tuple(dict.fromkeys(one.where for one in places))
        if profile.is_small(value):
            needed = f"{profile.range_words()} is hidden"
            if profile.case_by_case:
                needed = f"a reviewer decides on {profile.range_words()}"
            yield _leak("shown", cell, where, f"{text} is shown, and {needed}", profile)
        elif value % profile.rounds:
            why = f"{text} is shown, and numbers are rounded to {profile.rounds}"
            yield _leak("not rounded", cell, where, why, profile)


def alone(statements: Iterable[Statement], profile: Profile) -> Iterator[Leak]:
    """Hidden cells that are too few in a line whose total is shown; one without any number helps to cover."""
    if profile.least_in_line < 2:
        return
    all_ = tuple(statements)
    hidden = {one.terms[0][0] for one in all_ if one.kind == "hidden"}
    known = {one.terms[0][0] for one in all_ if one.kind == "shown"}
    open_ = {one.terms[0][0] for one in all_ if one.kind == "missing"} - known - hidden
    for one in all_:
        if len(one.terms) < 2 or one.kind != "total" or one.earlier:
            continue
        whole, parts = one.terms[0][0], [cell for cell, _ in one.terms[1:]]
        masked = [cell for cell in parts if cell in hidden]
        covering = sum(cell in open_ for cell in parts)
        if whole in known and len(masked) > 0 and len(masked) + covering < profile.least_in_line:
            why = (
                f"{len(masked)} hidden in a line whose total is shown; it needs"
                f" {profile.least_in_line} or a hidden total"
            )
            cells = tuple(map(str, masked))
            yield Leak(
                rule="alone in its line",
                cells=cells,
                where=(one.where,),
                why=why,
                profile=profile.label,
            )


def denominators(
    table: Table, profile: Profile, ranges: Mapping[Cell, Statement], people: Populations
) -> Iterator[Leak]:
    """Rates and percentages whose base is hidden, or too small to be one."""
    if table.holds == "count" or profile.hides is None or table.earlier or table.bases:
        return
    at = table.dims.index(table.of) if table.holds == "share" else 0
    for labels, text in table.rows:
        if read_printed(text).kind != "number":
            continue
        cell = table.cell(labels)
        low, hidden, name = math.inf, False, "the population"
        if table.holds == "rate":
            number = people.get(cell.labels)
            low, hidden = (
                (math.inf if number is None else number),
                number is not None and math.isnan(number),
            )
        elif labels[at] != TOTAL:
            base = table.cell((*labels[:at], TOTAL, *labels[at + 1 :]))
            name = str(base)
            if (one := ranges.get(base)) is not None:
                low, hidden = one.low, one.kind in ("hidden", "missing")
        if hidden:
            yield _leak(
                "denominator",
                cell,
                (table.where,),
                f"{text} rests on {name}, which is hidden",
                profile,
            )
        elif low < profile.least_denominator:
            why = f"{text} rests on {low:.0f} in {name}; it needs {profile.least_denominator}"
            yield _leak("denominator", cell, (table.where,), why, profile)


def revised(tables: Iterable[Table], profile: Profile) -> Iterator[Leak]:
    """Exact numbers that two editions show and that differ by a small number: who came or went."""
    if profile.rounds > 1 or profile.hides is None:
        return
    before: dict[Cell, float] = {}
    now: dict[Cell, tuple[float, str]] = {}
    for table in tables:
        if table.holds != "count":
            continue
        for labels, text in table.rows:
            low, high, kind = range_of(read_printed(text), profile)
            if kind == "shown" and low == high:
                if table.earlier:
                    before[table.cell(labels)] = low
                else:
                    now[table.cell(labels)] = (low, table.where)
    for cell, (value, where) in now.items():
        change = abs(value - before.get(cell, value))
        if 0 < change <= profile.hides[1]:
            why = f"it was {before[cell]:.0f} and is {value:.0f}: {change:.0f} came or went, a small number"
            yield _leak("two editions", cell, (where,), why, profile)


def _leak(rule: str, cell: Cell, where: tuple[str, ...], why: str, profile: Profile) -> Leak:
    return Leak(rule=rule, cells=(str(cell),), where=where, why=why, profile=profile.label)
