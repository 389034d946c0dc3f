"""YAML with everything surprising refused, and a map from each field to its line.

Plain YAML turns ``no`` into False and lets the last of two equal keys win. Here equal keys, aliases and
tags are errors, and the text as written is kept beside the value, so that a message can quote it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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

_LOADER = Loader("")  # only asked for tags and plain values, of which it keeps nothing
_FAST = getattr(yaml, "CSafeLoader", None)
_DISPUTED = re.compile(r"[\t?\x85\u2028\u2029\ufeff]|[|>][-+0-9]*#")  # where the parsers differ


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
        return _Reading(file=file, first=first_line).whole(text)
    except RecursionError as error:
        found = "fields or lists nested too deeply"
        needed = "a few levels at most"
        problem = Problem(file=file, line=first_line, found=found, needed=needed)
        raise FormError(problem) from error


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One text on its way from the parser's events to values; ``first`` is its first line."""

    file: str
    first: int
    places: dict[str, Place] = field(default_factory=dict)

    def whole(self, text: str) -> Yaml:
        """Read with the parser in C; what it stumbles over, the one in Python reads or explains."""
        if _FAST is not None and not _DISPUTED.search(text):
            try:
                return self._document(yaml.parse(text, Loader=_FAST))
            except (yaml.YAMLError, UnicodeError):
                self.places.clear()
        try:
            return self._document(yaml.parse(text, Loader=yaml.SafeLoader))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = self.first + (mark.line if mark else 0)
            raise self._refuse(line, f"not YAML ({error.problem})", "valid YAML") from error
        except yaml.YAMLError as error:
            raise self._refuse(self.first, "not readable as YAML", "plain text") from error

    def _document(self, events: Iterator[Any]) -> Yaml:
        _, begun = next(events), next(events)  # the stream's and the document's start
        top = next(events) if isinstance(begun, yaml.DocumentStartEvent) else begun
        value = None
        if not isinstance(top, yaml.StreamEndEvent):
            value = self._value(top, "", events)
            _, after = next(events), next(events)
            if not isinstance(after, yaml.StreamEndEvent):
                found, needed = "not YAML (but found another document)", "valid YAML"
                raise self._refuse(self._line(after), found, needed)
        if not isinstance(value, dict):
            raise self._refuse(self.first, "no fields", "`name: value` lines")
        return Yaml(value, MappingProxyType(self.places))

    def _value(self, event: Any, path: str, events: Iterator[Any]) -> Any:
        line = self._line(event)
        if isinstance(event, yaml.AliasEvent):
            raise self._refuse(line, "an alias (*)", "the text itself", "Write it out.", path)
        tag = _tag_of(event)
        if event.tag not in (None, "!", tag):
            written = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self._refuse(line, f"a tag ({written})", "the value alone", "Delete it.", path)
        is_scalar = isinstance(event, yaml.ScalarEvent)
        self.places[path] = Place(line, event.value if is_scalar else "")
        if is_scalar:
            return self._scalar(event.value, tag, line, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, events)
        return self._list(path, events)

    def _list(self, path: str, events: Iterator[Any]) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            result.append(self._value(event, f"{path}[{len(result)}]", events))
        return result

    def _mapping(self, path: str, events: Iterator[Any]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            line = self._line(key)
            if not isinstance(key, yaml.ScalarEvent):
                found, needed = "a key that is not plain text", "a plain word"
                raise self._refuse(line, found, needed, field=path)
            name = str(key.value)
            inner = f"{path}.{name}" if path else name
            if name in result:
                found = f"also on line {self.places[inner].line}"
                raise self._refuse(line, found, "once", "Delete one.", inner)
            result[name] = self._value(next(events), inner, events)
            self.places[inner] = Place(line, self.places[inner].written)
        return result

    def _scalar(self, text: str, tag: str, line: int, path: str) -> Any:
        make = Loader.yaml_constructors.get(tag) or Loader.yaml_constructors[None]
        try:
            return make(_LOADER, yaml.ScalarNode(tag, text))
        except (yaml.YAMLError, ValueError) as error:
            if tag == "tag:yaml.org,2002:timestamp":
                raise self._refuse(line, text, "a day of the calendar", field=path) from error
            raise self._refuse(line, text, "a plain value", "Quote it.", path) from error

    def _line(self, event: Any) -> int:
        return int(self.first + event.start_mark.line)

    def _refuse(
        self, line: int, found: str, needed: str, do: str = "", field: str = ""
    ) -> FormError:
        problem = Problem(file=self.file, line=line, field=field, found=found, needed=needed, do=do)
        return FormError(problem)


def _tag_of(event: Any) -> str:
    """The tag that a value has when nobody wrote one."""
    if isinstance(event, yaml.ScalarEvent):
        plain = not event.style  # None from the parser in Python, empty from the one in C
        tag: str = _LOADER.resolve(yaml.ScalarNode, event.value, (plain, not plain))  # type: ignore[no-untyped-call]
        return tag
    return f"tag:yaml.org,2002:{'map' if isinstance(event, yaml.MappingStartEvent) else 'seq'}"
