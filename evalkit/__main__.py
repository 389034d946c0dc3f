"""``python -m evalkit`` and the ``evalkit`` command."""

import io
import os
import sys

ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""Settings of the matrix libraries: on matrices as small as ours their threads wait for each other."""


def main() -> None:
    """Run the command line; letters that a pipe's encoding has not are printed as escapes.

    Matrix libraries get one thread each unless the environment says otherwise: they read it when they are
    first imported, and processes that we start inherit it.
    """
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    from evalkit.cli import app

    app()


if __name__ == "__main__":
    main()
