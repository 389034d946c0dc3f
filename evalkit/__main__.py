"""``python -m evalkit`` and the ``evalkit`` command."""

import io
import sys


def main() -> None:
    """Run the command line; letters that a pipe's encoding has not are printed as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    from evalkit.cli import app

    app()


if __name__ == "__main__":
    main()
