"""Whatever way rows are written and split, they count as a plain count of the same rows does."""

import csv
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalkit.errors import DataError
from tests.street_files import (
    AREAS,
    COLUMNS,
    PLACES,
    folder_of,
    name_of,
    read,
    row,
    text,
    values,
    zip_of,
)

MONTHS = ("2018-10", "2018-11", "2018-12")
FORCES = ("derbyshire", "nottinghamshire")
DISTRICTS = {"Derby": "E06000015", "Amber Valley": "E07000032", "Nottingham": "E06000018"}
HOME = {"E06000015": "derbyshire", "E07000032": "derbyshire", "E06000018": "nottinghamshire"}

crimes = st.builds(
    lambda place, type, id, location: {**row("", place, type, id), "Location": location},
    st.sampled_from([p for p in PLACES if p not in ("corby", "derby-new")]),
    st.sampled_from(["Robbery", "Drugs", "Violence and sexual offences"]),
    st.sampled_from(["", "a", "b", "c"]),
    st.text(st.sampled_from("ab ,\"\n;é\N{EURO SIGN}'"), max_size=6),
)
files = st.dictionaries(
    st.tuples(st.sampled_from(MONTHS), st.sampled_from(FORCES)),
    st.lists(crimes, min_size=1, max_size=12),
    min_size=1,
)
ways = st.fixed_dictionaries(
    {
        "columns": st.permutations([*COLUMNS, "Extra"]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(files, st.data())
def test_any_way_of_writing_and_splitting_counts_the_same(
    crimes: dict[tuple[str, str], list[dict[str, str]]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        downloads = _write(folder, crimes, data)
        expected = _plain_count(crimes)
        if expected is None:
            try:
                read(*downloads, out=folder / "o.csv")
            except DataError as error:
                assert "no row inside the areas" in str(error)
                return
            raise AssertionError("a table without an outcome")
        table = read(*downloads, out=folder / "o.csv")
        assert values(folder / "o.csv") == expected
        made = table.extraction
        known = [n for n in expected.values() if n is not None]
        assert made.rows_read == sum(map(len, crimes.values()))
        assert made.rows_kept == sum(known)
        assert made.rows_read - made.rows_kept == sum(one.rows for one in made.dropped)


def _write(
    folder: Path, crimes: dict[tuple[str, str], list[dict[str, str]]], data: Any
) -> list[Path]:
    """Each file in a way of its own, into one of three downloads, now and then into two."""
    split: list[dict[str, bytes]] = [{}, {}, {}]
    for (month, force), rows in crimes.items():
        content = text([{**one, "Month": month} for one in rows], **data.draw(ways))
        encoded = content.encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252"])))
        for n in data.draw(st.sets(st.integers(0, 2), min_size=1, max_size=2)):
            split[n][name_of(month, force)] = encoded
    made = [folder_of(folder / "a", split[0])] if split[0] else []
    return made + [zip_of(folder / f"{n}.zip", split[n]) for n in (1, 2) if split[n]]


def _plain_count(
    crimes: dict[tuple[str, str], list[dict[str, str]]],
) -> dict[tuple[str, str, str], float | None] | None:
    """The table by loops over rows; None where nothing is kept."""
    forces = {force for _, force in crimes}
    districts = [code for code, force in HOME.items() if force in forces]
    counted: Counter[tuple[str, str, str]] = Counter()
    for (month, _), rows in crimes.items():
        for one in rows:
            district = DISTRICTS.get(one["LSOA name"].rpartition(" ")[0], "")
            if district in districts and (month, HOME[district]) in crimes:
                counted[district, month, one["Crime type"]] += 1
    if not counted:
        return None
    months = sorted({month for month, _ in crimes})
    span = [m for m in MONTHS if months[0] <= m <= months[-1]]
    return {
        (code, month, type): counted[code, month, type] if (month, HOME[code]) in crimes else None
        for code in districts
        for month in span
        for type in {type for _, _, type in counted}
    }


def test_the_areas_of_this_test_are_those_of_the_others() -> None:
    assert {name: AREAS[code].name for name, code in DISTRICTS.items()} == {n: n for n in DISTRICTS}
