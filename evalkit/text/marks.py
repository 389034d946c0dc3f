"""Where the parts of a YAML text begin and end, in characters."""

import re

import yaml

_COLON = re.compile(r"[ \t]*:")
_COMMENT = re.compile(r"(?:[ \t]+#[^\r\n]*|[ \t]*)")
_GAP = re.compile(r"(?:\s|(?<!\S)#[^\r\n]*)*")


def child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    """The part of a mapping or list that a step leads to; None where there is none."""
    if isinstance(node, yaml.MappingNode) and isinstance(step, str):
        found: list[yaml.Node] = [item for key, item in node.value if key.value == step]
        return found[0] if found else None
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item
    return None


def end_of(text: str, node: yaml.Node) -> int:
    """The end of a node's last own character, before any comment or empty line that follows it.

    The parser ends a block where the next thing begins, so the end of its last part is taken instead.
    """
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return end_of(text, last[1] if isinstance(last, tuple) else last)
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return start + len(text[start:end].rstrip("\r\n "))
    return end


def end_of_line(text: str, place: int) -> int:
    """The end of a line that ends with blanks or a comment."""
    comment = _COMMENT.match(text, place)
    return comment.end() if comment else place


def after_colon(text: str, key: yaml.Node) -> int:
    """The place after a key's colon, or after the key where it has none (``{key}``)."""
    colon = _COLON.match(text, key.end_mark.index)
    return colon.end() if colon else int(key.end_mark.index)


def dash_of(text: str, sequence: yaml.CollectionNode, number: int) -> int:
    """The place of the dash before an item of a block list."""
    if number == 0:
        return int(sequence.start_mark.index)
    before = end_of(text, sequence.value[number - 1])
    gap = _GAP.match(text, before)
    return gap.end() if gap else before


def line_break(text: str) -> str:
    """The line break that a text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def starts_line(text: str, place: int) -> bool:
    """Whether only blanks stand before a place on its line."""
    return not text[text.rfind("\n", 0, place) + 1 : place].strip(" \t\ufeff")


def header_comment(text: str, node: yaml.Node) -> str:
    """The comment on the first line of a ``|`` or ``>`` text, which is no part of the text."""
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        head = text[node.start_mark.index : node.end_mark.index].partition("\n")[0]
        comment = re.search(r"\s#.*$", head)
        return f" {comment.group().strip()}" if comment else ""
    return ""
