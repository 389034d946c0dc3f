"""Executed notebooks as pages of the hub, and what is remembered of them from one build to the next."""

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from evalkit.errors import NotebookError
from evalkit.types.adapter import adapter
from evalkit.types.evaluation import Evaluation
from evalkit.types.program import program

PAGES = ".evalkit/notebook-pages"
"""Where a workspace remembers them; scratch that may be deleted."""
_PACKAGES = (
    "nbconvert",
    "nbformat",
    "mistune",
    "pygments",
    "bleach",
    "jinja2",
    "markupsafe",
    "nh3",
)


def read_notebooks(
    folder: Path, evaluations: Iterable[Evaluation], *, kept: Path
) -> dict[str, str]:
    """The executed notebooks of evaluations as HTML fragments, by protocol id; other files are left alone.

    Parameters
    ----------
    kept : Path
        Where fragments are remembered: one is taken from there where the notebook, the evaluation and the
        program are the very same and it is whole.

    Raises
    ------
    NotebookError
        A notebook's numbers are not those of its evaluation.
    """
    found = {}
    for evaluation in evaluations:
        try:
            written = (folder / f"{evaluation.protocol}.ipynb").read_bytes()
        except FileNotFoundError:
            continue
        key, place = _key(written, evaluation), kept / f"{evaluation.protocol}.html"
        page = _recalled(place, key)
        if page is None:
            page = _page(written, evaluation)
            _remember(place, key, page)
        found[evaluation.protocol] = page
    return found


def _page(written: bytes, evaluation: Evaluation) -> str:
    import nbformat

    from evalkit.report.notebook import to_html  # a second to load, for one notebook that changed
    from evalkit.workflow.notebook import difference

    notebook = nbformat.reads(written.decode(), as_version=4)
    if different := difference(evaluation, notebook):
        raise NotebookError(
            f"{evaluation.protocol}.ipynb gives another {different} than the record; "
            f"it needs a new run: evalkit notebook run {evaluation.protocol}"
        )
    return to_html(notebook)


def _key(written: bytes, evaluation: Evaluation) -> str:
    told = hashlib.blake2b(program(*_PACKAGES).encode(), digest_size=20)
    told.update(hashlib.blake2b(written).digest())
    told.update(adapter(Evaluation).dump_json(evaluation))
    return told.hexdigest()


def _recalled(place: Path, key: str) -> str | None:
    """A remembered fragment; None where it is of something else or not whole."""
    try:
        head, _, page = place.read_bytes().partition(b"\n")
    except OSError:
        return None
    return page.decode() if head == _head(key, page) else None


def _remember(place: Path, key: str, page: str) -> None:
    body = page.encode()
    partial = place.with_name(f"{place.name}.{os.getpid()}")
    with contextlib.suppress(OSError):  # it is made again next time
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(_head(key, body) + b"\n" + body)
            partial.replace(place)
        finally:
            partial.unlink(missing_ok=True)


def _head(key: str, body: bytes) -> bytes:
    return f"{key} {hashlib.blake2b(body, digest_size=20).hexdigest()}".encode()
