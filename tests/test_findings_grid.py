"""Words over a grid, read line by line in ``docs/wording.md``: no word of cause, short, always the same."""

import json
import os
import re
from pathlib import Path

import pytest

from evalkit.findings.reading_age import READING_AGE, reading_age
from evalkit.findings.verdicts import WORDS
from evalkit.types.finding import Finding
from tests.wording_grid import CHECKS, grid, others

BEGIN, END = "<!-- texts: begin -->\n", "<!-- texts: end -->\n"
CAUSAL = re.compile(
    r"\b(caus(e|es|ed|ing)|because of|due to|thanks to|led to|leads? to|result(s|ed)? in|reduc(e|es|ed|ing)"
    r"|increas(e|es|ed|ing)|lowered|raised|cut|prevent(s|ed|ing)?|avert(s|ed)?|brought down|drove|impacts?"
    r"|improv(es|ed)|boosted|saved|worked|works|effective|achieved|ma(de|kes) \w+ (fall|rise)|proven?"
    r"|significant(ly)?)\b",
    re.I,
)
GRID = [*grid(), *others()]


def texts(finding: Finding) -> tuple[str, ...]:
    return (
        finding.headline,
        finding.summary,
        finding.why_verdict,
        finding.how_sure,
        *finding.interval_words,
        *finding.how_big,
        *finding.could_be_wrong,
        *finding.supports,
    )


def test_every_word_and_every_check_is_in_the_grid() -> None:
    assert {finding.verdict for _, finding in GRID} == set(WORDS)
    assert len(GRID) == 9 * 3 * len(CHECKS) + 7


@pytest.mark.parametrize(("place", "finding"), GRID, ids=[place for place, _ in GRID])
def test_no_text_uses_a_word_of_cause(place: str, finding: Finding) -> None:
    for text in texts(finding):
        assert not CAUSAL.search(text), text


@pytest.mark.parametrize("word", ["reduced", "led to", "because of", "increases", "Cut", "impact"])
def test_words_of_cause_would_be_found(word: str) -> None:
    assert CAUSAL.search(f"The patrols {word} robbery.")


@pytest.mark.parametrize(("place", "finding"), GRID, ids=[place for place, _ in GRID])
def test_summaries_can_be_read_at_thirteen(place: str, finding: Finding) -> None:
    assert reading_age(finding.summary) <= READING_AGE, finding.summary
    sentences = re.findall(r"[.](?=\s|$)", finding.summary)
    marks = (finding.simulated * 1) + finding.exploratory
    assert len(sentences) == 2 + marks, finding.summary


def test_every_summary_of_the_demo_can_be_read_at_thirteen(demo_workspace: Path) -> None:
    """Own ones begin with what somebody registered; those of others were entered by hand."""
    told = json.loads((demo_workspace / "reports" / "data" / "findings.json").read_text("utf-8"))
    summaries = {one["id"]: one["summary"] for one in told["findings"]}
    assert len(summaries) == 18
    hard = {id: text for id, text in summaries.items() if reading_age(text) > READING_AGE}
    assert hard == {}


def test_reading_age_tells_hard_from_easy() -> None:
    assert reading_age("The cat sat on the mat.") < 6
    hard = "Heteroskedasticity-robust inference necessitates asymptotic approximations."
    assert reading_age(hard) > 18


@pytest.mark.parametrize(("place", "finding"), GRID, ids=[place for place, _ in GRID])
def test_firm_words_need_firm_ground(place: str, finding: Finding) -> None:
    if finding.how_sure.startswith("As sure as"):
        assert finding.verdict in ("fell", "rose")
    if finding.how_sure.startswith(("As sure as", "Sure that")):
        assert "one town" not in place and "drifted" not in place
    if "could not be asked" in place:
        assert "One could not be asked." in finding.how_sure
    if finding.simulated:
        assert "made up" in finding.how_sure
        return
    if "drifted" in place:
        assert finding.verdict == "cannot_tell" and "drifted apart" in finding.could_be_wrong[0]
    if finding.verdict == "cannot_tell":
        assert "Not sure enough" in finding.how_sure
        assert not re.search(r"probably|\bfell\b|\brose\b", finding.headline)
    assert finding.could_be_wrong and finding.technical and finding.how_big


def test_the_same_evaluation_gives_the_same_words() -> None:
    assert [*grid(), *others()] == GRID


def test_the_texts_were_read(root: Path) -> None:
    file = root / "docs" / "wording.md"
    text = file.read_text("utf-8")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    now = f"{head}{BEGIN}{''.join(_prose())}{END}{tail}"
    if os.environ.get("EVALKIT_TRANSCRIPTS"):
        file.write_text(now, "utf-8")
    assert text == now or os.environ.get("EVALKIT_TRANSCRIPTS"), "read docs/wording.md again"


def _prose():
    """Each case once in full where 5 per cent matters, then only what other checks or minima change."""
    found = dict(grid())
    for case in dict.fromkeys(place.split(", ")[0] for place in found):
        first = found[f"{case}, 5 matters, every check passed"]
        yield f"\n### {case}\n\n{_full(first)}"
        for place, finding in found.items():
            here = place.startswith(f"{case}, ")
            other_checks = "5 matters" in place and finding is not first
            other_word = "every check" in place and finding.headline != first.headline
            if here and (other_checks or other_word):
                yield f"- *{place.removeprefix(case + ', ')}*: {finding.headline}. {finding.how_sure}\n"
    for place, finding in others():
        yield f"\n### {place}\n\n{_full(finding)}"


def _full(finding: Finding) -> str:
    lines = (
        f"**{finding.headline}.** {finding.summary}",
        " ".join(finding.interval_words),
        f"*How big.* {' '.join(finding.how_big)}",
        f"*How sure.* {finding.how_sure}",
        f"*What could be wrong.* {' '.join(finding.could_be_wrong)}",
        f"*For analysts.* {' '.join(finding.technical)}",
    )
    return "".join(f"{line}\n\n" for line in lines)
