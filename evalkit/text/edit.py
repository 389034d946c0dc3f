"""Change one field of a YAML text and leave every other character as somebody wrote it.

Fields are named as in messages: ``description.dose``, ``funding[0].ends``. The text is never written anew
from its values: the marks that the parser leaves say which characters belong to the field, and only those
change. Then the text is read again; if it does not say exactly what was wanted, it is refused.
"""

import copy
import re
from typing import Any

import yaml

from evalkit.errors import FormError, Problem
from evalkit.text import splice
from evalkit.text.marks import child, end_of
from evalkit.text.strict_yaml import Loader, parse

Steps = tuple[str | int, ...]
_NOTHING = object()


def set_field(text: str, path: str, value: Any, *, file: str = "") -> str:
    r"""Set a field, or add it.

    A field that is not there is added at the end of its mapping, an item at the end of its list (with the
    next number); mappings around it that are missing are made. A comment behind the field stays.

    Parameters
    ----------
    text : str
    path : str
        Dotted, e.g. ``description.dose`` or ``funding[0].ends``.
    value : str, int, float, bool, None, date, or lists and mappings of these
        A list or mapping is written on one line.
    file : str
        Name for messages.

    Raises
    ------
    FormError
        The text cannot be read, the path leads through a plain value or past the end of a list, or the
        field cannot be changed alone.

    Examples
    --------
    >>> set_field("status: live  # or completed\nstart: 2023-04-01\n", "status", "completed")
    'status: completed  # or completed\nstart: 2023-04-01\n'
    """
    steps = _steps(path, file)
    before, top = _read(text, file)
    nodes = _nodes(top, steps)
    known, missing = steps[: len(nodes) - 1], steps[len(nodes) - 1 :]
    if not missing:
        if repr(_at(before, steps)) == repr(_plain(value)):
            return text
        changed = splice.replace(text, nodes[-2], steps[-1], value)
        return _checked(changed, _with(before, steps, value), path, file)
    _refuse_detour(nodes[-1], missing, path, file)
    for step in reversed(missing[1:]):
        value = _holding(step, value)
    if isinstance(nodes[-1], yaml.CollectionNode):
        changed, target = splice.add(text, nodes[-1], missing[0], value), (*known, missing[0])
    else:  # a key with nothing behind it
        value, target = _holding(missing[0], value), known
        changed = splice.replace(text, nodes[-2], known[-1], value)
    return _checked(changed, _with(before, target, value), path, file)


def remove_field(text: str, path: str, *, file: str = "") -> str:
    """Remove a field or an item of a list, with the comment on its line.

    The last field of a mapping leaves ``{}``, the last item of a list ``[]``.

    Raises
    ------
    FormError
        As ``set_field``, and where the field is not there.
    """
    steps = _steps(path, file)
    before, top = _read(text, file)
    nodes = _nodes(top, steps)
    if len(nodes) <= len(steps):
        raise _error(file, path, "not there", "a field of the text")
    parent = nodes[-2]
    if len(parent.value) > 1:
        changed = splice.remove(text, parent, steps[-1])
    elif len(steps) > 1:
        bare: Any = {} if isinstance(parent, yaml.MappingNode) else []
        changed = splice.replace(text, nodes[-3], steps[-2], bare)
    else:
        changed = text[: parent.start_mark.index] + "{}" + text[end_of(text, parent) :]
    return _checked(changed, _with(before, steps), path, file)


def _error(file: str, path: str, found: str, needed: str) -> FormError:
    return FormError(Problem(file=file, field=path, found=found, needed=needed))


def _steps(path: str, file: str) -> Steps:
    parts = re.findall(r"\[(0|[1-9][0-9]{0,5})\]|([^.\[\]]+)", path)
    steps = tuple(int(number) if number else name for number, name in parts)
    spelt = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    if not steps or spelt != f".{path}":
        raise _error(file, path, "no path", "a path such as funding[0].ends")
    return steps


def _read(text: str, file: str) -> tuple[Any, yaml.Node]:
    value = parse(text, file=file).value
    node = yaml.compose(text, Loader=Loader)
    if node is None:
        raise _error(file, "", "no fields", "`name: value` lines")
    return value, node


def _nodes(top: yaml.Node, steps: Steps) -> list[Any]:
    """The nodes along a path, as far as it leads."""
    nodes = [top]
    for step in steps:
        inner = child(nodes[-1], step)
        if inner is None:
            break
        nodes.append(inner)
    return nodes


def _refuse_detour(node: yaml.Node, missing: Steps, path: str, file: str) -> None:
    """A step must fit what it leads into, and a list grows by one item at a time."""
    kind = yaml.MappingNode if isinstance(missing[0], str) else yaml.SequenceNode
    is_empty = isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"
    if not is_empty and not isinstance(node, kind):
        needed = "fields" if kind is yaml.MappingNode else "a list"
        raise _error(file, path, "a value of another kind on the way", needed)
    length = 0 if is_empty else len(node.value)
    numbers = [(missing[0], length), *((step, 0) for step in missing[1:])]
    for step, free in numbers:
        if isinstance(step, int) and step != free:
            raise _error(file, path, f"no item [{step}]", f"[{free}], the next one, or less")


def _holding(step: str | int, value: Any) -> Any:
    return {step: value} if isinstance(step, str) else [value]


def _at(value: Any, steps: Steps) -> Any:
    for step in steps:
        value = value[step]
    return value


def _with(value: Any, steps: Steps, new: Any = _NOTHING) -> Any:
    """A copy of plain values with one of them set, added or taken away."""
    whole = copy.deepcopy(value)
    inner, last = _at(whole, steps[:-1]), steps[-1]
    if new is _NOTHING:
        del inner[last]
    elif isinstance(inner, list) and last == len(inner):
        inner.append(new)
    else:
        inner[last] = new
    return whole


def _checked(text: str, wanted: Any, path: str, file: str) -> str:
    """The changed text, if it says exactly what is wanted and nothing else."""
    needed = "an edit by hand"
    try:
        said = parse(text, file=file).value
    except FormError as error:
        raise _error(file, path, "a field that cannot be changed alone", needed) from error
    if repr(said) != repr(_plain(wanted)):  # for True is not 1, and 1 is not 1.0
        raise _error(file, path, "a field that cannot be changed alone", needed)
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
