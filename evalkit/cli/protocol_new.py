"""``evalkit protocol new``."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evalkit.cli.edge import Json, here
from evalkit.cli.edit import field_of
from evalkit.cli.screen import plain, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.proposal import Proposal
    from evalkit.workflow.drafts import Draft
    from evalkit.workflow.plan_designs import Weighed
    from evalkit.workflow.plan_questions import Known
    from evalkit.workflow.plan_write import Ready, Written
    from evalkit.workflow.workspace import Workspace


def _flag(words: str) -> Any:
    return typer.Option(help=words, show_default=False)


def new(
    id: Annotated[
        str, typer.Argument(help="An intervention, e.g. EM-2026-0007.", show_default=False)
    ],
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the answers that were kept.")
    ] = False,
    measure: Annotated[
        str | None, _flag("A registered measure, e.g. recorded-robbery@1.0.")
    ] = None,
    element: Annotated[str | None, _flag("What it measures in the theory of change.")] = None,
    what: Annotated[str | None, _flag("Finishes the headline: evening patrols began.")] = None,
    data: Annotated[str | None, _flag("A table, a folder of case_studies/, or none.")] = None,
    treated: Annotated[str | None, _flag("Areas with it, with commas.")] = None,
    since: Annotated[str | None, _flag("First month, or one for each area.")] = None,
    comparison: Annotated[str | None, _flag("all, none, or areas with commas.")] = None,
    leave_out: Annotated[str | None, _flag("Areas of the comparison that take no part.")] = None,
    window: Annotated[str | None, _flag("E.g. 2021-04 to 2025-03.")] = None,
    shape: Annotated[str | None, _flag("sudden or gradual.")] = None,
    seen: Annotated[str | None, _flag("Who has seen the figures: 1 to 5.")] = None,
    minimum: Annotated[str | None, _flag("Smallest change that would matter, e.g. 10%.")] = None,
    design: Annotated[
        str | None, _flag("did, its or controlled_its instead of the proposal.")
    ] = None,
    fields: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any field of the plan, FIELD=VALUE.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Propose a design, and write a draft of a plan.

    On a terminal it asks for what you know; in a script the options answer. No figure from
    the start on is looked at.

    Example: evalkit protocol new EM-2026-0007 --measure recorded-robbery@1.0 --data robbery.csv
    """
    typed = {
        "measure": measure, "element": element, "what": what, "data": data, "treated": treated,
        "since": since, "comparison": comparison, "leave_out": leave_out, "window": window,
        "shape": shape, "seen": seen, "minimum": minimum,
    }  # fmt: skip
    given = {key: value for key, value in typed.items() if value is not None}
    asked = not given and not json
    if asked and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise typer.BadParameter(
            "needed --measure, --data and the other options; questions are asked on a terminal only"
        )
    if resume and given:
        raise typer.BadParameter("needed --resume, or options with the answers; not both")
    workspace = here()
    ready, answers = _ready(workspace, id, given, design, resume=resume, json=json)
    if ready is None:
        return
    from evalkit.registry.store import open_registry
    from evalkit.workflow.plan_write import write_plan

    with open_registry(workspace.url) as session:
        written = write_plan(session, workspace, ready, [field_of(f) for f in fields or ()])
    if answers is not None:
        answers.unlink()
    _say_written(ready, written, workspace.root, json=json)


def _ready(
    workspace: "Workspace",
    id: str,
    given: Mapping[str, str],
    design: str | None,
    *,
    resume: bool,
    json: bool,
) -> "tuple[Ready | None, Path | None]":
    """Everything that a draft is written from, and the file with the answers; None where somebody stopped."""
    from evalkit.registry.store import open_registry
    from evalkit.workflow import plan_new
    from evalkit.workflow.plan_designs import weigh
    from evalkit.workflow.plan_given import answers_given
    from evalkit.workflow.plan_write import Ready

    with open_registry(workspace.url) as session:
        known = plan_new.known_of(session, workspace, id, cwd=Path.cwd())
        plan_id = plan_new.next_id(session, workspace, id)
    talk = None
    if given or json:
        draft = answers_given(known, given)
    else:
        from evalkit.cli.plan_interview import choose, plan_interview

        kept = plan_new.unfinished(workspace, id) if resume else None
        plan_id = kept.name.partition(".")[0] if kept else plan_id
        talk = plan_interview(workspace, known, plan_id, kept)
        if talk is None:
            return None, None
        draft = talk.draft
    proposal, weighed = weigh(workspace, known, draft)
    if not json:
        _say_designs(known, draft, proposal, weighed)
    if talk is None:
        chosen = plan_new.chosen_of(weighed, design)
    elif (answered := choose(talk, weighed, _explained(weighed), id)) is None:
        return None, None
    else:
        chosen = answered
    ready = Ready(
        id=plan_id, known=known, draft=draft, proposal=proposal, weighed=weighed, chosen=chosen
    )
    return ready, talk.file if talk else None


