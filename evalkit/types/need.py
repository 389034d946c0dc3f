"""What a strategic needs assessment says is needed."""

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

from evalkit.types.ids import AreaCode, NeedId
from evalkit.types.texts import Note, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One need from a strategic needs assessment.

    Attributes
    ----------
    id : str
        The assessment and the need's number, e.g. ``derby-2024/N3``.
    area : str
        Code of the area that was assessed.
    text : str
        What is needed, by whom.
    priority : "high", "medium", "low" or "not set"
        As the assessment sets it.
    source : str
        The document, with page or section.
    evidence : str
        What the assessment rests it on.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/need/1"]
    id: NeedId
    area: AreaCode
    text: Text
    source: Text
    priority: Literal["high", "medium", "low", "not set"] = "not set"
    evidence: Note = ""
