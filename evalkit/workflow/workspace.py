"""A workspace: the folder that holds a partnership's own evidence."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from annotated_types import MinLen
from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError

from evalkit.errors import FormError, Problem
from evalkit.registry.chain import NOT_GIVEN
from evalkit.types.patterns import NOT_BLANK
from evalkit.workflow.personal_data import flags

SETTINGS = "evalkit.toml"
_ADDRESS = r"^(https://[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?)?$"
_FORBID = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workspace:
    __pydantic_config__ = _FORBID

    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}$")]
    region: Annotated[str, MinLen(1)]
    publisher: Annotated[str, MinLen(1)]
    acting_as: Annotated[
        str, StringConstraints(min_length=1, max_length=240, pattern=NOT_BLANK)
    ] = NOT_GIVEN
    address: Annotated[str, StringConstraints(pattern=_ADDRESS)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Registry:
    __pydantic_config__ = _FORBID

    url: Annotated[str, StringConstraints(pattern=r"^sqlite:///.+$")] = "sqlite:///registry.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    __pydantic_config__ = _FORBID

    workspace: _Workspace
    registry: _Registry = _Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace's folders and settings.

    Attributes
    ----------
    root : Path
    prefix : str
        Two to six capitals that begin every id, e.g. ``EM``.
    region, publisher : str
        Shown on the hub.
    registry_file : str
        Path of the registry below ``root``.
    acting_as : str
        The post that registers, amends and locks, for the ledger; never a person's name.
    address : str
        Where everybody reaches the hub; empty where it is not given.
    """

    root: Path
    prefix: str
    region: str
    publisher: str
    registry_file: str
    acting_as: str = NOT_GIVEN
    address: str = ""

    @property
    def url(self) -> str:
        """Address of the registry."""
        return self.url_of(self.registry_file)

    def url_of(self, file: str) -> str:
        """Address of a registry file below the root."""
        return f"sqlite:///{self.root / file}"

    @property
    def case_studies(self) -> Path:
        """Folder of interventions and data recipes."""
        return self.root / "case_studies"

    @property
    def protocols(self) -> Path:
        """Folder of protocols."""
        return self.root / "protocols"

    @property
    def reports(self) -> Path:
        """Folder of the built hub."""
        return self.root / "reports"


def find_workspace(start: Path) -> Workspace:
    """The workspace that ``start`` lies in: the nearest folder with an ``evalkit.toml``.

    Raises
    ------
    FormError
        There is none, or its settings are wrong.
    """
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return _read(folder)
    raise FormError(
        Problem(
            file=SETTINGS,
            found="not in this folder or above it",
            needed="a workspace",
            do="Make one with: evalkit init DIR",
        )
    )


def refuse_setting(name: str, value: str) -> None:
    """Raise FormError where a value cannot stand for prefix, region, publisher or acting_as."""
    given = {"prefix": "EM", "region": "-", "publisher": "-"} | {name: value.strip() and value}
    try:
        TypeAdapter(_Workspace).validate_python(given)
    except ValidationError as error:
        raise FormError(
            Problem(found=value.strip() or "nothing", needed=_IN_WORDS[name])
        ) from error
    _refuse_person("", given.get("acting_as", NOT_GIVEN))


def _read(root: Path) -> Workspace:
    try:
        text = (root / SETTINGS).read_text(encoding="utf-8")
        settings = TypeAdapter(_Settings).validate_python(tomllib.loads(text))
    except UnicodeDecodeError as error:
        raise FormError(Problem(file=SETTINGS, found="not UTF-8 text", needed="UTF-8")) from error
    except tomllib.TOMLDecodeError as error:
        raise FormError(Problem(file=SETTINGS, found=str(error), needed="valid TOML")) from error
    except ValidationError as error:
        raise FormError(*(_problem(text, detail) for detail in error.errors())) from error
    _refuse_person(text, settings.workspace.acting_as)
    return Workspace(
        root=root,
        prefix=settings.workspace.prefix,
        region=settings.workspace.region,
        publisher=settings.workspace.publisher,
        registry_file=settings.registry.url.removeprefix("sqlite:///"),
        acting_as=settings.workspace.acting_as,
        address=settings.workspace.address,
    )


def _refuse_person(text: str, acting_as: str) -> None:
    """Refuse what looks like somebody's name or address: the ledger keeps it for ever."""
    for flag in flags({"contact": acting_as}):
        raise FormError(
            Problem(
                file=SETTINGS,
                line=_line(text, "acting_as"),
                field="workspace.acting_as",
                found=f"what looks like {flag.kind} ({flag.excerpt})",
                needed=_NEEDED["acting_as"],
            )
        )


def _line(text: str, name: str) -> int | None:
    lines = (n for n, s in enumerate(text.splitlines(), 1) if s.strip().startswith(name))
    return next(lines, None)


_IN_WORDS = {
    "prefix": "two to six capitals, such as EM",
    "region": "a name",
    "publisher": "a name",
    "acting_as": "a post, such as Evaluation lead, Derby City Council",
}
_NEEDED = {
    "prefix": "two to six capitals, such as EM",
    "region": "a name in quotes",
    "publisher": "a name in quotes",
    "acting_as": 'a post in quotes, such as "Evaluation lead, Derby City Council"',
    "address": 'where the hub stands, in quotes, such as "https://hub.example.org"',
    "url": 'a SQLite file, such as "sqlite:///registry.db"',
    "workspace": "a table with prefix, region and publisher",
    "registry": "a table with url",
}


def _problem(text: str, detail: Any) -> Problem:
    location = [str(part) for part in detail["loc"]]
    line = _line(text, location[-1])
    found, needed = str(detail["input"]), _NEEDED.get(location[-1], "another value")
    if detail["type"] == "unexpected_keyword_argument":
        found, needed = "not a setting", "prefix, region, publisher, acting_as, address or url"
    elif detail["type"] in ("missing", "missing_argument", "missing_keyword_only_argument"):
        found, line = "not given", None
    return Problem(
        file=SETTINGS,
        line=line,
        field=".".join(location),
        found=found,
        needed=needed,
    )
