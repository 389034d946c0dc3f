"""Charts of difference-in-differences: marks where the numbers say, no text on another, no overclaim."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from evalkit.data.load import load_panel
from evalkit.data.panel import Panel
from evalkit.did import bacon, group_time, sun_abraham, twfe
from evalkit.did.aggregate import overall
from evalkit.errors import DataError
from evalkit.report.figures.bacon_scatter import bacon_scatter
from evalkit.report.figures.event_study import EventWords, event_study
from evalkit.report.figures.event_study_chart import event_study_chart
from evalkit.report.figures.figure import Figure, FigureWords, clear, tone_of, units_text
from evalkit.report.figures.group_means import group_means, moved
from evalkit.report.figures.group_time_grid import group_time_grid
from evalkit.report.figures.leave_one_out import leave_one_out
from evalkit.report.figures.svg import standalone, text_width
from evalkit.report.figures.trends_by_group import trends_by_group
from evalkit.report.notebook import THEMED_SVG_MIME
from evalkit.report.shown import Shown, chart_of
from evalkit.types.estimate import Estimate, EventEffect, Interval

HOMICIDE = FigureWords(
    outcome="the homicide rate", unit="log rate", scale="log", units="states", better="lower"
)
INCIDENTS = FigureWords(outcome="incidents", unit="incidents a month", units="areas")


def panel_of(rows: list[tuple[str, int, float, int | None]]) -> Panel:
    frame = pd.DataFrame(rows, columns=["unit", "period", "y", "start"])
    return Panel.from_frame(frame, unit="unit", period="period", outcome="y", treated_from="start")


def small(*, never: bool = True) -> Panel:
    """Two areas from period 3, two from period 4, and one never (or from 5); five periods."""
    starts = {"a": 3, "b": 3, "c": 4, "d": 4, "e": None if never else 5}
    rows = [
        (u, t, 10.0 + 2 * i + t + (3 + 0.1 * i * t if s and t >= s else 0.1 * (i - 2) * t), s)
        for i, (u, s) in enumerate(starts.items())
        for t in range(1, 6)
    ]
    return panel_of(rows)


def crowded() -> Panel:
    rng = np.random.default_rng(5)
    starts = [None] * 12 + [20 + 8 * k for k in range(8) for _ in range(2)]
    return panel_of(
        [
            (f"Area number {i}", t, float(rng.normal()) + (s is not None and t >= s), s)
            for i, s in enumerate(starts)
            for t in range(90)
        ]
    )


def made(effect: float, half: float = 2.0) -> Estimate:
    return Estimate(
        estimand="ATT",
        method="twfe",
        effect=effect,
        standard_error=1.0,
        interval=Interval(low=effect - half, high=effect + half, level=0.95),
        p_value=0.5,
        dof=4.0,
        inference="t",
        n_obs=50,
        n_units=50,
        n_clusters=50,
        unit_of_measure="incidents",
    )


@pytest.fixture(scope="module")
def castle(root: Path) -> Panel:
    return load_panel(
        root / "case_studies" / "castle-doctrine", first="2000", last="2010", unit_of_measure="log"
    )


def castle_without(panel: Panel) -> dict[str, Estimate | str]:
    names = np.array(panel.units)
    return {u: overall(group_time(panel.without(names == u))) for u in panel.units[:40]}


DRAWN: dict[str, Callable[[Panel], Figure]] = {
    "event study": lambda p: event_study_chart(group_time(p).aggregate("event"), HOMICIDE),
    "grid": lambda p: group_time_grid(group_time(p), HOMICIDE),
    "bacon": lambda p: bacon_scatter(bacon(p), HOMICIDE),
    "trends": lambda p: trends_by_group(p, HOMICIDE),
    "leave one out": lambda p: leave_one_out(overall(group_time(p)), castle_without(p), HOMICIDE),
    "crowded event study": lambda p: event_study_chart(sun_abraham(crowded()), INCIDENTS),
    "crowded grid": lambda p: group_time_grid(group_time(crowded()), INCIDENTS),
    "crowded bacon": lambda p: bacon_scatter(bacon(crowded()), INCIDENTS),
    "crowded trends": lambda p: trends_by_group(crowded(), INCIDENTS),
}


@pytest.fixture(scope="module")
def figures(castle: Panel) -> dict[str, Figure]:
    return {name: draw(castle) for name, draw in DRAWN.items()}


def classes(svg: str) -> list[str]:
    return [e.get("class", "") for e in ElementTree.fromstring(svg).iter()]


def frames(svg: str, size: float) -> list[tuple[str, float, float, float, float]]:
    """Each text with its left, top, right and bottom, by the same cautious guess that placed it."""
    found = []
    for text in ElementTree.fromstring(svg).iter("text"):
        words, x, y = text.text or "", float(text.get("x", "")), float(text.get("y", ""))
        bold = "f-strong" in text.get("class", "")
        width = text_width(words, size, bold=bold)
        left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", "")] * width
        found.append((words, left, y - 0.7 * size, left + width, y + 0.2 * size))
    return found


@pytest.mark.parametrize("shape", ["wide", "narrow"])
@pytest.mark.parametrize("name", DRAWN)
def test_texts_stay_inside_and_off_each_other(name: str, shape: str, figures: dict[str, Figure]):
    svg = getattr(figures[name], shape)
    root = ElementTree.fromstring(svg)
    assert float(root.get("width", "")) == (820 if shape == "wide" else 340)
    placed = frames(svg, 16.0 if shape == "wide" else 15.0)
    for words, left, top, right, bottom in placed:
        assert left >= -1 and right <= float(root.get("width", "")) + 1, words
        assert top >= 0 and bottom <= float(root.get("height", "")), words
    for one, two in itertools.combinations(placed, 2):
        apart = one[1] >= two[3] or two[1] >= one[3] or one[2] >= two[4] or two[2] >= one[4]
        assert apart, (one[0], two[0])


@pytest.mark.parametrize("name", DRAWN)
def test_every_chart_is_named_described_without_style_and_drawn_the_same_again(
    name: str, figures: dict[str, Figure], castle: Panel
):
    figure = figures[name]
    for svg in (figure.wide, figure.narrow):
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img"
        assert [root[0].get("id"), root[1].get("id")] == (root.get("aria-labelledby") or "").split()
        assert root[0].text and root[1].text
        assert "style" not in svg and "http" not in svg
        assert "nan" not in svg and "inf" not in svg.replace("infl", "")
    assert {len(row) for row in figure.rows} == {len(figure.head)}
    if "crowded" not in name and name != "leave one out":
        assert DRAWN[name](castle) == figure


@pytest.mark.parametrize("name", DRAWN)
def test_no_sentence_claims_a_cause_or_significance(name: str, figures: dict[str, Figure]):
    said = f"{figures[name].takeaway} {figures[name].note}".lower()
    assert not [
        w for w in ("significant", "prove that", "caused", "because of", "works") if w in said
    ]


def events_from(first: int, base: int) -> list[EventEffect]:
    return [
        EventEffect(
            event_time=e, effect=0.1 * (e != base), standard_error=None if e == base else 0.1,
            low=None if e == base else -0.1, high=None if e == base else 0.3,
            n_treated=5, n_comparison=5,
        )
        for e in range(first, 12)
    ]  # fmt: skip


@pytest.mark.parametrize("shape", ["wide", "narrow"])
@pytest.mark.parametrize("first", [-1, -2, -5, -40])
@pytest.mark.parametrize("at_the_edge", [True, False])
def test_the_base_period_is_named_inside_the_picture(shape, first: int, at_the_edge: bool):
    base = first if at_the_edge else -1
    words = EventWords(subject="x", axis="Difference", across="Periods")
    svg = event_study(
        events_from(first, base), base=base, scale="log", tone="unsure", words=words, ident="x",
        shape=shape,
    )  # fmt: skip
    placed = frames(svg, 16.0 if shape == "wide" else 15.0)
    name = "base period" if shape == "wide" else "base"
    [(_, left, _, right, _)] = [text for text in placed if text[0].lower() == name]
    edge = float(next(e for e in ElementTree.fromstring(svg).iter("line")
                      if e.get("class") == "f-event").get("x1", ""))  # fmt: skip
    assert left >= 0 and right <= edge  # before the start, wherever there is room
    for one, two in itertools.combinations(placed, 2):
        apart = one[1] >= two[3] or two[1] >= one[3] or one[2] >= two[4] or two[2] >= one[4]
        assert apart, (one[0], two[0])


def test_event_study_has_both_kinds_of_interval_and_marks_single_units(castle: Panel):
    study = group_time(castle).aggregate("event")
    figure = event_study_chart(study, HOMICIDE)
    found = classes(figure.wide)
    with_band = [e for e in study.effects if e.band_low is not None]
    assert found.count("f-band") == len(with_band) == 12
    assert found.count("f-interval") + found.count("f-interval-before") == 12
    assert found.count("f-lone") == 2 and found.count("f-base") == 1
    assert "0 of 4 intervals from the start on are clear of no change" in figure.takeaway
    for bar, e in zip(bars(figure.wide), with_band, strict=True):
        assert bar[1] > bar[0] and e.band_low is not None and e.low is not None
        assert e.band_low < e.low  # the band is the wider of the two


def bars(svg: str) -> list[tuple[float, float]]:
    boxes = [e for e in ElementTree.fromstring(svg).iter("rect") if e.get("class") == "f-band"]
    return [
        (float(b.get("y", "")), float(b.get("y", "")) + float(b.get("height", ""))) for b in boxes
    ]


def test_event_study_refuses_other_averages(castle: Panel):
    with pytest.raises(ValueError, match="averages by group"):
        event_study_chart(group_time(castle).aggregate("group"), HOMICIDE)


def test_grid_tells_firmness_by_fill_and_single_units_by_dashes(castle: Panel):
    effects = group_time(castle)
    figure = group_time_grid(effects, HOMICIDE)
    table = effects.to_frame()
    lone = table["group"].isin(effects.lone_cohorts)
    firm = ~lone & ((table["low"] > 0) | (table["high"] < 0))
    for svg in (figure.wide, figure.narrow):
        found = classes(svg)
        assert found.count("f-firm") == firm.sum()
        assert found.count("f-lone") == lone.sum()
        assert found.count("f-open-mark") == len(table) - firm.sum() - lone.sum()
        assert found.count("f-base") == 5
    alone = [row for row in figure.rows if row[0].startswith("2006")]
    assert all(row[2:4] == ("–", "–") for row in alone)
    assert "By chance alone about 5 in 100" in figure.takeaway


def test_crowded_grid_draws_bars_and_keeps_every_number(figures: dict[str, Figure]):
    figure = figures["crowded grid"]
    boxes = [c for c in classes(figure.narrow) if c.split(" ")[0] in ("f-firm", "f-open-mark")]
    assert len(boxes) == len(figure.rows) == 8 * 89


def test_bacon_marks_sit_at_weight_and_estimate_and_differ_by_shape():
    decomposition = bacon(small())
    figure = bacon_scatter(decomposition, INCIDENTS)
    found = classes(figure.wide)
    # by hand: cohorts of 2, 2 and 1 over 5 periods, starts 3 and 4, weights before scaling
    # n_i n_j (b-a) a: 2x1x3x2 = 12, 2x1x2x3 = 12, early against later 2x2x1x2 = 8, later 2x2x1x2 = 8
    assert sorted(round(c.weight, 12) for c in decomposition.comparisons) == [0.2, 0.2, 0.3, 0.3]
    assert found.count("f-cross-mark") == 2 + 2  # one mark and its key, two strokes each
    assert figure.takeaway.startswith("20% of the weight")
    assert [row[2] for row in figure.rows] == ["30.0%", "30.0%", "20.0%", "20.0%", "100.0%"]
    circles = list(ElementTree.fromstring(figure.wide).iter("circle"))
    assert circles[0].get("cx") == circles[1].get("cx")  # both weigh 30 per cent


def test_trends_are_means_by_hand():
    panel = panel_of(
        [
            *(("a", t, v, 3) for t, v in enumerate((4.0, 6.0, 10.0, 12.0), start=1)),
            *(("b", t, v, 3) for t, v in enumerate((2.0, 4.0, 8.0, 10.0), start=1)),
            *(("c", t, v, None) for t, v in enumerate((1.0, 3.0, 4.0, 6.0), start=1)),
        ]
    )
    means = group_means(panel)
    assert means.groups[0].means == (3.0, 5.0, 9.0, 11.0)
    assert means.comparison == (1.0, 3.0, 4.0, 6.0)
    # the gap is 2 before and 5 after
    assert moved(means.groups[0], means.comparison) == 3.0
    figure = trends_by_group(panel, INCIDENTS)
    assert "was 3.0 incidents a month higher than before" in figure.takeaway
    assert figure.rows[0] == ("1", "1.0", "3.0")
    assert classes(figure.wide).count("f-event") == 1


def test_trends_divide_by_exposure_and_leave_out_missing_cells():
    panel = small()
    outcome = panel.outcome.copy()
    outcome[0, 0] = np.nan
    gap = replace(panel, outcome=outcome, exposure=np.full(outcome.shape, 2.0))
    assert group_means(gap).groups[0].means[0] == pytest.approx(panel.outcome[1, 0] / 2)
    assert "1 cells are missing" in trends_by_group(gap, INCIDENTS).note


def test_without_never_treated_the_last_to_start_compare_until_then():
    means = group_means(small(never=False))
    assert means.last == 4 and means.comparison[4] is None and len(means.groups) == 2
    assert "Before their own change: 1 area" in trends_by_group(small(never=False), INCIDENTS).wide


def test_trends_need_somebody_to_compare_with():
    with pytest.raises(DataError, match="every unit starting at once"):
        trends_by_group(panel_of([("a", t, float(t), 2) for t in (1, 2, 3)]), INCIDENTS)


def test_leave_one_out_is_sorted_and_says_what_changes():
    full = made(-2.5)
    without: dict[str, Estimate | str] = {
        "Derby": made(-2.4),
        "Leicester": made(-1.0),
        "Lincoln": made(-3.0),
        "Oakham": "nothing is left to compare",
    }
    figure = leave_one_out(full, without, INCIDENTS)
    named = [row[0] for row in figure.rows]
    assert named == ["None: all areas", "Leicester", "Derby", "Lincoln", "Oakham"]
    assert "leaving out Leicester moves it most, to −1.0" in figure.takeaway
    assert "Without Leicester, the interval includes no change" in figure.takeaway
    assert "Without Oakham there is no estimate at all" in figure.takeaway
    found = classes(figure.wide)
    assert found.count("f-point") == 2 and found.count("f-point-before") == 1
    assert found.count("f-mean") == 1


def test_many_units_keep_both_ends_and_share_the_middle():
    without: dict[str, Estimate | str] = {f"unit {i:02d}": made(i / 10) for i in range(50)}
    figure = leave_one_out(made(2.5), without, INCIDENTS)
    assert len(figure.rows) == 51
    assert "26 others" in figure.narrow and "unit 00" in figure.narrow
    assert "unit 25" not in figure.narrow


def test_leave_one_out_needs_an_estimate():
    with pytest.raises(ValueError, match="no estimate without a unit"):
        leave_one_out(made(1.0), {"a": "nothing left"}, INCIDENTS)


def test_colour_follows_the_good_direction_and_only_that():
    assert tone_of(-1, "lower") == tone_of(1, "higher") == "better"
    assert tone_of(1, "lower") == "worse"
    assert tone_of(1, None) == "unsure"
    assert clear(0.1, 0.2) and not clear(-0.1, 0.2) and not clear(None, None)
    assert units_text(1, "counties") == "1 county" and units_text(2, "areas") == "2 areas"


def test_a_notebook_shows_picture_sentence_and_table(castle: Panel):
    for result in (
        castle,
        group_time(castle),
        bacon(castle),
        group_time(castle).aggregate("event"),
    ):
        shown = chart_of(result, HOMICIDE)
        assert isinstance(shown, Shown)
        bundle = shown._repr_mimebundle_()
        assert 'src="data:image/svg+xml;base64,' in bundle["text/html"]
        assert "<table" in bundle["text/html"] and "<table" in bundle[THEMED_SVG_MIME]
        assert bundle["text/plain"] == shown.figure.takeaway
        assert "style=" not in bundle[THEMED_SVG_MIME]
        ElementTree.fromstring(standalone(shown.figure.narrow))


def test_five_areas_and_one_treated_cannot_tell():
    rows = [
        (f"a{i}", t, float((i * 7 + t * 3) % 5), 4 if i == 0 else None)
        for i in range(5)
        for t in range(1, 7)
    ]
    panel = panel_of(rows)
    assert "cannot tell" in group_time_grid(group_time(panel), INCIDENTS).takeaway
    assert (
        "cannot tell" in chart_of(group_time(panel).aggregate("event"), INCIDENTS).figure.takeaway
    )
    few = {
        u: twfe(panel.without(np.array(panel.units) == u), inference="cluster")
        for u in panel.units[1:]
    }
    assert "5 clusters" in leave_one_out(twfe(panel, inference="cluster"), few, INCIDENTS).note
