"""Protocol files: read, checked against themselves, hashed, and compared with what was locked."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from evalkit.errors import FormError, ProtocolError
from evalkit.protocol.contradictions import contradictions
from evalkit.protocol.plan import Plan
from evalkit.text import Document, read_front_matter

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
    value = TypeAdapter(Plan).dump_python(plan, mode="json")
    kept = {key: item for key, item in value.items() if key not in _NOT_PLAN}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plan_from_canonical(text: str) -> Plan:
    """The plan that ``canonical`` wrote."""
    return TypeAdapter(Plan).validate_json(text)


def sha256(text: str) -> str:
    """Hex SHA-256 of UTF-8 text."""
    return hashlib.sha256(text.encode()).hexdigest()


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
