"""Power: what a design can show, worked out from the time before anything starts."""

from evalkit.power.panel_power import did
from evalkit.power.series_power import its

__all__ = ["did", "its"]
