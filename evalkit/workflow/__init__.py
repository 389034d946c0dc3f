"""The verbs, one a file: where rooms meet.

What notebooks use resolves on first use: a verb that only reads the registry loads no statistics.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evalkit.workflow.run import OpenRun, evaluated, explained, findings_of, open_run

__all__ = ["OpenRun", "evaluated", "explained", "findings_of", "open_run"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'evalkit.workflow' has no attribute {name!r}")
    from evalkit.workflow import run

    return getattr(run, name)
