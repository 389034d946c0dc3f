"""A finding as a short brief: what, why, where, how delivered, effect, certainty, cost and learning."""

from collections.abc import Iterator, Mapping
from html import escape

from evalkit.findings.numerals import number
from evalkit.types.finding import Finding
from evalkit.types.intervention import Area, Intervention

UNKNOWN = "not known"
_NOT_WRITTEN = "Not known. Nobody has written it down."

Sections = tuple[tuple[str, tuple[str, ...]], ...]
"""A heading and its paragraphs."""


def brief_sections(
    finding: Finding, interventions: tuple[Intervention, ...], areas: Mapping[str, Area]
) -> Sections:
    """The eight headings that the College of Policing and the Youth Endowment Fund ask of practitioners."""
    first = interventions[0]
    codes = dict.fromkeys(code for one in interventions for code in one.areas)
    where = ", ".join(areas[code].name if code in areas else code for code in codes)
    doubts = (*finding.could_be_wrong, *finding.limits)
    return (
        ("What", tuple(one.summary for one in interventions)),
        ("Why", (first.description.why,)),
        ("Where", (f"{where}. {finding.years}.",)),
        ("How delivered", tuple(_delivered(first)) or (_NOT_WRITTEN,)),
        ("Effect", (finding.summary, *finding.interval_words, *finding.how_big[1:])),
        ("Certainty", (finding.how_sure or finding.why_verdict, f"{finding.design}.")),
        ("Cost", (_cost(first),)),
        ("Learning", (*finding.supports, *dict.fromkeys(doubts))),
    )


def brief_markdown(finding: Finding, sections: Sections, *, state: str) -> str:
    """The brief as Markdown."""
    lines = [f"# {_plain(finding.headline)}", "", _foot(finding, state)]
    for heading, texts in sections:
        lines += ["", f"## {heading}", *(line for text in texts for line in ("", _plain(text)))]
    return "\n".join(lines) + "\n"


def brief_html(finding: Finding, sections: Sections, *, state: str) -> str:
    """The brief as one page that needs no other file."""
    title = escape(finding.headline)
    body = "".join(
        f"<h2>{heading}</h2>\n" + "".join(f"<p>{escape(text)}</p>\n" for text in texts)
        for heading, texts in sections
    )
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f"<p>{escape(_foot(finding, state))}</p>\n{body}</main>\n</body>\n</html>\n"
    )


def _foot(finding: Finding, state: str) -> str:
    plan = f"plan {finding.protocol}" if finding.protocol else "published by others"
    marks = [
        words
        for there, words in (
            (finding.simulated, "Simulated data: evidence of nothing."),
            (finding.exploratory, "Outside the locked plan."),
            (state in ("draft", "reviewed"), "Draft, not for use: it has not been published."),
            (state == "withdrawn", "Do not use this finding: it was withdrawn."),
        )
        if there
    ]
    return " ".join((f"Finding {finding.id}, {plan}. Source: {finding.source}.", *marks))


def _delivered(one: Intervention) -> Iterator[str]:
    told = one.description
    for term, text in (
        ("Who", told.provided_by),
        ("For whom", one.population),
        ("What was done", told.procedures),
        ("When and how much", told.dose),
        ("Planned delivery", told.fidelity_planned),
        ("Delivery as it was", told.fidelity_actual),
        ("Unplanned changes", told.unplanned_variation),
    ):
        if text.strip().lower() != UNKNOWN:
            yield f"{term}: {text.strip().removesuffix('.')}."


def _cost(one: Intervention) -> str:
    if one.cost is None:
        return _NOT_WRITTEN
    per = "in all" if one.cost.per == "total" else f"a {one.cost.per}"
    return f"£{number(one.cost.amount, 0)} {per}, in prices of {one.cost.price_year}."


def _plain(text: str) -> str:
    r"""Text in which nothing reads as Markdown.

    >>> _plain("*Bold* [link](x)")
    '\\*Bold\\* \\[link\\](x)'
    """
    for mark in "\\`*_[]<>#":
        text = text.replace(mark, f"\\{mark}")
    return text
