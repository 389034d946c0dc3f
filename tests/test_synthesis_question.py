"""Findings of one question taken together: pooled, refused in words, kept in versions, drawn."""

import json
import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import yaml

from evalkit.evidence.comparable import why_not
from evalkit.evidence.synthesis.answer import answer
from evalkit.findings import pooled_words
from evalkit.findings.pooled_words import certainty_rows, certainty_words
from evalkit.hub.apart import reasons, whole_ids
from evalkit.hub.template import page_text
from evalkit.hub.together import together_pages
from evalkit.report.figures.forest import forest
from evalkit.report.figures.forest_rows import _per_cent
from evalkit.types.certainty import Judgement
from evalkit.types.finding import ExternalFinding
from evalkit.types.synthesis_question import (
    SynthesisInput,
    SynthesisQuestion,
    SynthesisStanding,
)
from evalkit.workflow.synthesis_inputs import from_published
from tests.hub_sample import sample
from tests.own_many import write_many
from tests.published import publish_all

EXACT = 1e-9
"""Between two routes of double precision."""
PRINTED = 1e-6
"""Quantiles of the normal distribution were copied with six decimals."""


def inputs(n: int, **changes: object) -> list[SynthesisInput]:
    """Findings of ``n`` studies that may be pooled."""
    effects = (-0.21, -0.05, -0.12, 0.02, -0.18, -0.30)
    found = [
        SynthesisInput(
            finding=f"EM-2026-{k:04d}-F01",
            study=f"EM-2026-{k:04d}",
            name=f"Patrols {k}",
            outcome="robbery",
            scale="log",
            unit="per cent",
            effect=effects[k - 1],
            standard_error=0.05 + 0.02 * k,
            error_from="standard error",
            year=2019 + k,
        )
        for k in range(1, n + 1)
    ]
    return [replace(one, **changes) for one in found]


def changed(found: list[SynthesisInput], k: int, **changes: object) -> list[SynthesisInput]:
    return [*found[:k], replace(found[k], **changes), *found[k + 1 :]]


ASKED = SynthesisQuestion(
    form="evalkit/synthesis/1", id="x", question="Did robbery change?", kinds=("hot-spot-policing",)
)
RATE, COUNT = "offences per 100,000 people", "offences"


CASES = [
    ([], "No finding answers it; needed 3 studies or more."),
    (inputs(1), "One study (Patrols 1); needed 3 or more"),
    (inputs(2), "2 studies; needed 3 or more"),
    (changed(inputs(3), 1, outcome="violence"), "2 outcomes: robbery (EM-2026-0001-F01, "),
    (
        changed(inputs(3, unit=RATE), 2, unit=COUNT),
        f"A rate ({RATE}: EM-2026-0001-F01, EM-2026-0002-F01) and a count ({COUNT}: "
        "EM-2026-0003-F01); needed one of them.",
    ),
    (
        changed(inputs(3, unit="homicides per million people"), 0, unit="per cent"),
        "2 units: per cent (EM-2026-0001-F01); homicides per million people",
    ),
    (changed(inputs(3), 0, standard_error=0.0), "Standard error of 0: EM-2026-0001-F01; need"),
    (
        changed(inputs(3), 0, standard_error=None),
        "Neither interval nor p-value: EM-2026-0001-F01",
    ),
    (
        changed(inputs(3), 0, effect=None, standard_error=None, unit=""),
        "No size was published: EM-2026-0001-F01; needed one.",
    ),
    (
        [*inputs(3), replace(inputs(3)[0], finding="EM-2026-0001-F02", year=2024)],
        "robbery: one study in several years (EM-2026-0001-F01, F02, to 2020 and 2024), whose",
    ),
]
FOR_READERS = (
    "No finding answers this question yet.",
    "They come from one study. From fewer than three",
    "They come from two studies. From fewer than three",
    "They are about two outcomes.",
    f"Some are rates ({RATE}) and some are counts ({COUNT}).",
    "They are told in two units: per cent and homicides per million people.",
    "One of the 3 has a standard error of 0",
    "One of the 3 has a size without interval or p-value",
    "One of the 3 has no size.",
    "For robbery, one study reports several years.",
)


