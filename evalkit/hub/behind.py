"""What stands behind a finding: its run, the plan that was run, and what its checks said."""

from collections.abc import Sequence

from evalkit.hub.lookups import lookups
from evalkit.types.catalogue import Catalogue, LockedProtocol
from evalkit.types.evaluation import CheckResult, Evaluation
from evalkit.types.finding import Finding


def evaluation_of(catalogue: Catalogue, finding: Finding) -> Evaluation | None:
    """The run behind a finding; None for a result published elsewhere."""
    return lookups(catalogue).runs.get((finding.protocol or "", finding.exploratory))


def plan_behind(catalogue: Catalogue, finding: Finding) -> LockedProtocol | None:
    """The plan that was run for a finding; None for a result published elsewhere."""
    key = finding.protocol or ""
    return catalogue.ran.get((key, finding.exploratory)) or lookups(catalogue).plans.get(key)


def checks_said(catalogue: Catalogue, finding: Finding) -> str:
    """How many checks were passed, or where it comes from."""
    if told := catalogue.findings_told.get(finding.id):
        return told.checks
    evaluation = evaluation_of(catalogue, finding)
    return f"checks: {checks_of(evaluation.checks)}" if evaluation else "published elsewhere"


def compared(catalogue: Catalogue, finding: Finding) -> bool | None:
    """Whether its run had a comparison; None for a result published elsewhere."""
    if told := catalogue.findings_told.get(finding.id):
        return told.compared
    evaluation = evaluation_of(catalogue, finding)
    return bool(evaluation.coverage.n_comparison) if evaluation else None


def record_path(evaluation: Evaluation) -> str:
    """Where everything that a run produced is."""
    return f"data/{evaluation.protocol.lower()}{'-exploratory' * evaluation.exploratory}.json"


def checks_of(checks: Sequence[CheckResult]) -> str:
    """``2 passed, 1 not passed``, in the order of the states."""
    states = [_state(check) for check in checks]
    counts = [
        f"{states.count(state)} {state}"
        for state in ("passed", "not passed", "reported only", "not applicable")
        if state in states
    ]
    return ", ".join(counts)


def _state(check: CheckResult) -> str:
    if not check.applicable:
        return "not applicable"
    return {True: "passed", False: "not passed", None: "reported only"}[check.passed]
