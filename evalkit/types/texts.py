"""Text that people write, never longer than anybody will read."""

from typing import Annotated

from pydantic import AllowInfNan, BeforeValidator, Strict, StringConstraints

from evalkit.types import patterns


def _empty(value: object) -> object:
    """A field that stands there with nothing behind it is an empty note."""
    return "" if value is None else value


Text = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=patterns.NOT_BLANK)]
"""Prose: something, at most 4,000 characters."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=240, pattern=patterns.NOT_BLANK)]
"""One line: something, at most 240 characters."""

Note = Annotated[str, StringConstraints(max_length=4_000), BeforeValidator(_empty)]
"""Prose that may be empty, at most 4,000 characters."""

ShortNote = Annotated[str, StringConstraints(max_length=240), BeforeValidator(_empty)]
"""One line that may be empty, at most 240 characters."""

Link = Annotated[
    str, StringConstraints(max_length=2_000, pattern=patterns.LINK), BeforeValidator(_empty)
]
"""A web address, http or https, or empty."""

Number = Annotated[float, Strict(), AllowInfNan(False)]
"""A finite number; ``yes`` and ``no``, which YAML reads as true and false, are none."""
