"""Where a planned check counts as failed."""

from evalkit.errors import ProtocolError
from evalkit.protocol.plan import Check


def threshold_of(check: Check) -> float:
    """The threshold that the plan fixed.

    Raises
    ------
    ProtocolError
        It fixed none.
    """
    if check.threshold is None:
        raise ProtocolError(f"check {check.check}: found no threshold; needed one.")
    return check.threshold
