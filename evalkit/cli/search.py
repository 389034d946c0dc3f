"""``evalkit intervention search`` and ``evalkit registry search``."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from evalkit.cli.edge import Json, here
from evalkit.cli.screen import count, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.registry.search import Hit

Words = Annotated[
    list[str] | None,
    typer.Argument(help="Words that have to occur.", show_default=False),
]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]


def search_interventions(
    words: Words = None,
    area: Annotated[str, typer.Option(help="Code or name; with the areas inside it.")] = "",
    kind: Annotated[str, typer.Option(help="E.g. mentoring.")] = "",
    status: Annotated[str, typer.Option(help="E.g. live.")] = "",
    five_c: Annotated[str, typer.Option(help="E.g. co-production.")] = "",
    organisation: Annotated[str, typer.Option(help="Its name.")] = "",
    limit: Limit = 20,
    json: Json = False,
) -> None:
    """Find interventions, the best first.

    Any form of a word is found: stabbings finds stabbed.

    Example: evalkit intervention search knife crime --area Derby --status live
    """
    from evalkit.registry.interventions import read_areas, read_interventions
    from evalkit.registry.search import search
    from evalkit.registry.store import open_registry
    from evalkit.types.five_cs import FiveCs
    from evalkit.types.intervention import Kind, Status
    from evalkit.workflow.places import find_area

    cs = tuple(FiveCs.__dataclass_fields__)
    given = {
        "kind-of-activity": _one_of("--kind", kind, get_args(Kind)),
        "status": _one_of("--status", status, get_args(Status)),
        "five_c": _one_of("--five-c", five_c.replace("-", "_"), cs),
    }
    with open_registry(here().url) as session:
        if area:
            given["area"] = find_area(read_areas(session), area).code
        if organisation:
            parts = [o.name for i in read_interventions(session) for o in i.organisations]
            alike = [name for name in parts if name.casefold() == organisation.casefold()]
            given["organisation"] = next(iter(alike), "\0")
        filters = {role: target for role, target in given.items() if target}
        found = search(
            session,
            " ".join(words or ()),
            filters=filters,
            kinds=("intervention",),
            limit=limit,
        )
    _say_hits(found, json=json)


def search_all(
    words: Words = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Only this kind of entry; can be given again.", show_default=False),
    ] = None,
    limit: Limit = 20,
    json: Json = False,
) -> None:
    """Find entries of every kind, the best first.

    Example: evalkit registry search robbery --kind finding
    """
    from evalkit.registry.kinds import KINDS
    from evalkit.registry.search import search
    from evalkit.registry.store import open_registry

    kinds = [_one_of("--kind", one, tuple(KINDS)) for one in kind or ()]
    with open_registry(here().url) as session:
        found = search(session, " ".join(words or ()), kinds=kinds, limit=limit)
    _say_hits(found, json=json, with_kind=True)


def _one_of(option: str, given: str, known: Sequence[str]) -> str:
    if given and given not in known:
        raise typer.BadParameter(f"{option} {given}; needed one of {', '.join(known)}")
    return given


def _say_hits(found: Sequence["Hit"], *, json: bool, with_kind: bool = False) -> None:
    if json:
        say_json({"found": [_plain(hit) for hit in found]})
        return
    if not found:
        say("Nothing found.")
        return
    say(count(len(found), "entry", "entries") + ", the best first")
    head = ("kind", "id", "title", "where")
    rows = [(hit.kind, hit.id, hit.title, _snippet(hit.snippet)) for hit in found]
    start = 0 if with_kind else 1
    say_table(head[start:], [row[start:] for row in rows])
    if found[0].kind == "intervention":
        say_next(f"evalkit intervention show {found[0].id}")


def _snippet(text: str) -> str:
    """Our own marks of what was left out, in ASCII; what people wrote stays."""
    start, end = text[:1] == "…", text[-1:] == "…" and len(text) > 1
    return f"{'...' * start}{text[start : len(text) - end]}{'...' * end}"


def _plain(hit: "Hit") -> Mapping[str, Any]:
    return {name: getattr(hit, name) for name in ("kind", "id", "title", "snippet", "rank")}
