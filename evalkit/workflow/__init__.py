"""The verbs, one a file: where rooms meet."""

from evalkit.workflow.run import OpenRun, findings_of, open_run

__all__ = ["OpenRun", "findings_of", "open_run"]
