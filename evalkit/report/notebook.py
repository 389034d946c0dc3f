"""Notebooks: one template a design, executed by a real kernel, exported as a page."""

import ast
import asyncio
import json
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

from evalkit.errors import NotebookError

EVALUATION_MIME = "application/vnd.evalkit.evaluation+json"
THEMED_SVG_MIME = "application/vnd.evalkit.svg"
_TIMEOUT_SECONDS = 300
_TEMPLATES = files("evalkit.report") / "templates"


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
    """The notebook template of a design, of panels or of series, with cell ids that never change."""
    name = "did" if design == "did" else "its"
    text = (_TEMPLATES / f"{name}.py").read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i:02d}"
    notebook.metadata = nbformat.from_dict({"language_info": {"name": "python"}})
    return notebook


def inject(notebook: Any, parameters: Mapping[str, str | int | float | bool]) -> Any:
    """A copy of the notebook with a cell that sets ``parameters`` after the one tagged ``parameters``.

    Raises
    ------
    NotebookError
        A value is not a plain literal, or no cell is tagged.
    """
    copy = nbformat.from_dict(json.loads(json.dumps(notebook)))
    tagged = [i for i, c in enumerate(copy.cells) if "parameters" in c.metadata.get("tags", [])]
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


def execute(notebook: Any, *, folder: Path) -> Any:
    """Run every cell in ``folder`` with a fresh kernel and return the notebook with its outputs.

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
    try:
        executed = _in_own_loop(client)
    except CellExecutionError as error:
        raise NotebookError(f"a cell failed with {error.ename}: {error.evalue}") from error
    except DeadKernelError as error:
        raise NotebookError("the notebook's process ended; it needs one that lives on") from error
    except CellTimeoutError as error:
        raise NotebookError(f"a cell took longer than {_TIMEOUT_SECONDS} seconds") from error
    for cell in executed.cells:
        cell.metadata.pop("execution", None)
    executed.metadata = notebook.metadata
    executed.metadata["language_info"] = {"name": "python"}
    return executed


def _in_own_loop(client: NotebookClient) -> Any:
    """Execute in a thread with an event loop of its own: the caller's may be running already."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(lambda: asyncio.run(client.async_execute())).result()


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
    """The body of an executed notebook as an HTML fragment for a page of the hub."""
    with as_file(_TEMPLATES / "notebook_page") as folder:
        exporter = HTMLExporter(
            template_name="evalkit",
            extra_template_basedirs=[str(folder)],
            exclude_input_prompt=True,
            exclude_output_prompt=True,
            anchor_link_text=" ",
        )
        body, _ = exporter.from_notebook_node(notebook)
    return str(body)
