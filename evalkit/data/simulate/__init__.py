"""Made-up data with a known effect; everything made here says that it is simulated."""

from evalkit.data.simulate.panel import simulate_panel, simulate_series
from evalkit.data.simulate.police import simulate_archive

__all__ = ["simulate_archive", "simulate_panel", "simulate_series"]
