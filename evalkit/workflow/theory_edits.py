"""Corrections of a theory of change that is still a draft: links and measures follow its elements."""

from collections.abc import Iterator, Mapping
from typing import Any

from evalkit.workflow.answers import refused
from evalkit.workflow.drafts import GONE, Draft, Edit
from evalkit.workflow.theory_draft import (
    Elements,
    elements,
    id_of,
    indicators,
    links,
    pair_of,
    suggested,
)
from evalkit.workflow.theory_lines import Line

_ENDS = ("from", "to")


def edits_of(draft: Draft, line: Line) -> tuple[Edit, ...]:
    """What a line changes in a draft.

    Once there are links they are kept as they follow from the list: those of an element that goes, go; those
    that its order no longer suggests go where nobody has said anything about them; those that it suggests
    anew come. A link that says why, or was made by hand, stays as long as both its ends do.
    """
    before = elements(draft)
    items = list(before.items())
    renamed: dict[str, str] = {}
    if line.verb == "add":
        items.append((id_of(line.text, before), {"kind": line.kind, "text": line.text}))
    elif line.verb == "drop":
        del items[line.line - 1]
    elif line.verb == "move":
        items.insert(line.to - 1, items.pop(line.line - 1))
    else:
        name, was = items[line.line - 1]
        text = line.text or str(was.get("text"))
        new = _renamed(name, str(was.get("text")), text, before)
        items[line.line - 1] = (new, {**was, "kind": line.kind or was.get("kind"), "text": text})
        renamed[name] = new
    after = dict(items)
    if not after:
        return (("theory", GONE),)
    return (
        *_elements(before, after),
        *_links(draft, before, after, renamed),
        *_indicators(draft, after, renamed),
    )


def _renamed(name: str, was: str, text: str, taken: Elements) -> str:
    """An id that was made from a text is made again from the new one; one that somebody chose stays."""
    others = {other: e for other, e in taken.items() if other != name}
    return id_of(text, others) if name == id_of(was, others) else name


def _elements(before: Elements, after: Elements) -> Iterator[Edit]:
    """What goes; then single fields while the order is the same; from there on, one after the other anew."""
    here = [name for name in before if name in after] or list(before)[:1]
    yield from ((_path(name), GONE) for name in before if name not in here)
    order = list(after)
    pairs = enumerate(zip(here, order, strict=False))
    same = next((n for n, (a, b) in pairs if a != b), min(len(here), len(order)))
    for name in order[:same]:
        for field, value in after[name].items():
            if before[name].get(field) != value:
                yield f"{_path(name)}.{field}", value
    for name in order[same:]:
        if name in here:
            yield _path(name), GONE
        yield _path(name), dict(after[name])
    yield from ((_path(name), GONE) for name in here if name not in after)


def _path(name: str) -> str:
    if set(name) & set(".[]"):
        raise refused(f"the id {name}", "an id without . and []", "Correct it in the file.")
    return f"theory.elements.{name}"


def _links(
    draft: Draft, before: Elements, after: Elements, renamed: Mapping[str, str]
) -> Iterator[Edit]:
    if not links(draft):
        return
    old = {tuple(renamed.get(end, end) for end in pair) for pair in suggested(before)}
    new = suggested(after)
    kept: dict[int, Any] = {}
    for n, link in enumerate(links(draft)):
        if pair_of(link) is None:
            kept[n] = link
            continue
        item = link | {end: renamed.get(str(link.get(end)), link.get(end)) for end in _ENDS}
        said = any(value for field, value in item.items() if field not in _ENDS)
        stays = said or pair_of(item) in new or pair_of(item) not in old
        if stays and all(item[end] in after for end in _ENDS):
            kept[n] = item
    there = [pair_of(item) for item in kept.values()]
    more = [{"from": a, "to": b} for a, b in new if (a, b) not in old and (a, b) not in there]
    yield from _listed("theory.links", links(draft), kept, more)


def _indicators(draft: Draft, after: Elements, renamed: Mapping[str, str]) -> Iterator[Edit]:
    kept = {}
    for n, item in enumerate(indicators(draft)):
        of = renamed.get(str(item.get("of")), item.get("of")) if isinstance(item, dict) else ""
        if of in after:
            kept[n] = item | {"of": of}
    yield from _listed("theory.indicators", indicators(draft), kept, [])


def _listed(
    path: str, before: list[Any], kept: Mapping[int, Any], more: list[dict[str, str]]
) -> Iterator[Edit]:
    """From a list to the items that are kept, by their numbers, and more behind them."""
    if before and not kept:
        yield path, GONE
        if more:
            yield path, more
        return
    yield from ((f"{path}[{n}]", GONE) for n in reversed(range(len(before))) if n not in kept)
    for place, (n, item) in enumerate(kept.items()):
        if isinstance(item, dict):
            for field, value in item.items():
                if before[n].get(field) != value:
                    yield f"{path}[{place}].{field}", value
    yield from ((f"{path}[{len(kept) + n}]", item) for n, item in enumerate(more))
