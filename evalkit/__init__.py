"""evalkit: register violence reduction interventions, evaluate them honestly, publish what was learnt.

Public names resolve on first use, so that importing evalkit costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evalkit import checks, did, its, power
    from evalkit.data.panel import Panel
    from evalkit.data.series import TimeSeries
    from evalkit.evaluation import evaluate
    from evalkit.evidence import synthesis

__version__ = "0.1.0"

_WHERE = {
    "Panel": ("evalkit.data.panel", "Panel"),
    "TimeSeries": ("evalkit.data.series", "TimeSeries"),
    "checks": ("evalkit.checks", None),
    "did": ("evalkit.did", None),
    "evaluate": ("evalkit.evaluation", "evaluate"),
    "its": ("evalkit.its", None),
    "power": ("evalkit.power", None),
    "synthesis": ("evalkit.evidence.synthesis", None),
}

__all__ = ["Panel", "TimeSeries", "checks", "did", "evaluate", "its", "power", "synthesis"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'evalkit' has no attribute {name!r}")
    module, attribute = _WHERE[name]
    found = import_module(module)
    value = getattr(found, attribute) if attribute else found
    globals()[name] = value
    return value
