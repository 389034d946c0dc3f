"""The published form of a plan, for editors and other programs: JSON Schema with a permanent id.

A key keeps its meaning for ever: new keys are added with a new version, a key that is no longer used is never
used again for something else.
"""

from typing import Any, get_args, get_type_hints

from evalkit.protocol.plan import Plan
from evalkit.types.adapter import adapter

VERSION = "1.0"
"""Of the form's keys; the first number is the form's own and stands in every plan."""
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def form_id() -> str:
    """The form that every plan names, e.g. ``"evalkit/protocol/1"``."""
    return str(get_args(get_type_hints(Plan)["form"])[0])


def plan_schema() -> dict[str, Any]:
    """The front matter of ``protocols/<id>.md`` as JSON Schema (draft 2020-12).

    It says which keys there are and what each can be. That parts fit each other and the registry is for
    ``evalkit protocol check`` to say.
    """
    made = adapter(Plan).json_schema(mode="validation")
    about = {
        "$schema": _DIALECT,
        "$id": "urn:" + form_id().replace("/", ":"),
        "title": f"Pre-analysis plan, form {form_id()}",
        "x-form": form_id(),
        "x-version": VERSION,
    }
    return {**made, **about}
