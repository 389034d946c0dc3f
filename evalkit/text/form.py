"""From people's text to a validated record, or to errors that say where and what to do."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from evalkit.errors import FormError, Problem
from evalkit.text.strict_yaml import Place, parse
from evalkit.types.adapter import adapter
from evalkit.types.patterns import NEEDED

Record = TypeVar("Record")
_FENCE = "---"
_KEY = "[key]"  # pydantic's last step to the key of a mapping
_LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its name, its values, where each stands, and the prose below.

    Attributes
    ----------
    file : str
        The name for messages: the last two parts of the path.
    value : dict
        Fields as parsed.
    places : mapping of str to Place
        By dotted path, e.g. ``theory.links[2]``.
    prose : str
        What follows the front matter; empty for plain YAML.
    text : str
        The whole file.
    """

    file: str
    value: Mapping[str, Any]
    places: Mapping[str, Place]
    prose: str
    text: str

    def problem(self, field: str, *, found: str, needed: str, do: str = "") -> Problem:
        """A problem at ``field``, on its line or on the nearest line above it."""
        return Problem(
            file=self.file, line=self.line(field), field=field, found=found, needed=needed, do=do
        )

    def line(self, field: str) -> int:
        """The line of ``field``, or of the closest field around it that is there."""
        path = field
        while path not in self.places:
            path = re.sub(r"(\[\d+\]|\.?[^.\[\]]+)$", "", path)
        return self.places[path].line


def read_form(path: Path, record: type[Record]) -> tuple[Record, Document]:
    """Read a YAML file as a record.

    Raises
    ------
    FormError
        With one problem for each field that is unknown, missing or of the wrong kind.
    """
    return read_form_text(read_text(path), record, file=_name(path))


def read_form_text(text: str, record: type[Record], *, file: str) -> tuple[Record, Document]:
    """As ``read_form``, from YAML that was read already; ``file`` is its name for messages."""
    parsed = parse(text, file=file)
    document = Document(file, parsed.value, parsed.places, "", text)
    return _validate(document, record), document


def read_fields(path: Path) -> Mapping[str, Any]:
    """Read the fields of a YAML file that need not fit any form yet.

    Raises
    ------
    FormError
        Where it is no YAML.
    """
    value: Mapping[str, Any] = parse(read_text(path), file=_name(path)).value
    return value


def read_front_matter(path: Path, record: type[Record]) -> tuple[Record, Document]:
    """Read a Markdown file whose front matter, between two ``---`` lines, is a record."""
    text = read_text(path)
    lines = text.splitlines()
    if not lines or lines[0].strip() != _FENCE or _FENCE not in [s.strip() for s in lines[1:]]:
        raise FormError(
            Problem(
                file=_name(path),
                line=1,
                found="no front matter",
                needed="fields between two lines of ---",
            )
        )
    end = 1 + [s.strip() for s in lines[1:]].index(_FENCE)
    parsed = parse("\n".join(lines[1:end]), file=_name(path), first_line=2)
    prose = "\n".join(lines[end + 1 :]).strip()
    document = Document(_name(path), parsed.value, parsed.places, prose, text)
    return _validate(document, record), document


def _name(path: Path) -> str:
    return "/".join(path.parts[-2:])


