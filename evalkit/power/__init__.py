"""Power: what a design can show, worked out from the time before anything starts."""

from evalkit.power.panel_power import did

__all__ = ["did"]
