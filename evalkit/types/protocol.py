"""A plan as it stands in the registry."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DataState:
    """What had happened to a plan's outcome data at one place in the ledger.

    The order of the ledger decides, not the clock: an entry is earlier because it has a lower number.

    Attributes
    ----------
    existed : bool
        Whether the outcome after the start could have been measured. Where nothing shows that it could
        not, it could.
    accessed : str
        The first entry that shows that somebody had the data, e.g. ``"snapshot/S-0031/v1.0"``; empty where
        there is none.
    analysed : str
        The first run on the data, e.g. ``"run/EM-2026-0007-P1/v1.0/1"``; empty where there is none.
    """

    existed: bool = True
    accessed: str = ""
    analysed: str = ""


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
        When the plan was made in relation to the data; derived, see ``protocol.label``.
    locked_on : date
    declared : bool
        True where the day was declared in the text rather than taken from the registry's clock.
    state : DataState
        What the ledger showed of the data when this version was locked.
    recipe : str
        The data recipe as it was then, as canonical JSON; empty where there was none yet.
    other_recipes : tuple of (str, str)
        The same of each data recipe that an alternative names, by its name; without those that were not
        there yet.
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
    state: DataState = DataState()
    recipe: str = ""
    other_recipes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A later version of a locked plan, as pages show it.

    Attributes
    ----------
    version, before : str
        The version, and the one that it changed.
    on : date
    declared : bool
        Whether the day was declared in the text.
    label : str
        Of this version.
    reason : str
    state : DataState
        What the ledger showed of the data by then.
    changes : tuple of (str, str, str)
        Field, value before and value now; empty where only prose or layout differ.
    """

    version: str
    before: str
    on: datetime.date
    declared: bool
    label: str
    reason: str
    state: DataState
    changes: tuple[tuple[str, str, str], ...]
