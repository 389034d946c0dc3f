"""An address as a QR code: dark on white in every theme, with the white margin that readers need."""

from functools import lru_cache
from itertools import groupby

import segno

from evalkit.report.figures.svg import add, box, canvas, serialise

_MARGIN = 4  # modules, as ISO/IEC 18004 asks
_MASK = 0  # a chequerboard; trying all eight, as an encoder may, takes four times as long and reads no better


def qr(address: str, *, ident: str) -> str:
    """Draw the address as a QR code that can be read with up to 15% of it hidden."""
    size, path = _modules(address)
    root = canvas(
        size, size, ident=ident, title="QR code", desc=f"It opens {address}", classes="qr"
    )
    root.set("shape-rendering", "crispEdges")
    box(root, (0, 0), (size, size), "qr-paper")
    add(root, "path", "qr-ink", d=path)
    return serialise(root)


@lru_cache(maxsize=256)
def _modules(address: str) -> tuple[int, str]:
    """How many modules wide it is with its margin, and its dark runs as a path."""
    rows = segno.make(address, error="m", micro=False, boost_error=False, mask=_MASK).matrix
    runs: list[str] = []
    for y, row in enumerate(rows, _MARGIN):
        x = _MARGIN
        for dark, some in groupby(row):
            width = len(list(some))
            if dark:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return len(rows) + 2 * _MARGIN, "".join(runs)
