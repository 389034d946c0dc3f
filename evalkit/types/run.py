"""How a run was made: everything that is needed to make its numbers again, or to see why they differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DataUsed:
    """One file that a run really read.

    Attributes
    ----------
    file : str
        Its name, never a path.
    sha256 : str
        Of its bytes.
    snapshot : str
        The snapshot in the ledger with these bytes, e.g. ``"S-0031"``; empty where there is none.
    recipe : str
        The data recipe of an alternative that named it; empty for the plan's own data.
    """

    file: str
    sha256: str
    snapshot: str = ""
    recipe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """How one run was made; the ledger seals it together with what the run found.

    Attributes
    ----------
    protocol, version : str
        The locked plan, e.g. ``"v1.2"``.
    plan_sha256 : str
        Of the plan that was run: the locked one, or in an exploratory run the file as it stood.
    label : str
        When the plan was made in relation to the data; ``exploratory`` where no locked plan was run.
    exploratory : bool
    data : tuple of DataUsed
        The plan's own first, then those of alternatives that name other data.
    packages : tuple of (str, str)
        Name and version of what makes the number, Python included.
    seed : int or None
        None where the method draws nothing.
    parameters : mapping of str to str
        Everything that was passed to the method, by the plan's dotted field, as JSON.
    recipe : str
        The data recipe as it was read, as canonical JSON.
    other_recipes : tuple of (str, str)
        The same of each data recipe that an alternative names, by its name.
    number : int
        1, 2, … over all runs of the registry; the registry gives it.
    """

    protocol: str
    version: str
    plan_sha256: str
    label: str
    exploratory: bool
    data: tuple[DataUsed, ...]
    packages: tuple[tuple[str, str], ...]
    seed: int | None
    parameters: Mapping[str, str]
    recipe: str = ""
    other_recipes: tuple[tuple[str, str], ...] = ()
    number: int = 0
    form: Literal["evalkit/run/1"] = "evalkit/run/1"
