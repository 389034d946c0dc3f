"""Every finding in one list, from fell to rose; long groups go on over pages of their own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evalkit.hub.lookups import having, in_order, lookups
from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.summaries import GROUPS, Summary, later, summaries
from evalkit.hub.together import TOGETHER
from evalkit.hub.words import counted
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding

AT_ONCE = 60
"""More rows than this are slow on a phone: then each group shows its first and goes on elsewhere."""
FIRST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Findings under one heading.

    Attributes
    ----------
    key : str
        In ids and addresses.
    intro : str
        What they are, where the heading does not say it.
    number : int
        How many there are.
    shown : tuple of Summary
        Those on the first page.
    more : str
        Where all of them are; empty where they are shown.
    """

    key: str
    word: str
    intro: str
    number: int
    shown: tuple[Summary, ...]
    more: str


def findings_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """The list from fell to rose, and the pages on which its long groups go on."""
    found = _groups(catalogue)
    first = page(
        catalogue,
        "findings/index.html",
        "findings.html",
        title="What happened",
        section="What happened",
        crumbs=(Crumb(title="What happened"),),
        groups=[group for group, _ in found],
        questions=len(catalogue.syntheses),
        together=TOGETHER,
        count=counted(len(lookups(catalogue).counted), "finding"),
    )
    long = ((group, members) for group, members in found if group.more)
    return (first, *(one for some in long for one in _further(catalogue, *some)))


def _groups(catalogue: Catalogue) -> list[tuple[Group, Sequence[Finding]]]:
    found = [
        (str(i), word, "", having(catalogue, verdicts))
        for i, (word, verdicts) in enumerate(GROUPS, 1)
    ]
    others = in_order(one for one in catalogue.findings if not one.counts)
    explored = [one for one in others if one.exploratory and not one.simulated]
    made_up = [one for one in others if one.simulated]
    if explored:
        intro = (
            "Something else than the locked plan was run. They may suggest a question for the next plan; "
            "they answer none and are counted nowhere."
        )
        found.append(("exploratory", "Exploratory, not in a plan", intro, explored))
    if made_up:
        intro = "A generator made these numbers up, to show how a plan is run. They are counted nowhere."
        found.append(("made-up", "Simulated data, not evidence", intro, made_up))
    short = len(catalogue.findings) <= AT_ONCE
    return [
        (
            Group(
                key=key,
                word=word,
                intro=intro,
                number=len(members),
                shown=summaries(catalogue, prefix="all", of=members if short else members[:FIRST]),
                more="" if short or len(members) <= FIRST else _path(key, 1),
            ),
            members,
        )
        for key, word, intro, members in found
    ]


def _path(key: str, number: int) -> str:
    return f"findings/group-{key}-{number}.html"


def _further(catalogue: Catalogue, group: Group, members: Sequence[Finding]) -> Iterator[Page]:
    parts = [members[start : start + AT_ONCE] for start in range(0, len(members), AT_ONCE)]
    for number, part in enumerate(parts, 1):
        start = (number - 1) * AT_ONCE
        told = f"{start + 1} to {start + len(part)} of {len(members)}"
        yield page(
            catalogue,
            _path(group.key, number),
            "findings_group.html",
            title=f"{group.word}, {told}",
            section="What happened",
            crumbs=(
                Crumb(title="What happened", href="findings/index.html"),
                Crumb(title=f"{group.word}, page {number}"),
            ),
            word=group.word,
            intro=group.intro,
            told=told,
            part=later(catalogue, part, prefix="all"),
            before=_path(group.key, number - 1) if number > 1 else "",
            after=_path(group.key, number + 1) if number < len(parts) else "",
        )
