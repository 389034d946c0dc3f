"""Generated publications: some that are safe, and some in which one number is given away.

Every number is made up by a seeded generator. A planted case says which cell it gives away and by which way.
"""

import csv
import html
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from evalkit.data.disclosure.check import check
from evalkit.data.disclosure.leak import Leak, Publication
from evalkit.data.disclosure.profiles import PROFILES, Profile
from evalkit.data.disclosure.reading import Known, read_files
from evalkit.data.disclosure.suppress import CountTable, protect

OUTCOME = "admissions@1.0"
KNOWN = Known(OUTCOME, frozenset({"admissions"}))
RULES = ("hes-2018", "ons-ls", "uk-llc", "police-5")
AREAS = (
    "Derby",
    "Leicester",
    "Lincoln",
    "Nottingham",
    "Northampton",
    "Mansfield",
    "Boston",
    "Corby",
)
GROUPS = ("under 16", "16 to 17", "18 to 24", "25 to 34", "35 to 49", "50 or over")
Text = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Case:
    """What is about to be published, as files, and what was before."""

    profile: Profile
    kind: str
    files: Mapping[str, str]
    earlier: Mapping[str, str] = field(default_factory=dict)
    given_away: frozenset[str] = frozenset()
    tables: tuple[Text, ...] = ()


def found_in(case: Case) -> tuple[Leak, ...]:
    """What the checker says of a case, read from its files alone."""
    new = read_files(case.files, dict.fromkeys(case.files, KNOWN))
    old = read_files(case.earlier, dict.fromkeys(case.earlier, KNOWN), earlier=True)
    return check(
        Publication(
            tables=(*new.tables, *old.tables),
            texts=new.texts,
            profiles={OUTCOME: case.profile},
            units={OUTCOME: ("admissions",)},
            speaks_of=dict.fromkeys(new.texts, OUTCOME),
            populations={**old.people, **new.people},
            pictures=new.pictures,
        )
    )


def gives_away(case: Case, leaks: tuple[Leak, ...]) -> bool:
    """Whether the planted cell is among what was found; anything, where the rest of the case is safe."""
    if not case.given_away:
        return bool(leaks)
    named = {
        frozenset(cell.partition(": ")[2].split(", ")) for leak in leaks for cell in leak.cells
    }
    return case.given_away in named


def counts_of(chance: np.random.Generator, *, rows: int, columns: int) -> np.ndarray:
    """Counts as small areas have them: many small, some large."""
    return chance.negative_binomial(1.2, 0.03, (rows, columns)).astype(np.int64)


def printed(counts: np.ndarray, profile: Profile) -> Text:
    """A table that was protected, as it is printed."""
    rows, columns = counts.shape
    table = CountTable(
        outcome=OUTCOME,
        dims=("area", "group"),
        rows=AREAS[:rows],
        columns=GROUPS[:columns],
        counts=tuple(tuple(map(int, row)) for row in counts),
    )
    done = protect(table, profile)
    return {
        (row.lower(), column): text
        for row, line in zip(done.rows, done.cells, strict=True)
        for column, text in zip(done.columns, line, strict=True)
    }


def grid_of(text: Text) -> list[list[str]]:
    """Head and rows."""
    rows = list(dict.fromkeys(row for row, _ in text))
    columns = list(dict.fromkeys(column for _, column in text))
    return [
        ["Area", *columns],
        *([row.title(), *(text.get((row, c), "") for c in columns)] for row in rows),
    ]


