"""``evalkit protocol late``: why the result of a plan is overdue."""

from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import Json, here, today
from evalkit.cli.screen import plain, say, say_json, say_next

if TYPE_CHECKING:
    from evalkit.types.late_result import LateResult


def late(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0001-P1.", show_default=False)],
    reason: Annotated[
        str,
        typer.Option(
            help="sign-off, procurement, data, resource, quality, policy or other.",
            show_default=False,
        ),
    ] = "",
    note: Annotated[
        str,
        typer.Option(help="More, in a sentence; needed for quality and other.", show_default=False),
    ] = "",
    expected: Annotated[str, typer.Option(help="When now, e.g. 2027-03.", show_default=False)] = "",
    json: Json = False,
) -> None:
    """Say why a result is overdue, and when it is expected.

    The plan stays as it is. The hub shows the reason, the date and your post; saying something else later
    is a new version.

    Example: evalkit protocol late EM-2026-0001-P1 --reason resource --expected 2027-03
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.state_late import state_late

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        stated, new = state_late(
            session,
            id,
            reason=reason,
            note=note,
            expected=expected,
            on=today(),
            by=workspace.acting_as,
        )
    if json:
        say_json({**plain_late(stated), "new": new})
        return
    say(f"{id}: {late_words(stated)}" if new else "The same was said before.")
    say_next("evalkit hub build")


def late_words(stated: "LateResult") -> str:
    """The reason and the date in words of the screen."""
    from evalkit.types.late_result import reason_given
    from evalkit.workflow.typed_dates import in_words

    return plain(f"{reason_given(stated)}. New date: {in_words(stated.expected)}.")


def plain_late(stated: "LateResult") -> dict[str, object]:
    """A statement as JSON has it."""
    return {
        "id": stated.id,
        "reason": stated.reason,
        "note": stated.note,
        "expected": stated.expected,
        "by": stated.by,
        "stated": stated.stated.isoformat(),
    }
