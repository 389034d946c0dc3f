"""What looks like personal data is flagged, and what only resembles it is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.text.strict_yaml import parse
from evalkit.types.evaluation import Provenance
from evalkit.types.intervention import Description, Intervention, ParticipatingOrganisation
from evalkit.types.theory import Element, Link, TheoryOfChange
from evalkit.workflow.personal_data import Flag, flags, masked

ROOT = Path(__file__).resolve().parent.parent
HASH = "5c714cae093695c261a81a09e6f1d6cfae4e14ea1868aaf6e2ddcba2106bbcd9"

FOUND = [
    ("e-mail address", "Write to someone@example.org.uk please"),
    ("e-mail address", "SOMEONE+tag@mail.example.org"),
    ("e-mail address", "<mailto:a.b-c_d@example.com>"),
    ("telephone number", "Ring 07700 900123"),
    ("telephone number", "07700900123"),
    ("telephone number", "07700-900-123"),
    ("telephone number", "0116 496 0123"),
    ("telephone number", "(0116) 496 0123"),
    ("telephone number", "01632 960001,"),
    ("telephone number", "020 7946 0000."),
    ("telephone number", "+44 7700 900123"),
    ("telephone number", "+44 (0)116 496 0123"),
    ("telephone number", "+447700900123"),
    ("telephone number", "0044 7700 900123"),
    ("telephone number", "07700\u00a0900\u00a0123"),
    ("NHS number", "943 476 5919"),
    ("NHS number", "9434765919"),
    ("NHS number", "NHS no. 943-476-5919"),
    ("full postcode", "Lives at LE1 7RH"),
    ("full postcode", "LE17RH"),
    ("full postcode", "near SW1A 1AA."),
    ("full postcode", "M1 1AE"),
    ("full postcode", "(DE22 3NE)"),
    ("full postcode", "ng1 5dt"),
    ("police crime id", HASH),
    ("police crime id", f"Crime ID {HASH.upper()}"),
    ("crime reference", "crime reference number 23000123456"),
    ("crime reference", "Crime ref: 24*123456"),
    ("crime reference", "Incident no. 345/12345"),
    ("crime reference", "Occurrence number is 20250012345"),
    ("crime reference", "see 23*123456"),
    ("crime reference", "see 01AB/12345/23"),
    ("date of birth", "DOB 12/03/2001"),
    ("date of birth", "D.O.B. 12.03.01"),
    ("date of birth", "date of birth: 2001-03-12"),
    ("date of birth", "born on 3 May 2001"),
    ("date of birth", "born 3rd of May 2001"),
    ("date of birth", "Born May 3, 2001"),
]

NOT_FOUND = [
    *("E06000015", "E06000015, E06000016", "EM-2026-0001", "EM-2026-0001-P1", "EM-2026-0003-F01"),
    *("derby-2024/N3", "robbery@1.0", "police-uk @ 2024", "@home", "a@b"),
    *("2023-04-01", "01/04/2023", "01-02-2023 12:30", "18:00 to 02:00", "2013 2014 2015 2016"),
    *("0.0123456789", "136,000", "1,234,567,890", "3.14159265358979", "£880,000 in 2019/20"),
    *("0300 123 4567", "0800 1111", "999", "101", "X99", "ISA 2024/17", "10.1257/rct.123-1.0"),
    *("9434765918", "1234567890", "0000000000", "12345678901", "943 476 59190"),
    *("LE1", "LE1 and NG7", "B12", "in 5 of 8th", "s1 2nd term", "Year 7 2AB", "W3C", "A1 2CD"),
    *("M25 1 in 3", "E06 1AA0", "S10 3 kinds", "section 16", "v1.0", "ZZ1 1AA", "LE1 7CO"),
    *(
        "crime number 43",
        "incident number rose to 12345",
        "crime reference 2023",
        "24/7",
        "9/11/23",
    ),
    *(
        "born in 1999",
        "people born from 1999 to 2005",
        "born between 2001-2005",
        "date of birth is not held",
    ),
    *(
        "Robbery fell by 307 (25 to 620)",
        "p = 0.0002",
        "http://www.example.org/a@1",
        "Mr Smith in prose",
    ),
    *(f"sha256: {HASH}", f"SHA-256 {HASH}", HASH[:40], HASH + "0", "2021-04 to 2025-03"),
    *("Exodus 20 13", "Dr", "36 + 24 months", "EH", "OX5 is a district", "1 4AB"),
]

CONTACTS = [
    ("PC Smith", True),
    ("Mr Jones", True),
    ("Ms. O’Brien", True),
    ("Dr Ada Example", True),
    ("Sergeant Brown, Derby", True),
    ("Det Supt or Cllr Green", True),
    ("Safety lead", False),
    ("Inspector, Derby", False),
    ("DS Team", False),
    ("Inspector Neighbourhood Policing", False),
    ("Chief Superintendent for Derby", False),
    ("Superintendent Operations", False),
    ("Director of Public Health", False),
    ("Evaluation lead, Derby City Council", False),
    ("PC", False),
    ("PCC office", False),
]


@pytest.mark.parametrize(("kind", "text"), FOUND)
def test_found(kind: str, text: str) -> None:
    (flag,) = flags({"note": f"x {text} y"})
    assert (flag.path, flag.kind) == ("note", kind)
    shown = [c for c in flag.excerpt.removesuffix("...") if c not in "# \u00a0"]
    assert len(shown) <= 2
    assert [f.kind for f in flags({"note": text})] == [kind]


@pytest.mark.parametrize("text", NOT_FOUND)
def test_not_found(text: str) -> None:
    assert flags({"note": text, "list": [f"x {text} y", f"({text})"]}) == ()


@pytest.mark.parametrize(("text", "is_name"), CONTACTS)
def test_names_in_contacts(text: str, is_name: bool) -> None:
    record = ParticipatingOrganisation(name="Derby City Council", role="lead", contact=text)
    found = flags(record)
    assert [(f.path, f.kind) for f in found] == [("contact", "name of a person")] * is_name
    assert flags({"note": text}) == ()
    assert len(flags({"champion": text})) == is_name


def test_every_text_of_a_record_is_looked_at() -> None:
    at = "someone@example.org"
    record = Intervention(
        form="evalkit/intervention/1",
        name=at,
        summary="x",
        kind="mentoring",
        status="live",
        areas=("E06000015",),
        start="2023",
        description=Description(why="x", dose=at),
        organisations=(
            ParticipatingOrganisation(name="x", role="lead"),
            ParticipatingOrganisation(name="y", role="partner", contact=at),
        ),
        risk_and_protective_factors=("x", at),
        theory=TheoryOfChange(
            elements={
                "a": Element(kind="activity", text=at),
                at: Element(kind="outcome", text="x"),
            },
            links=(Link(from_=at, to="a", because=at),),
        ),
    )
    assert [flag.path for flag in flags(record)] == [
        "name",
        "description.dose",
        "organisations[1].contact",
        "risk_and_protective_factors[1]",
        "theory.elements.a.text",
        f"theory.elements.{at}",
        "theory.links[0].from",
        "theory.links[0].because",
    ]
    assert {flag.excerpt for flag in flags(record)} == {"so#################"}


def test_several_in_one_text() -> None:
    text = "Ring 07700 900123 or 07700 900456, write to a@example.org"
    assert flags({"note": text}) == (
        Flag(path="note", kind="e-mail address", excerpt="a@###########"),
        Flag(path="note", kind="telephone number", excerpt="07### ######"),
    )


def test_a_named_hash_is_no_crime_id() -> None:
    made = Provenance(
        source="x",
        file="x.csv",
        package="",
        version="",
        sha256=HASH,
        rows_read=1,
        rows_used=1,
        dropped=(("no area", 1),),
        licence="MIT",
    )
    assert flags(made) == flags({"protocol_sha256": HASH}) == ()
    (flag,) = flags(replace(made, source=f"row {HASH}"))
    assert flag == Flag(path="source", kind="police crime id", excerpt=masked(HASH))
    assert masked(HASH) == "5c" + "#" * 22 + "..."


def test_a_venue_may_have_its_postcode() -> None:
    assert flags({"place": "University of Leicester, LE1 7RH"}) == ()
    assert len(flags({"location": "LE1 7RH"})) == 1


@pytest.mark.parametrize(
    "file",
    sorted([*(ROOT / "case_studies").rglob("*.*"), *(ROOT / "protocols").glob("*.md")]),
    ids=lambda f: "/".join(f.parts[-2:]),
)
def test_our_own_text_has_none(file: Path) -> None:
    text = file.read_text()
    if file.suffix == ".yaml":
        assert flags(parse(text, file=file.name).value) == ()
    else:
        assert flags({"prose": text}) == ()


@pytest.mark.parametrize(
    "piece", ["a", "a@", "0", "07", "1 ", "LE1", "crime number ", "born ", "12/", "a.", "Mr ", "A-"]
)
def test_long_text_is_looked_through_quickly(piece: str) -> None:
    """A megabyte; a rule that goes back and forth would take hours."""
    flags({"contact": piece * (1_000_000 // len(piece))})
