"""What a run is compared with: the plan as it was locked first, and the first run."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from json import dumps, loads
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from evalkit.findings.scale import told
from evalkit.protocol.document import plan_from_canonical
from evalkit.registry.runs import Run
from evalkit.types.deviation import Deviation, Timing
from evalkit.types.evaluation import Evaluation
from evalkit.types.protocol import DataState
from evalkit.types.scaled import ScaledEffect
from evalkit.workflow.data_state import recipe_text

Answers: TypeAlias = tuple[tuple[str, ScaledEffect], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a run should have been, gathered before it is made.

    Attributes
    ----------
    drafts : tuple of Deviation
        Every part that differs from the first locked version, still without estimates.
    planned : Answers
        What the first locked version answers; empty where nothing differs, or where it cannot be run.
    beside : Answers
        What its alternatives answer, or answered when it was run.
    why : str
        Why it cannot be run; empty where it can.
    first : FirstRun or None
        The first planned run; None before there is one.
    reasons : mapping of str to str
        Reasons given so far, by the fingerprint of their deviation.
    """

    drafts: tuple[Deviation, ...]
    planned: Answers
    beside: Answers
    why: str
    first: "FirstRun | None"
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRun:
    """The first planned run of a protocol: its data and its answers."""

    file: str
    sha256: str
    answers: Answers


def answers_of(evaluation: Evaluation, canonical: str) -> Answers:
    """The answers of a run on the scale that is read aloud, each with its name."""
    plan = plan_from_canonical(canonical)
    return tuple((named.name, told(named.estimate, plan)) for named in evaluation.estimates)


def beside_of(evaluation: Evaluation, canonical: str) -> Answers:
    """As ``answers_of``, of a run's alternatives."""
    plan = plan_from_canonical(canonical)
    return tuple((named.name, told(named.estimate, plan)) for named in evaluation.alternatives)


def timing_of(state: DataState) -> Timing:
    """When something was decided, from what the ledger held by then."""
    if state.analysed:
        return "after_first_run"
    return "after_access" if state.accessed else "before_access"


def known_timings(runs: tuple[Run, ...]) -> dict[str, Timing]:
    """When each deviation of earlier runs was first seen, by its fingerprint."""
    found: dict[str, Timing] = {}
    for run in runs:
        for deviation in run.evaluation.deviations:
            found.setdefault(deviation.fingerprint, deviation.timing)
    return found


@contextmanager
def with_recipe(folder: Path, recipe: str) -> Iterator[Path]:
    """A folder with a data recipe as it was, beside the files that are there now.

    Parameters
    ----------
    folder : Path
        Of the recipe as it is.
    recipe : str
        As canonical JSON; the folder itself is given where it is the same, or not known.
    """
    if recipe in ("", recipe_text(folder)):
        yield folder
        return
    with TemporaryDirectory() as elsewhere:
        there = Path(elsewhere) / folder.name
        there.mkdir()
        for path in folder.iterdir():
            if path.name != "data.yaml":
                (there / path.name).symlink_to(path.resolve())
        lines = (f"{k}: {v if k == 'form' else dumps(v)}\n" for k, v in loads(recipe).items())
        (there / "data.yaml").write_text("".join(lines), encoding="utf-8")
        yield there
