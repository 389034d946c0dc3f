"""Leaks where a reader may not look, and the same places with nothing in them that is small.

Every way makes a case from a protected table and puts one number somewhere odd: the small one, or another
that may be shown. A small number must be found; the same place with the other number must not be refused.
"""

import base64
import html
import json
from collections.abc import Callable, Iterator

import numpy as np

from evalkit.data.disclosure.profiles import PROFILES, Profile
from tests.disclosure_suite import (
    AREAS,
    GROUPS,
    RULES,
    Case,
    _exact,
    _one_small,
    as_csv,
    printed,
)

Put = Callable[[str, str, str, np.random.Generator], dict[str, str]]
"""Area, group and number as text to files that say it."""
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _page(inner: str) -> str:
    return f"<!doctype html><h1>What was seen</h1>{inner}"


def _svg(inner: str, **named: str) -> str:
    attributes = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in named.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"{attributes}>{inner}</svg>'
    )


def _notebook(*outputs: dict[str, object], source: str = "look") -> str:
    code = {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": source}
    cells = [{**code, "outputs": list(outputs)}]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def _stream(text: str) -> dict[str, object]:
    return {"output_type": "stream", "name": "stdout", "text": [f"{text}\n"]}


def _data(kind: str, value: object) -> dict[str, object]:
    return {"output_type": "display_data", "metadata": {}, "data": {kind: value}}


def _tooltip(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {
        "f.html": _page(_svg(f'<circle cx="4" cy="9" r="2"><title>{a}, {g}: {n}</title></circle>'))
    }


def _drawing_title(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {"f.svg": _svg(f"<title>Chart</title><desc>{a}, {g}: {n} admissions</desc>")}


def _aria(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {"f.html": _page(_svg(f'<rect width="9" height="9" aria-label="{a}, {g}: {n}"/>'))}


def _cdata(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {"f.svg": _svg(f'<text x="5" y="9"><![CDATA[{a}, {g}: {n}]]></text>')}


def _attributes(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    one = f'<rect data-area="{a}" data-group="{g}" data-count="{n}" width="9" height="9"/>'
    two = f'<rect data-area="Corby" data-group="{g}" data-count="60" width="9" height="9"/>'
    return {"f.html": _page(_svg(one + two))}


def _sort_key(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    head = "<tr><th>Area</th><th>Group</th><th>Admissions</th></tr>"
    row = f'<tr><th>{a}</th><td>{g}</td><td data-sort-value="{n}">n/a</td></tr>'
    return {"f.html": _page(f"<table>{head}{row}</table>")}


def _comment(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {"f.html": _page(f"<p>Nothing.</p><!-- {a} {g} had {n} admissions -->")}


def _odd_key(a: str, g: str, n: str, chance: np.random.Generator) -> dict[str, str]:
    key = ("qz", "payload", "coverage", "parameters", "checks")[int(chance.integers(5))]
    data = {"v": {key: {"deep": [{"area": a, "group": g, "admissions": int(n)}]}}}
    return {"f.html": _page(f"<script>window.x={json.dumps(data)}</script>")}


def _apart(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    data = {"xAxis": {"data": [a, "Corby", "Boston"]}, "series": [{"data": [int(n), 60, 70]}]}
    return {"f.html": _page(f"<script>const o = {json.dumps(data)};</script>")}


def _typed(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    data = f"{{labels: ['{a}', 'Corby'], datasets: [{{label: '{g}', data: [{n}, 60],}}]}}"
    return {"f.html": _page(f"<script>draw({data});</script>")}


def _packed(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    numbers = base64.b64encode(np.array([int(n), 60], "<i2").tobytes()).decode()
    data = {"data": [{"x": [a, "Corby"], "y": {"dtype": "i2", "bdata": numbers}, "name": g}]}
    return {"f.html": _page(f'<script type="application/json">{json.dumps(data)}</script>')}


def _twice(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    inner = json.dumps([{"area": a, "group": g, "admissions": int(n)}] * 2)
    return {"f.json": json.dumps({"spec": inner})}


def _nested(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {"f.json": json.dumps({a: {g: int(n), "else": 60}, "Corby": {g: 70, "else": 80}})}


def _places(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    features = [
        {"type": "Feature", "properties": {"area": name, "group": g, "count": int(m)}}
        for name, m in ((a, n), ("Corby", 60))
    ]
    return {"f.geojson": json.dumps({"type": "FeatureCollection", "features": features})}


def _by_line(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    rows = ({"area": name, "group": g, "count": int(m)} for name, m in ((a, n), ("Corby", 60)))
    return {"f.json": "\n".join(map(json.dumps, rows))}


def _printed_words(a: str, g: str, n: str, chance: np.random.Generator) -> dict[str, str]:
    said = (
        f"there were {n} victims", f"victims: {n}", f"admissions = {n}",
        f"In all {n} young women were admitted: {n} hospital admissions",
        f"The number of patients was {n}",
    )[int(chance.integers(5))]  # fmt: skip
    return {"f.ipynb": _notebook(_stream(said))}


def _dictionary(a: str, g: str, n: str, chance: np.random.Generator) -> dict[str, str]:
    shown = {(a, g): int(n), ("Corby", g): 60}
    text = (repr(shown), f"Counter({ {a: int(n), 'Corby': 60} })")[int(chance.integers(2))]
    out = _data("text/plain", text) if chance.random() < 0.5 else _stream(text)
    return {"f.ipynb": _notebook(out)}


def _series(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    text = f"{a:<12}  {n}\nCorby         60\nBoston        70\nName: admissions, dtype: int64"
    return {"f.ipynb": _notebook(_data("text/plain", text))}


def _markdown(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    text = (
        f"| Area | Group | Admissions |\n|:--|:--|--:|\n| {a} | {g} | {n} |\n| Corby | {g} | 60 |"
    )
    return {"f.ipynb": _notebook(_data("text/markdown", text))}


def _latex(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    rows = f"Area & Group & Admissions \\\\\n\\midrule\n{a} & {g} & {n} \\\\\nCorby & {g} & 60 \\\\"
    return {"f.ipynb": _notebook(_data("text/latex", rows))}


def _failed(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    said = f"only {n} admissions in {a}, {g}"
    return {"f.ipynb": _notebook({"output_type": "error", "evalue": said, "traceback": [said]})}


def _source(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {"f.ipynb": _notebook(source=f"# {a}, {g}: there were {n} admissions\nx = 1")}


def _spans(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    """Two lines of heads, a cell that reaches down and one that reaches across."""
    top = '<tr><th rowspan="2">Area</th><th colspan="2">2023</th><th colspan="2">2024</th></tr>'
    low = "<tr>" + "<th>f</th><th>m</th>" * 2 + "</tr>"
    rows = (
        f'<tr><th>{a}</th><td>60</td><td rowspan="2">{n}</td><td>70</td><td>80</td></tr>'
        '<tr><th>Corby</th><td>50</td><td colspan="2">90</td></tr>'
    )
    return {"f.html": _page(f"<table>{top}{low}{rows}</table>")}


def _no_heads(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    rows = (("Area", "Group", "Admissions"), (a, g, n), ("Corby", g, "60"))
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return {"f.html": _page(f"<table>{body}</table>")}


def _with_share(a: str, g: str, n: str, chance: np.random.Generator) -> dict[str, str]:
    mark = (" (2.1%)", "†", " [1]", "*")[int(chance.integers(4))]
    return {
        "f.csv": f"Area,Group,Admissions\n{a},{g},{n}{mark}\nCorby,{g},60{mark}\nBoston,{g},refused\n"
    }


def _semicolons(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {"f.csv": f"\ufeffArea;Group;Admissions\n{a};{g};{n}\nCorby;{g};1,060\n"}


def _titled(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {
        "f.csv": f'\ufeff"Table 1, admissions"\n\nArea,Group,Admissions\n{a},{g},{n}\nCorby,{g},60\n'
    }


def _tabs(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {"f.tsv": f"Area\tGroup\tAdmissions\n{a}\t{g}\t{n}\nCorby\t{g}\t60\n"}


def _spelled_cell(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    word = WORDS[int(n)] if int(n) < len(WORDS) else n
    return {"f.csv": f"Area,Group,Admissions\n{a},{g},{word}\nCorby,{g},60\nBoston,{g},70\n"}


def _spelled(a: str, g: str, n: str, chance: np.random.Generator) -> dict[str, str]:
    word = WORDS[int(n)] if int(n) < len(WORDS) else n
    said = (
        f"Last year {word} young women were victims; {word} hospital admissions followed.",
        f"The admissions numbered {word}.", f"We know of {word} patients.",
    )[int(chance.integers(3))]  # fmt: skip
    return {"f.html": _page(f"<p>{said}</p>")}


def _definition(a: str, g: str, n: str, _: np.random.Generator) -> dict[str, str]:
    return {"f.html": _page(f"<p>{html.escape(a)}, {g}: {n} admissions</p>")}


PUTS: tuple[Put, ...] = (
    _tooltip, _drawing_title, _aria, _cdata, _attributes, _sort_key, _comment, _odd_key, _apart, _typed,
    _packed, _twice, _nested, _places, _by_line, _printed_words, _dictionary, _series, _markdown, _latex,
    _failed, _source, _spans, _no_heads, _with_share, _semicolons, _titled, _tabs, _spelled_cell, _spelled,
    _definition,
)  # fmt: skip


def _put_case(chance: np.random.Generator, profile: Profile, put: Put, *, small: bool) -> Case:
    counts, i, j, value = _one_small(chance, profile)
    shown = str(value if small else 5 * int(chance.integers(4, 18)))
    if not small:
        counts[i, j] = int(shown)
    text = (
        {} if put in (_apart, _series, _spans) else {"data/t.csv": as_csv(printed(counts, profile))}
    )
    kind = put.__name__.strip("_").replace("_", " ")
    return Case(profile, kind, text | put(AREAS[i], GROUPS[j], shown, chance))


def _bars(
    counts: np.ndarray, column: int, *, ticks: bool, leave_out: int | None, path: bool
) -> str:
    """A column of counts drawn to scale, with or without the numbers of its axis."""
    top, scale = 280.0, 2.5
    drawn = [
        (30 + 40 * n, top - scale * c) for n, c in enumerate(counts[:, column]) if n != leave_out
    ]
    marks = "".join(f'<circle cx="{x}" cy="{y:.2f}" r="3"/>' for x, y in drawn)
    if path:
        marks = '<path d="M' + "L".join(f"{x},{y:.2f}" for x, y in drawn) + '"/>'
    axis = "".join(
        f'<line x1="20" x2="400" y1="{top - scale * t}" y2="{top - scale * t}"/>'
        f'<text x="15" y="{top - scale * t + 4}">{t}</text>'
        for t in (0, 20, 40, 60, 80)
    )
    return _page(_svg((axis if ticks else "") + marks))


def _drawn(chance: np.random.Generator, profile: Profile, *, small: bool, ticks: bool) -> Case:
    """The hidden number is drawn all the same; safe is a drawing that leaves it out."""
    counts = chance.integers(20, 90, (7, 4))
    i, j = int(chance.integers(7)), int(chance.integers(4))
    assert profile.hides is not None
    if profile.rounds > 1:
        counts = 5 * (counts // 5)
    if small:
        counts[i, j] = chance.integers(max(1, profile.hides[0]), profile.hides[1] + 1)
    text = _exact(counts, rows=False, columns=False, hide=(i, j) if small else None)
    path = bool(chance.random() < 0.5)
    page = _bars(counts, j, ticks=ticks, leave_out=None, path=path)
    files = {"f.html": page} if ticks else {"f.html": page, "data/t.csv": as_csv(text)}
    return Case(profile, "drawn with its axis" if ticks else "drawn without an axis", files)


def _derived(chance: np.random.Generator, profile: Profile, *, small: bool, way: int) -> Case:
    """What a percentage, a mean or a rate comes to, in a table or a sentence."""
    assert profile.hides is not None
    n = 5 * int(chance.integers(8, 40))
    part = int(chance.integers(max(1, profile.hides[0]), profile.hides[1] + 1)) if small else n // 2
    share, mean, people = 100 * part / n, part / n, 200 * n
    rate = 100_000 * part / people
    table = "Area,Admissions,{}\nDerby,{},{}\nCorby,200,{}\n"
    ways = (
        ("percentage of a count", table.format("Per cent readmitted", n, f"{share:.2f}", "50.0")),
        ("mean of a count", table.format("Mean a person", n, f"{mean:.4f}", "0.500")),
        ("percentage in a sentence", f"Of those, {share:.2f}% of {n} patients came back."),
        ("mean in a sentence", f"The {n} patients had {mean:.4f} relapses on average."),
        ("rate in a sentence", f"The rate was {rate:.2f} per 100,000 among {people:,} residents."),
    )
    kind, said = ways[way]
    files = {"f.html": _page(f"<p>{said}</p>")} if "sentence" in kind else {"f.csv": said}
    return Case(profile, kind, files)


def _two_editions(chance: np.random.Generator, profile: Profile, *, small: bool) -> Case:
    """A total over areas grew by an area that has no row: the new total less the old one."""
    counts, _, j, value = _one_small(chance, profile)
    total = int(counts[:, j].sum())
    before, after = total - value, total if small else total - value
    if profile.rounds > 1 and not small:
        before = after = 5 * (before // 5)
    if profile.rounds > 1 and small and after % 5 == 0:
        before += 1
        after += 1
    now = {"f.csv": f"Area,{GROUPS[j]}\nTotal,{after}\n"}
    return Case(
        profile, "total of two editions", now, {"f.csv": f"Area,{GROUPS[j]}\nTotal,{before}\n"}
    )


def _picture(chance: np.random.Generator, profile: Profile, *, small: bool) -> Case:
    kind = "image/png" if small else "image/svg+xml"
    value = "iVBORw0KGgo=" if small else _svg("<title>Nothing</title>")
    return Case(profile, "picture", {"f.ipynb": _notebook(_data(kind, value))})


OTHERS: tuple[Callable[..., Case], ...] = (
    lambda c, p, small: _drawn(c, p, small=small, ticks=True),
    lambda c, p, small: _drawn(c, p, small=small, ticks=False),
    *(lambda c, p, small, way=way: _derived(c, p, small=small, way=way) for way in range(5)),
    lambda c, p, small: _two_editions(c, p, small=small),
    lambda c, p, small: _picture(c, p, small=small),
)  # fmt: skip
N_WAYS = len(PUTS) + len(OTHERS)


def enemy_cases(seed: int, n: int, *, small: bool) -> Iterator[Case]:
    """Publications that give a number away in an odd place, or that say nothing small there."""
    chance = np.random.default_rng(seed)
    for k in range(n):
        profile = PROFILES[RULES[k // N_WAYS % len(RULES)]]
        way = k % N_WAYS
        if way < len(PUTS):
            yield _put_case(chance, profile, PUTS[way], small=small)
        else:
            yield OTHERS[way - len(PUTS)](chance, profile, small=small)
