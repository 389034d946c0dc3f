"""LSOAs that change in simulated police files, and three ways through: joined, shared out, best fit."""

import csv
import io
import re
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

from evalkit.checks.data_checks import check_data
from evalkit.data.keep import read_grid
from evalkit.data.lsoa_change import read_lsoa_change
from evalkit.data.places import is_of_2021
from evalkit.data.police import Choice, PoliceTable, read_police
from evalkit.data.simulate.lsoas import lookups
from evalkit.data.simulate.places import Place, chosen, districts
from evalkit.errors import DataError
from evalkit.types.evaluation import CheckResult
from evalkit.types.intervention import Area
from evalkit.types.simulation import Scenario
from evalkit.workflow.data_simulate import make_archive

CHANGE, MONTHS = "2021-06", 4  # two months on either side
SCENARIO = Scenario(
    seed=1, months=MONTHS, rate=6, season=0, wander=0, dispersion=1, lsoa_change=CHANGE
)
PLACES = chosen((), count=3)  # Derby changes in all ways, Leicester merges, Nottingham stays
VIOLENCE = {"violence": frozenset({"Violence and sexual offences"})}
FOUR_ERRORS = 4.0
"""Monte Carlo standard errors allowed: a right program fails once in 16,000 such comparisons."""


def areas(places: tuple[Place, ...]) -> dict[str, Area]:
    found = {p.code: Area(code=p.code, name=p.name, kind="local-authority", parent=p.force)
             for p in places}  # fmt: skip
    forces = {p.force: Area(code=p.force, name=p.force, kind="police-area") for p in places}
    return found | forces


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lsoas") / "simulated.zip"
    made = make_archive(path, SCENARIO, 3)
    assert [file.name for file in made.files] == [
        *("simulated.zip", "simulated-counts.csv", "simulated-exact-fit.csv"),
        *("simulated-weighted.csv", "simulated-best-fit.csv", "simulated-truth.json"),
    ]
    return path


def read(archive: Path, out: Path, lookup: str = "", **choice: object) -> PoliceTable:
    beside = archive.with_name(f"simulated-{lookup}.csv") if lookup else None
    how = {"unit": "lsoa", "outcomes": VIOLENCE, "lookup": beside, **choice}
    return read_police([archive], Choice(areas=areas(PLACES), **how), out=out)  # type: ignore[arg-type]