@pytest.mark.parametrize(("found", "words"), CASES)
def test_what_should_not_be_pooled_is_refused_with_the_reason(found, words: str) -> None:
    assert words in " ".join(why_not(found))
    result = answer(ASKED, "v1.0", found)
    assert result.pooled is None and result.refused == why_not(found)


@pytest.mark.parametrize(
    ("found", "words"),
    [(found, words) for (found, _), words in zip(CASES, FOR_READERS, strict=True)],
)
def test_readers_are_told_why_without_being_told_what_to_type(found, words: str) -> None:
    told = " ".join(reasons(found))
    assert words in told
    assert not re.search(r"needed|EM-|Leave|Enter|Ask ", told)


def test_an_id_is_never_broken_and_its_surroundings_stay_text() -> None:
    made = whole_ids("<b>EM-2026-0001-F01</b>, EM-2026-0002; X-1")
    assert made == (
        "&lt;b&gt;<code>EM-2026-0001-F01</code>&lt;/b&gt;, <code>EM-2026-0002</code>; X-1"
    )


def test_every_reason_is_given_at_once() -> None:
    first, second = inputs(2)
    found = [replace(first, standard_error=0.0), replace(second, outcome="knives", effect=None)]
    assert len(why_not([*found, replace(first, unit=COUNT)])) == 5


def test_a_pool_in_words_says_no_more_than_its_interval() -> None:
    clear, unclear = answer(ASKED, "v1.0", inputs(6)), answer(ASKED, "v1.0", inputs(3))
    assert pooled_words.headline(clear).startswith("Over 6 studies robbery was lower on average: ")
    assert "we cannot tell which way robbery moved" in pooled_words.headline(unclear)
    for result in (clear, unclear):
        said = " ".join(pooled_words.sentences(result))
        assert not re.search(r"signific|proven|effective|caused|because|reduced", said)
        assert "prediction interval" in said and "chance" in said
    assert len(clear.without) == 6 and not unclear.without
    assert [one.k for one in clear.grown] == [3, 4, 5, 6]


def test_per_cent_is_told_from_logarithms() -> None:
    result = answer(ASKED, "v1.0", inputs(6))
    pooled = result.pooled
    told = pooled_words.scaled(result, pooled.effect, pooled.interval)
    assert told.effect == pytest.approx(100 * (math.exp(pooled.effect) - 1), abs=EXACT)
    assert told.interval.low == pytest.approx(100 * (math.exp(pooled.interval.low) - 1), abs=EXACT)


@pytest.mark.parametrize("scale", ["log", "level"])
def test_the_forest_plot_says_and_draws_every_study(scale: str) -> None:
    unit = "per cent" if scale == "log" else "incidents a month"
    result = answer(ASKED, "v1.0", inputs(6, scale=scale, unit=unit))
    drawn = forest(result)
    for svg in (drawn.wide, drawn.narrow):
        root = ElementTree.fromstring(svg)
        assert len(root.findall(".//polygon")) == 1
        assert len([e for e in root.iter() if "f-ahead" in e.get("class", "")]) == 1
        texts = {e.text for e in root.iter("text")}
        assert texts >= {"Patrols 1", "Patrols 6", "Mean over studies", "Another place like these"}
        sides = [float(e.get("width", "0")) for e in root.findall(".//rect")]
        weights = [study.weight for study in result.pooled.studies]
        assert len(sides) == 6
        assert sorted(sides) == [side for _, side in sorted(zip(weights, sides, strict=True))]
    assert len(drawn.rows) == 8
    assert drawn.takeaway == pooled_words.headline(result)


def test_a_prediction_that_runs_off_the_picture_gets_arrows() -> None:
    assert forest(answer(ASKED, "v1.0", inputs(3))).wide.count("f-head") == 2


