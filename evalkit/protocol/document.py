"""Protocol files: read, checked against themselves, and hashed."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from evalkit.errors import FormError
from evalkit.protocol.contradictions import contradictions
from evalkit.protocol.plan import Plan
from evalkit.text import Document, read_front_matter
from evalkit.types.adapter import adapter

_NOT_PLAN = ("locked",)


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
        for field, found, needed, do in contradictions(plan, path.stem)
    ]
    if problems:
        raise FormError(*problems)
    return plan, document


def canonical(plan: Plan) -> str:
    """The plan as canonical JSON: sorted keys, no spaces, without the day of locking."""
    value = adapter(Plan).dump_python(plan, mode="json")
    kept = {key: item for key, item in value.items() if key not in _NOT_PLAN}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@lru_cache(maxsize=4096)
def plan_from_canonical(text: str) -> Plan:
    """The plan that ``canonical`` wrote; the same text gives the same record, which nothing changes."""
    plan: Plan = adapter(Plan).validate_json(text)
    return plan


def sha256(text: str) -> str:
    """Hex SHA-256 of UTF-8 text."""
    return hashlib.sha256(text.encode()).hexdigest()
