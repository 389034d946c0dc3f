"""Notebooks: one template for every design, executed by a real kernel, exported as a page."""

import ast
import asyncio
import atexit
import json
import logging
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import IO, Any

import jupytext
import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbconvert import HTMLExporter

from evalkit.errors import NotebookError
from evalkit.protocol.plan import Plan
from evalkit.types.protocol import LockedProtocol

EVALUATION_MIME = "application/vnd.evalkit.evaluation+json"
THEMED_SVG_MIME = "application/vnd.evalkit.svg"
DESIGNS = {"did", "its", "controlled_its"}
_TIMEOUT_SECONDS = 300
_TEMPLATES = files("evalkit.report") / "templates"
_SILENT = logging.Logger("the client's words, which the error says too", level=logging.CRITICAL + 1)
_UNPACKED = ExitStack()
"""Templates of a package that is no folder, as files until the process ends."""


class _Kernel(AsyncKernelManager):
    """Start the interpreter that runs this: no kernel needs registering; sockets are encrypted."""

    transport_encryption = "required"

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="evalkit",
            language="python",
            metadata={"supported_encryption": "curve"},
        )


def template(design: str) -> Any:
    """The notebook template with the cells of a design, with cell ids that never change.

    Cells tagged with designs are for these; all others are for every design.
    """
    text = (_TEMPLATES / "evaluation.py").read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i:02d}"
    notebook.cells = [cell for cell in notebook.cells if _is_for(cell, design)]
    notebook.metadata = nbformat.from_dict({"language_info": {"name": "python"}})
    return notebook


def _is_for(cell: Any, design: str) -> bool:
    named = DESIGNS & set(tags_of(cell))
    return not named or design in named


def tags_of(cell: Any) -> list[str]:
    """The tags of a cell."""
    return list(cell.metadata.get("tags", []))


def inject(notebook: Any, parameters: Mapping[str, str | int | float | bool]) -> Any:
    """A copy of the notebook with a cell that sets ``parameters`` after the one tagged ``parameters``.

    Raises
    ------
    NotebookError
        A value is not a plain literal, or no cell is tagged.
    """
    copy = nbformat.from_dict(json.loads(json.dumps(notebook)))
    tagged = [i for i, c in enumerate(copy.cells) if "parameters" in tags_of(c)]
    if not tagged:
        raise NotebookError("the template has no cell tagged parameters; it needs one")
    lines = [f"{name} = {_literal(value)}" for name, value in parameters.items()]
    cell = nbformat.v4.new_code_cell("\n".join(lines), metadata={"tags": ["injected-parameters"]})
    cell["id"] = "cell-parameters"
    copy.cells.insert(tagged[0] + 1, cell)
    return copy


def _literal(value: object) -> str:
    text = repr(value)
    try:
        same = ast.literal_eval(text) == value
    except (ValueError, SyntaxError):
        same = False
    if not same:
        raise NotebookError(f"parameter {text} is not a plain value; needed text or a number")
    return text


def titled(notebook: Any, plan: Plan, protocol: LockedProtocol) -> Any:
    """A copy of the notebook with the plan's question, label, version and hash in its title."""
    copy = nbformat.from_dict(json.loads(json.dumps(notebook)))
    for cell in copy.cells:
        if "title" in tags_of(cell):
            question = " ".join(plan.question.split())
            cell.source = (
                f"# {question}\n\n{protocol.id} {protocol.version} · {protocol.label} · "
                f"sha256 `{protocol.sha256}`"
            )
    return copy


def execute(notebook: Any, *, folder: Path) -> Any:
    """Run every cell in ``folder`` with a fresh kernel and return the notebook with its outputs.

    What the kernel's process writes beside its cells, also while it ends, is nobody's to read unless it
    ended too soon: then its last line is in the message.

    Raises
    ------
    NotebookError
        A cell failed, and the message is the error it raised; or its process ended or took too long.
    """
    client = NotebookClient(
        notebook,
        timeout=_TIMEOUT_SECONDS,
        kernel_manager_class=_Kernel,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    client.log = _SILENT
    with tempfile.TemporaryFile() as words:
        try:
            executed = _in_own_loop(client, words)
        except CellExecutionError as error:
            raise NotebookError(_failed(notebook, error)) from error
        except CellTimeoutError as error:
            raise NotebookError(f"a cell took longer than {_TIMEOUT_SECONDS} seconds") from error
        except RuntimeError as error:
            # A kernel that never answered is cleared away twice otherwise, with a traceback at the end.
            atexit.unregister(client._cleanup_kernel)
            raise NotebookError(_ended(words)) from error
    for cell in executed.cells:
        cell.metadata.pop("execution", None)
    executed.metadata = notebook.metadata
    executed.metadata["language_info"] = {"name": "python"}
    return executed


def _ended(words: IO[bytes]) -> str:
    """That the kernel's process ended, or never answered, and the last it said."""
    words.seek(0)
    lines = words.read().decode("utf-8", "replace").strip().splitlines()
    last = f"; the last it said was {lines[-1]!r}" if lines else ""
    return f"the notebook's process ended{last}; it needs one that lives on"


def _failed(notebook: Any, error: CellExecutionError) -> str:
    """Which cell, where it stands, what it raised, and what to do."""
    failed = next(
        i
        for i, cell in enumerate(notebook.cells)
        if any(output.output_type == "error" for output in cell.get("outputs", []))
    )
    heads = [
        line.lstrip("# ")
        for cell in notebook.cells[:failed]
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    below = f", below {heads[-1]!r}," if heads else ""
    first = notebook.cells[failed].source.strip().partition("\n")[0]
    return (
        f"cell {failed + 1} of {len(notebook.cells)}{below} failed with {error.ename}: {error.evalue}\n"
        f"the cell begins {first!r}; needed every cell to run. Mend what the error names, then run the "
        "notebook again."
    )


def _in_own_loop(client: NotebookClient, words: IO[bytes]) -> Any:
    """Execute in a thread with an event loop of its own: the caller's may be running already."""

    def run() -> Any:
        return asyncio.run(client.async_execute(stdout=words, stderr=words))

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(run).result()


def evaluation_json(notebook: Any) -> str:
    """The evaluation that an executed notebook recorded, as JSON text.

    Raises
    ------
    NotebookError
        It recorded none.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if EVALUATION_MIME in output.get("data", {}):
                return json.dumps(output["data"][EVALUATION_MIME])
    raise NotebookError("the notebook recorded no evaluation; it needs a cell that shows one")


def to_html(notebook: Any) -> str:
    """The body of an executed notebook as an HTML fragment for a page of the hub, which has a title."""
    body = nbformat.from_dict(json.loads(json.dumps(notebook)))
    body.cells = [cell for cell in body.cells if "title" not in tags_of(cell)]
    page, _ = _exporter().from_notebook_node(body)
    return str(page)


@cache
def _exporter() -> HTMLExporter:
    """Made once: it reads its templates when it is made, which takes longer than a page."""
    folder = _UNPACKED.enter_context(as_file(_TEMPLATES / "notebook_page"))
    return HTMLExporter(
        template_name="evalkit",
        extra_template_basedirs=[str(folder)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        anchor_link_text=" ",
    )
