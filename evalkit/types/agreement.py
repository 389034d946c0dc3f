"""What allows data to be used."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MinLen
from pydantic import ConfigDict

from evalkit.types.dates import PartialDate
from evalkit.types.ids import Slug
from evalkit.types.texts import Line, Note, ShortNote

AgreementKind = Literal["data-sharing", "data-protection-impact-assessment", "ethics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A data-sharing agreement, a data protection impact assessment or an ethics approval.

    Attributes
    ----------
    id, title : str
    kind : str
        data-sharing, data-protection-impact-assessment or ethics.
    parties : tuple of str
        Names of the organisations that agreed.
    valid_from : str
        YYYY, YYYY-MM or YYYY-MM-DD.
    valid_to : str or None
        The last day on which it holds; None where no end was agreed.
    reference : str
        The owner's own reference number or the place where the signed text is kept.
    note : str
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/agreement/1"]
    id: Slug
    kind: AgreementKind
    title: Line
    parties: Annotated[tuple[Line, ...], MinLen(1)]
    valid_from: PartialDate
    valid_to: PartialDate | None = None
    reference: ShortNote = ""
    note: Note = ""
