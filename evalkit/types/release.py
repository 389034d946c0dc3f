"""A reviewer's decision that something small may be published after all."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MinLen
from pydantic import ConfigDict

from evalkit.types.texts import Line, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release; it holds for exactly what was refused, and for nothing that changed since.

    Attributes
    ----------
    id : str
        Of what was refused: eight digits that change with the cells, their places and what is given away.
    rule, profile : str
        What was refused, and the rule's name and version.
    cells, where : tuple of str
        What is given away, and the files that give it away.
    reason : str
        Why it may go out, in a sentence or two.
    by : str
        The post that decided.
    released : date or None
        The day of the decision.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/release/1"]
    id: Line
    rule: Line
    profile: str
    cells: Annotated[tuple[str, ...], MinLen(1)]
    where: Annotated[tuple[str, ...], MinLen(1)]
    reason: Text
    by: Line
    released: datetime.date | None = None
