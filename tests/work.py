"""How much work a call is, counted and not timed: the same on every machine, however busy."""

import sys
from collections.abc import Callable
from typing import Any


def calls(function: Callable[..., object], *arguments: Any) -> int:
    """The number of functions that a call calls, its own included."""
    number = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return number
