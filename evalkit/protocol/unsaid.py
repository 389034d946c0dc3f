"""Fields that a plan may leave out without changing its hash."""

from typing import Any

from pydantic import Field


def unsaid(default: object) -> Any:
    """Leave a field out of the canonical JSON at its default: plans locked before it keep their hash."""
    return Field(exclude_if=lambda value: bool(value == default))
