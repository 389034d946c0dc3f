"""Serve a built hub from this machine, for a stall at a learning event."""

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from evalkit.errors import HubError


class _Quiet(SimpleHTTPRequestHandler):
    """Files of one folder: nothing is listed, logged, or followed out of it."""

    def translate_path(self, path: str) -> str:
        """Where a request points; a link that leaves the folder points nowhere."""
        root = Path(self.directory).resolve()
        found = Path(super().translate_path(path))
        if found.resolve().is_relative_to(root):
            return str(found) + ("/" if path.split("?")[0].endswith("/") else "")
        return str(root / "nowhere")

    def list_directory(self, path: object) -> BytesIO | None:
        """Folders without an index page are not listed."""
        self.send_error(HTTPStatus.NOT_FOUND)
        return None

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Refuse hidden files, which a hub never holds."""
        if any(part.startswith(".") for part in self.path.split("/")):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def end_headers(self) -> None:
        """What a page of files cannot say for itself."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent; whoever started the server decides what to print."""


class _Room(ThreadingHTTPServer):
    """A room of people whose browsers ask for all that a page needs at once."""

    request_queue_size = 256


def server(folder: Path, address: str = "127.0.0.1", port: int = 8000) -> ThreadingHTTPServer:
    """A server for ``folder``, ready for ``serve_forever()``; port 0 takes any free one.

    Raises
    ------
    HubError
        ``folder`` holds no hub.
    """
    if not (folder / "index.html").is_file():
        raise HubError(f"{folder} holds no hub; build it first.")
    return _Room((address, port), partial(_Quiet, directory=str(folder.resolve())))
