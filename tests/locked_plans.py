"""A plan as if it were locked, run on a panel that was made up."""

import datetime
from dataclasses import replace

from evalkit.evaluation import evaluate
from evalkit.protocol.document import canonical, sha256
from evalkit.types.evaluation import Provenance
from evalkit.types.protocol import LockedProtocol

ORIGIN = Provenance(
    source="made up", file="f", package="", version="", sha256="", rows_read=1, rows_used=1,
    dropped=(), licence="none",
)  # fmt: skip


def locked(plan):
    return LockedProtocol(
        id=plan.id, version="v1.0", intervention=plan.intervention, text="", sha256=sha256(canonical(plan)),
        canonical=canonical(plan), label="retrospective", locked_on=datetime.date(2026, 11, 3), declared=True,
    )  # fmt: skip


def run(plan, panel):
    return evaluate(locked(plan), replace(panel, provenance=ORIGIN))