def read_text(path: Path) -> str:
    """Read a file that people write: UTF-8 with or without its mark, any line ends; or FormError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FormError(
            Problem(file=_name(path), found="no such file", needed="a file to read")
        ) from error
    except OSError as error:
        raise FormError(
            Problem(file=_name(path), found="a file that cannot be read", needed="a text file")
        ) from error
    except UnicodeDecodeError as error:
        raise FormError(
            Problem(
                file=_name(path), found="not UTF-8 text", needed="UTF-8", do="Save it as UTF-8."
            )
        ) from error


def _validate(document: Document, record: type[Record]) -> Record:
    try:
        made: Record = adapter(record).validate_python(document.value)
    except ValidationError as error:
        details = [detail for detail in error.errors() if not _follows(detail)]
        problems = [_problem(document, record, detail) for detail in details]
        raise FormError(*sorted(problems, key=lambda p: p.line or 0)) from error
    return made


def _follows(detail: Any) -> bool:
    """Whether a list is called too short only because one of its items is wrong."""
    if detail["type"] != "too_short":
        return False
    return len(detail["input"]) >= int(detail["ctx"]["min_length"])


def _problem(document: Document, record: type[Any], detail: Any) -> Problem:
    field = _path(document, detail["loc"])
    kind = detail["type"]
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return _unknown(document, record, field)
    if kind in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return document.problem(field, found="not given", needed=_needed(detail, "a value"))
    found = _found(document, field, detail)
    quote = kind == "string_type" and not isinstance(detail["input"], dict | list | None)
    return document.problem(
        field, found=found, needed=_needed(detail, "another value"), do="Quote it." if quote else ""
    )


def _path(document: Document, location: tuple[str | int, ...]) -> str:
    """Dotted path of a pydantic location; names of union branches, which are not in the file, are dropped."""
    path = ""
    location = tuple(part for part in location if part != _KEY)
    for part in location:
        longer = f"{path}[{part}]" if isinstance(part, int) else f"{path}.{part}".lstrip(".")
        is_last = part is location[-1]
        if longer in document.places or is_last:
            path = longer
    return path


def _found(document: Document, field: str, detail: Any) -> str:
    place, value = document.places.get(field), detail["input"]
    if detail["type"] == "string_too_long":
        return f"{len(value):,} characters"
    if value is None or (isinstance(value, str) and not value.strip()):
        return "empty"
    if isinstance(value, dict | list):
        return "a list of fields" if isinstance(value, dict) else "a list"
    written = place.written if place and place.written else str(value)
    if len(written) > _LONGEST_QUOTE:
        return f"{written[:_LONGEST_QUOTE]}..."
    return f"{written} ({str(value).lower()})" if isinstance(value, bool) else written


_NEEDED = {
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "finite_number": "a number",
    "union_tag_not_found": "a name",
    "float_parsing": "a number",
    "int_parsing": "a whole number",
    "date_type": "a date such as 2026-11-02",
    "date_parsing": "a date such as 2026-11-02",
    "date_from_datetime_parsing": "a date such as 2026-11-02",
    "tuple_type": "a list",
    "dataclass_type": "fields",
    "mapping_type": "fields",
}


def _needed(detail: Any, otherwise: str) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "literal_error" | "union_tag_invalid":
            return "one of " + str(context.get("expected") or context["expected_tags"]).replace(
                "'", ""
            ).replace(" or ", ", ")
        case "string_too_long":
            return f"at most {context['max_length']:,} characters"
        case "string_too_short" | "too_short":
            return "something"
        case "string_pattern_mismatch":
            return NEEDED.get(context["pattern"], str(context["pattern"]))
        case "needed":  # raised by our own types
            return str(detail["msg"])
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            return str(detail["msg"]).removeprefix("Input should be ")
        case kind:
            return _NEEDED.get(kind, otherwise)


def _unknown(document: Document, record: type[Any], field: str) -> Problem:
    name = field.rpartition(".")[2]
    close = difflib.get_close_matches(name, sorted(_names(record)), n=1)
    needed = f"{close[0]}" if close else "only the form's fields"
    return document.problem(
        field, found="not a field", needed=needed, do="Rename." if close else "Remove it."
    )


def _names(record: Any) -> set[str]:
    """Every field name that occurs anywhere in a record type."""
    if is_dataclass(record):
        names = {f.name.rstrip("_") for f in fields(record)}
        return names.union(*(_names(f.type) for f in fields(record)))
    return set().union(*(_names(inner) for inner in getattr(record, "__args__", ())))
