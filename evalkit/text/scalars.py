"""Plain values as YAML on one line, so that reading them gives the same values again."""

import datetime
import math
from typing import Any

import yaml

from evalkit.text.strict_yaml import Loader

_STRING = "tag:yaml.org,2002:str"


def written(value: Any, *, empty: str = "null") -> str:
    """Write a value on one line; ``empty`` stands for None at the top.

    Text is left bare where both this tool and any other reader of YAML see the same text in it, and quoted
    otherwise: ``no``, ``010``, ``12:30`` and ``1e5`` are quoted.

    Raises
    ------
    TypeError, ValueError
        For a value that YAML text cannot hold, such as NaN or an object.

    Examples
    --------
    >>> written({"source": "Home Office", "ends": "2027-03-31", "amount": 880000})
    "{source: Home Office, ends: '2027-03-31', amount: 880000}"
    """
    if value is None:
        return empty
    if isinstance(value, dict):
        parts = (f"{written(str(key))}: {written(inner)}" for key, inner in value.items())
        return f"{{{', '.join(parts)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(written(inner) for inner in value)}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, str):
        return value if _reads_bare(value) else _quoted(value)
    if isinstance(value, datetime.datetime):
        raise TypeError("a time of day; needed a date")
    if isinstance(value, int | datetime.date):
        return str(value)
    raise TypeError(f"{type(value).__name__}; needed text, a number, a date, a list or fields")


def _float(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value}; needed a finite number")
    mantissa, mark, exponent = repr(value).partition("e")
    return mantissa + ("" if "." in mantissa else ".0") + mark + exponent


def _reads_bare(text: str) -> bool:
    """Whether YAML without quotes gives this text, inside braces as behind a key."""
    if "\n" in text or not text:
        return False
    samples = (f"{{k: {text}, l: m}}", f"k: {text}  # c\nl: m\n")
    return all(
        _value_of_k(sample, loader) == text
        for sample in samples
        for loader in (Loader, yaml.SafeLoader)
    )


def _value_of_k(sample: str, loader: type[yaml.SafeLoader]) -> str | None:
    """The bare text of k in a mapping of k and l; None where the sample says something else."""
    try:
        node = yaml.compose(sample, Loader=loader)
    except yaml.YAMLError:
        return None
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    if len(pairs) != 2 or pairs[0][1].tag != _STRING or pairs[0][1].style is not None:
        return None
    return str(pairs[0][1].value)


def _quoted(text: str) -> str:
    """Single quotes where they are enough, double quotes with escapes otherwise."""
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    shown: str = yaml.dump(
        text, Dumper=yaml.SafeDumper, default_style='"', width=math.inf, allow_unicode=True
    )
    return shown.removesuffix("\n")
