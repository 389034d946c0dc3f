"""A finding as a short brief: every heading, the doubt, and nothing that runs or formats itself."""

from dataclasses import replace
from html.parser import HTMLParser

import html5lib

from evalkit.findings.brief import brief_html, brief_markdown, brief_sections
from evalkit.types.money import Cost
from tests.hub_sample import sample

HEADINGS = ["What", "Why", "Where", "How delivered", "Effect", "Certainty", "Cost", "Learning"]


def parts(**changes):
    catalogue = sample()
    finding = replace(next(f for f in catalogue.findings if f.protocol), **changes)
    known = {one.id: one for one in catalogue.interventions}
    about = tuple(known[key] for key in finding.interventions)
    return finding, about, catalogue.areas


def test_it_has_the_eight_headings_in_their_order() -> None:
    finding, about, areas = parts()
    sections = brief_sections(finding, about, areas)
    assert [heading for heading, _ in sections] == HEADINGS
    assert all(texts and all(texts) for _, texts in sections)
    text = brief_markdown(finding, sections, state="published")
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == HEADINGS
    for limit in finding.limits:
        assert limit.split()[0] in text
    assert "Draft" not in text and "£" not in text
    assert "Not known. Nobody has written it down." in text  # the cost


def test_a_cost_is_told_with_its_prices() -> None:
    finding, (one, *_), areas = parts()
    paid = replace(one, cost=Cost(amount=1250.0, per="participant", price_year="2023-24"))
    told = dict(brief_sections(finding, (paid,), areas))
    assert told["Cost"] == ("£1,250 a participant, in prices of 2023-24.",)


def test_a_sentence_that_ends_has_one_full_stop() -> None:
    finding, (one, *_), areas = parts()
    ended = replace(one, description=replace(one.description, dose="Two evenings a week."))
    told = dict(brief_sections(finding, (ended,), areas))
    assert "When and how much: Two evenings a week." in told["How delivered"]


def test_a_draft_and_a_withdrawn_finding_say_so() -> None:
    finding, about, areas = parts()
    sections = brief_sections(finding, about, areas)
    assert "Draft, not for use" in brief_markdown(finding, sections, state="draft")
    assert "Do not use this finding" in brief_html(finding, sections, state="withdrawn")


def test_hostile_text_stays_text() -> None:
    finding, about, areas = parts(headline="<script>alert(1)</script> *x* [y](javascript:z)")
    sections = brief_sections(finding, about, areas)
    page = brief_html(finding, sections, state="published")
    html5lib.HTMLParser(strict=True).parse(page)
    found: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: found.append(tag)  # type: ignore[method-assign]
    reader.feed(page)
    assert "script" not in found and found.count("h2") == len(HEADINGS)
    assert "\\[y\\](javascript:z)" in brief_markdown(finding, sections, state="published")
