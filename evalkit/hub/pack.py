"""A built hub as one file for a stick: the whole folder, and a page at the top that opens the event."""

import io
import zipfile
from pathlib import Path

from evalkit.errors import HubError
from evalkit.hub.check import read_built
from evalkit.hub.events import event_path
from evalkit.types.ids import Slug

_STAMP = (2026, 1, 1, 0, 0, 0)  # the same for every file, so that the same hub gives the same bytes
_START = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Start here</title>
<meta http-equiv="refresh" content="0; url=hub/{path}"></head>
<body><h1>Start here</h1><p><a href="hub/{path}">Open the learning event</a> ·
<a href="hub/index.html">Open the learning hub</a></p></body></html>
"""


def pack(folder: Path, event: Slug) -> bytes:
    """A zip of the hub in ``folder`` with ``start-here.html``; the same hub always gives the same bytes.

    Raises
    ------
    HubError
        ``folder`` holds no hub, or its hub has no page for the event.
    """
    files = read_built(folder)
    path = event_path(event)
    if path not in files:
        known = sorted(
            p.removeprefix("events/").removesuffix(".html") for p in files if _is_event(p)
        )
        needed = f"one of {', '.join(known)}" if known else "an event that the hub was built with"
        raise HubError(f"the hub in {folder.name}/ has no event {event}; needed {needed}.")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        _add(packed, "start-here.html", _START.format(path=path).encode())
        for name, content in sorted(files.items()):
            _add(packed, f"hub/{name}", content.encode() if isinstance(content, str) else content)
    return made.getvalue()


def _is_event(path: str) -> bool:
    return path.startswith("events/") and path.endswith(".html") and path != "events/index.html"


def _add(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, content)