def rows_of(archive: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(archive) as packed:
        names = [name for name in packed.namelist() if name.endswith(".csv")]
        texts = [packed.read(name).decode() for name in names]
    return [row for text in texts for row in csv.DictReader(io.StringIO(text))]


def boundaries(out: Path) -> CheckResult:
    results = {one.check: one for one in check_data(read_grid(out), "violence")}
    return results["boundaries"]


def test_codes_change_in_that_month_and_places_do_not(archive: Path, tmp_path: Path) -> None:
    rows = [row for row in rows_of(archive) if row["LSOA code"]]
    assert all(re.fullmatch(r"E0199\d{4}", row["LSOA code"]) for row in rows), "no real code"
    assert all(re.fullmatch(r".+ 9\d\d[A-G]", row["LSOA name"]) for row in rows)
    new = {month: {is_of_2021(r["LSOA code"]) for r in rows if r["Month"] == month}
           for month in {row["Month"] for row in rows}}  # fmt: skip
    assert {month for month, of in new.items() if True in of} == {
        month for month in new if month >= CHANGE
    }
    before = tmp_path / "simulated.zip"
    make_archive(before, Scenario(**{**_plain(SCENARIO), "lsoa_change": ""}), 3)
    moved = [
        {key: value for key, value in row.items() if not key.startswith("LSOA")}
        for row in rows_of(archive)
    ]
    assert moved == [
        {key: value for key, value in row.items() if not key.startswith("LSOA")}
        for row in rows_of(before)
    ], "the same events on the same streets"


def _plain(scenario: Scenario) -> dict[str, object]:
    return {name: getattr(scenario, name) for name in scenario.__slots__}  # type: ignore[attr-defined]


def test_lookups_are_marked_as_what_happens_in_them() -> None:
    tables = lookups(districts())
    exact = list(tables["exact-fit"][1:])
    into, olds = defaultdict(set), defaultdict(set)
    for old, _, _, new, _ in exact:
        into[old].add(new)
        olds[new].add(old)
    seen: Counter[str] = Counter()
    for old, name, mark, new, new_name in exact:
        seen[mark] += 1
        alone = len(into[old]) == 1 and len(olds[new]) == 1
        assert (mark == "U") == (old == new and alone), old
        assert (mark == "S") == (len(into[old]) > 1 and all(olds[n] == {old} for n in into[old]))
        if mark == "M":
            assert into[old] == {new} and len(olds[new]) == 2
        assert name.rpartition(" ")[0] == new_name.rpartition(" ")[0], "in the same district"
    assert set(seen) == set("USMX")
    shares: defaultdict[str, float] = defaultdict(float)
    for old, *_, weight in tables["weighted"][1:]:
        shares[old] += float(weight)
    assert all(abs(total - 1) <= 1e-6 for total in shares.values())
    best = [row[0] for row in tables["best-fit"][1:]]
    assert len(best) == len(set(best)) and set(best) == set(into)
    assert len({code for row in exact for code in (row[0], row[3])}) < 10_000
    names = [row[4] for row in {row[3]: row for row in exact}.values()]
    assert len(names) == len(set(names))


def test_without_a_lookup_they_are_refused(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"of 2011 in some files and of 2021 by {CHANGE}"):
        read(archive, tmp_path / "o.csv")
    with pytest.raises(DataError, match=r"exact-fit\.csv:6 LSOA11CD: E01990004 goes to"):
        read(archive, tmp_path / "o.csv", "exact-fit")
    with pytest.raises(DataError, match="where an LSOA was split, best fit has one part of it"):
        read(archive, tmp_path / "o.csv", "best-fit")
    assert not (tmp_path / "o.csv").exists()


def test_joined_areas_have_every_event_once_in_both_years(archive: Path, tmp_path: Path) -> None:
    """Against the rows themselves, each put into its area by streets and not by codes."""
    out = tmp_path / "o.csv"
    table = read(archive, out, "exact-fit", join_changed=True)
    grid = read_grid(out)
    assert grid.low.sum() == table.extraction.rows_kept
    assert sum(row[2] == "U" for row in lookups(PLACES)["exact-fit"]) < len(grid.areas)
    change = read_lsoa_change(archive.with_name("simulated-exact-fit.csv"), join=True)
    codes = {*change.targets, *change.parts}
    rows = [row for row in rows_of(archive) if row["LSOA code"] in codes]
    street = {
        (row["Longitude"], row["Latitude"]): row["LSOA code"]
        for row in rows
        if row["Month"] < CHANGE
    }
    own: Counter[tuple[str, str]] = Counter()
    for row in rows:
        old = street.get((row["Longitude"], row["Latitude"]))
        if old is not None and row["Crime type"] in VIOLENCE["violence"]:
            own[change.targets[old][0][0], row["Month"]] += 1
    known = {
        (area, month): grid.low[i, t, 0]
        for i, area in enumerate(grid.areas)
        for t, month in enumerate(grid.periods)
    }
    assert all(known[cell] == n for cell, n in own.items() if cell[1] < CHANGE)
    assert all(known[cell] >= n for cell, n in own.items())
    assert sum(own.values()) > 0.9 * grid.low.sum(), "most streets had an event before"
    assert boundaries(out).passed


def test_shares_keep_the_total_and_the_level(archive: Path, tmp_path: Path) -> None:
    """Of a split LSOA the parts have 4 and 2 of 6 streets, before as after."""
    out = tmp_path / "o.csv"
    table = read(archive, out, "weighted", outcomes=None)
    grid = read_grid(out)
    assert np.nansum(grid.low) == pytest.approx(table.extraction.rows_kept, rel=1e-12)
    split = [row[3] for row in lookups(PLACES)["exact-fit"] if row[2] == "S"]
    larger, smaller = (
        grid.low[np.isin(grid.areas, split[part::2])].sum(axis=(0, 2)) for part in (0, 1)
    )
    assert np.allclose(larger[:2], 2 * smaller[:2], rtol=1e-4)  # weights have six decimals
    before, after = larger[:2].sum(), larger[2:].sum()
    assert abs(after / before - 1) < FOUR_ERRORS * np.sqrt(1 / before + 1 / after)


def test_best_fit_is_enough_where_lsoas_only_merged(archive: Path, tmp_path: Path) -> None:
    merged_only = PLACES[1].code
    lone = areas((PLACES[1],))
    how = {"areas": lone, "unit": "lsoa", "outcomes": VIOLENCE, "chosen": (merged_only,)}
    grids = []
    for lookup, join in (("best-fit", False), ("exact-fit", True)):
        path = archive.with_name(f"simulated-{lookup}.csv")
        choice = Choice(**how, lookup=path, join_changed=join)  # type: ignore[arg-type]
        read_police([archive], choice, out=tmp_path / f"{lookup}.csv")
        grids.append(read_grid(tmp_path / f"{lookup}.csv"))
    assert grids[0].areas == grids[1].areas
    assert np.array_equal(grids[0].low, grids[1].low)
    assert boundaries(tmp_path / "best-fit.csv").passed


def test_the_same_bytes_twice_where_counts_are_shared_out(archive: Path, tmp_path: Path) -> None:
    tables = [tmp_path / f"{n}.parquet" for n in range(2)]
    for table in tables:
        read(archive, table, "weighted", outcomes=None)
    assert tables[0].read_bytes() == tables[1].read_bytes()


def test_what_cannot_be_asked_for(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for words, code, told in (
        (("panel", "--lsoa-change", "2022-01"), 2, "are for police, not panel"),
        (("series", "--later"), 2, "are for police, not series"),
        (("panel", "--crime-type", "Robbery"), 2, "are for police, not panel"),
        (("police", "--lsoa-change", "2021-04"), 1, "needed a month after the first"),
        (("police", "--lsoa-change", "2021"), 1, "needed a month after the first"),
    ):
        said = cli("data", "simulate", *words, cwd=tmp_path)
        assert (said.code, told in said.err) == (code, True), (words, said.err)
    assert list(tmp_path.iterdir()) == []
