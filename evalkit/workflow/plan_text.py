"""A draft of a plan as its file: fields, and prose with what is still to write."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evalkit.findings.power_words import PowerWords, headline
from evalkit.proposal import Proposal
from evalkit.proposal.rule import verdict_words
from evalkit.text.scalars import written
from evalkit.workflow.plan_designs import COUNTED_LATER, Weighed
from evalkit.workflow.unwritten import TO_WRITE

_WIDEST, _PROSE = 100, 100
_NAMES = {
    "did": "a comparison of areas",
    "its": "one series by itself",
    "controlled_its": "one series beside others",
}
_UNSAID = {
    "minimum_effect": "the smallest change that would matter, such as {value: 10, unit: per_cent}, or "
    "incidents for summary: difference",
    "data.prior_knowledge": "not_created, not_observed, not_accessed, not_analysed or analysed",
}


def front_matter(fields: Mapping[str, Any]) -> str:
    """Fields as people write them: one a line, what is long in a block."""
    lines = [line for name, value in fields.items() for line in _lines(name, value)]
    return "\n".join(["---", *lines, "---", ""])


def _lines(name: str, value: Any) -> Iterator[str]:
    flat = f"{name}: {written(value, empty='')}".rstrip()
    if value is None:
        yield f"{flat}  # {TO_WRITE} {_UNSAID.get(name, 'this')}"
    elif isinstance(value, list):
        yield f"{name}:"
        yield from (f"  - {written(item)}" for item in value)
    elif isinstance(value, dict) and (len(flat) > _WIDEST or None in value.values()):
        yield f"{name}:"
        for key, item in value.items():
            said = f"  {key}: {written(item, empty='')}".rstrip()
            yield said if item is not None else f"{said}  # {TO_WRITE} {_UNSAID[f'{name}.{key}']}"
    else:
        yield flat


def prose(
    proposal: Proposal, chosen: Weighed, others: Sequence[Weighed], words: PowerWords, minimum: str
) -> str:
    """Why this plan: what the answers already say, and headings for what only people can."""
    parts = [
        ("Design", " ".join(chosen.design.reasons)),
        ("Power", shown(chosen, words)),
        ("Also considered", " ".join(_considered(one, words) for one in others)),
        ("What would make it stronger", " ".join(proposal.stronger)),
        *(
            (f"Why not {_NAMES[one.design.design]}", f"{TO_WRITE} why, though it was proposed.")
            for one in others
            if one.design.verdict == "proposed"
        ),
        ("Comparison", _comparison(chosen)),
        (
            "Smallest change that would matter",
            f"{minimum}{TO_WRITE} why less would not be worth acting on.",
        ),
        ("What was known before", f"{TO_WRITE} who has seen which of these figures, and when."),
        (
            "Harms to watch",
            f"{TO_WRITE} what could get worse, for whom, and where it would be seen.",
        ),
    ]
    paragraphs = [_wrapped(f"**{name}.** {text}") for name, text in parts if text]
    return "\n\n".join(["\n# Why this plan", *paragraphs]) + "\n"


def shown(one: Weighed, words: PowerWords) -> str:
    """What a design would show, or why that is not known."""
    if one.why_not == COUNTED_LATER:
        return "Not worked out yet: `evalkit protocol power` counts the police files of before the start."
    if one.power is None:
        return f"Not worked out: {one.why_not}."
    basis = f"Worked out from {one.power.n_before} {words.period}s before the start, seed {one.power.seed}."
    return f"{headline(one.power, words)} {basis}"


def _considered(one: Weighed, words: PowerWords) -> str:
    name = _NAMES[one.design.design]
    power = f" {headline(one.power, words)}" if one.power is not None else ""
    return f"{name[:1].upper()}{name[1:]}: {verdict_words(one.design)}.{power}"


def _comparison(chosen: Weighed) -> str:
    if chosen.design.design == "its":
        return ""
    return f"{TO_WRITE} why these areas would have changed like the others had nothing been done."


def _wrapped(text: str) -> str:
    """Lines of a readable length; what is to be written begins a line of its own, which messages name."""
    first, mark, rest = text.partition(TO_WRITE)
    lines = textwrap.wrap(first.strip(), _PROSE, break_on_hyphens=False, break_long_words=False)
    return "\n".join([*lines, f"{mark}{rest}"] if mark else lines)


def recipe_text(fields: Mapping[str, Any]) -> str:
    """A data recipe as its file."""
    return "\n".join(line for name, value in fields.items() for line in _lines(name, value)) + "\n"
