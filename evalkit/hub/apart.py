"""Why findings are not averaged, for readers who did not ask the question."""

import re
from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup, escape

from evalkit.evidence.comparable import Apart, apart
from evalkit.hub.words import counted, in_figures, in_words, sentence
from evalkit.types.synthesis_question import SynthesisInput

_ID = re.compile(r"\b[A-Z]{2,}-\d{4}-\d{4}(?:-[FP]\d+)?\b")


def reasons(inputs: Sequence[SynthesisInput]) -> tuple[str, ...]:
    """One sentence or two for each kind of reason, in the order in which they were found."""
    found = groupby(apart(inputs), key=lambda one: one.obstacle)
    return tuple(_told(list(some), len(inputs)) for _, some in found)


def whole_ids(text: str) -> Markup:
    """The text, escaped, with ids that no line breaks."""
    return Markup(_ID.sub(lambda id: f"<code>{id.group()}</code>", str(escape(text))))


def _told(some: Sequence[Apart], asked: int) -> str:
    first = some[0]
    many = _of(len(first.findings), asked)
    match first.obstacle:
        case "none":
            return "No finding answers this question yet."
        case "few":
            studies = counted(len(first.names), "study", "studies")
            return f"They come from {studies}. From fewer than three nobody can say how much places differ."
        case "outcomes":
            return (
                f"They are about {counted(len(first.names), 'outcome')}. Only what happened to the same "
                "outcome can be averaged."
            )
        case "rate and count":
            rate, count = first.names
            return (
                f"Some are rates ({rate}) and some are counts ({count}). A count grows with the number of "
                "people who live there, so the two do not add up."
            )
        case "units":
            return f"They are told in {counted(len(first.names), 'unit')}: {in_words(first.names)}."
        case "years":
            outcomes = in_words([_inside(one.names[0]) for one in some])
            return (
                f"For {outcomes}, one study reports several years. The years share data, so they are not "
                "separate pieces of evidence."
            )
        case "no size":
            return (
                f"{many} no size. A result was published without a figure, and none can be guessed."
            )
        case "no error":
            return f"{many} a size without interval or p-value, so nobody can say how much it should weigh."
        case "exact":
            return f"{many} a standard error of 0, and no study is that exact."


def _of(number: int, asked: int) -> str:
    if number == asked:
        return "It has" if asked == 1 else "All have"
    return f"{sentence(in_figures(number))} of the {asked} {'has' if number == 1 else 'have'}"


def _inside(outcome: str) -> str:
    """``Homicide`` as it stands inside a sentence; names in capitals stay."""
    return outcome if outcome[1:2].isupper() else outcome[:1].lower() + outcome[1:]
