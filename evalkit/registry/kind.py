"""How one kind of entry is registered, amended, searched and sealed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from evalkit.errors import Problem
from evalkit.registry.chain import Action

AREA = "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One thing that a record refers to.

    Attributes
    ----------
    role : str
        What it is to the record, and the name of the filter that finds it: ``"area"``, ``"status"`` …
    target : str
        Its code, id or name.
    field : str
        Dotted path of the field that names it, for messages.
    must_be : str
        ``"area"`` or the name of a kind where the target has to be registered; empty where it is free.
    """

    role: str
    target: str
    field: str = ""
    must_be: str = ""


def _none(_record: Any) -> str:
    return ""


def _nothing(_record: Any) -> Iterable[Any]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of entry is registered, amended, searched and sealed.

    Attributes
    ----------
    name : str
        Stands in ids of the ledger and in filters, e.g. ``"intervention"``.
    record : type
        A frozen dataclass with ``id``; the fields below are named as in it.
    title : callable
        From a record, what lists call it.
    major : frozenset of str
        The field rule: a change to any of these raises v1.2 to v2.0, every other one to v1.3.
    fixed : frozenset of str
        Fields that no amendment may change, beside ``id``.
    status : callable
        From a record, its status; empty for none.
    references : callable
        From a record, every ``Reference`` but the status, which is added.
    problems : callable
        From a record, what is wrong with it that no single field can show.
    unsearched : frozenset of str
        Fields whose text nobody would look for.
    numbered : bool
        True where the registry gives ``<prefix>-<year>-<n>`` to a record without an id.
    day : str
        Field with the day of registering where the record declares it; empty for none.
    version : str
        Field with the record's own version, ``"v1.2"``; empty where the field rule gives it. The day
        then counts for each version.
    action : str
        What the ledger calls a first version.
    called, done, command, change : str
        Words for messages: what a record is called, what was done with it, how to do it, and what to do
        with a text that differs from what was registered.
    """

    name: str
    record: type[Any]
    title: Callable[[Any], str]
    major: frozenset[str]
    fixed: frozenset[str] = frozenset()
    status: Callable[[Any], str] = _none
    references: Callable[[Any], Iterable[Reference]] = _nothing
    problems: Callable[[Any], Iterable[Problem]] = _nothing
    unsearched: frozenset[str] = frozenset({"form"})
    numbered: bool = False
    day: str = ""
    version: str = ""
    action: Action = "register"
    called: str = "text"
    done: str = "registered"
    command: str = ""
    change: str = "Put it back, or amend the entry and say why."
