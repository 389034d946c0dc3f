"""Cut and paste in a YAML text: replace, add or remove one part of a mapping or list."""

import re
from typing import Any

import yaml

from evalkit.text.marks import (
    after_colon,
    child,
    dash_of,
    end_of,
    end_of_line,
    header_comment,
    line_break,
    starts_line,
)
from evalkit.text.scalars import written


def replace(text: str, parent: yaml.CollectionNode, step: str | int, value: Any) -> str:
    """Put a value where another one, perhaps an empty one, stands; comments around it stay."""
    node = child(parent, step)
    if node is None:
        raise KeyError(step)
    in_block_mapping = isinstance(parent, yaml.MappingNode) and not parent.flow_style
    new = written(value, empty="" if in_block_mapping else "null")
    anchor, colon = _anchor(text, parent, step, node)
    start, end = node.start_mark.index, end_of(text, node)
    if start >= end:  # nothing stood there
        return text[:anchor] + colon + (f" {new}" if new else "") + text[anchor:]
    lead, rest = text[anchor:start], text[end:]
    if "\n" in lead:  # it stood below its key: the new value moves up, comments in between stay
        return text[:anchor] + (f" {new}" if new else "") + lead.rstrip() + rest
    return text[:anchor] + (lead + new if new else "") + header_comment(text, node) + rest


def _anchor(
    text: str, parent: yaml.CollectionNode, step: str | int, node: yaml.Node
) -> tuple[int, str]:
    """The place after the colon or dash that leads to a value, and a colon where there is none yet."""
    if isinstance(parent, yaml.MappingNode):
        key = next(key for key, _ in parent.value if key.value == step)
        place = after_colon(text, key)
        return place, "" if text[place - 1] == ":" else ":"
    if parent.flow_style or not isinstance(step, int):
        return int(node.start_mark.index), ""
    return dash_of(text, parent, step) + 1, ""


def add(text: str, parent: yaml.CollectionNode, step: str | int, value: Any) -> str:
    """Put a field or an item after the last one of a mapping or list."""
    entry = written(value, empty="null")
    if isinstance(step, str):
        entry = f"{written(step)}: {entry}"
    if not parent.value:  # {} or []
        inside = parent.start_mark.index + 1
        return text[:inside] + entry + text[inside:]
    last = parent.value[-1]
    end = end_of(text, last[1] if isinstance(last, tuple) else last)
    if isinstance(last, tuple):
        end = max(end, after_colon(text, last[0]))
    if parent.flow_style:
        return f"{text[:end]}, {entry}{text[end:]}"
    indent = " " * parent.start_mark.column
    end = end_of_line(text, end)
    dash = "" if isinstance(step, str) else "- "
    return f"{text[:end]}{line_break(text)}{indent}{dash}{entry}{text[end:]}"


def remove(text: str, parent: yaml.CollectionNode, step: str | int) -> str:
    """Take one of several fields or items away, with the comment on its line."""
    items = [pair if isinstance(pair, tuple) else (pair, pair) for pair in parent.value]
    place = step if isinstance(step, int) else [key.value for key, _ in items].index(step)
    start, end = items[place][0].start_mark.index, end_of(text, items[place][1])
    if isinstance(parent, yaml.MappingNode):
        end = max(end, after_colon(text, items[place][0]))
    if parent.flow_style:
        previous = end_of(text, items[place - 1][1]) if place else None
        return _remove_inline(text, start, end, previous)
    if isinstance(parent, yaml.SequenceNode):
        start = dash_of(text, parent, place)
    end = end_of_line(text, end)
    if starts_line(text, start):
        start = text.rfind("\n", 0, start) + 1
        return text[:start] + _after(r"\r?\n", text, end)
    return text[:start] + _after(r"\s*", text, end)  # the next one moves up beside the dash


def _remove_inline(text: str, start: int, end: int, previous: int | None) -> str:
    """Inside braces one comma goes as well, but no comment."""
    if re.compile(r"\s*,").match(text, end):
        return text[:start] + _after(r"\s*,[ \t]*", text, end)
    if previous is not None and "#" not in text[previous:start]:
        return text[:previous] + text[end:]
    return text[:start] + text[end:]


def _after(pattern: str, text: str, place: int) -> str:
    match = re.compile(pattern).match(text, place)
    return text[match.end() if match else place :]
