"""Street files of data.police.uk, from downloads as they come to a table of counts that can be trusted."""

from evalkit.data.police.choice import Choice, Unit
from evalkit.data.police.read import PoliceTable, read_police

__all__ = ["Choice", "PoliceTable", "Unit", "read_police"]
