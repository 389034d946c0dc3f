"""The specification curve: every way of asking that a plan names, sorted, with what each chose."""

import dataclasses
import re
from xml.etree import ElementTree

import pytest

from evalkit.findings.agreement import agreement, agreement_words
from evalkit.hub.plans import plan_of
from evalkit.hub.render import build
from evalkit.report.specifications import THE_PLAN, curve
from evalkit.types.estimate import Interval, NoEstimate
from evalkit.types.evaluation import Refusal
from evalkit.types.finding import ScaledEffect
from tests.hub_sample import castle_run, sample

FINDING = next(f for f in sample().findings if f.protocol == "EM-2026-0001-P1")
PLAN = plan_of(next(p for p in sample().protocols if p.id == FINDING.protocol))


def scaled(effect, low, high):
    interval = Interval(low=low, high=high, level=0.95)
    return ScaledEffect(effect=effect, interval=interval, unit="per cent", decimals=1, minimum=2)


def without_weighted(run):
    """The same run, one of its alternatives without a number."""
    gone = run.alternatives[-1]
    why = NoEstimate(
        estimand="att", method="twfe", why="it does not vary.", n_obs=1, unit_of_measure=""
    )
    return dataclasses.replace(
        run,
        alternatives=run.alternatives[:-1],
        unanswered=(Refusal(name=gone.name, words=gone.words, answer=why),),
    )


@pytest.mark.parametrize(
    ("effects", "n_without", "words"),
    [
        ([(-5, -9, -1), (-4, -8, -1), (-2, -6, 2), (-1, -3, 1), (1, -2, 4)], 0,
         "4 of 5 lower, 2 exclude no change"),
        ([(-5, -9, -1), (3, 1, 5), (2, -1, 5)], 1,
         "2 of 4 higher, 2 exclude no change, 1 gives no number"),
        ([(0, -1, 1)], 0, "0 of 1 lower, none excludes no change"),
        ([], 3, "3 of 3 give no number"),
        ([], 0, ""),
    ],
)  # fmt: skip
def test_the_share_that_agrees_counts_all_that_were_planned(effects, n_without, words):
    assert agreement_words([scaled(*one) for one in effects], n_without) == words


def test_it_is_sorted_drawn_twice_and_says_what_each_chose():
    figure = curve(castle_run(), PLAN, FINDING.change, ident="c")
    assert figure is not None
    effects = [float(row[1].replace("\N{MINUS SIGN}", "-").rstrip("%")) for row in figure.rows]
    assert effects == sorted(effects) and len(effects) == 1 + len(castle_run().alternatives)
    [own] = [row for row in figure.rows if THE_PLAN in row[0]]
    assert "group-time effects" in own and figure.head[:3] == (
        "Asked this way",
        "Estimate",
        "Interval",
    )
    assert agreement(castle_run(), PLAN, FINDING.change) in figure.takeaway
    for drawn in (figure.wide, figure.narrow):
        root = ElementTree.fromstring(drawn)
        dots = [e for e in root.iter() if e.get("class") == "f-fit-dot"]
        assert len(dots) == len(figure.rows) * (len(figure.head) - 3)  # one choice a part for each
        points = [e for e in root.iter() if (e.get("class") or "").startswith("f-point")]
        across = [float(e.get("cx")) for e in points]
        height = [float(e.get("cy")) for e in points]
        assert across == sorted(across) and height == sorted(height, reverse=True)
        assert root.findtext("desc") == figure.takeaway


def test_a_part_that_all_share_is_not_drawn():
    figure = curve(castle_run(), PLAN, FINDING.change, ident="c")
    assert (
        figure is not None and "Compared with" not in figure.head and "Adjusted" not in figure.head
    )


def test_a_way_without_a_number_stays_with_why():
    run = without_weighted(castle_run())
    figure = curve(run, PLAN, FINDING.change, ident="c")
    assert figure is not None
    name = run.unanswered[0].name
    assert figure.rows[-1][:2] == (name, "it does not vary.")
    assert f"Without a number: {name}: it does not vary." in figure.note
    assert "1 gives no number" in figure.takeaway


def test_there_is_no_curve_where_the_plan_names_no_other_way():
    run = dataclasses.replace(castle_run(), alternatives=())
    assert curve(run, PLAN, FINDING.change, ident="c") is None


def test_what_is_asked_beside_every_plan_stands_among_the_others():
    run = castle_run()
    lighter = dataclasses.replace(run.alternatives[0], name="without the heaviest offences")
    run = dataclasses.replace(run, alternatives=(*run.alternatives, lighter))
    figure = curve(run, PLAN, FINDING.change, ident="c")
    assert figure is not None and figure.head[-1] == "Data"
    assert [row[-1] for row in figure.rows].count("without the heaviest offences") == 1


def test_it_stands_on_the_page_of_the_finding_with_its_number_in_order(tmp_path):
    build(sample(), tmp_path)
    page = (tmp_path / f"findings/{FINDING.id.lower()}.html").read_text()
    part = page.partition('id="alternatives"')[2].partition("</section>")[0]
    assert 'class="only-wide"' in part and 'class="only-narrow"' in part
    numbers = [int(n) for n in re.findall(r"Chart (\d+)<", page)]
    assert numbers == list(range(1, len(numbers) + 1))
