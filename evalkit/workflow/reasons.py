"""The reasons that were given for deviations."""

from collections.abc import Mapping
from dataclasses import replace

from evalkit.registry import entries
from evalkit.registry.store import Session
from evalkit.types.evaluation import Evaluation


def reasons_of(session: Session, id: str) -> dict[str, str]:
    """The reasons given for a plan's deviations, by fingerprint."""
    return all_reasons(session).get(id, {})


def all_reasons(session: Session) -> dict[str, dict[str, str]]:
    """The reasons given for the deviations of every plan that has any, by plan and fingerprint."""
    found: dict[str, dict[str, str]] = {}
    for one in entries.read_all(session, "explanation"):
        found.setdefault(one.protocol, {})[one.id.rpartition("/")[2]] = one.reason
    return found


def with_reasons(evaluation: Evaluation, reasons: Mapping[str, str]) -> Evaluation:
    """An evaluation whose deviations have the reasons that were given for them later."""
    return replace(
        evaluation,
        deviations=tuple(
            one if one.reason else replace(one, reason=reasons.get(one.fingerprint))
            for one in evaluation.deviations
        ),
    )
