"""Charts put marks where the numbers say, describe themselves, and carry no style of their own."""

import itertools
import math
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.report.figures.event_study import EventWords, event_study
from evalkit.report.figures.figure import told
from evalkit.report.figures.ruler import WIDE, limit_of, position, ruler
from evalkit.report.figures.series import Interruption, SeriesWords, mean_gap, series
from evalkit.report.figures.svg import decimals, printable, serialise, standalone, ticks, wrapped
from evalkit.report.figures.theory_diagram import BoxResult, TheoryWords
from evalkit.report.figures.theory_narrow import theory_narrow
from evalkit.report.figures.theory_wide import theory_wide
from evalkit.theory.layout import layout
from evalkit.types.estimate import Interval
from evalkit.types.finding import ScaledEffect
from evalkit.types.theory import Element, Link, TheoryOfChange
from tests.hub_sample import castle_run, castle_theory, traffic_run

CASTLE = ScaledEffect(
    effect=2.0,
    interval=Interval(low=-5.4, high=9.9, level=0.95),
    unit="per cent",
    decimals=1,
    minimum=2.0,
)
EVENT_WORDS = EventWords(subject="homicide", axis="Difference in homicide, in per cent", across="x")


def castle_ruler(limit: float = 20.0, effect: ScaledEffect | None = CASTLE) -> ElementTree.Element:
    return ElementTree.fromstring(ruler(effect, "unsure", ident="r", subject="s", limit=limit))


def event_chart(shape: str = "wide") -> str:
    return event_study(
        castle_run().events,
        base=-1,
        scale="log",
        tone="worse",
        words=EVENT_WORDS,
        ident=f"e-{shape}",
        shape="wide" if shape == "wide" else "narrow",
    )


def series_chart(shape: str = "wide") -> str:
    return series(
        traffic_run().path,
        [Interruption(period="1986-01", name="belt law"), Interruption(period="1987-05", name="b")],
        words=SeriesWords(subject="accidents", axis="Share of accidents that are fatal"),
        ident=f"s-{shape}",
        shape="wide" if shape == "wide" else "narrow",
    )


def theory_chart(shape: str = "wide") -> str:
    placed = layout(castle_theory())
    words = TheoryWords(
        subject="laws", links={route.number: "not_tested" for route in placed.routes}, results={}
    )
    draw = theory_wide if shape == "wide" else theory_narrow
    return draw(placed, words, ident=f"t-{shape}")


ALL = [
    draw(shape)
    for draw in (event_chart, series_chart, theory_chart)
    for shape in ("wide", "narrow")
] + [ruler(CASTLE, "unsure", ident="r", subject="s", limit=20.0)]


def test_ruler_positions_by_hand() -> None:
    """640 wide with margins of 44: 13.8 units for each per cent, no change at 320."""
    assert position(0, WIDE, 20) == 320
    assert position(2.0, WIDE, 20) == pytest.approx(347.6)
    root = castle_ruler()
    bar = root.find("rect[@class='f-bar']")
    post = root.find("rect[@class='f-post']")
    assert bar is not None and post is not None
    assert float(bar.get("x", "")) == pytest.approx(320 - 5.4 * 13.8, abs=0.06)
    assert float(bar.get("width", "")) == pytest.approx(15.3 * 13.8, abs=0.06)
    assert float(post.get("x", "")) == pytest.approx(347.6 - 3)


def test_ruler_says_everything_in_words() -> None:
    desc = castle_ruler().find("desc")
    assert desc is not None
    assert desc.text == (
        "Estimate +2.0%, 95% interval −5.4 to +9.9%; scale −20 to +20;"
        " the hatched zone, ±2, is too small to matter."
    )


def test_a_bar_that_runs_off_gets_an_arrow() -> None:
    assert not castle_ruler().findall("polygon")
    assert len(castle_ruler(limit=5.0).findall("polygon")) == 2


def test_without_an_interval_the_estimate_is_an_open_diamond() -> None:
    bare = ScaledEffect(effect=-8.0, interval=None, unit="x", decimals=1, minimum=None)
    root = castle_ruler(effect=bare)
    assert root.find("path[@class='f-open']") is not None
    assert root.find("rect[@class='f-bar']") is None
    assert castle_ruler(effect=None).find("path[@class='f-open']") is None


