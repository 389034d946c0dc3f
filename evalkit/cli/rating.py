"""``evalkit finding rate``, and ratings as the terminal shows them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from evalkit.cli.edge import Json, here, today
from evalkit.cli.screen import plain, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.types.rating import Assessment, Rated, Threat

_SCHEMES = "sms-wwg, sms-magenta, nesta, eif or eef-padlocks"


def rate(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0001-F01.", show_default=False)],
    scheme: Annotated[
        str, typer.Option(help=f"One of {_SCHEMES}; none: show them all.", show_default=False)
    ] = "",
    level: Annotated[
        int | None, typer.Option(help="The reviewer's level.", show_default=False)
    ] = None,
    start: Annotated[
        int | None,
        typer.Option(help="Padlocks: where the rule starts to count down.", show_default=False),
    ] = None,
    threat: Annotated[
        list[str] | None,
        typer.Option(
            help="Padlocks: SEVERITY:PULL:WHAT, e.g. 'moderate:unknown:Areas left'.",
            show_default=False,
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="In a sentence or two.", show_default=False)] = "",
    json: Json = False,
) -> None:
    """Show why schemes rate a finding so, or rate it yourself.

    A reviewer's rating needs a reason and goes into the ledger. The rule's own rating stays beside it.

    Example: evalkit finding rate EM-2026-0001-F01 --scheme sms-wwg --level 2 --reason "Two laws at once"
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow import ratings

    if not scheme:
        if level is not None or start is not None or threat or reason:
            raise typer.BadParameter(f"one of {_SCHEMES}", param_hint="--scheme")
        _show(id, json=json)
        return
    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        rated, new = ratings.give(
            session,
            id,
            _scheme(scheme),
            level=level,
            start=start,
            threats=tuple(_threat(text) for text in threat or ()),
            reason=reason,
            on=today(),
            by=workspace.acting_as,
        )
    if json:
        say_json({"finding": id, "new": new, **_plain(rated)})
        return
    say(rating_line(rated) if new else f"The same was said before. {rating_line(rated)}")
    say_next(f"evalkit finding rate {id}")


def _show(id: str, *, json: bool) -> None:
    from evalkit.registry.store import open_registry
    from evalkit.workflow import ratings

    with open_registry(here().url) as session:
        assessment = ratings.assess_one(session, id)
    if json:
        say_json({"finding": id, "ratings": [_plain(one) for one in assessment.ratings]})
        return
    for n, rated in enumerate(assessment.ratings):
        if n:
            say()
        say(f"{rated.rule.name}: {rated.rule.label} ({rated.rule.version})", bold=True)
        for reason in rated.rule.reasons:
            say(plain(reason.seen), indent="  ")
            say(f"{plain(reason.rule.says)} [{plain(reason.rule.source)}]", indent="    ")
        if rated.given is not None:
            say(f"Reviewer: {_reviewer(rated)}", indent="  ")
    say_next(f'evalkit finding rate {id} --scheme sms-wwg --level N --reason "..."')


def say_ratings(assessment: "Assessment") -> None:
    """One line a scheme."""
    rows = [
        ("ratings" if n == 0 else "", rated.rule.name, _labels(rated))
        for n, rated in enumerate(assessment.ratings)
    ]
    say_table(("", "", ""), rows)


def rating_line(rated: "Rated") -> str:
    """The scheme, the rule's level, and what the reviewer says."""
    said = f"; reviewer: {_reviewer(rated)}" if rated.given else ""
    return f"{rated.rule.name}: {rated.rule.label} by rule{said}"


def _labels(rated: "Rated") -> str:
    return rated.rule.label + (f"; reviewer {rated.given_label}" if rated.given_label else "")


def _reviewer(rated: "Rated") -> str:
    given = rated.given
    assert given is not None
    said = rated.given_label or f"start at {given.start}"
    return f"{said} ({_who(rated)}): {plain(given.reason)}"


def _who(rated: "Rated") -> str:
    from evalkit.registry.chain import NOT_GIVEN

    return "post not given" if rated.by == NOT_GIVEN else rated.by


def _plain(rated: "Rated") -> dict[str, Any]:
    from pydantic import TypeAdapter

    from evalkit.types.rating import Rated

    made: dict[str, Any] = TypeAdapter(Rated).dump_python(rated, mode="json")
    return made | {"label": rated.rule.label}


def _scheme(text: str) -> Any:
    from evalkit.evidence.ratings.schemes import SCALES

    if text not in SCALES:
        raise typer.BadParameter(f"{text}; needed {_SCHEMES}", param_hint="--scheme")
    return text


def _threat(text: str) -> "Threat":
    from pydantic import TypeAdapter, ValidationError

    from evalkit.types.rating import Threat

    severity, _, rest = text.partition(":")
    pull, _, what = rest.partition(":")
    given = {"severity": severity.strip(), "pull": pull.strip(), "what": what.strip()}
    try:
        return TypeAdapter(Threat).validate_python(given)
    except ValidationError:
        needed = "low, moderate or high : unknown, towards or away : what it is"
        raise typer.BadParameter(f"{text}; needed {needed}", param_hint="--threat") from None
