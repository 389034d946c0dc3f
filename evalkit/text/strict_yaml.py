"""YAML with everything surprising refused, and a map from each field to its line.

Plain YAML turns ``no`` into False and lets the last of two equal keys win. Here equal keys, aliases and
tags are errors, and the text as written is kept beside the value, so that a message can quote it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import yaml

from evalkit.errors import FormError, Problem


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its 1-based line, and the text as written (empty for lists and mappings)."""

    line: int
    written: str


@dataclass(frozen=True, slots=True)
class Yaml:
    """Parsed YAML: the value, and the place of every dotted path in it."""

    value: Any
    places: Mapping[str, Place]


class Loader(yaml.SafeLoader):
    """SafeLoader to which only plain decimal numbers are numbers: 010, 12:30, 1_000 and .inf are text."""


Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if not pair[0].endswith((":int", ":float"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern in (
    ("int", r"[-+]?(0|[1-9][0-9]*)"),
    ("float", r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?"),
):
    Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^{_pattern}$"), list("-+.0123456789")
    )


def _refuse(file: str, line: int, found: str, needed: str, do: str, field: str = "") -> FormError:
    return FormError(Problem(file=file, line=line, field=field, found=found, needed=needed, do=do))


def _alias(file: str, line: int, field: str) -> FormError:
    return _refuse(file, line, "an alias (*)", "the text itself", "Write it out.", field)


def parse(text: str, *, file: str, first_line: int = 1) -> Yaml:
    """Parse one YAML document.

    Parameters
    ----------
    text : str
    file : str
        Name for messages.
    first_line : int
        Line of the file on which ``text`` starts.

    Raises
    ------
    FormError
        Not YAML, no mapping at the top, a key given twice, an alias, a tag, a key that is not text, or fields
        nested too deeply to follow.
    """
    try:
        return _parse(text, file, first_line)
    except RecursionError as error:
        found = "fields or lists nested too deeply"
        raise _refuse(file, first_line, found, "a few levels at most", "") from error


def _parse(text: str, file: str, first_line: int) -> Yaml:
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise _refuse(file, line, f"not YAML ({error.problem})", "valid YAML", "") from error
    except yaml.YAMLError as error:
        raise _refuse(file, first_line, "not readable as YAML", "plain text", "") from error
    if not isinstance(node, yaml.MappingNode):
        raise _refuse(file, first_line, "no fields", "`name: value` lines", "")
    places: dict[str, Place] = {}
    value = _build(node, "", file, first_line, places, seen=set())
    return Yaml(value, MappingProxyType(places))


def _build(
    node: yaml.Node, path: str, file: str, first: int, places: dict[str, Place], seen: set[int]
) -> Any:
    line = first + node.start_mark.line
    if id(node) in seen:
        raise _alias(file, line, path)
    seen.add(id(node))
    if node.tag != _tag_of(node):
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        raise _refuse(file, line, f"a tag ({tag})", "the value alone", "Delete it.", path)
    places[path] = Place(line, node.value if isinstance(node, yaml.ScalarNode) else "")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, file, first, places, seen)
    if isinstance(node, yaml.SequenceNode):
        return [
            _build(item, f"{path}[{i}]", file, first, places, seen)
            for i, item in enumerate(node.value)
        ]
    return _scalar(node, path, file, line)


def _tag_of(node: yaml.Node) -> str:
    """The tag that a node has when nobody wrote one."""
    loader = Loader("")
    try:
        plain = getattr(node, "style", None) is None
        tag: str = loader.resolve(type(node), node.value, (plain, not plain))  # type: ignore[no-untyped-call]
        return tag
    finally:
        loader.dispose()


def _mapping(
    node: yaml.MappingNode,
    path: str,
    file: str,
    first: int,
    places: dict[str, Place],
    seen: set[int],
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, item in node.value:
        line = first + key.start_mark.line
        if not isinstance(key, yaml.ScalarNode):
            raise _refuse(file, line, "a key that is not plain text", "a plain word", "", path)
        name = str(key.value)
        inner = f"{path}.{name}" if path else name
        if name in result:
            raise _refuse(
                file, line, f"also on line {places[inner].line}", "once", "Delete one.", inner
            )
        if id(item) in seen:
            raise _alias(file, line, inner)
        result[name] = _build(item, inner, file, first, places, seen)
        places[inner] = Place(line, places[inner].written)
    return result


def _scalar(node: yaml.Node, path: str, file: str, line: int) -> Any:
    loader = Loader("")
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        if node.tag == "tag:yaml.org,2002:timestamp":
            raise _refuse(file, line, f"{node.value}", "a day of the calendar", "", path) from error
        raise _refuse(file, line, f"{node.value}", "a plain value", "Quote it.", path) from error
    finally:
        loader.dispose()
