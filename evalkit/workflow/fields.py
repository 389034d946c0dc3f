"""Fields that somebody sets by hand: ``status=completed`` becomes a value in a text."""

from collections.abc import Sequence
from typing import Any

from evalkit.errors import FormError, Problem
from evalkit.registry.kinds import INTERVENTION
from evalkit.text.edit import set_field
from evalkit.text.strict_yaml import parse
from evalkit.workflow.nouns import parse_entry


def with_fields(
    text: str,
    given: Sequence[tuple[str, str]],
    *,
    file: str,
    kind: str = INTERVENTION.name,
) -> str:
    """Set fields in the text of an entry and leave every other character as it is.

    A value is read as YAML reads it, so that numbers, dates and lists can be given, and as plain
    text where the field needs text.

    Parameters
    ----------
    given : sequence of (str, str)
        Dotted path and value as typed.

    Raises
    ------
    FormError
        A field cannot be set, or the text would not be one of its kind any more.
    """
    values = [(path, value_of(typed, path=path, file=file)) for path, typed in given]
    changed = _set(text, values, file)
    try:
        parse_entry(kind, changed, file=file)
    except FormError as error:
        wrong = {problem.field for problem in error.problems}
        plain = [
            (path, typed if path in wrong and typed.strip() else value)
            for (path, value), (_, typed) in zip(values, given, strict=True)
        ]
        if plain == values:
            raise
        changed = _set(text, plain, file)
        parse_entry(kind, changed, file=file)
    return changed


def value_of(typed: str, *, path: str = "", file: str = "") -> Any:
    """What somebody means who types a value.

    >>> value_of("0.5"), value_of("[a, b]"), value_of("Patrols: phase #2"), value_of("")
    (0.5, ['a', 'b'], 'Patrols: phase #2', None)
    """
    try:
        typed.encode()
    except UnicodeEncodeError as error:
        found = "text that is not UTF-8"
        raise FormError(Problem(file=file, field=path, found=found, needed="UTF-8")) from error
    start = typed.lstrip()[:1]
    if "\n" in typed or (start not in ("[", "{", '"', "'") and "#" in typed):
        return typed
    try:
        value = parse(f"value: {typed}\n", file=file).value
    except FormError:
        return typed
    if list(value) != ["value"] or (isinstance(value["value"], str) and start not in ('"', "'")):
        return typed
    return value["value"]


def _set(text: str, values: Sequence[tuple[str, Any]], file: str) -> str:
    for path, value in values:
        text = set_field(text, path, value, file=file)
    return text
