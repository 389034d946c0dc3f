"""``python -m evalkit`` and the ``evalkit`` command."""

import gc
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

COLLECT_AFTER = (50_000, 20, 50)
"""New objects before Python looks for circles among them: our records hold none, and looking for them again
and again took a sixth of the time of a large hub, and a tenth of a second of every start."""


def main() -> None:
    """Run the command line; letters that a pipe's encoding has not are printed as escapes.

    Matrix libraries get one thread each unless the environment says otherwise: they read it when they are
    first imported, and processes that we start inherit it.
    """
    gc.set_threshold(*COLLECT_AFTER)
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    from evalkit.cli import app

    app()


if __name__ == "__main__":
    main()
