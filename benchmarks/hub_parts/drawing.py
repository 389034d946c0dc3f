"""How much of a build is drawing charts, counted in the build itself."""

import importlib
import inspect
import pkgutil
import sys
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from evalkit.report import figures


class Drawing:
    """Processor seconds spent inside functions that draw, from now on; one process only."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._inside = False
        known = {draw: self._counted(draw) for draw in _that_draw()}
        for name, module in list(sys.modules.items()):
            if name.startswith("evalkit."):
                for key, value in list(vars(module).items()):
                    if inspect.isfunction(value) and value in known:
                        setattr(module, key, known[value])

    def _counted(self, draw: Callable[..., str]) -> Callable[..., str]:
        @wraps(draw)
        def counted(*given: Any, **named: Any) -> str:
            if self._inside:
                return draw(*given, **named)
            self._inside, started = True, time.process_time()
            try:
                return draw(*given, **named)
            finally:
                self._inside = False
                self.seconds += time.process_time() - started

        return counted


def _that_draw() -> Iterator[Callable[..., str]]:
    """Every function that makes a drawing with a name for screen readers."""
    for found in pkgutil.iter_modules(figures.__path__):
        module = importlib.import_module(f"{figures.__name__}.{found.name}")
        for value in vars(module).values():
            if inspect.isfunction(value) and value.__module__ == module.__name__ and _draws(value):
                yield value


def _draws(function: Callable[..., object]) -> bool:
    told = inspect.signature(function)
    return "ident" in told.parameters and told.return_annotation in (str, "str")