def _say_designs(
    known: "Known", draft: "Draft", proposal: "Proposal", weighed: "Sequence[Weighed]"
) -> None:
    """Designs with what each would show and the verdict, the reasons, and what would make it stronger."""
    from evalkit.findings.power_words import power_sentences
    from evalkit.proposal.rule import verdict_words
    from evalkit.workflow.plan_new import labels, words_of

    words = words_of(known, draft)
    say()
    if known.source(draft).simulated:
        say("SIMULATED DATA: not evidence")
    falls = [one.power.better for one in weighed if one.power is not None]
    rise = falls[:1] == ["higher"]
    rows = [
        (label, _size(one), verdict_words(one.design))
        for label, one in zip(labels(known, draft, weighed), weighed, strict=True)
    ]
    say_table(("design", f"shows a {'rise' if rise else 'fall'} of", "verdict"), rows)
    best = weighed[0]
    if proposal.proposed is None:
        say("No design here can answer the question.")
    else:
        say(" ".join(best.design.reasons))
        if best.power is not None:
            *lines, test = power_sentences(best.power, words)[1:]
            same = best.power.inference == best.design.test
            for line in (*lines, best.power.caveat if same else f"Power: {test}"):
                if line:
                    say(plain(line))
        say(f"It cannot tell: {_together(best.design.limits)}")
    if proposal.stronger:
        say(f"Stronger with: {' '.join(proposal.stronger)}")


def _size(one: "Weighed") -> str:
    """The smallest change that would show."""
    from evalkit.findings.power_words import per_cent, short_size

    if one.power is None:
        return "" if one.why_not == "blocked" else one.why_not
    if one.power.smallest is None:
        return "none"
    size = one.power.smallest.per_cent
    said = per_cent(size) if size is not None else short_size(one.power.smallest, one.power)
    return f"{said} or more"


def _together(limits: Sequence[str]) -> str:
    """Limits as one sentence."""
    small = [limit[:1].lower() + limit[1:].rstrip(".") for limit in limits]
    return f"{'; '.join(small)}."


def _explained(weighed: "Sequence[Weighed]") -> list[str]:
    """Each design's reasons and limits, for who asks."""
    return [
        f"{one.design.design}: {' '.join(one.design.reasons)} It cannot tell: {_together(one.design.limits)}"
        for one in weighed
        if one.design.verdict != "blocked"
    ]


def _say_written(ready: "Ready", written: "Written", root: Path, *, json: bool) -> None:
    from evalkit.workflow.plan_designs import COUNTED_LATER
    from evalkit.workflow.unwritten import unwritten

    open_ = unwritten(written.plan.read_text(encoding="utf-8"))
    files = [path.relative_to(root).as_posix() for path in (written.plan, written.recipe) if path]
    if json:
        design = ready.chosen.design
        say_json(
            {
                "form": "evalkit/draft/1",
                "id": ready.id,
                "design": design.design,
                "estimator": design.estimator,
                "verdict": design.verdict,
                "files": files,
                "to_write": [{"line": line, "what": what} for line, what in open_],
            }
        )
        return
    say(f"Draft {' and '.join(files)}")
    if open_:
        say("Still to write in the plan, by line:")
        say_table(("", ""), [(f"{line:4}", what) for line, what in open_])
    known = ready.chosen.power is not None or ready.chosen.why_not == COUNTED_LATER
    more = [f"evalkit protocol power {ready.id}"] if known else []
    say_next(f"evalkit protocol check {ready.id}", *more)
