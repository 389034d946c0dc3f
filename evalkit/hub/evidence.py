"""Where evidence is thin: what was found by kind of work and outcome, and which needs nobody answers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from evalkit.findings.verdicts import WORDS, Tone, tone
from evalkit.hub.areas import NeedRow, NeedState, need_rows
from evalkit.hub.behind import compared
from evalkit.hub.lookups import ORDER, lookups, owners_of
from evalkit.hub.page import Crumb, Page
from evalkit.hub.plans import plan_of
from evalkit.hub.site import page
from evalkit.hub.words import counted, kind_words, sentence
from evalkit.report.figures.marks import OF_VERDICT, Mark
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding, Verdict
from evalkit.types.intervention import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
FRAMES = {"strong": "stronger design", "weak": "weaker design", "open": "no result yet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """How many findings of one kind of work and one outcome have the same word and frame.

    Attributes
    ----------
    frame : "strong", "weak" or "open"
        A plan of ours with a comparison; anything else; no result yet.
    """

    word: str
    mark: Mark
    tone: Tone | str
    frame: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One square of the map; empty where nobody has evidence."""

    outcome: str
    badges: tuple[Badge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """One kind of work, with a square for every outcome."""

    kind: str
    cells: tuple[Cell, ...]
    gaps: str

    @property
    def empty(self) -> bool:
        """Whether nothing at all is known."""
        return not any(cell.badges for cell in self.cells)


def evidence_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """One page: the map, and needs against evidence."""
    columns = outcomes(catalogue)
    rows = need_rows(catalogue, catalogue.needs)
    return (
        page(
            catalogue,
            "evidence.html",
            "evidence.html",
            title="Where evidence is thin",
            section="Where evidence is thin",
            crumbs=(Crumb(title="Where evidence is thin"),),
            columns=columns,
            frames=FRAMES,
            rows=tuple(_row(catalogue, kind, columns) for kind in KINDS),
            needs=_by_state(rows),
            n_needs=len(rows),
            area_of={code: area.name for code, area in catalogue.areas.items()},
            words=[(WORDS[v], OF_VERDICT[v], tone(v, "lower")) for v in _SHOWN],
        ),
    )


_SHOWN: tuple[Verdict, ...] = (
    "fell",
    "probably_fell",
    "no_change_that_would_matter",
    "cannot_tell",
    "probably_rose",
    "rose",
)


def outcomes(catalogue: Catalogue) -> tuple[str, ...]:
    """Every outcome that a finding or a locked plan names, in the order of the alphabet."""
    named = {one.outcome for one in lookups(catalogue).counted}
    return tuple(sorted({*map(sentence, named), *(outcome for _, outcome in _waiting(catalogue))}))


def evidence_rows(catalogue: Catalogue) -> Iterator[tuple[str, str, str, str, int]]:
    """The map as lines of a table: kind of work, outcome, word, design, how many; empty squares too."""
    columns = outcomes(catalogue)
    for row in (_row(catalogue, kind, columns) for kind in KINDS):
        for cell in row.cells:
            for badge in cell.badges:
                yield row.kind, cell.outcome, badge.word, FRAMES[badge.frame], badge.count
            if not cell.badges:
                yield row.kind, cell.outcome, "No evidence", "", 0


def _waiting(catalogue: Catalogue) -> Iterator[tuple[Kind, str]]:
    """Kind of work and outcome of each locked plan that has no finding yet."""
    found = lookups(catalogue)
    answered = {finding.protocol for finding in found.counted}
    for protocol in catalogue.protocols:
        work = found.interventions.get(protocol.intervention)
        if work is not None and protocol.id not in answered:
            yield work.kind, sentence(plan_of(protocol).outcome.name)


def _row(catalogue: Catalogue, kind: Kind, columns: Sequence[str]) -> KindRow:
    badges = _badges(catalogue)
    cells = tuple(
        Cell(outcome=outcome, badges=badges.get((kind, outcome), ())) for outcome in columns
    )
    gaps = sum(not cell.badges for cell in cells)
    return KindRow(
        kind=kind_words(kind),
        cells=cells,
        gaps=f"{sentence(counted(gaps, 'outcome'))} without evidence",
    )


@lru_cache(maxsize=1)
def _badges(catalogue: Catalogue) -> Mapping[tuple[Kind, str], tuple[Badge, ...]]:
    """By kind of work and outcome: its badges from fell to rose, what has no result at the end."""
    found = Counter(
        (owner_kind, sentence(f.outcome), ORDER.index(f.verdict), f.better, _frame(catalogue, f))
        for f in lookups(catalogue).counted
        for owner_kind in sorted({owner.kind for owner in owners_of(catalogue, f)})
    )
    squares: dict[tuple[Kind, str], list[Badge]] = {}
    for (kind, outcome, place, better, frame), count in sorted(found.items()):
        verdict = ORDER[place]
        squares.setdefault((kind, outcome), []).append(
            Badge(
                word=WORDS[verdict],
                mark=OF_VERDICT[verdict],
                tone=tone(verdict, better),
                frame=frame,
                count=count,
            )
        )
    for square, count in Counter(_waiting(catalogue)).items():
        squares.setdefault(square, []).append(
            Badge(word="Being tried", mark="being_tried", tone="ink", frame="open", count=count)
        )
    return {square: tuple(badges) for square, badges in squares.items()}


def _frame(catalogue: Catalogue, finding: Finding) -> str:
    return "strong" if compared(catalogue, finding) else "weak"


def _by_state(rows: Sequence[NeedRow]) -> tuple[tuple[str, tuple[NeedRow, ...]], ...]:
    """Needs that nothing answers come last, under words that say so."""
    return tuple(
        (name, tuple(row for row in rows if row.state == name)) for name in get_args(NeedState)
    )
