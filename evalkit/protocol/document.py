"""Protocol files: read, checked against themselves, hashed, and compared with what was locked."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from evalkit.errors import FormError, ProtocolError
from evalkit.protocol.plan import Plan, Segmented
from evalkit.text import Document, read_front_matter

_NOT_PLAN = ("locked",)
_CHECKS = {
    "did": ("pre_trend", "leave_one_unit_out"),
    "its": ("residual_autocorrelation", "placebo_date"),
}
_ESTIMATORS = {"did": "group_time", "its": "segmented"}
_INFERENCE = {"group_time": "influence_function", "segmented": "t"}
_EFFECTS = {"did": "att", "its": "level"}


def read_protocol(path: Path) -> tuple[Plan, Document]:
    """Read ``protocols/<id>.md`` and check that its parts fit each other.

    Raises
    ------
    FormError
        One problem a field, with its line.
    """
    plan, document = read_front_matter(path, Plan)
    problems = [
        document.problem(field, found=found, needed=needed, do=do)
        for field, found, needed, do in _contradictions(plan, path.stem)
    ]
    if problems:
        raise FormError(*problems)
    return plan, document


def canonical(plan: Plan) -> str:
    """The plan as canonical JSON: sorted keys, no spaces, without the day of locking."""
    value = TypeAdapter(Plan).dump_python(plan, mode="json")
    kept = {key: item for key, item in value.items() if key not in _NOT_PLAN}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plan_from_canonical(text: str) -> Plan:
    """The plan that ``canonical`` wrote."""
    return TypeAdapter(Plan).validate_json(text)


def sha256(text: str) -> str:
    """Hex SHA-256 of UTF-8 text."""
    return hashlib.sha256(text.encode()).hexdigest()


def label(plan: Plan) -> str:
    """When the plan was made, as far as its own declaration says.

    ``retrospective`` once anybody has analysed the outcome data; ``before analysis``, ``before access`` or
    ``before the data existed`` otherwise. A declaration is not proof; it is shown as one.
    """
    return {
        "analysed": "retrospective",
        "not_analysed": "before analysis",
        "not_accessed": "before access",
        "not_observed": "before access",
        "not_created": "before the data existed",
    }[plan.data.prior_knowledge]


def refuse_changes(plan: Plan, document: Document, locked: str) -> None:
    """Raise when a plan differs from the canonical JSON it was locked with.

    Raises
    ------
    ProtocolError
        Naming every changed field with its line, the value found and the value locked.
    """
    now, then = _flat(json.loads(canonical(plan))), _flat(json.loads(locked))
    changed = [key for key in sorted({*now, *then}) if now.get(key) != then.get(key)]
    if changed:
        raise ProtocolError(
            *(
                document.problem(
                    key,
                    found=str(now.get(key, "not given")),
                    needed=f"{then.get(key, 'nothing')} as locked",
                    do="Undo the change.",
                )
                for key in changed
            )
        )


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Leaves of nested JSON by dotted path."""
    if isinstance(value, dict):
        pairs: Iterable[tuple[str, Any]] = (
            (f"{path}.{key}".lstrip("."), item) for key, item in value.items()
        )
    elif isinstance(value, list):
        pairs = ((f"{path}[{i}]", item) for i, item in enumerate(value))
    else:
        return {path: value}
    return {key: leaf for inner, item in pairs for key, leaf in _flat(item, inner).items()}


