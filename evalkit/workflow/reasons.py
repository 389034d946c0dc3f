"""The reasons that were given for deviations."""

from collections.abc import Mapping
from dataclasses import replace

from evalkit.registry import entries
from evalkit.registry.store import Session
from evalkit.types.evaluation import Evaluation


def reasons_of(session: Session, id: str) -> dict[str, str]:
    """The reasons given for a plan's deviations, by fingerprint."""
    return {
        one.id.rpartition("/")[2]: one.reason
        for one in entries.read_all(session, "explanation")
        if one.protocol == id
    }


def with_reasons(evaluation: Evaluation, reasons: Mapping[str, str]) -> Evaluation:
    """An evaluation whose deviations have the reasons that were given for them later."""
    return replace(
        evaluation,
        deviations=tuple(
            one if one.reason else replace(one, reason=reasons.get(one.fingerprint))
            for one in evaluation.deviations
        ),
    )
