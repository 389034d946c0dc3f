"""Street files become counts: by place and not by file, with zero and missing kept apart."""

import json
from pathlib import Path

import pytest

from evalkit.data.keep import provenance_path, read_extraction
from evalkit.data.police import load
from evalkit.errors import DataError
from tests.street_files import (
    PLACES,
    folder_of,
    month,
    name_of,
    read,
    reasons,
    row,
    text,
    values,
    zip_of,
)

DERBY, AMBER, NOTTINGHAM = "E06000015", "E07000032", "E06000018"


def test_a_row_counts_where_it_is_and_not_in_whose_file_it_stands(tmp_path: Path) -> None:
    download = folder_of(
        tmp_path / "raw",
        {
            name_of("2018-10"): month("derby", "derby", "tameside", "tameside", "none", "code"),
            name_of("2018-10", "nottinghamshire"): month("nottingham", "amber", "tameside"),
        },
    )
    table = read(download, out=tmp_path / "o.csv")
    assert values(tmp_path / "o.csv") == {
        (DERBY, "2018-10", "Robbery"): 2,
        (AMBER, "2018-10", "Robbery"): 1,
        (NOTTINGHAM, "2018-10", "Robbery"): 1,
    }
    made = table.extraction
    assert (made.rows_read, made.rows_kept) == (9, 4)
    assert reasons(table) == {
        "no LSOA": 1,
        "LSOA name is only a code": 1,
        "outside the areas": 3,
        "another force's file": 1,
    }
    assert "outside the areas (Tameside 3)" in [one.why for one in made.dropped]


def test_published_months_give_zeros_and_others_stay_missing(tmp_path: Path) -> None:
    download = folder_of(
        tmp_path / "raw",
        {
            name_of("2018-10"): month("derby"),
            name_of("2018-12"): month("amber", month="2018-12"),
            name_of("2018-11", "nottinghamshire"): month("nottingham", "amber", month="2018-11"),
        },
    )
    table = read(download, out=tmp_path / "o.parquet")
    found = values(tmp_path / "o.parquet")
    robberies = {(area, period): n for (area, period, _), n in found.items()}
    assert [robberies[DERBY, f"2018-1{m}"] for m in (0, 1, 2)] == [1, None, 0]
    assert [robberies[AMBER, f"2018-1{m}"] for m in (0, 1, 2)] == [0, None, 1]
    assert [robberies[NOTTINGHAM, f"2018-1{m}"] for m in (0, 1, 2)] == [None, 1, None]
    assert reasons(table) == {"months their own force did not publish": 1}
    assert table.extraction.unpublished == {
        "derbyshire": ("2018-11",),
        "nottinghamshire": ("2018-10", "2018-12"),
    }


def test_a_header_without_rows_is_a_month_that_was_not_published(tmp_path: Path) -> None:
    files = {
        name_of("2018-10"): month("derby"),
        name_of("2018-11"): text([]),
        name_of("2018-12"): month("derby", month="2018-12"),
    }
    table = read(folder_of(tmp_path / "raw", files), out=tmp_path / "o.csv")
    assert values(tmp_path / "o.csv")[DERBY, "2018-11", "Robbery"] is None
    assert table.extraction.unpublished == {"derbyshire": ("2018-11",)}
    assert any("A header and no row" in note and "2018-11" in note for note in table.notes)


def test_former_districts_of_northamptonshire_count_for_the_new_ones(tmp_path: Path) -> None:
    rows = month("corby")
    download = folder_of(tmp_path / "raw", {name_of("2018-10", "northamptonshire"): rows})
    read(download, out=tmp_path / "o.csv")
    assert values(tmp_path / "o.csv") == {
        ("E06000061", "2018-10", "Robbery"): 1,
        ("E06000062", "2018-10", "Robbery"): 0,
    }