def as_csv(text: Text) -> str:
    """A download."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(grid_of(text))
    return out.getvalue()


def as_html(text: Text) -> str:
    """A page with a table."""
    head, *rows = grid_of(text)
    top = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f"<!doctype html><p>What was counted.</p>{table}"


def as_json(text: Text) -> str:
    """A record a cell."""
    records = [{"area": a, "group": g, "admissions": _number(t)} for (a, g), t in text.items()]
    return json.dumps({"form": "made-up/1", "rows": records})


def as_chart(text: Text) -> str:
    """A page whose chart holds its numbers in a script."""
    head, *rows = grid_of(text)
    data = {
        "type": "bar",
        "labels": head[1:],
        "datasets": [
            {"label": row[0], "data": [_number(cell) for cell in row[1:]]} for row in rows
        ],
    }
    return f"<!doctype html><p>A chart.</p><script>const chart = {json.dumps(data)};\ndraw(chart);</script>"


def as_notebook(text: Text, chance: np.random.Generator) -> str:
    """A notebook that shows the table in one of three ways."""
    head, *rows = grid_of(text)
    way = int(chance.integers(3))
    output: dict[str, object] = {
        "output_type": "stream",
        "name": "stdout",
        "text": _spaced(head, rows),
    }
    if way:
        data = (
            {"text/html": as_html(text)}
            if way == 1
            else {"application/json": json.loads(as_json(text))}
        )
        output = {
            "output_type": "display_data",
            "metadata": {},
            "data": {**data, "text/plain": "a table"},
        }
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["## A first look"]},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "source": "table",
            "outputs": [output],
        },
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def _spaced(head: list[str], rows: list[list[str]]) -> str:
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    return "\n".join(
        "  ".join((cell or "-").rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in [head, *rows]
    )


def _number(text: str) -> int | str | None:
    return int(text) if text.isdigit() else text or None


def model_output(chance: np.random.Generator) -> dict[str, str]:
    """What every finding publishes beside counts, with small whole numbers that are no people."""
    events = "event_time,effect,standard_error,low,high,n_treated,n_comparison\n"
    events += "".join(
        f"{t},{chance.normal():.4f},0.2,-0.3,0.5,2,{chance.integers(1, 5)}\n" for t in range(-3, 4)
    )
    record = {
        "form": "evalkit/evaluation/1",
        "coverage": {"n_obs": 24, "n_units": 3, "cohorts": [["2019-09", 2], ["2020-01", 1]]},
        "estimates": [
            {
                "name": "a",
                "estimate": {"effect": 2, "n_units": 3, "interval": {"low": 1, "high": 3}},
            }
        ],
        "provenance": {"rows_read": 7, "rows_used": 6, "dropped": [["no area", 1]]},
    }
    words = "<p>In 2 of 3 months the interval is clear of no change; 4 areas are compared.</p>"
    return {
        "data/em-2026-0001-f01.csv": events,
        "data/em-2026-0001-p1.json": json.dumps(record),
        "findings/em-2026-0001-f01.html": words,
    }


def safe_cases(seed: int, n: int) -> Iterator[Case]:
    """Publications that give nothing away, by construction and by the other attacker."""
    chance = np.random.default_rng(seed)
    for k in range(n):
        profile = PROFILES[RULES[k % len(RULES)]]
        counts = counts_of(
            chance, rows=int(chance.integers(2, 8)), columns=int(chance.integers(2, 7))
        )
        text = printed(counts, profile)
        ways: list[tuple[str, Callable[[Text], str]]] = [
            ("data/t.csv", as_csv), ("tables/t.html", as_html), ("data/t.json", as_json),
            ("charts/t.html", as_chart), ("notebooks/t.ipynb", lambda t: as_notebook(t, chance)),
        ]  # fmt: skip
        chosen = chance.permutation(len(ways))[: int(chance.integers(1, 4))]
        files = {ways[c][0]: ways[c][1](text) for c in chosen} | model_output(chance)
        earlier = {"data/t.csv": as_csv(text)} if chance.random() < 0.3 else {}
        if chance.random() < 0.3:
            files["data/rates.csv"] = _rates_of_large(counts, text, profile)
        yield Case(profile, "safe", files, earlier, tables=(text,))


def _rates_of_large(counts: np.ndarray, text: Text, profile: Profile) -> str:
    """Rates only of areas whose total is shown, from the number as it is shown."""
    lines = ["Area,Population,Rate per 100,000".replace("100,000", "1000")]
    for n, area in enumerate(AREAS[: len(counts)]):
        shown = text[area.lower(), "total"]
        people = 20_000 + 1_000 * n
        if shown.isdigit() and int(shown) >= 10:
            lines.append(f"{area},{people},{1000 * int(shown) / people:.2f}")
    return "\n".join(lines) + "\n" if len(lines) > 1 else "Area,Population\n"


def planted_cases(seed: int, n: int) -> Iterator[Case]:
    """Publications that give one cell away, each way in turn under each profile in turn."""
    chance = np.random.default_rng(seed)
    for k in range(n):
        profile = PROFILES[RULES[k // len(WAYS) % len(RULES)]]
        yield WAYS[k % len(WAYS)](chance, profile)


def _one_small(chance: np.random.Generator, profile: Profile) -> tuple[np.ndarray, int, int, int]:
    """Counts in which one cell is small and nothing else."""
    assert profile.hides is not None
    counts = chance.integers(20, 90, (int(chance.integers(3, 7)), int(chance.integers(3, 6))))
    row, column = int(chance.integers(len(counts))), int(chance.integers(counts.shape[1]))
    counts[row, column] = chance.integers(max(1, profile.hides[0]), profile.hides[1] + 1)
    return counts, row, column, int(counts[row, column])


def _names(row: int, column: int) -> frozenset[str]:
    return frozenset({AREAS[row].lower(), GROUPS[column]})


def _exact(
    counts: np.ndarray, *, rows: bool, columns: bool, hide: tuple[int, int] | None = None
) -> Text:
    """A table as it is, with the totals that are wanted, one cell hidden."""
    text = {
        (AREAS[i].lower(), GROUPS[j]): "*" if (i, j) == hide else str(counts[i, j])
        for i in range(len(counts))
        for j in range(counts.shape[1])
    }
    if rows:
        text |= {(AREAS[i].lower(), "total"): str(counts[i].sum()) for i in range(len(counts))}
    if columns:
        text |= {("total", GROUPS[j]): str(counts[:, j].sum()) for j in range(counts.shape[1])}
    return text


def _direct(chance: np.random.Generator, profile: Profile) -> Case:
    counts, i, j, value = _one_small(chance, profile)
    text = printed(counts, profile)
    text[AREAS[i].lower(), GROUPS[j]] = str(value)
    way = [as_csv, as_html, as_json][int(chance.integers(3))]
    path = {as_csv: "data/t.csv", as_html: "t.html", as_json: "data/t.json"}[way]
    return Case(profile, "direct", {path: way(text)}, given_away=_names(i, j))


def _row_total(chance: np.random.Generator, profile: Profile) -> Case:
    counts, i, j, _ = _one_small(chance, profile)
    text = _exact(counts, rows=True, columns=False, hide=(i, j))
    return Case(profile, "row total", {"data/t.csv": as_csv(text)}, given_away=_names(i, j))


def _column_total(chance: np.random.Generator, profile: Profile) -> Case:
    counts, i, j, _ = _one_small(chance, profile)
    text = _exact(counts, rows=False, columns=True, hide=(i, j))
    return Case(profile, "column total", {"t.html": as_html(text)}, given_away=_names(i, j))


def _across(chance: np.random.Generator, profile: Profile) -> Case:
    """One table without totals; another that has nothing but totals."""
    counts, i, j, _ = _one_small(chance, profile)
    text = _exact(counts, rows=False, columns=False, hide=(i, j))
    for n in range(len(counts)):
        text[AREAS[n].lower(), "total"] = "[x]"
    other = "Area,Count\n" + "".join(f"{AREAS[n]},{counts[n].sum()}\n" for n in range(len(counts)))
    files = {"data/t.csv": as_csv(text), "data/other.csv": other}
    return Case(profile, "across tables", files, given_away=_names(i, j))


def _rate(chance: np.random.Generator, profile: Profile) -> Case:
    """The number is hidden, its rate and the population are not."""
    counts, i, j, value = _one_small(chance, profile)
    people = chance.integers(8_000, 60_000, len(counts))
    lines = [f"Area,Group,Admissions,Population,Rate per {100_000}"]
    for n in range(len(counts)):
        shown = "*" if n == i else str(5 * round(counts[n, j] / 5))
        lines.append(
            f"{AREAS[n]},{GROUPS[j]},{shown},{people[n]},{100_000 * counts[n, j] / people[n]:.1f}"
        )
    assert value
    return Case(profile, "rate", {"data/r.csv": "\n".join(lines) + "\n"}, given_away=_names(i, j))


def _edition(chance: np.random.Generator, profile: Profile) -> Case:
    """The total was shown before, the other rows are now; or the number itself was shown before."""
    counts, i, j, _ = _one_small(chance, profile)
    if counts[i].sum() % profile.rounds == 0:  # nobody could tell such a total from a rounded one
        counts[i, j - 1] += 1
    now = _exact(counts, rows=False, columns=False, hide=(i, j))
    before: Text = {(AREAS[i].lower(), GROUPS[j]): str(counts[i, j])}
    if chance.random() < 0.5:
        before = {(AREAS[i].lower(), g): "[c]" for g in GROUPS[: counts.shape[1]]}
        before[AREAS[i].lower(), GROUPS[j]] = "*"
        before[AREAS[i].lower(), "total"] = str(counts[i].sum())
        now |= {(AREAS[n].lower(), "total"): "[x]" for n in range(len(counts))}
    files, earlier = {"data/t.csv": as_csv(now)}, {"data/t.csv": as_csv(before)}
    return Case(profile, "two editions", files, earlier, _names(i, j))


def _chart(chance: np.random.Generator, profile: Profile) -> Case:
    counts, i, j, value = _one_small(chance, profile)
    text = printed(counts, profile)
    leaky = dict(text) | {(AREAS[i].lower(), GROUPS[j]): str(value)}
    files = {"data/t.csv": as_csv(text), "charts/t.html": as_chart(leaky)}
    return Case(profile, "chart data", files, given_away=_names(i, j))


def _notebook(chance: np.random.Generator, profile: Profile) -> Case:
    counts, i, j, value = _one_small(chance, profile)
    text = printed(counts, profile)
    leaky = dict(text) | {(AREAS[i].lower(), GROUPS[j]): str(value)}
    files = {"t.html": as_html(text), "notebooks/t.ipynb": as_notebook(leaky, chance)}
    return Case(profile, "notebook cell", files, given_away=_names(i, j))


def _share(chance: np.random.Generator, profile: Profile) -> Case:
    """Percentages of a total that is shown."""
    counts, i, j, _ = _one_small(chance, profile)
    total = counts[:, j].sum()
    lines = ["Area,Group,Admissions,Per cent"]
    for n in range(len(counts)):
        shown = "*" if n == i else str(counts[n, j]) if profile.rounds == 1 else "[c]"
        lines.append(f"{AREAS[n]},{GROUPS[j]},{shown},{100 * counts[n, j] / total:.1f}")
    lines.append(f"Total,{GROUPS[j]},{total},100.0")
    return Case(
        profile, "percentage", {"data/s.csv": "\n".join(lines) + "\n"}, given_away=_names(i, j)
    )


def _text(chance: np.random.Generator, profile: Profile) -> Case:
    counts, i, j, value = _one_small(chance, profile)
    files = {"data/t.csv": as_csv(printed(counts, profile))}
    said = f"In {AREAS[i]} there were {value} among people aged {GROUPS[j]}."
    files["findings/f.html"] = f"<!doctype html><h1>What was seen</h1><p>{said}</p>"
    return Case(profile, "text", files, given_away=_names(i, j))


WAYS = (
    _direct, _row_total, _column_total, _across, _rate, _edition, _chart, _notebook, _share, _text,
)  # fmt: skip