def _contradictions(plan: Plan, stem: str) -> Iterable[tuple[str, str, str, str]]:
    """Field, found, needed and what to do, for each pair of fields that do not fit."""
    design = plan.design
    if plan.id != stem:
        yield "id", plan.id, f"{stem}, the file's name", "Rename one."
    if not plan.id.startswith(plan.intervention + "-P"):
        yield "id", plan.id, f"{plan.intervention}-P and a number", ""
    if len(plan.window.start) != len(plan.window.end) or plan.window.start >= plan.window.end:
        yield "window.end", plan.window.end, f"a period after {plan.window.start}", "Correct one."
    if plan.estimator.name != _ESTIMATORS[design]:
        yield "estimator.name", plan.estimator.name, f"{_ESTIMATORS[design]} for {design}", ""
    if plan.inference.name != _INFERENCE[plan.estimator.name]:
        needed = _INFERENCE[plan.estimator.name]
        yield "inference.name", plan.inference.name, f"{needed} for {plan.estimator.name}", ""
    if plan.estimand.effect != _EFFECTS[design]:
        yield "estimand.effect", plan.estimand.effect, f"{_EFFECTS[design]} for {design}", ""
    if (plan.outcome.scale == "log") != (plan.estimand.summary == "per_cent"):
        yield (
            "estimand.summary",
            plan.estimand.summary,
            "per_cent for log, difference for level",
            "",
        )
    if (plan.minimum_effect.unit == "per_cent") != (plan.estimand.summary == "per_cent"):
        needed = "per_cent for per_cent, another unit for difference"
        yield "minimum_effect.unit", plan.minimum_effect.unit, needed, ""
    yield from _design_parts(plan)
    yield from _check_parts(plan)


def _check_parts(plan: Plan) -> Iterable[tuple[str, str, str, str]]:
    if isinstance(plan.estimator, Segmented) and not any(
        c.check == "residual_autocorrelation" and c.if_failed != "report" for c in plan.checks
    ):
        needed = "residual_autocorrelation, with if_failed: lower_rating or cannot_tell"
        yield "checks", "no check that the errors are independent, as `ols` takes them", needed, ""
    for i, check in enumerate(plan.checks):
        if check.check not in _CHECKS[plan.design]:
            known = ", ".join(_CHECKS[plan.design])
            yield f"checks[{i}].check", check.check, f"one of {known}", ""
        if check.threshold is None:
            yield f"checks[{i}]", "no threshold", "threshold: where it counts as failed", ""
        if check.check != "placebo_date":
            continue
        dates = [change.at for change in plan.changes if change.at is not None]
        if check.at is None:
            yield f"checks[{i}]", "no date", "at: the false date", ""
        elif dates and not _inside(check.at, plan.window.start, min(dates), before=True):
            needed = f"a period between {plan.window.start} and the first change, {min(dates)}"
            yield f"checks[{i}].at", check.at, needed, ""


def _inside(period: str, start: str, end: str, *, before: bool = False) -> bool:
    """Whether a period is on the same calendar, after ``start``, and up to (or before) ``end``."""
    return len(period) == len(start) and start < period <= end and not (before and period == end)


def _design_parts(plan: Plan) -> Iterable[tuple[str, str, str, str]]:
    if plan.design == "did":
        if plan.comparison is None:
            yield "comparison", "not given", "a comparison group", ""
        if len(plan.changes) > 1 or plan.changes[0].at is not None:
            yield (
                "changes",
                "several, or with a date",
                "one without `at`: the data hold the starts",
                "",
            )
        for i, alternative in enumerate(plan.alternatives):
            if alternative.estimator == "group_time" and alternative.weights != "none":
                yield f"alternatives[{i}].weights", alternative.weights, "none for group_time", ""
        return
    if plan.comparison is not None:
        yield "comparison", "given", "none for one series", "Remove it."
    if plan.alternatives:
        yield "alternatives", "given", "none for one series", "Remove it."
    for i, change in enumerate(plan.changes):
        if change.at is None:
            yield f"changes[{i}]", "no date", "at: the first period with the change", ""
        elif change.at in [earlier.at for earlier in plan.changes[:i]]:
            yield f"changes[{i}].at", f"{change.at} twice", "one change a period", ""
        elif not _inside(change.at, plan.window.start, plan.window.end):
            window = f"{plan.window.start} to {plan.window.end}"
            yield f"changes[{i}].at", change.at, f"a period inside the window {window}", ""