def test_outcomes_are_sets_of_crime_types(tmp_path: Path) -> None:
    rows = [row("2018-10", type=t) for t in ("Robbery", "Drugs", "Burglary", "Burglary")]
    download = folder_of(tmp_path / "raw", {name_of("2018-10"): text(rows)})
    outcomes = {
        "acquisitive@1.0": frozenset({"Robbery", "Burglary"}),
        "robbery@1.0": frozenset({"Robbery"}),
    }
    table = read(download, out=tmp_path / "o.csv", outcomes=outcomes, chosen=(DERBY,))
    assert values(tmp_path / "o.csv") == {
        (DERBY, "2018-10", "acquisitive@1.0"): 3,
        (DERBY, "2018-10", "robbery@1.0"): 1,
    }
    assert reasons(table) == {"other crime types": 1}


def test_files_that_are_read_together_count_as_each_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row("2018-10", place, id="a") for place in ("derby", "amber", "tameside")]
    next_month = [row("2018-11", "nottingham", id="a"), row("2018-11", "derby-new")]
    download = folder_of(
        tmp_path / "raw",
        {
            name_of("2018-10"): text(rows),
            name_of("2018-11"): text(next_month),
            name_of("2018-10", "nottinghamshire"): text(rows[:1], lineterminator="\r\n"),
            name_of("2018-11", "nottinghamshire"): text([{**next_month[0], "Location": "a\nb"}]),
        },
    )
    together = read(download, out=tmp_path / "a.csv")
    monkeypatch.setattr(load, "AT_ONCE", 1)
    alone = read(download, out=tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert together.extraction == alone.extraction
    assert reasons(together)["Crime ID repeated"] == 1  # in one file; the other files do not count


def test_repeated_crime_ids_are_counted_and_kept(tmp_path: Path) -> None:
    rows = [
        row("2018-10", place, id=id)
        for place, id in (
            ("derby", "a"),
            ("derby", "a"),
            ("amber", "a"),
            ("tameside", "b"),
            ("derby", "b"),
            ("derby", ""),
            ("derby", ""),
        )
    ]
    table = read(
        folder_of(tmp_path / "r", {name_of("2018-10"): text(rows)}), out=tmp_path / "o.csv"
    )
    assert table.extraction.rows_kept == 6
    assert reasons(table) == {"outside the areas": 1, "Crime ID repeated": 2}


@pytest.mark.parametrize("unit", ["district", "police-area", "lsoa"])
def test_units_add_up(tmp_path: Path, unit: str) -> None:
    rows = month("derby", "derby-2", "derby-2", "amber")
    read(folder_of(tmp_path / "r", {name_of("2018-10"): rows}), out=tmp_path / "o.csv", unit=unit)
    found = {area: n for (area, _, _), n in values(tmp_path / "o.csv").items()}
    assert (
        found
        == {
            "district": {DERBY: 3, AMBER: 1},
            "police-area": {"E23000018": 4},
            "lsoa": {"E01013449": 1, "E01013450": 2, "E01019400": 1},
        }[unit]
    )


def test_a_part_of_a_police_area_is_not_a_police_area(tmp_path: Path) -> None:
    download = folder_of(tmp_path / "r", {name_of("2018-10"): month("derby")})
    with pytest.raises(DataError, match="a part of a police area"):
        read(download, out=tmp_path / "o.csv", unit="police-area", chosen=(DERBY,))


def test_folders_zips_and_zips_in_folders_give_the_same(tmp_path: Path) -> None:
    files = {
        name_of("2018-10"): month("derby"),
        name_of("2018-11"): month("amber", month="2018-11"),
    }
    first, second = ({name: files[name]} for name in files)
    flat = {Path(name).name: content for name, content in files.items()}
    deep = {f"a/b/{name}": content for name, content in files.items()}
    made = [
        read(folder_of(tmp_path / "folder", files), out=tmp_path / "1.csv"),
        read(zip_of(tmp_path / "a.zip", files), out=tmp_path / "2.csv"),
        read(folder_of(tmp_path / "flat", flat), out=tmp_path / "3.csv"),
        read(folder_of(tmp_path / "deep", deep), out=tmp_path / "4.csv"),
        read(
            zip_of(tmp_path / "b.zip", first),
            zip_of(tmp_path / "c.zip", second),
            out=tmp_path / "5.csv",
        ),
    ]
    (tmp_path / "zips").mkdir()
    zip_of(tmp_path / "zips" / "d.zip", first)
    zip_of(tmp_path / "zips" / "e.zip", second)
    made.append(read(tmp_path / "zips", out=tmp_path / "6.csv"))
    assert len({table.extraction.table_sha256 for table in made}) == 1
    assert {tuple(one.sha256 for one in table.extraction.inputs) for table in made[:4]} == {
        tuple(one.sha256 for one in made[0].extraction.inputs)
    }
    assert [one.vintage for one in made[1].extraction.inputs] == ["2026-03-02"] * 2


def test_provenance_stands_beside_the_table(tmp_path: Path) -> None:
    files = {
        name_of("2018-10"): month("derby", "none"),
        "2018-10/2018-10-derbyshire-outcomes.csv": "x",
        "2018-10/2018-10-derbyshire-stop-and-search.csv": "x",
    }
    out = tmp_path / "o.csv"
    table = read(zip_of(tmp_path / "a.zip", files), out=out)
    assert read_extraction(out) == table.extraction
    said = json.loads(provenance_path(out).read_text())
    assert (said["rows_read"], said["rows_kept"], said["source"]) == (2, 1, "police-uk")
    assert str(tmp_path) not in provenance_path(out).read_text()
    assert table.notes == (
        "Not read, because they are no street files: 1 outcomes, 1 stop and search.",
    )


def test_the_same_month_in_two_downloads_counts_once(tmp_path: Path) -> None:
    rows = {name_of("2018-10"): month("derby")}
    a, b = zip_of(tmp_path / "a.zip", rows), folder_of(tmp_path / "b", rows)
    table = read(a, b, out=tmp_path / "o.csv")
    assert values(tmp_path / "o.csv")[DERBY, "2018-10", "Robbery"] == 1
    assert [(one.download, one.used, one.rows) for one in table.extraction.inputs] == [
        ("a.zip", True, 1),
        ("b", False, 1),
    ]
    assert "In two downloads, the same, counted once: 1 file." in table.notes
    assert read(a, a, out=tmp_path / "o.csv").extraction.rows_read == 1


def test_downloads_that_differ_are_refused_until_one_is_named(tmp_path: Path) -> None:
    a = zip_of(tmp_path / "a.zip", {name_of("2018-10"): month("derby")})
    b = zip_of(tmp_path / "b.zip", {name_of("2018-10"): month("derby", "derby")})
    out = tmp_path / "o.csv"
    with pytest.raises(DataError) as refused:
        read(a, b, out=out)
    assert "derbyshire 2018-10 differs between a.zip and b.zip" in str(refused.value)
    assert "--newer b.zip" in str(refused.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip", "b.zip"]
    table = read(a, b, out=out, newer="b.zip")
    assert values(out)[DERBY, "2018-10", "Robbery"] == 2
    assert [(one.download, one.used, one.rows) for one in table.extraction.inputs] == [
        ("a.zip", False, 1),
        ("b.zip", True, 2),
    ]
    assert table.extraction.choices["newer"] == "b.zip"
    with pytest.raises(DataError, match=r"c\.zip; needed one of a\.zip, b\.zip"):
        read(a, b, out=out, newer="c.zip")


def test_months_from_and_to(tmp_path: Path) -> None:
    files = {name_of(m): month("derby", month=m) for m in ("2018-10", "2018-11", "2018-12")}
    download = folder_of(tmp_path / "r", files)
    table = read(download, out=tmp_path / "o.csv", first="2018-11", last="2019-01")
    assert [n for _, n in sorted(values(tmp_path / "o.csv").items())[:3]] == [1, 1, None]
    assert table.extraction.rows_read == 2
    for wrong in ({"first": "2018-13"}, {"first": "2019"}, {"first": "2018-11", "last": "2018-10"}):
        with pytest.raises(DataError):
            read(download, out=tmp_path / "p.csv", **wrong)


def test_an_area_without_its_own_forces_files_is_refused(tmp_path: Path) -> None:
    rows = month("amber", "nottingham")
    download = folder_of(tmp_path / "r", {name_of("2018-10", "nottinghamshire"): rows})
    with pytest.raises(DataError, match="files of nottinghamshire; needed files of derbyshire"):
        read(download, out=tmp_path / "o.csv", chosen=(AMBER,))


EXACT_FIT = (
    "E01013449,E01035000",  # split in two, of which Derby 001C is one
    "E01013449,E01035001",
    "E01013450,E01013450",
    "E01019400,E01019400",
)


def lookup(path: Path, *rows: str, head: str = "LSOA11CD,LSOA21CD") -> Path:
    path.write_text("\n".join((head, *rows)) + "\n")
    return path


def two_vintages(folder: Path) -> Path:
    files = {
        name_of("2018-10"): month("derby", "derby", "derby-2", "amber"),
        name_of("2025-01"): month("derby-new", "amber", month="2025-01"),
    }
    return folder_of(folder, files)


def test_lsoas_of_2011_and_2021_are_not_mixed(tmp_path: Path) -> None:
    download = two_vintages(tmp_path / "r")
    with pytest.raises(DataError, match="codes of 2011 in some files and of 2021 by 2025-01"):
        read(download, out=tmp_path / "o.csv", unit="lsoa")
    assert not (tmp_path / "o.csv").exists()
    assert read(download, out=tmp_path / "o.csv").lsoas_change_by == "2025-01"
    later = read(download, out=tmp_path / "o.csv", unit="lsoa", first="2025-01")
    assert later.lsoas_change_by == ""


def test_best_fit_counts_each_lsoa_of_2011_in_one_of_2021(tmp_path: Path) -> None:
    merged = lookup(
        tmp_path / "l.csv",
        *("E01013449,E01035000", "E01013450,E01035000", "E01019400,E01019400"),
    )
    how = {"unit": "lsoa", "lookup": merged}
    table = read(two_vintages(tmp_path / "r"), out=tmp_path / "o.csv", **how)
    assert table.notes == ("LSOAs of 2011 are counted as the LSOA of 2021 that fits best.",)
    found = {key[:2]: n for key, n in values(tmp_path / "o.csv").items()}
    assert {key: n for key, n in found.items() if n is not None} == {
        ("E01019400", "2018-10"): 1,
        ("E01019400", "2025-01"): 1,
        ("E01035000", "2018-10"): 3,
        ("E01035000", "2025-01"): 1,
    }


@pytest.mark.parametrize(
    ("head", "join"),
    [
        ("ObjectId,LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,LAD22CD,LAD22NM,LAD22NMW", False),
        ("LSOA11CD,LSOA11NM,CHGIND,LSOA21CD,LSOA21NM,LAD22CD,LAD22NM,LAD22NMW,ObjectId", True),
    ],
)
def test_the_headings_of_the_published_lookups(tmp_path: Path, head: str, join: bool) -> None:
    """Best fit and exact fit as the Open Geography Portal gives them: more columns, and a byte order mark."""
    path = tmp_path / "l.csv"
    lines = [head]
    for old, new in (pair.split(",") for pair in EXACT_FIT[1:]):
        named = {"LSOA11CD": old, "LSOA21CD": new, "LSOA21NM": "Derby 001D, it is"}
        lines.append(",".join(f'"{named.get(name, "")}"' for name in head.split(",")))
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    how = {
        "unit": "lsoa",
        "lookup": path,
        "join_changed": join,
        "first": "2018-10",
        "last": "2018-10",
    }
    read(two_vintages(tmp_path / "r"), out=tmp_path / "o.csv", **how)
    assert {key[0]: n for key, n in values(tmp_path / "o.csv").items() if n} == {
        "E01035001": 2,
        "E01013450": 1,
        "E01019400": 1,
    }


def test_weights_share_a_count_out(tmp_path: Path) -> None:
    split = lookup(
        tmp_path / "l.csv",
        *("E01013449,E01035000,0.25", "E01013449,E01035001,0.75"),
        *("E01013450,E01013450,1", "E01019400,E01019400,1"),
        head="LSOA11CD,LSOA21CD,weight",
    )
    table = read(two_vintages(tmp_path / "r"), out=tmp_path / "o.csv", unit="lsoa", lookup=split)
    found = {area: n for (area, m, _), n in values(tmp_path / "o.csv").items() if m == "2018-10"}
    assert found == {"E01035000": 0.5, "E01035001": 1.5, "E01013450": 1, "E01019400": 1}
    assert any("by weight" in note for note in table.notes)


def test_best_fit_without_a_part_of_a_split_lsoa_is_refused(tmp_path: Path) -> None:
    """Its events before would all go to one part, and after to two."""
    best = lookup(tmp_path / "l.csv", "E01013449,E01035001", *EXACT_FIT[2:])
    how = {"unit": "lsoa", "lookup": best, "out": tmp_path / "o.csv"}
    download = two_vintages(tmp_path / "r")
    words = "no E01035000; needed every LSOA21CD: where an LSOA was split, best fit has one part"
    with pytest.raises(DataError, match=words):
        read(download, **how)
    with pytest.raises(DataError, match=words):
        read(download, outcomes={"none of the kind": frozenset({"Burglary"})}, **how)
    assert not (tmp_path / "o.csv").exists()


def test_what_changed_is_counted_together(tmp_path: Path) -> None:
    how = {"unit": "lsoa", "out": tmp_path / "o.csv", "join_changed": True}
    exact = lookup(tmp_path / "l.csv", *EXACT_FIT)
    table = read(two_vintages(tmp_path / "r"), lookup=exact, **how)
    assert {key[:2]: n for key, n in values(tmp_path / "o.csv").items() if n is not None} == {
        ("E01013449", "2018-10"): 2,  # the split one keeps its code of 2011
        ("E01013449", "2025-01"): 1,
        ("E01013450", "2018-10"): 1,
        ("E01013450", "2025-01"): 0,
        ("E01019400", "2018-10"): 1,
        ("E01019400", "2025-01"): 1,
    }
    assert table.extraction.choices["changed LSOAs"] == "counted together"
    assert any("are one area with what they were or became" in note for note in table.notes)
    drawn_anew = lookup(
        tmp_path / "l.csv", *EXACT_FIT[:2], "E01013450,E01035001", "E01019400,E01019400"
    )
    read(two_vintages(tmp_path / "r"), lookup=drawn_anew, **how)
    found = {key[:2]: n for key, n in values(tmp_path / "o.csv").items() if n is not None}
    assert (found["E01013449", "2018-10"], found["E01013449", "2025-01"]) == (3, 1)
    assert {area for area, _ in found} == {"E01013449", "E01019400"}


def test_a_list_keeps_together_what_is_counted_together(tmp_path: Path) -> None:
    exact = lookup(tmp_path / "l.csv", *EXACT_FIT)
    how = {"unit": "lsoa", "out": tmp_path / "o.csv", "lookup": exact, "join_changed": True}
    both = lookup(tmp_path / "both.csv", "E01035000", "E01035001", head="LSOA21CD")
    read(two_vintages(tmp_path / "r"), lsoas=both, **how)
    assert {area for area, _, _ in values(tmp_path / "o.csv")} == {"E01013449"}
    one = lookup(tmp_path / "one.csv", "E01035000", head="LSOA21CD")
    with pytest.raises(DataError, match="E01035000 without E01035001, with which it is counted"):
        read(two_vintages(tmp_path / "r"), lsoas=one, **how)


def test_joining_needs_a_lookup_without_weights(tmp_path: Path) -> None:
    how = {"unit": "lsoa", "out": tmp_path / "o.csv", "join_changed": True}
    with pytest.raises(DataError, match="--join-changed: no look-up"):
        read(two_vintages(tmp_path / "r"), **how)
    row, head = "E01013449,E01035000,1", "LSOA11CD,LSOA21CD,weight"
    shares = lookup(tmp_path / "l.csv", row, head=head)
    with pytest.raises(DataError, match="shares, and LSOAs to be joined"):
        read(two_vintages(tmp_path / "r"), lookup=shares, **how)


@pytest.mark.parametrize(
    ("head", "rows", "words"),
    [
        (
            "LSOA11CD,LSOA21CD",
            ["E01013449,E01035000", "E01013449,E01035001"],
            "E01013449 goes to E01035000 and to",
        ),
        ("LSOA11CD,LSOA21CD", ["E01013449,E01035000"], "no E01013450, E01019400"),
        ("LSOA11CD,LSOA22CD", ["E01013449,E01035000"], "LSOA21CD: no such column"),
        ("LSOA11CD,LSOA21CD", ["E01013449,Derby"], "l.csv:2 LSOA21CD: Derby"),
        ("LSOA11CD,LSOA21CD,weight", ["E01013449,E01035000,0.5"], "0.5 for E01013449"),
        ("LSOA11CD,LSOA21CD,weight", ["E01013449,E01035000,half"], "l.csv:2 weight: half"),
    ],
)
def test_lookups_that_cannot_be_right(
    tmp_path: Path, head: str, rows: list[str], words: str
) -> None:
    wrong = lookup(tmp_path / "l.csv", *rows, head=head)
    with pytest.raises(DataError, match=words):
        read(two_vintages(tmp_path / "r"), out=tmp_path / "o.csv", unit="lsoa", lookup=wrong)
    assert not (tmp_path / "o.csv").exists()


def test_a_list_keeps_to_its_lsoas_and_places_bare_codes(tmp_path: Path) -> None:
    listed = lookup(
        tmp_path / "l.csv",
        "E01025766,Derby",
        "E01013449,Derby",
        "E01013999,Derby",
        head="LSOA code,District",
    )
    download = folder_of(
        tmp_path / "r", {name_of("2018-10"): month("derby", "derby-2", "code", "code")}
    )
    table = read(download, out=tmp_path / "o.csv", unit="lsoa", lsoas=listed)
    assert {a: n for (a, _, _), n in values(tmp_path / "o.csv").items()} == {
        "E01025766": 2,
        "E01013449": 1,
        "E01013999": 0,
    }
    assert reasons(table) == {"outside the areas": 1}


def test_a_list_that_fans_out_is_refused_and_so_is_one_that_does_not_say_where(
    tmp_path: Path,
) -> None:
    download = folder_of(tmp_path / "r", {name_of("2018-10"): month("derby")})
    twice = lookup(tmp_path / "l.csv", "E01013449", "E01013450", "E01013449", head="LSOA21CD")
    with pytest.raises(DataError, match=r"l\.csv:4 LSOA21CD: E01013449 also on line 2"):
        read(download, out=tmp_path / "o.csv", unit="lsoa", lsoas=twice)
    unknown = lookup(tmp_path / "l.csv", "E01013449", "E01013450", head="LSOA21CD")
    with pytest.raises(DataError, match="E01013450 is in no file; needed its district"):
        read(download, out=tmp_path / "o.csv", unit="lsoa", lsoas=unknown)


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    from evalkit.data.police import Choice, read_police
    from tests.street_files import AREAS

    files = {
        name_of("2018-10"): month("derby"),
        name_of("2018-11"): month("derby", month="2018-11"),
    }
    told: list[tuple[int, int]] = []
    download = zip_of(tmp_path / "a.zip", files)
    read_police([download], Choice(areas=AREAS), out=None, progress=lambda *x: told.append(x))
    assert told[-1][0] == told[-1][1] == sum(len(content) for content in files.values())
    assert len(PLACES) == len(set(PLACES.values()))


def test_an_lsoa_with_other_crimes_only_has_zeros(tmp_path: Path) -> None:
    """Leaving it out would choose places by their outcome."""
    rows = [row("2018-10"), row("2018-10", "derby-2", "Burglary"), row("2018-10", "tameside")]
    download = folder_of(tmp_path / "r", {name_of("2018-10"): text(rows)})
    how = {"unit": "lsoa", "out": tmp_path / "o.csv"}
    read(download, outcomes={"robbery": frozenset({"Robbery"})}, **how)
    found = values(tmp_path / "o.csv")
    assert found == {
        ("E01013449", "2018-10", "robbery"): 1,
        ("E01013450", "2018-10", "robbery"): 0,
    }
    read(download, outcomes={"drugs": frozenset({"Drugs"})}, **how)
    assert set(values(tmp_path / "o.csv").values()) == {0}
