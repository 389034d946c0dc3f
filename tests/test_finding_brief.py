"""A finding as a short brief: every heading, the doubt, and nothing that runs or formats itself."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import html5lib
from markupsafe import escape

from evalkit.findings.brief import Brief, brief_of, sections
from evalkit.findings.brief_text import brief_html, brief_markdown
from evalkit.findings.cautions import MADE_UP, NOT_PLANNED
from evalkit.hub.briefs import finding_pages
from evalkit.hub.lookups import owners_of
from evalkit.hub.template import page_text
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention
from evalkit.types.money import Cost
from tests.hub_sample import sample

HEADINGS = ["What", "Why", "Where", "How delivered", "Effect", "Certainty", "Cost", "Learning"]


def parts(**changes: Any) -> tuple[Finding, tuple[Intervention, ...]]:
    catalogue = sample()
    finding = replace(next(f for f in catalogue.findings if f.protocol), **changes)
    known = {one.id: one for one in catalogue.interventions}
    return finding, tuple(known[key] for key in finding.interventions)


def brief(finding: Finding, about: tuple[Intervention, ...], state: str = "published") -> Brief:
    catalogue = sample()
    run = next(e for e in catalogue.evaluations if e.protocol == finding.protocol)
    return brief_of(finding, about, catalogue.areas, evaluation=run, state=state)


def test_it_has_the_eight_headings_in_their_order() -> None:
    finding, about = parts()
    made = brief(finding, about)
    told = sections(made)
    assert [heading for heading, _ in told] == HEADINGS
    assert all(texts and all(texts) for _, texts in told)
    text = brief_markdown(made)
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == HEADINGS
    for limit in finding.limits:
        assert limit.split()[0] in text
    assert "Draft" not in text and "£" not in text
    assert "Not known. Nobody has written it down." in text  # the cost
    assert "Plan EM-2026-0001-P1, version v1.0, retrospective." in text and "Who to ask: " in text


def test_a_cost_is_told_with_its_prices() -> None:
    finding, (one, *_) = parts()
    paid = replace(one, cost=Cost(amount=1250.0, per="participant", price_year="2023-24"))
    assert brief(finding, (paid,)).cost == "£1,250 a participant, in prices of 2023-24."


def test_a_sentence_that_ends_has_one_full_stop() -> None:
    finding, (one, *_) = parts()
    ended = replace(one, description=replace(one.description, dose="Two evenings a week."))
    assert "When and how much: Two evenings a week." in brief(finding, (ended,)).delivered


def test_a_draft_and_a_withdrawn_finding_say_so() -> None:
    finding, about = parts()
    assert "Draft, not for use" in brief_markdown(brief(finding, about, "draft"))
    assert "Do not use this finding" in brief_html(brief(finding, about, "withdrawn"))
    made_up = brief_markdown(brief(*parts(simulated=True, exploratory=True)))
    assert MADE_UP in made_up and NOT_PLANNED in made_up


def test_the_page_of_the_hub_says_the_same_words() -> None:
    """Nothing in the page's own template but headings, and how many it leaves to the finding's page."""
    catalogue = sample()
    for page in finding_pages(catalogue):
        if page.template != "brief.html":
            continue
        finding = page.context["finding"]
        assert isinstance(finding, Finding)
        run = next((e for e in catalogue.evaluations if e.protocol == finding.protocol), None)
        made = brief_of(
            finding,
            owners_of(catalogue, finding),
            catalogue.areas,
            evaluation=run,
            state="published",
        )
        assert page.context["brief"] == made
        text = page_text(page)
        for words in (made.lead, made.certainty, made.plan, made.where, made.cost, made.ask):
            assert escape(words) in text, words


def test_hostile_text_stays_text() -> None:
    made = brief(*parts(headline="<script>alert(1)</script> *x* [y](javascript:z)"))
    page = brief_html(made)
    html5lib.HTMLParser(strict=True).parse(page)
    found: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: found.append(tag)  # type: ignore[method-assign]
    reader.feed(page)
    assert "script" not in found and found.count("h2") == len(HEADINGS)
    assert "\\[y\\](javascript:z)" in brief_markdown(made)
