"""``evalkit finding review``, ``publish`` and ``withdraw``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from evalkit.cli.edge import Json, here, today
from evalkit.cli.screen import plain, say, say_json, say_next

if TYPE_CHECKING:
    from evalkit.workflow.review import Stand

Id = Annotated[str, typer.Argument(help="E.g. EM-2026-0001-F01.", show_default=False)]
Reason = Annotated[str, typer.Option(help="In a sentence or two.", show_default=False)]


def review(id: Id, reason: Reason = "", json: Json = False) -> None:
    """Note that you have reviewed a finding.

    Only another post than its author's can (acting_as in evalkit.toml). It holds for the finding as it is.

    Example: evalkit finding review EM-2026-0001-F01 --reason "Read against the plan and the notebook"
    """
    _step("review", id, reason, json, then=f'evalkit finding publish {id} --reason "..."')


def publish(id: Id, reason: Reason = "", json: Json = False) -> None:
    """Publish a finding that was reviewed.

    Refused while a deviation has no reason, without a caveat, or where a small number would be given away. A
    finding that changed after it was published becomes a correction.

    Example: evalkit finding publish EM-2026-0001-F01 --reason "Agreed by the board"
    """
    _step("publish", id, reason, json, then="evalkit hub build")


def withdraw(id: Id, reason: Reason = "", json: Json = False) -> None:
    """Withdraw a finding that was published.

    Its page stays and says why not to use it.

    Example: evalkit finding withdraw EM-2026-0001-F01 --reason "The data were counted twice"
    """
    _step("withdraw", id, reason, json, then="evalkit hub build")


def _step(verb: str, id: str, reason: str, json: bool, *, then: str) -> None:
    from evalkit.registry.store import open_registry
    from evalkit.workflow import review as verbs
    from evalkit.workflow.publish_finding import publish_finding

    workspace = here()
    on, by = today(), workspace.acting_as
    with open_registry(workspace.url, write=True) as session:
        stand: Stand
        if verb == "publish":
            stand = publish_finding(session, workspace, id, reason=reason, on=on, by=by)
        else:
            take = verbs.review if verb == "review" else verbs.withdraw_finding
            stand = take(session, id, reason=reason, on=on, by=by)
    if json:
        say_json(plain_stand(stand))
        return
    say(f"{id}: {stand.state}.")
    say_next(then)


def plain_stand(stand: "Stand") -> dict[str, Any]:
    """A finding's standing as plain values."""
    return {
        "finding": stand.finding.id,
        "state": stand.state,
        "author": stand.author,
        "note": stand.note or None,
        "reason": stand.last.reason if stand.last else None,
    }


def say_stand(stand: "Stand") -> None:
    """Say how far a finding has come."""
    words = {"draft": "draft, not reviewed yet"}.get(stand.state, stand.state)
    if stand.finding.protocol is None and stand.last is None:
        words = "published by others"
    say(f"State: {words}{f' ({plain(stand.note)})' if stand.note else ''}.")
