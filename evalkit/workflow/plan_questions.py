"""The questions of ``evalkit protocol new``: what an evaluation lead knows before any result."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from evalkit.data import periods as calendar
from evalkit.types.intervention import Intervention
from evalkit.types.measure import Measure
from evalkit.workflow import plan_answers as answers
from evalkit.workflow.answers import Areas, Reader, choice
from evalkit.workflow.drafts import Draft
from evalkit.workflow.plan_source import Source
from evalkit.workflow.plan_suggestions import (
    areas_of,
    began,
    first_whole_month,
    outcomes,
    suggested_window,
)
from evalkit.workflow.question import Question, field_at

PARTS = ("What was done, and where it should show", "Where and when", "What is known so far")
SHAPES = ("sudden", "gradual")
_SEEN = "\n".join(
    f"{n} {name:12}  {what}" for n, (name, what) in enumerate(answers.KNOWLEDGE.items(), 1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is registered, for questions to suggest answers from.

    Attributes
    ----------
    intervention : Intervention
    measures : mapping
        By name and version.
    areas : mapping
    busy : mapping
        By code of an area: another registered intervention that ran there, and from when.
    offered : tuple of str
        Data that are there.
    opened : callable
        From what the data are called to what is known of them.
    """

    intervention: Intervention
    measures: Mapping[str, Measure]
    areas: Areas
    busy: Mapping[str, str]
    offered: tuple[str, ...]
    opened: Callable[[str], Source]

    def source(self, draft: Draft) -> Source:
        """The data that were named."""
        return self.opened(str(draft["data"]))

    def measure(self, draft: Draft) -> Measure:
        """The measure that was chosen."""
        return self.measures[str(draft["measure"])]

    def starts(self, draft: Draft) -> dict[str, str]:
        """First period with it, by area; one series without a name for its area has ``""``."""
        source = self.source(draft)
        if source.starts:
            return dict(source.starts)
        said, names = draft["since"], draft.get("treated") or [""]
        return dict(said) if isinstance(said, dict) else dict.fromkeys(map(str, names), str(said))

    def first_start(self, draft: Draft) -> str:
        """The earliest of them."""
        return min(self.starts(draft).values(), key=calendar.ordinal)


def plan_questions(known: Known, draft: Draft) -> tuple[Question, ...]:
    """Every question that belongs to these answers, in order."""
    return (*_what(known, draft), *_where(known, draft), *_so_far())


def _question(
    key: str,
    part: int,
    ask: str,
    help: str,
    read: Reader,
    suggested: str = "",
    *,
    needed: bool = True,
) -> Question:
    return Question(
        key=key, part=part, ask=ask, help=help, read=read, there=field_at(key), needed=needed,
        suggested=suggested,
    )  # fmt: skip


def _what(known: Known, draft: Draft) -> Iterator[Question]:
    names = list(known.measures)
    listed = "\n".join(
        f"{n:2} {name}: {m.title}. Misses: {m.misses}"
        for n, (name, m) in enumerate(known.measures.items(), 1)
    )
    if len(names) > 1:
        listed = f"{listed}\nThe one that the theory of change says will move."
    ask = f"Outcome ({', '.join(names)})" if len(names) < 3 else "Outcome (? lists them)"
    only = names[0] if len(names) == 1 else ""
    yield _question("measure", 1, ask, listed, choice("measure", names), only)
    elements = outcomes(known.intervention)
    if len(elements) > 1:
        meant = "\n".join(f"{n:2} {k}: {words}" for n, (k, words) in enumerate(elements.items(), 1))
        ask = "What in the theory of change does it measure? (? lists)"
        yield _question(
            "element", 1, ask, meant, choice("element", list(elements)), next(iter(elements))
        )
    if "measure" not in draft:
        return
    title = known.measure(draft).title
    ask = f"Finish the headline: {title} fell after ..."
    help = "What was done, and that it began. Every finding is told so, whichever way it goes."
    read = answers.after_what(lambda d: known.measure(d).title)
    yield _question("what", 1, ask, help, read, began(known.intervention.name, read, draft))
    listed = (
        "\n".join(f"{n:2} {name}" for n, name in enumerate(known.offered, 1))
        or "Nothing is there yet."
    )
    help = (
        f"{listed}\nA table that evalkit wrote, a folder of case_studies/ with a data.yaml, or none.\n"
        "Nothing after the start is looked at."
    )
    only = known.offered[0] if len(known.offered) == 1 else "" if known.offered else "none"
    read = answers.figures(known.opened, known.offered)
    yield _question(
        "data", 1, "Figures: a table, a folder, or none yet (? lists)", help, read, only
    )