def test_one_scale_for_a_list() -> None:
    assert limit_of([CASTLE]) == 20
    wide = ScaledEffect(effect=-33.0, interval=None, unit="per cent", decimals=1, minimum=None)
    assert limit_of([CASTLE, wide]) == 40
    assert limit_of([None]) == 20


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 10.0, (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)),
        (-0.076, 0.017, (-0.08, -0.06, -0.04, -0.02, 0.0, 0.02)),
        (31.0, 56.0, (30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0)),
    ],
)
def test_ticks_are_round_and_cover(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert ticks(low, high) == expected


def test_ticks_of_one_value_do_not_fail() -> None:
    assert len(ticks(3.0, 3.0)) >= 1
    assert decimals([0.02, 0.5]) == 2


def test_log_points_are_told_in_per_cent() -> None:
    assert told(0.0755, "log") == pytest.approx(100 * math.expm1(0.0755))
    assert told(0.0755, "level") == 0.0755


def test_event_study_marks() -> None:
    root = ElementTree.fromstring(event_chart())
    classes = [element.get("class", "") for element in root.iter()]
    assert classes.count("f-point") == 5
    assert classes.count("f-point-before") == 7
    assert classes.count("f-lone") == 1  # one state: no interval of its own
    assert classes.count("f-interval-before") == 7
    assert classes.count("f-base") == 1


def test_series_marks_and_gap() -> None:
    root = ElementTree.fromstring(series_chart())
    classes = [element.get("class", "") for element in root.iter()]
    assert classes.count("f-observed") == 108
    assert classes.count("f-event") == 2
    gap = mean_gap(traffic_run().path, [Interruption(period="1987-05", name="b")])
    assert gap == pytest.approx(0.0671 - 0.0295, abs=1e-4)


@pytest.mark.parametrize("svg", ALL)
def test_every_chart_is_named_described_and_without_style(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    ids = (root.get("aria-labelledby") or "").split()
    assert root.get("role") == "img"
    assert [root[0].get("id"), root[1].get("id")] == ids
    assert root[0].text and root[1].text and root[1].text.count(". ") <= 2
    assert "style" not in svg
    assert "http" not in svg


@pytest.mark.parametrize("svg", ALL)
def test_nothing_is_drawn_outside_the_picture(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    for text in root.iter("text"):
        assert 0 <= float(text.get("x", "")) <= width
        assert 0 <= float(text.get("y", "")) <= height


def test_texts_of_a_chart_do_not_overlap() -> None:
    """Rows of the phone version keep apart; names of layers stay clear of arrowheads."""
    root = ElementTree.fromstring(theory_chart("narrow"))
    names = [float(t.get("y", "")) for t in root.iter("text") if t.get("class") == "f-muted"]
    heads = [
        [float(v) for v in point.split(",")]
        for polygon in root.iter("polygon")
        for point in polygon.get("points", "").split()
    ]
    assert all(not (y - 14 < head[1] < y + 4) for y, head in itertools.product(names, heads))


@given(st.text(), st.text())
def test_pictures_are_written_as_the_library_for_trees_writes_them(text: str, value: str) -> None:
    root = ElementTree.Element("svg", {"class": value})
    for inside in (text, "", None):
        ElementTree.SubElement(
            ElementTree.SubElement(root, "g", {"id": value}), "text"
        ).text = inside
    assert serialise(root) == printable(ElementTree.tostring(root, encoding="unicode"))


def test_standalone_carries_its_namespace_and_stylesheet() -> None:
    text = standalone(ruler(CASTLE, "unsure", ident="r", subject="s", limit=20.0))
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.find("{http://www.w3.org/2000/svg}style") is not None


def test_long_words_stand_alone() -> None:
    assert wrapped("a neighbourhood-partnership b", 60, 15) == (
        "a",
        "neighbourhood-partnership",
        "b",
    )


def test_the_longest_text_stays_inside_its_box() -> None:
    """Sixty characters in long words need five lines: every box grows, and nothing overlaps."""
    text = "Neighbourhood organisations understand responsibilities well"
    elements = {
        "a": Element(kind="activity", text="Short"),
        "o": Element(kind="outcome", text=text),
    }
    placed = layout(TheoryOfChange(elements=elements, links=(Link(from_="a", to="o"),)))
    result = BoxResult(mark="cannot_tell", words="Cannot tell", tone="unsure")
    words = TheoryWords(subject="s", links={1: "not_tested"}, results={"o": result})
    root = ElementTree.fromstring(theory_wide(placed, words, ident="t"))
    frame = root.find("rect[@class='f-box-outcome']")
    assert frame is not None
    foot = float(frame.get("y", "")) + float(frame.get("height", ""))
    lines = [float(t.get("y", "")) for t in root.iter("text") if t.get("class") == "f-strong"]
    word = next(float(t.get("y", "")) for t in root.iter("text") if t.text == "Cannot tell")
    assert max(lines) + 14 <= word <= foot - 10
