"""A plan as it stands in the registry."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedProtocol:
    """A plan as it stands in the registry.

    Attributes
    ----------
    id, version, intervention : str
    text : str
        The whole file as it was locked: front matter and prose.
    sha256 : str
        Of the canonical JSON of the front matter.
    canonical : str
        That JSON.
    label : str
        ``retrospective`` where the outcome data had been analysed before; see ``protocol.document.label``.
    locked_on : date
    declared : bool
        True where the day was declared in the text rather than taken from the registry's clock.
    """

    id: str
    version: str
    intervention: str
    text: str
    sha256: str
    canonical: str
    label: str
    locked_on: datetime.date
    declared: bool
