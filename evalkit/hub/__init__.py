"""The learning hub: one folder of pages that opens from a web server or from a stick."""

from evalkit.hub.render import build
from evalkit.hub.serve import server

__all__ = ["build", "server"]
