"""What an edition gives away of the small numbers that its sources hide: every file read, and solved for."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from evalkit.data.disclosure.check import check
from evalkit.data.disclosure.leak import Leak, Publication
from evalkit.data.disclosure.reading import Known, read_files
from evalkit.data.disclosure.table import label_of
from evalkit.hub.slides import slide_path
from evalkit.types.intervention import Area
from evalkit.workflow.readings import readings
from evalkit.workflow.shielded import Rule


def given_away(
    files: Mapping[str, str | bytes],
    own: Mapping[str, Rule],
    before: Mapping[str, str],
    areas: Iterable[Area],
    memory: Path | None,
) -> tuple[Leak, ...]:
    """What files give away whose numbers are hidden by a rule; parameters as for ``gate.inspect``."""
    guarded = {**own} | _at_events((*files, *before), own)
    known = {
        path: Known(rule.outcome, frozenset(map(str.lower, rule.units)), rule.place)
        for path, rule in guarded.items()
    }
    texts = {path: text for path, text in files.items() if isinstance(text, str)}
    was = {path: text for path, text in before.items() if path in known}
    with readings(memory) as (seen, earlier):
        new = read_files(texts, known, found=seen, before=earlier)
        old = read_files(was, known, earlier=True, found=seen, before=earlier)
    return check(
        Publication(
            tables=(*new.tables, *old.tables),
            texts=new.texts,
            profiles={rule.outcome: rule.profile for rule in guarded.values()},
            units={rule.outcome: rule.units for rule in guarded.values()},
            speaks_of={path: rule.outcome for path, rule in guarded.items()},
            hierarchies=inside(areas),
            populations={**old.people, **new.people},
            pictures=new.pictures,
        )
    )


def _at_events(paths: Iterable[str], own: Mapping[str, Rule]) -> dict[str, Rule]:
    """The slides of findings among those of an event, with the rule of the finding's own slide."""
    names = {path: path.rpartition("/")[2].removesuffix(".html") for path in paths}
    return {
        path: own[slide_path(name)]
        for path, name in names.items()
        if path.startswith("slides/") and slide_path(name) in own
    }


def inside(areas: Iterable[Area]) -> dict[str, tuple[str, ...]]:
    """The areas that make up others, by the names that tables give them."""
    all_ = tuple(areas)
    names = {area.code: label_of(area.name) for area in all_}
    found: dict[tuple[str, str], list[str]] = {}
    for area in all_:
        if area.parent in names:
            found.setdefault((names[str(area.parent)], area.kind), []).append(names[area.code])
    return {parent: tuple(sorted(parts)) for (parent, _), parts in found.items()}
