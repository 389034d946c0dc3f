"""Names that stay: ids of everything that another record can point to."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from evalkit.types import patterns

RESERVED = frozenset(
    [
        *("aux", "con", "nul", "prn"),  # files of these names cannot exist on Windows
        *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)),
        *("about", "all", "assets", "index", "new", "search", "static"),  # addresses of the hub
        *("false", "no", "none", "null", "off", "on", "true", "yes"),  # not text in YAML
    ]
)
"""Slugs that cannot be ids."""


def _not_reserved(value: str) -> str:
    """A slug also names a file and a page: some names are taken."""
    if value.partition("/")[0] in RESERVED:
        raise PydanticCustomError("needed", "a name that is not reserved")
    return value


InterventionId = Annotated[str, StringConstraints(pattern=patterns.INTERVENTION)]
ProtocolId = Annotated[str, StringConstraints(pattern=patterns.PROTOCOL)]
FindingId = Annotated[str, StringConstraints(pattern=patterns.FINDING)]

Slug = Annotated[
    str,
    StringConstraints(max_length=60, pattern=patterns.SLUG),
    AfterValidator(_not_reserved),
]
"""Up to 60 lower-case letters, digits and single hyphens, a letter first; nothing of ``RESERVED``."""

NeedId = Annotated[
    str,
    StringConstraints(max_length=65, pattern=patterns.NEED),
    AfterValidator(_not_reserved),
]
"""The needs assessment's slug and the number of the need, e.g. ``derby-2024/N3``."""

AreaCode = Annotated[str, StringConstraints(pattern=patterns.AREA)]
"""ONS code in the United Kingdom (``E06000015``), ISO 3166 elsewhere (``US-CA``)."""

Version = Annotated[str, StringConstraints(pattern=patterns.VERSION)]
"""Major and minor, e.g. ``1.0``; quoted in YAML, where a bare 1.10 is the number 1.1."""
