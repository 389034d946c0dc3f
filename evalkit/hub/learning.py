"""Learning that did not go as hoped: unclear and unwelcome results, stopped work, and what is late."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.findings.verdicts import tone
from evalkit.hub.areas import DutyRow, area_path, duty_row
from evalkit.hub.lookups import having, lookups
from evalkit.hub.overdue import waiting
from evalkit.hub.page import Anchor, Crumb, Page
from evalkit.hub.site import page
from evalkit.hub.summaries import Summary, summaries
from evalkit.hub.tried import tried
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding

AT_ONCE = 20
"""Findings of one kind on this page; the rest is in the list of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """The first findings of a group, and how many it has in all."""

    count: int
    shown: tuple[Summary, ...]
    more: int


def learning_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """One page, so that it is as easy to find as good news."""
    counted = lookups(catalogue).counted
    stopped = [i for i in catalogue.interventions if i.status in {"stopped", "withdrawn"}]
    return (
        page(
            catalogue,
            "learning.html",
            "learning.html",
            title="Learning that did not go as hoped",
            section="What happened",
            crumbs=(
                Crumb(title="What happened", href="findings/index.html"),
                Crumb(title="Learning that did not go as hoped"),
            ),
            anchors=(
                Anchor(id="worse", title="Worse than hoped"),
                Anchor(id="same", title="No change that would matter"),
                Anchor(id="unclear", title="Cannot tell"),
                Anchor(id="stopped", title="Stopped or withdrawn"),
                Anchor(id="overdue", title="Overdue"),
            ),
            worse=_some(catalogue, [f for f in counted if tone(f.verdict, f.better) == "worse"]),
            same=_some(catalogue, having(catalogue, ("no_change_that_would_matter",))),
            unclear=_some(catalogue, having(catalogue, ("cannot_tell",))),
            stopped=list(
                zip(tried(catalogue, stopped), [one.status_reason for one in stopped], strict=True)
            ),
            waiting=waiting(catalogue),
            duties=overdue_duties(catalogue),
        ),
    )


def overdue_duties(catalogue: Catalogue) -> tuple[tuple[str, str, DutyRow], ...]:
    """Products of the Duty that are late, by area in the order of the alphabet."""
    rows = [
        (catalogue.areas[duty.area].name, area_path(duty.area), duty_row(duty, catalogue.edition))
        for duty in catalogue.duties
    ]
    late = [row for row in rows if row[2].mark == "overdue"]
    return tuple(sorted(late, key=lambda row: (row[0], row[2].duty.due, row[2].duty.id)))


def _some(catalogue: Catalogue, found: Sequence[Finding]) -> Some:
    shown = summaries(catalogue, prefix="hoped", of=found[:AT_ONCE])
    return Some(count=len(found), shown=shown, more=len(found) - len(shown))
