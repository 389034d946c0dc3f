"""The verbs, one a file: where rooms meet.

What notebooks use resolves on first use: a verb that only reads the registry loads no statistics.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evalkit.workflow.run import compared, evaluated, explained, findings_of, open_run
    from evalkit.workflow.run_record import made_with
    from evalkit.workflow.run_stages import OpenRun

__all__ = [
    "OpenRun",
    "compared",
    "evaluated",
    "explained",
    "findings_of",
    "made_with",
    "open_run",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'evalkit.workflow' has no attribute {name!r}")
    where = "run_record" if name == "made_with" else "run"
    return getattr(import_module(f"evalkit.workflow.{where}"), name)
