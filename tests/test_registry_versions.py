"""Amending: the next version, who may write it, and what changed from one to the next."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session

from evalkit.errors import RegistryError
from evalkit.registry.canonical import canonical_json, read_json
from evalkit.registry.entries import Amended, amend, diff, read, read_all, register, versions
from evalkit.registry.interventions import add_intervention
from evalkit.registry.kinds import KINDS
from evalkit.registry.ledger import entries, verify
from evalkit.registry.search import search
from evalkit.registry.store import open_registry
from evalkit.registry.versions import Change, parse_version
from evalkit.types.intervention import Intervention
from evalkit.types.theory import TheoryOfChange
from tests.test_registry_samples import DAY, EXTERNAL, INTERVENTION, PLAIN, THEORY, filled, fresh

LATER = datetime.date(2026, 9, 30)
ID = "EM-2026-0001"
TEXT = "# kept by hand\nname: Navigators  # for now\n"


def change(session: Session, record: object, based_on: str = "v1.0", **how: object) -> Amended:
    given = {"text": TEXT, "on": LATER, "by": "Registrar", "reason": "Checked", **how}
    return amend(session, "intervention", ID, record, based_on=based_on, **given)  # type: ignore[arg-type]


def test_the_field_rule_counts_major_and_minor(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path), write=True) as session:
        first = read(session, "intervention", ID)
        renamed = replace(first, name="Navigators")
        done = change(session, renamed)
        assert (done.version, done.new, done.record) == ("v1.1", True, renamed)
        assert done.changes == (Change(field="name", old=first.name, new="Navigators"),)
        moved = replace(renamed, areas=("E23000021",), name="Again")
        assert change(session, moved, "v1.1").version == "v2.0"
        assert change(session, replace(moved, name="Third"), "v2.0").version == "v2.1"
        assert read(session, "intervention", ID).name == "Third"
        assert read(session, "intervention", ID, "v1.0") == first
        assert read(session, "intervention", ID, "v2.0") == moved
        assert [i.name for i in read_all(session, "intervention")] == ["Third", PLAIN.name]
        assert [e.subject for e in entries(session) if e.action == "amend"] == [
            f"intervention/{ID}/{version}" for version in ("v1.1", "v2.0", "v2.1")
        ]
        assert verify(session).first_problem is None


def test_the_history_says_who_when_why_and_what(tmp_path: Path) -> None:
    with open_registry(fresh(tmp_path), write=True) as session:
        add_intervention(
            session, INTERVENTION, slug="n", on=DAY, prefix="EM", by="Analyst", text="a: 1 # x\r\n"
        )
        longer = replace(
            THEORY,
            links=(replace(THEORY.links[0], because="another reason"), *THEORY.links[1:]),
        )
        change(session, replace(INTERVENTION, theory=longer, end=None))
        one, two = versions(session, "intervention", ID)
        assert (one.version, one.day, one.by, one.reason) == ("v1.0", DAY, "Analyst", "")
        assert (one.text, one.changes) == ("a: 1 # x\r\n", ())
        assert (two.number, two.version, two.day) == (2, "v2.0", LATER)
        assert (two.by, two.reason, two.text) == ("Registrar", "Checked", TEXT)
        assert two.changes == (
            Change(field="end", old="2021", new=None),
            Change(field="theory.links[0].because", old="a teachable moment", new="another reason"),
        )
        entry = entries(session)[-1]
        assert (entry.by, entry.reason, entry.on) == ("Registrar", "Checked", LATER)


def test_an_amendment_of_an_old_version_names_both_and_who_was_faster(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path), write=True) as session:
        change(session, replace(INTERVENTION, name="Mine"))
        with pytest.raises(RegistryError) as caught:
            change(session, replace(INTERVENTION, name="Theirs"))
        (problem,) = caught.value.problems
        assert problem.field == "based_on"
        assert problem.found == "an amendment of v1.0"
        assert "v1.1, the current version of EM-2026-0001" in problem.needed
        assert "by Registrar, 2026-09-30: Checked" in problem.needed
        assert read(session, "intervention", ID).name == "Mine"


@pytest.mark.parametrize(
    ("how", "match"),
    [
        ({"reason": " "}, "reason: empty; needed why, in a sentence"),
        ({"by": ""}, "by: empty; needed who does it"),
        ({"based_on": ""}, "based_on: an amendment of no version"),
        ({"slug": "a\nb"}, "slug: .*without control characters"),
        ({"record": replace(INTERVENTION, id="EM-2026-0002")}, "id: EM-2026-0002; needed EM-2026"),
        ({"record": replace(INTERVENTION, registered=LATER)}, "registered: 2026-09-30; needed"),
        ({"record": replace(INTERVENTION, areas=("E1",))}, r"areas\[0\]: unknown area code E1"),
        ({"record": replace(INTERVENTION, name="")}, r"Intervention\.name"),
        ({"record": EXTERNAL}, "a record of type ExternalFinding; needed Intervention"),
    ],
)
def test_an_amendment_that_does_not_fit_is_refused(
    tmp_path: Path, how: dict[str, object], match: str
) -> None:
    with open_registry(filled(tmp_path), write=True) as session:
        given = {"record": replace(INTERVENTION, name="Other"), **how}
        with pytest.raises(RegistryError, match=match):
            change(session, **given)  # type: ignore[arg-type]
        assert len(versions(session, "intervention", ID)) == 1


def test_what_there_is_not_cannot_be_amended_or_read(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path), write=True) as session:
        with pytest.raises(RegistryError, match="EM-2026-0009, which is not registered; needed"):
            amend(
                session,
                "intervention",
                "EM-2026-0009",
                INTERVENTION,
                text="",
                on=DAY,
                by="x",
                reason="x",
                based_on="v1.0",
            )
        with pytest.raises(RegistryError, match=r"version v1\.7 of EM-2026-0001; needed one of v1"):
            read(session, "intervention", ID, "v1.7")
        with pytest.raises(
            RegistryError, match="kind of entry 'thing'; needed one of intervention"
        ):
            read(session, "thing", ID)
        with pytest.raises(RegistryError, match="finding X, which is not entered"):
            versions(session, "finding", "X")


def test_the_same_again_is_not_a_version_but_other_comments_are(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path), write=True) as session:
        same = change(session, INTERVENTION, text="")
        assert (same.version, same.new, same.changes) == ("v1.0", False, ())
        commented = change(session, INTERVENTION)
        assert (commented.version, commented.new, commented.changes) == ("v1.1", True, ())
        assert versions(session, "intervention", ID)[-1].text == TEXT
        assert not change(session, INTERVENTION, "v1.1").new


def test_the_order_of_a_theorys_elements_is_kept_and_sealed(tmp_path: Path) -> None:
    turned = replace(THEORY, elements=dict(reversed(THEORY.elements.items())))
    assert turned == THEORY  # as mappings, which have no order
    assert canonical_json(turned) != canonical_json(THEORY)
    again = read_json(TheoryOfChange, canonical_json(turned))
    assert list(again.elements) == ["talk", "need", "violence"]
    with open_registry(filled(tmp_path), write=True) as session:
        other = replace(INTERVENTION, theory=turned)
        with pytest.raises(RegistryError, match=r"^theory: text that differs"):
            add_intervention(session, other, slug="navigators", on=DAY, prefix="EM")
        done = change(session, other)
        assert done.version == "v2.0"
        assert done.changes == (
            Change(field="theory.elements", old="violence, need, talk", new="talk, need, violence"),
        )
        stored: Intervention = read(session, "intervention", ID)
        assert stored.theory is not None
        assert list(stored.theory.elements) == ["talk", "need", "violence"]


def test_lists_are_compared_without_what_is_alike_at_both_ends() -> None:
    longer = replace(INTERVENTION, areas=("E23000021", "US", "E23000018"))
    assert diff(INTERVENTION, longer) == (Change(field="areas[1]", old=None, new="US"),)
    assert diff(longer, INTERVENTION) == (Change(field="areas[1]", old="US", new=None),)
    assert diff(INTERVENTION, INTERVENTION) == ()


def test_what_lists_and_search_say_follows_the_amendment(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path), write=True) as session:
        change(
            session,
            replace(INTERVENTION, name="Bleed kits", areas=("E23000020",), status="live"),
            slug="bleed-kits",
        )
        assert [hit.id for hit in search(session, "bleed")] == [ID]
        assert search(session, "navigators leicesters", kinds=["intervention"]) == ()
        assert [h.id for h in search(session, filters={"area": "E23000020"})] == [ID]
        assert search(session, filters={"area": "US"}) == ()
        again = add_intervention(
            session,
            replace(INTERVENTION, name="Bleed kits", areas=("E23000020",), status="live"),
            slug="bleed-kits",
            on=LATER,
            prefix="EM",
        )
        assert not again.new
        assert verify(session).first_problem is None


def test_a_finding_is_corrected_by_the_same_rule(tmp_path: Path) -> None:
    id = EXTERNAL.id
    with open_registry(filled(tmp_path), write=True) as session:
        how = {"text": "", "on": LATER, "by": "Analyst", "reason": "A misprint"}
        told = replace(EXTERNAL, summary="Otherwise.")
        assert amend(session, "finding", id, told, based_on="v1.0", **how).version == "v1.1"  # type: ignore[arg-type]
        found = replace(told, effect=-2.5)
        assert amend(session, "finding", id, found, based_on="v1.1", **how).version == "v2.0"  # type: ignore[arg-type]
        assert read(session, "finding", id) == found


@pytest.mark.parametrize("slug", ["", ".hidden", "a\x00b", "x" * 101])
def test_a_slug_that_is_no_name_is_refused(tmp_path: Path, slug: str) -> None:
    with (
        open_registry(fresh(tmp_path), write=True) as session,
        pytest.raises(RegistryError),
    ):
        register(session, "finding", replace(EXTERNAL, id=slug), slug=slug, on=DAY)


@pytest.mark.parametrize("text", ["1.0", "v1", "v0.1", "v1.01", "v1.0 ", "", "v٣.1"])
def test_a_version_is_two_numbers(text: str) -> None:
    with pytest.raises(RegistryError, match="needed a version such as v1"):
        parse_version(text)


def test_every_kind_names_fields_that_its_record_has() -> None:
    for name, kind in KINDS.items():
        fields = set(kind.record.__dataclass_fields__)
        named = kind.major | kind.fixed | {kind.day, kind.version, "id"} - {""}
        assert name == kind.name
        assert named <= fields, name
