"""The first page: a mark for each finding, what is new, the next event, what runs, what disappointed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from evalkit.findings.verdicts import tone
from evalkit.hub.areas import placed, tiles
from evalkit.hub.events import event_row, last_event, next_event
from evalkit.hub.linked_data import of_hub
from evalkit.hub.lookups import having, lookups
from evalkit.hub.overdue import waiting
from evalkit.hub.page import Page
from evalkit.hub.records import new_findings
from evalkit.hub.site import edition_of, page
from evalkit.hub.summaries import GROUPS, Summary, as_given
from evalkit.hub.tried import Tried, tried
from evalkit.hub.words import counted, sentence
from evalkit.report.figures.marks import OF_VERDICT, Mark
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding

MOST_MARKS = 60
"""Above this many findings a group is a bar and a number, not a mark each."""
_NEWEST, _DISAPPOINTING, _RUNNING = 4, 3, 4
_UNDER_WAY = ("live", "planned", "idea")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Findings that say the same.

    ``members`` is empty where there are too many findings for a mark each; ``bar`` is how
    long the bar of its number is, in hundredths of the longest one.
    """

    word: str
    count: int
    members: tuple[Summary, ...]
    mark: Mark
    bar: int


def home_page(catalogue: Catalogue) -> Page:
    """What was tried and what happened, at a glance."""
    listed = lookups(catalogue).counted
    last, following = last_event(catalogue), next_event(catalogue)
    new = new_findings(catalogue, last.date if last else None)
    newest = as_given(catalogue, new[:_NEWEST], prefix="new") or as_given(
        catalogue, _own_first(listed)[:_NEWEST], prefix="list"
    )
    squares = tiles(catalogue)
    return page(
        catalogue,
        "index.html",
        "home.html",
        title="What was tried, and what happened",
        linked=of_hub(catalogue),
        groups=_groups(catalogue, listed),
        many=len(listed) > MOST_MARKS,
        count=sentence(counted(len(listed), "finding")),
        all_count=counted(len(listed), "finding"),
        since=_since(catalogue, bool(new)),
        newest=newest,
        next_event=event_row(following) if following else None,
        running=_running(catalogue),
        late=waiting(catalogue)[:_RUNNING],
        names=[square.name for square in squares],
        squares=placed(squares),
        listed=squares,
        disappointing=_disappointing(catalogue, listed, newest),
        edition=edition_of(catalogue),
    )


def _groups(catalogue: Catalogue, listed: Sequence[Finding]) -> tuple[Group, ...]:
    found = [(word, having(catalogue, verdicts), verdicts) for word, verdicts in GROUPS]
    longest = max((len(some) for _, some, _ in found), default=0) or 1
    return tuple(
        Group(
            word=word,
            count=len(some),
            members=as_given(catalogue, some, prefix="list") if len(listed) <= MOST_MARKS else (),
            mark=OF_VERDICT[verdicts[0]],
            bar=round(100 * len(some) / longest),
        )
        for word, some, verdicts in found
    )


def _since(catalogue: Catalogue, new: bool) -> str:
    """The heading over the findings that come first."""
    if last_event(catalogue) is None:
        return "Newest findings"
    return "New since the last event" if new else "Newest findings, none since the last event"


def _own_first(listed: Sequence[Finding]) -> list[Finding]:
    return sorted(listed, key=lambda finding: finding.protocol is None)


def _running(catalogue: Catalogue) -> tuple[Tried, ...]:
    """Work under way that has no result, and whose result is not overdue."""
    found = lookups(catalogue)
    late = {found.plans[key].intervention for key in catalogue.overdue}
    without = (
        one
        for one in catalogue.interventions
        if one.status in _UNDER_WAY
        and one.id not in late
        and not any(f.counts for f in found.findings_of.get(one.id or "", ()))
    )
    return tried(catalogue, list(islice(without, _RUNNING)))


def _disappointing(
    catalogue: Catalogue, listed: Sequence[Finding], shown: Sequence[Summary]
) -> tuple[Summary, ...]:
    """Worse results first, then unclear ones that the page has not just shown."""
    above = {s.finding.id for s in shown}
    worse = [f for f in listed if tone(f.verdict, f.better) == "worse"]
    unclear = [f for f in having(catalogue, ("cannot_tell",)) if f.id not in above]
    return as_given(catalogue, [*worse, *unclear][:_DISAPPOINTING], prefix="list")
