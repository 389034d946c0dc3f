"""The first page: a mark for each finding, what is new, the next event, what runs, what disappointed."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.hub.areas import placed, tiles
from evalkit.hub.events import event_row, last_event, next_event
from evalkit.hub.learning import waiting
from evalkit.hub.linked_data import of_hub
from evalkit.hub.page import Page
from evalkit.hub.records import new_findings
from evalkit.hub.site import page
from evalkit.hub.summaries import GROUPS, Summary, summaries
from evalkit.hub.tried import Tried, tried
from evalkit.hub.words import counted, sentence
from evalkit.report.figures.marks import OF_VERDICT, Mark
from evalkit.types.catalogue import Catalogue

MOST_MARKS = 60
"""Above this many findings a group is a bar and a number, not a mark each."""
_NEWEST, _DISAPPOINTING, _RUNNING = 4, 3, 4
_UNDER_WAY = ("live", "planned", "idea")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Findings that say the same.

    ``bar`` is how long the bar of its number is, in hundredths of the longest one.
    """

    word: str
    members: tuple[Summary, ...]
    mark: Mark
    bar: int


def home_page(catalogue: Catalogue) -> Page:
    """What was tried and what happened, at a glance."""
    listed = [s for s in summaries(catalogue, prefix="list") if s.counts]
    last, following = last_event(catalogue), next_event(catalogue)
    new = new_findings(catalogue, last.date if last else None)
    newest = (new or _own_first(listed))[:_NEWEST]
    squares = tiles(catalogue)
    return page(
        catalogue,
        "index.html",
        "home.html",
        title="What was tried, and what happened",
        linked=of_hub(catalogue),
        groups=_groups(listed),
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
        disappointing=_disappointing(listed, newest),
    )


def _groups(listed: Sequence[Summary]) -> tuple[Group, ...]:
    members = [
        (word, tuple(s for s in listed if s.finding.verdict in verdicts), verdicts)
        for word, verdicts in GROUPS
    ]
    longest = max((len(some) for _, some, _ in members), default=0) or 1
    return tuple(
        Group(
            word=word,
            members=some,
            mark=OF_VERDICT[verdicts[0]],
            bar=round(100 * len(some) / longest),
        )
        for word, some, verdicts in members
    )


def _since(catalogue: Catalogue, new: bool) -> str:
    """The heading over the findings that come first."""
    if last_event(catalogue) is None:
        return "Newest findings"
    return "New since the last event" if new else "Newest findings, none since the last event"


def _own_first(listed: Sequence[Summary]) -> list[Summary]:
    return sorted(listed, key=lambda s: s.finding.protocol is None)


def _running(catalogue: Catalogue) -> tuple[Tried, ...]:
    """Work under way without a result."""
    under_way = [one for one in catalogue.interventions if one.status in _UNDER_WAY]
    return tuple(one for one in tried(catalogue, under_way) if not one.tallies)[:_RUNNING]


def _disappointing(listed: Sequence[Summary], shown: Sequence[Summary]) -> list[Summary]:
    """Worse results first, then unclear ones that the page has not just shown."""
    above = {s.finding.id for s in shown}
    found = [
        s
        for s in listed
        if s.tone == "worse" or (s.finding.verdict == "cannot_tell" and s.finding.id not in above)
    ]
    return sorted(found, key=lambda s: s.tone != "worse")[:_DISAPPOINTING]
