"""Dates as precisely as people know them."""

import datetime
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints


def _as_written(value: object) -> object:
    """YAML reads 2023-04-01 as a date and 2023 as a number; both are text here."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


PartialDate = Annotated[
    str,
    BeforeValidator(_as_written),
    StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"),
]
"""YYYY, YYYY-MM or YYYY-MM-DD."""

Period = Annotated[
    str,
    BeforeValidator(_as_written),
    StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2]))?$"),
]
"""YYYY or YYYY-MM."""