def _where(known: Known, draft: Draft) -> Iterator[Question]:
    if "data" not in draft:
        return
    source = known.source(draft)
    if not source.starts:
        yield from _who(known, draft, source)
    if not source.starts and "since" not in draft:
        return
    span = suggested_window(source, known.first_start(draft))
    help = (
        "First and last month of the analysis. Before the start: two years or more show the season and how "
        "areas differ. Leave out what changed for everybody, such as 2020."
    )
    read = answers.window(known.source, known.first_start)
    yield _question("window", 2, "Months to use", help, read, span)


def _who(known: Known, draft: Draft, source: Source) -> Iterator[Question]:
    listed = ", ".join(source.codes) or "The areas that are registered."
    if source.kind != "recipe":
        here = ", ".join(areas_of(known.intervention, source, known.areas))
        yield _question(
            "treated", 2, "Where it was done", listed, answers.treated(known.source), here
        )
        if "treated" not in draft:
            return
    help = (
        "The first whole month with it. Where areas began at different times, say each: Derby 2023-04, "
        "Leicester 2023-10."
    )
    suggested, why = first_whole_month(known.intervention.start)
    if source.first and calendar.per_year(source.first) == 1:
        suggested, why = suggested[: len("YYYY")], ""
    first: tuple[str, ...] = (why,) if why else ()
    yield Question(
        key="since", part=2, ask="Since", help=help, read=answers.since(known.source),
        there=field_at("since"), needed=True, first=first, suggested=suggested,
    )  # fmt: skip
    if source.kind == "recipe" or "since" not in draft:
        return
    ask = "Places like these without it (all, none, or names)"
    if source.kind == "none":
        ask = "How many places like these without it"
    help = f"Their change is what would have happened anyway. {listed}"
    suggested = "all" if len(source.codes) > len(draft.get("treated", [])) else ""
    yield _question("comparison", 2, ask, help, answers.others(known.source), suggested)
    compared = draft.get("comparison")
    if isinstance(compared, list) and compared:
        ask = "Leave out neighbours, or places with something like it"
        help = "What was done may spill over to neighbours: then they would hide its effect. None: empty."
        busy = {
            n: known.busy[source.codes[n]] for n in compared if source.codes.get(n) in known.busy
        }
        first = tuple(f"{name}: {what}" for name, what in busy.items())
        yield Question(
            key="leave_out", part=2, ask=ask, help=help, read=answers.left_out(known.source),
            there=field_at("leave_out"), first=first, suggested=", ".join(busy) or "none",
        )  # fmt: skip


def _so_far() -> Iterator[Question]:
    help = "Sudden: all of it from the first month. Gradual: it builds up over months."
    yield _question("shape", 3, "Sudden or gradual?", help, choice("shape", SHAPES), "sudden")
    ask = "Who has seen the figures? 1 not yet made .. 5 analysed"
    yield _question("seen", 3, ask, _SEEN, answers.knowledge, needed=False)
    help = (
        "The least that would make somebody decide differently. The wording of the result depends on "
        "it, so it cannot be chosen afterwards."
    )
    ask = "Smallest change that would matter, such as 10%"
    yield _question("minimum", 3, ask, help, answers.smallest_change, needed=False)