@pytest.mark.parametrize(("low", "high"), [(-0.01, 0.01), (-3.0, 0.2), (-0.2, 2.5), (-6.0, 6.0)])
def test_the_axis_always_has_no_change_and_both_ends(low: float, high: float) -> None:
    axis = _per_cent(low, high, 20, 320, 15)
    assert 0.0 in axis.marks and "0%" in axis.labels
    assert list(axis.marks) == sorted(axis.marks)
    assert axis.marks[0] <= max(low, math.log(0.01)) + EXACT
    assert axis.marks[-1] >= min(high, math.log(51)) - EXACT


PUBLISHED = {
    "id": "EM-2026-0001-F01",
    "interventions": ("EM-2026-0001",),
    "outcome": "robbery",
    "better": "lower",
    "reported": "fell",
    "headline": "Robbery fell",
    "summary": "It fell.",
    "years": "Years to March 2022",
    "design": "d",
    "compared": "c",
    "source": "Report A",
}


def test_errors_of_published_results_come_from_interval_or_p_value() -> None:
    """(0.80 to 0.99) around 0.89 on the log scale; and 10.39 with p = 0.08, where z is 1.750686."""
    ratio = from_published(
        ExternalFinding(**PUBLISHED, effect=-11, low=-20, high=-1, unit="per cent")
    )
    assert ratio.standard_error == pytest.approx(math.log(0.99 / 0.80) / 3.919928, abs=PRINTED)
    assert (ratio.error_from, ratio.scale, ratio.year) == ("interval", "log", 2022)
    rate = from_published(ExternalFinding(**PUBLISHED, effect=-10.39, p_value=0.08, unit="a"))
    assert rate.standard_error == pytest.approx(10.39 / 1.750686, abs=1e-5)
    assert rate.error_from == "p-value"
    assert from_published(ExternalFinding(**PUBLISHED)).effect is None


def test_the_mean_has_a_certainty_with_every_level_lost_and_its_reason() -> None:
    """By hand: no lots, so low; a doubt about one study takes a level; nothing else of these six does."""
    asked = replace(ASKED, matters=40.0)
    sound = inputs(6, sound=True)
    result = answer(asked, "v1.0", sound)
    assert result.certainty is not None and result.certainty.label == "at most low"
    doubted = answer(asked, "v1.0", changed(sound, 2, sound=False))
    assert doubted.certainty is not None and doubted.certainty.level == "very low"
    assert certainty_rows(doubted)[1] == (
        "risk of bias", "one level", "Checks leave a doubt about 1 of 6 findings."
    )  # fmt: skip
    judged = replace(
        asked,
        indirectness=Judgement(steps=0, reason="The same towns"),
        publication_bias=Judgement(steps=0, reason="All plans were locked"),
    )
    whole = answer(judged, "v1.0", sound)
    assert certainty_words(whole) == "GRADE-style certainty of the mean: low (grade@1.0)."
    assert "does not say which change would matter" in certainty_words(answer(ASKED, "v1.0", sound))
    made_up = answer(asked, "v1.0", inputs(6, simulated=True))
    assert made_up.certainty is None and "evidence of nothing" in certainty_words(made_up)
    standing = SynthesisStanding(question=asked, result=doubted, version="v1.0", stale="")
    (page,) = together_pages(replace(sample(), syntheses=(standing,)))
    shown = page_text(page)
    assert "at most very low" not in shown and "certainty of the mean: very low" in shown
    assert "Checks leave a doubt about 1 of 6 findings." in shown


