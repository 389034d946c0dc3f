"""Areas: nobody is ranked, gaps are said, and what is overdue is counted from the edition's own day."""

import dataclasses
import datetime
import re

import pytest

from evalkit.hub.areas import area_pages, duty_row, shown_areas, tiles
from evalkit.hub.edition import cut
from evalkit.hub.lookups import here
from evalkit.hub.render import made
from evalkit.hub.words import in_figures, overdue_by
from tests.hub_sample import sample


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    files = made(cut(sample()))
    return {
        path: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(text)))
        for path, text in files.items()
    }


def test_areas_stand_in_the_order_of_the_alphabet() -> None:
    names = [area.name for area in shown_areas(sample())]
    assert names == sorted(names)
    busiest = dataclasses.replace(sample(), interventions=sample().interventions[::-1])
    assert [tile.name for tile in tiles(busiest)] == [tile.name for tile in tiles(sample())]


def test_an_intervention_in_a_district_counts_in_its_police_area() -> None:
    base = sample()
    city = dataclasses.replace(base.areas["E23000019"], code="E06000018", parent="E23000019")
    moved = dataclasses.replace(base.interventions[2], areas=("E06000018",))
    catalogue = dataclasses.replace(
        base, areas={**base.areas, city.code: city}, interventions=(moved,)
    )
    assert [one.id for one in here(catalogue, "E23000019")] == ["EM-2026-0003"]
    assert [one.id for one in here(catalogue, "E06000018")] == ["EM-2026-0003"]
    assert here(catalogue, "E23000021") == ()


def test_gaps_and_overdue_products_are_said(texts: dict[str, str]) -> None:
    page = texts["areas/e23000019.html"]
    assert "Gap: nothing on the register" in page
    assert "Overdue by 7 weeks" in page and "Was due 3 October 2026" in page
    assert "Violence reduction champion" in page
    empty = texts["areas/e23000020.html"]
    assert "Nothing is registered here yet. That is a gap, not a fault" in empty
    assert "No need of this area is registered." in empty


def test_a_product_is_late_only_after_the_last_day_that_its_date_allows() -> None:
    review = sample().duties[1]
    month = dataclasses.replace(review, due="2026-11")
    assert duty_row(month, datetime.date(2026, 11, 30)).state == "Due"
    assert duty_row(month, datetime.date(2026, 12, 1)).state == "Overdue by 1 day"


def test_definitions_stand_side_by_side_and_drafts_nowhere(texts: dict[str, str]) -> None:
    page = texts["definitions.html"]
    assert page.count("Homicide, violence with injury") == 3
    assert "Replaced by a newer one" in page
    assert "Version 2.0" in texts["areas/e23000019.html"]
    assert "Version 1.0" not in texts["areas/e23000019.html"]


def test_without_places_for_all_areas_there_is_no_map() -> None:
    base = sample()
    far = dataclasses.replace(base.areas["E23000019"], code="E23000002", name="Cumbria")
    odd = dataclasses.replace(base, areas={**base.areas, far.code: far})
    index = area_pages(odd)[0]
    assert index.context["squares"] == ()
    assert len(index.context["listed"]) == 6  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-11-20", "1 day"),
        ("2026-11-08", "13 days"),
        ("2026-11-07", "2 weeks"),
        ("2026-06-21", "5 months"),
    ],
)
def test_how_late_in_words(due: str, said: str) -> None:
    assert overdue_by(datetime.date.fromisoformat(due), datetime.date(2026, 11, 21)) == said


def test_numbers_that_stand_alone() -> None:
    assert [in_figures(n) for n in (0, 1, 12, 13)] == ["none", "one", "twelve", "13"]
