"""Notebooks of locked protocols: executed, compared with the record, kept."""

import json
import math
import os
from pathlib import Path
from typing import Any

from evalkit.errors import NotebookError, Problem
from evalkit.hub.protocols import notebook_path
from evalkit.protocol.document import plan_from_canonical
from evalkit.registry.protocols import read_protocol
from evalkit.registry.store import Session, open_registry
from evalkit.report import notebook as notebooks
from evalkit.types.adapter import adapter
from evalkit.types.evaluation import Evaluation
from evalkit.types.protocol import LockedProtocol
from evalkit.workflow.explain import explained_runs
from evalkit.workflow.gate import inspect, path_rules, read_releases, refuse
from evalkit.workflow.workspace import Workspace

NOTEBOOKS = ".evalkit/notebooks"
"""Where executed ones are, in a workspace."""
RELATIVE_TOLERANCE = 1e-9
"""Two processes of one machine may sum in another order; anything larger is another number."""


def run_notebook(workspace: Workspace, evaluation: Evaluation, *, registry: str, out: Path) -> Path:
    """Execute the template of the evaluation's design, check its numbers, and write it to ``out``.

    Raises
    ------
    NotebookError
        A cell failed, a number differs from the evaluation's, or the page made from the notebook would give a
        small number away; then nothing is written.
    """
    with open_registry(workspace.url_of(registry)) as session:
        protocol = read_protocol(session, evaluation.protocol)
    prepared = prefilled(protocol)
    parameters = {"protocol_id": evaluation.protocol, "registry": registry}
    executed = notebooks.execute(notebooks.inject(prepared, parameters), folder=workspace.root)
    if different := difference(evaluation, executed):
        raise NotebookError(
            f"the notebook of {evaluation.protocol} gives another {different} than the record; "
            "it needs the same one"
        )
    with open_registry(workspace.url_of(registry)) as session:
        _refuse_small(session, evaluation.protocol, executed)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{evaluation.protocol}.ipynb"
    path.write_text(json.dumps(executed, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def run_own(workspace: Workspace, evaluation: Evaluation, *, file: Path) -> None:
    """Execute a notebook of one's own where it lies, check its numbers, and keep its outputs in it.

    Raises
    ------
    NotebookError
        It is no notebook of the workspace, a cell failed, it records no evaluation, or a number differs; then
        the file stays as it was.
    """
    import nbformat

    inside = file.resolve().is_relative_to(workspace.root.resolve())
    if file.suffix != ".ipynb" or not file.is_file() or not inside:
        needed = "a notebook (.ipynb) inside the workspace"
        do = f"Write one with: evalkit notebook new {evaluation.protocol}"
        raise NotebookError(Problem(field="--file", found=str(file), needed=needed, do=do))
    try:
        own = nbformat.read(file, as_version=4)
    except Exception as error:  # nbformat raises whatever its parsers do
        needed = "a notebook that Jupyter can open"
        raise NotebookError(Problem(field="--file", found=str(file), needed=needed)) from error
    executed = notebooks.execute(own, folder=file.resolve().parent)
    if different := difference(evaluation, executed):
        raise NotebookError(
            f"{file.name} gives another {different} than the record of {evaluation.protocol}; it needs the "
            "same one above its last line. Undo what was changed there, or explore below the line"
        )
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        draft.write_text(json.dumps(executed, indent=1) + "\n", encoding="utf-8")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def prefilled(protocol: LockedProtocol) -> Any:
    """The template with the cells of a plan's design, under the plan's question, label, version and hash."""
    plan = plan_from_canonical(protocol.canonical)
    return notebooks.titled(notebooks.template(plan.design), plan, protocol)


def _refuse_small(session: Session, protocol: str, executed: Any) -> None:
    """Ask the gate about the page that the hub would make of a notebook."""
    runs = explained_runs(session, exploratory=False)
    rules = path_rules(session, [run for run in runs if run.evaluation.protocol == protocol])
    path = notebook_path(protocol)
    if path in rules:
        rule = {path: rules[path]}
        refuse(
            inspect({path: notebooks.to_html(executed)}, rule, read_releases(session)),
            NotebookError,
        )


def difference(evaluation: Evaluation, executed: Any) -> str:
    """Where a notebook's record differs from an evaluation; empty when it does not."""
    recorded = json.loads(notebooks.evaluation_json(executed))
    stored = json.loads(adapter(Evaluation).dump_json(evaluation))
    for deviation in (*stored["deviations"], *recorded["deviations"]):
        deviation["reason"] = None  # may be given after the notebook was run
    return _first_difference(stored, recorded)


def _first_difference(left: object, right: object, path: str = "") -> str:
    """Dotted path of the first value that differs; empty when all agree."""
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        pairs = [(f"{path}.{key}".lstrip("."), left[key], right[key]) for key in left]
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        pairs = [(f"{path}[{i}]", a, b) for i, (a, b) in enumerate(zip(left, right, strict=True))]
    elif isinstance(left, float) and isinstance(right, float):
        return "" if math.isclose(left, right, rel_tol=RELATIVE_TOLERANCE, abs_tol=1e-12) else path
    else:
        return "" if left == right else path or "record"
    return next((found for p, a, b in pairs if (found := _first_difference(a, b, p))), "")