QUESTION = """\
form: evalkit/synthesis/1
id: calls-after-patrols
question: Did calls change after patrols began?
kinds: [hot-spot-policing]
outcome: calls
"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory, cli):
    workspace = tmp_path_factory.mktemp("pooled") / "ours"
    cli("init", workspace.name, "--publisher", "Us", cwd=workspace.parent)
    write_many(workspace, 4)
    (workspace / "syntheses").mkdir(exist_ok=True)
    (workspace / "syntheses" / "calls.yaml").write_text(QUESTION)
    assert "1 synthesis" in cli("registry", "import", cwd=workspace).out
    return workspace


def test_from_evaluations_to_a_page_and_again_when_a_finding_is_added(seeded, cli) -> None:
    def do(*words: str) -> str:
        said = cli(*words, cwd=seeded)
        assert said.code == 0, said.err
        return said.out

    plans = [f"EM-2026-{n:04d}-P1" for n in range(1, 5)]
    assert "No finding answers it" in do("synthesis", "run", "calls-after-patrols")
    for plan in plans[:3]:
        do("evaluate", plan)
    publish_all(seeded)
    listed = do("synthesis", "list")
    assert "out of date: EM-2026-0001-F01, EM-2026-0002-F01, EM-2026-0003-F01 added" in listed
    assert "calls-after-patrols: findings have changed" in do("status")
    said = do("synthesis", "run", "--all")
    assert "v2.0" in said and "Patrols 3" in said and "Over 3 studies" in said
    assert "Nothing has changed" in do("synthesis", "run", "--all")
    assert "calls-after-patrols" not in do("status")
    do("evaluate", plans[3])
    publish_all(seeded)
    ran = json.loads(do("synthesis", "run", "calls-after-patrols", "--json"))["ran"][0]
    assert ran["version"] == "v3.0"
    assert len(ran["result"]["pooled"]["studies"]) == 4 and len(ran["result"]["without"]) == 4
    assert "Registry intact" in do("registry", "verify")
    do("hub", "build")
    page = (seeded / "reports" / "findings" / "together.html").read_text()
    assert "Patrols 4" in page and "Mean over studies" in page and "prediction interval" in page
    assert "together.html" in (seeded / "reports" / "findings" / "index.html").read_text()


def test_why_a_result_changed_is_in_the_ledger(seeded, cli) -> None:
    from evalkit.registry.ledger import entries
    from evalkit.registry.store import open_registry

    with open_registry(f"sqlite:///{seeded}/registry.db") as session:
        reasons = [e.reason for e in entries(session) if e.subject.startswith("synthesis-result/")]
    assert reasons[0] == ""
    assert reasons[-1] == "EM-2026-0004-F01 added"


def test_the_national_evaluations_are_separate_findings_and_not_pooled(demo_workspace) -> None:
    folder = demo_workspace / "case_studies" / "national-vru-evaluations"
    published = yaml.safe_load((folder / "findings.yaml").read_text())["findings"]
    kept_apart = {(one["years"], one["outcome"], one["source"]) for one in published}
    assert len(kept_apart) == len(published) == 14
    page = (demo_workspace / "reports" / "findings" / "together.html").read_text()
    for words in (
        "not averaged",
        "They are about seven outcomes.",
        f"Some are rates ({RATE}) and some are counts ({COUNT}).",
        "one study reports several years",
        "</a>: its data are simulated",
    ):
        assert words in page, words
    assert page.count("findings/em-2026-0003-f") == 14
    assert "needed one" not in page
    assert '<svg class="figure-svg' not in page


TEXT = """\
form: evalkit/external-findings/1
findings:
  - id: EM-2026-0001-F90
    interventions: [EM-2026-0001]
    outcome: calls
    better: lower
    headline: Calls moved
    summary: They moved.
    years: "2023"
    design: d
    compared: c
    source: s
    effect: -8
"""


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            "reported: fell\n    unit: calls\n    low: -12",
            "low: one end of an interval; needed both",
        ),
        (
            "reported: fell\n    unit: calls\n    low: 1\n    high: 3",
            "effect: -8; needed an effect from 1 to 3, its interval.",
        ),
        ("reported: fell\n    unit: calls\n    p_value: 1.4", "p_value: 1.4; needed 0 to 1."),
        (
            "reported: rose\n    unit: calls",
            "reported: rose, with an effect of -8; needed a direction",
        ),
        ("reported: fell", "unit: not given; needed the unit of effect."),
    ],
)
def test_figures_that_contradict_each_other_are_refused(
    seeded, cli, tmp_path, lines, words
) -> None:
    file = tmp_path / "findings.yaml"
    file.write_text(f"{TEXT}    {lines}\n")
    said = cli("finding", "add", str(file), cwd=seeded)
    assert said.code == 1 and words in said.err, said.err
    assert "EM-2026-0001-F90" not in cli("finding", "list", cwd=seeded).out
