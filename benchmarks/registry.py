"""Measure the registry with 10,000 made-up interventions: python -m benchmarks.registry [COUNT].

Everything happens in this process and in a scratch folder; the seed is fixed, so that two runs measure the
same work. Times are of this machine.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import yaml

from evalkit.registry.canonical import canonical_json
from evalkit.registry.entries import amend
from evalkit.registry.exchange import export, import_folder
from evalkit.registry.interventions import add_intervention, read_areas, read_interventions
from evalkit.registry.ledger import verify
from evalkit.registry.search import search
from evalkit.registry.store import create_registry, open_registry
from evalkit.types.intervention import Description, Intervention, Kind, ParticipatingOrganisation
from evalkit.types.theory import Element, Indicator, Link, TheoryOfChange
from evalkit.workflow.seed import import_text
from evalkit.workflow.workspace import Workspace

SEED = 2026
DAY = date(2026, 3, 2)
PREFIXES = ("DE", "LE", "LI", "NN", "NO")  # a number stands once under its prefix: 9,999 at most
VOCABULARY = """
young people carry knives in town centre parks after school patrols officers navigators meet
patients hospital emergency department mentors families licensing pubs street lighting stabbings
robbery assault weekend evenings serious violence prevention outreach trusted adults court
orders hot spots analysts community groups sports coaching therapy trauma housing employment
college leavers county lines drug markets exploitation safeguarding referral custody release
probation police council health education
"""
WORDS = VOCABULARY.split()
QUERIES = (
    "knives",
    "hot spots",
    "hospital navig",
    "young people school",
    "m",
    "violence prevention town",
)


def made_up(chance: random.Random, areas: list[str], n: int) -> Intervention:
    """An intervention of the usual length, from a fixed vocabulary."""

    def words(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    elements = {
        "act": Element(kind="activity", text=words(5)),
        "out": Element(kind="output", text=words(5)),
        "fewer": Element(kind="outcome", text=words(4)),
    }
    return Intervention(
        form="evalkit/intervention/1",
        name=f"{words(4)[:60]} {n}",
        summary=words(15)[:200],
        kind=chance.choice(get_args(Kind)),
        status=chance.choice(["idea", "planned", "live", "completed"]),
        areas=tuple(chance.sample(areas, k=chance.randint(1, 3))),
        start="2024",
        end="2026",
        description=Description(why=words(40), procedures=words(40), dose=words(10)),
        organisations=(
            ParticipatingOrganisation(name=f"Council {chance.randint(1, 40)}", role="lead"),
            ParticipatingOrganisation(name=f"Trust {chance.randint(1, 300)}", role="deliverer"),
        ),
        theory=TheoryOfChange(
            elements=elements,
            links=(
                Link(from_="act", to="out", because=words(8)),
                Link(from_="out", to="fewer", because=words(8)),
            ),
            indicators=(Indicator(of="fewer", name=words(3), source="police"),),
        ),
    )


@contextmanager
def timed(what: str, *, of: int = 0) -> Iterator[None]:
    """Print how long a block took, and how many a second."""
    start = time.perf_counter()
    yield
    took = time.perf_counter() - start
    each = f", {of / took:,.0f} a second" if of else ""
    print(f"{what}: {took:.2f} s{each}", flush=True)


def percentile_95(ask: Callable[[int], object], times: int) -> float:
    """The time in milliseconds that 95 of 100 questions stay below."""
    took = []
    for n in range(times):
        start = time.perf_counter()
        ask(n)
        took.append(time.perf_counter() - start)
    return sorted(took)[int(len(took) * 0.95)] * 1000


def main(count: int) -> None:
    """Register, export, import twice, read, search and verify ``count`` interventions."""
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        url, other = (f"sqlite:///{folder}/{name}.db" for name in ("one", "two"))
        create_registry(url)
        create_registry(other)
        with open_registry(url) as session:
            areas = [code for code in read_areas(session) if code.startswith("E")]
        records = [made_up(chance, areas, n) for n in range(count)]
        with timed("register in one transaction", of=count), open_registry(url, write=True) as s:
            for n, record in enumerate(records):
                prefix = PREFIXES[n % len(PREFIXES)]
                text = f"# {n}\n{record.description.why}\n" * 4
                add_intervention(s, record, slug=f"i-{n}", on=DAY, prefix=prefix, text=text)
        with timed("register 100 more, a transaction each", of=100):
            for n in range(100):
                with open_registry(url, write=True) as s:
                    add_intervention(s, records[n], slug=f"more-{n}", on=DAY, prefix="XX")
        with timed("amend 100, a transaction each", of=100):
            _amend(url, records)
        with timed("export", of=count), open_registry(url) as s:
            export(s, Path(folder) / "out")
        with timed("import", of=count), open_registry(other, write=True) as s:
            import_folder(s, Path(folder) / "out")
        _import_texts(Path(folder) / "workspace", records)
        print(f"file: {Path(folder, 'two.db').stat().st_size / 1e6:.0f} MB")
        with open_registry(other) as s:
            with timed("read_interventions", of=count):
                read_interventions(s)
            _search(s, areas)
            with timed("verify", of=count):
                assert verify(s).first_problem is None


def _import_texts(root: Path, records: list[Intervention]) -> None:
    """Write every record as its author would and register the files, one ``intervention.yaml`` each."""
    for n, record in enumerate(records):
        id = f"{PREFIXES[n % len(PREFIXES)]}-2026-{n // len(PREFIXES) + 1:04d}"
        said = json.loads(canonical_json(replace(record, id=id))).items()
        fields = {name: value for name, value in said if value not in (None, [], {})}
        file = root / "case_studies" / f"i-{n}" / "intervention.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(yaml.safe_dump(fields, sort_keys=False, width=100), encoding="utf-8")
    ours = Workspace(root=root, prefix="EM", region="x", publisher="x", registry_file="three.db")
    with timed("import of YAML files", of=len(records)):
        assert import_text(ours, "three.db", on=DAY).interventions == len(records)


def _amend(url: str, records: list[Intervention]) -> None:
    for n in range(100):
        id = f"XX-2026-{n + 1:04d}"
        record = replace(records[n], status="completed")
        with open_registry(url, write=True) as s:
            how = {"text": "", "on": DAY, "by": "bench", "reason": "measured", "based_on": "v1.0"}
            amend(s, "intervention", id, replace(record, summary="Shorter."), **how)  # type: ignore[arg-type]


def _search(session: object, areas: list[str]) -> None:
    def ask(n: int) -> object:
        return search(session, QUERIES[n % len(QUERIES)])  # type: ignore[arg-type]

    def filtered(n: int) -> object:
        filters = {"area": areas[n % len(areas)], "status": "live"}
        return search(session, QUERIES[n % len(QUERIES)], filters=filters)  # type: ignore[arg-type]

    def listed(n: int) -> object:
        return search(session, filters={"area": areas[n % len(areas)]})  # type: ignore[arg-type]

    for what, how in (("search", ask), ("search with filters", filtered), ("list", listed)):
        print(f"{what}: p95 {percentile_95(how, 120):.1f} ms")
    for query in QUERIES:
        milliseconds = percentile_95(lambda _, query=query: search(session, query), 20)  # type: ignore[arg-type,misc]
        print(f"  {query!r}: p95 {milliseconds:.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
