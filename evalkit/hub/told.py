"""What lists, tables and search say of each record; made with its part, and kept for the next build."""

import json

from evalkit.hub.behind import checks_said, compared
from evalkit.hub.downloads import finding_row, lines
from evalkit.hub.filters import keys_of
from evalkit.hub.summaries import finding_path
from evalkit.hub.template import part_of_page
from evalkit.hub.tried import tried
from evalkit.hub.words import kind_words
from evalkit.types.adapter import adapter
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention
from evalkit.types.told import ToldFinding, ToldWork

MARKS = ("simulated", "exploratory")
"""Columns without which no row of a table of findings travels."""


def told_of_work(catalogue: Catalogue, one: Intervention, digest: str = "") -> ToldWork:
    """What is told of an intervention."""
    if known := catalogue.works_told.get(one.id or ""):
        return known
    keys = keys_of(catalogue, one)
    (item,) = tried(catalogue, (one,))
    names = [catalogue.areas[code].name for code in one.areas if code in catalogue.areas]
    bodies = [organisation.name for organisation in one.organisations]
    words = (one.summary, kind_words(one.kind), one.id or "", *names, *bodies)
    more = (one.description.why, one.description.procedures, one.population)
    return ToldWork(
        digest=digest,
        keys=keys,
        card=str(part_of_page("tried_row", item, "../", keys=keys)),
        search=searched("Intervention", one.name, item.path, " ".join((*words, *more))),
    )


def told_of_finding(catalogue: Catalogue, one: Finding, digest: str = "") -> ToldFinding:
    """What is told of a finding."""
    if known := catalogue.findings_told.get(one.id):
        return known
    words = (one.summary, one.outcome, one.id, one.years, one.design, *one.supports, *one.limits)
    own = finding_row(one)
    marks = ("yes" if getattr(one, name) else "no" for name in MARKS)
    shown = ["; ".join(one.interventions), one.headline, one.better, *own, *marks]
    record = adapter(Finding).dump_python(one, mode="json")
    return ToldFinding(
        digest=digest,
        checks=checks_said(catalogue, one),
        compared=compared(catalogue, one),
        search=searched("Finding", one.headline, finding_path(one.id), " ".join(words)),
        record=json.dumps(record, sort_keys=True, ensure_ascii=False).encode(),
        table=lines([[*shown, "; ".join(one.limits)]]).encode(),
        row=(*own, one.better, one.headline, one.simulated, one.exploratory),
    )


def searched(kind: str, title: str, path: str, words: str) -> bytes:
    """A row of the search index: data that no text can leave."""
    row = [kind, title, path, words]
    return (
        json.dumps(row, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c").encode()
    )
