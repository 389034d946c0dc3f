"""What goes into the registry comes out again, once, and nothing else gets in."""

import datetime
from dataclasses import fields, replace
from pathlib import Path

import pytest
from sqlmodel import Session

from evalkit.errors import RegistryError
from evalkit.registry import compare
from evalkit.registry.canonical import canonical_json, settled
from evalkit.registry.findings import (
    add_external_finding,
    read_evaluations,
    read_external_finding,
    read_external_findings,
    read_findings,
)
from evalkit.registry.interventions import (
    Registered,
    add_intervention,
    read_intervention,
    read_interventions,
)
from evalkit.registry.ledger import entries
from evalkit.registry.protocols import add_locked_protocol, read_protocol, read_protocols
from evalkit.registry.store import open_registry
from evalkit.types.five_cs import FiveCs
from evalkit.types.intervention import Intervention
from evalkit.types.money import Cost, Funding
from evalkit.types.theory import Indicator, Link
from tests.test_registry_samples import (
    DAY,
    EVALUATION,
    EXTERNAL,
    FINDING,
    INTERVENTION,
    PLAIN,
    PROTOCOL,
    THEORY,
    filled,
    fresh,
    store,
)

LATER = datetime.date(2027, 1, 9)


def register(session: Session, record: Intervention, slug: str, **how: object) -> Registered:
    return add_intervention(session, record, slug=slug, **{"on": DAY, "prefix": "EM", **how})  # type: ignore[arg-type]


def test_interventions_come_back_as_they_were_registered(tmp_path: Path) -> None:
    url = filled(tmp_path)
    first = replace(INTERVENTION, id="EM-2026-0001", registered=DAY)
    second = replace(PLAIN, id="EM-2026-0002", registered=DAY)
    with open_registry(url) as session:
        assert read_interventions(session) == (first, second)
        found = read_intervention(session, "EM-2026-0001")
    assert found == first
    assert found.theory is not None
    assert list(found.theory.elements) == list(THEORY.elements)
    assert found.theory.links[0].evidence == ("B", "A")
    assert isinstance(found.areas, tuple)
    assert type(found.registered) is datetime.date


def test_the_same_text_again_is_not_new(tmp_path: Path) -> None:
    with open_registry(fresh(tmp_path), write=True) as session:
        first = register(session, INTERVENTION, "navigators")
        again = register(session, INTERVENTION, "navigators", on=LATER)
        filled_in = register(session, first.intervention, "navigators")
        assert first.new
        assert (
            again
            == filled_in
            == Registered(intervention=first.intervention, version="v1.0", new=False)
        )
        assert len(entries(session)) == 1


def test_a_changed_text_names_the_id_and_the_fields(tmp_path: Path) -> None:
    changed = replace(
        INTERVENTION,
        summary="Another.",
        theory=replace(THEORY, links=THEORY.links[:1]),
        id="EM-2026-0007",
    )
    with open_registry(filled(tmp_path), write=True) as session:
        with pytest.raises(RegistryError) as caught:
            register(session, changed, "navigators")
        (problem,) = caught.value.problems
        assert problem.field == "id, summary, theory"
        assert "EM-2026-0001" in problem.found


@pytest.mark.parametrize(
    "name", [f.name for f in fields(Intervention) if f.name not in ("form", "id", "registered")]
)
def test_a_change_to_any_field_is_noticed(tmp_path: Path, name: str) -> None:
    other = {
        "kind": "therapy",
        "status": "live",
        "areas": ("E23000018", "E23000021"),
        "start": "2018",
        "description": replace(INTERVENTION.description, dose="more"),
        "organisations": INTERVENTION.organisations[:2],
        "theory": None,
        "worked_example": True,
        "end": None,
        "planned_start": "2018",
        "planned_end": "2024-05",
        "setting": "health",
        "prevention_level": "tertiary",
        "risk_and_protective_factors": ("fear",),
        "cost": Cost(amount=10.0, per="total", price_year="2023-24"),
        "funding": (Funding(source="Home Office"),),
        "five_cs": FiveCs(collaboration="Hospital and council"),
        "needs": ("leicester-2024/N3",),
    }
    changed = replace(INTERVENTION, **{name: other.get(name, "something else")})
    with (
        open_registry(filled(tmp_path), write=True) as session,
        pytest.raises(RegistryError, match=f"^{name}: text that differs"),
    ):
        register(session, changed, "navigators")


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path), write=True) as session:
        with pytest.raises(RegistryError) as caught:
            register(session, replace(PLAIN, id="EM-2026-0001"), "third")
        (problem,) = caught.value.problems
        assert problem.field == "id"
        assert "navigators" in problem.found
        assert problem.needed
        assert problem.do


def test_numbers_go_up_by_prefix_across_years(tmp_path: Path) -> None:
    with open_registry(fresh(tmp_path), write=True) as session:
        declared = datetime.date(2020, 5, 1)
        given = replace(PLAIN, id="EM-2025-0041", registered=declared)
        assert register(session, given, "a").intervention == given
        assert register(session, PLAIN, "b", on=LATER).intervention.id == "EM-2027-0042"
        assert register(session, PLAIN, "c").intervention.id == "EM-2026-0043"
        assert register(session, PLAIN, "d", prefix="WM").intervention.id == "WM-2026-0001"
        assert [entry.on for entry in entries(session)] == [declared, LATER, DAY, DAY]


def test_numbers_do_not_run_over(tmp_path: Path) -> None:
    with open_registry(fresh(tmp_path), write=True) as session:
        register(session, replace(PLAIN, id="EM-2025-9999"), "a")
        with pytest.raises(RegistryError, match=r"Intervention\.id: 'EM-2026-10000'"):
            register(session, PLAIN, "b")


def test_an_unknown_area_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with open_registry(fresh(tmp_path), write=True) as session:
        with pytest.raises(RegistryError) as caught:
            register(session, replace(PLAIN, areas=("US", "E1", "E2")), "a")
        assert [problem.field for problem in caught.value.problems] == ["areas[1]", "areas[2]"]
        assert "E23000018 (Derbyshire)" in caught.value.problems[0].needed
        assert read_interventions(session) == ()


def test_a_theory_with_loose_ends_is_refused(tmp_path: Path) -> None:
    theory = replace(
        THEORY,
        links=(Link(from_="talk", to="nothing"),),
        indicators=(Indicator(of="nobody"),),
    )
    with open_registry(fresh(tmp_path), write=True) as session:
        with pytest.raises(RegistryError) as caught:
            register(session, replace(PLAIN, theory=theory), "a")
        found = [problem.field for problem in caught.value.problems]
        assert found == ["theory.links[0].to", "theory.indicators[0].of"]


def test_a_record_that_does_not_fit_its_type_is_refused(tmp_path: Path) -> None:
    with (
        open_registry(fresh(tmp_path), write=True) as session,
        pytest.raises(
            RegistryError, match=r"(?s)Intervention\.name: .*at most 80.*Intervention\.k"
        ),
    ):
        register(session, replace(PLAIN, name="x" * 81, kind="magic"), "a")


def test_an_unknown_intervention_lists_the_known_ones(tmp_path: Path) -> None:
    with (
        open_registry(filled(tmp_path)) as session,
        pytest.raises(RegistryError, match=r"EM-2026-0009.*one of EM-2026-0001, EM-2026-0002"),
    ):
        read_intervention(session, "EM-2026-0009")


def test_protocols_come_back_as_they_were_locked(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path), write=True) as session:
        assert read_protocols(session) == (PROTOCOL,)
        assert not add_locked_protocol(session, PROTOCOL)
        for version in ("v1.9", "v1.10"):
            assert add_locked_protocol(session, replace(PROTOCOL, version=version))
        assert [p.version for p in read_protocols(session)] == ["v1.0", "v1.9", "v1.10"]
        assert not add_locked_protocol(session, PROTOCOL)
        with pytest.raises(RegistryError, match=r"version: v1\.3; needed a version after v1\.10"):
            add_locked_protocol(session, replace(PROTOCOL, version="v1.3"))
        assert read_protocol(session, PROTOCOL.id).version == "v1.10"


def test_a_lock_without_a_declared_day_keeps_its_first_day(tmp_path: Path) -> None:
    undeclared = replace(PROTOCOL, version="v1.1", declared=False)
    with open_registry(filled(tmp_path), write=True) as session:
        assert add_locked_protocol(session, undeclared)
        assert not add_locked_protocol(session, replace(undeclared, locked_on=LATER))
        assert read_protocol(session, PROTOCOL.id) == undeclared
        with pytest.raises(RegistryError, match="locked_on: a plan that differs"):
            add_locked_protocol(session, replace(PROTOCOL, locked_on=LATER))


def test_a_protocol_that_was_changed_after_locking_is_refused(tmp_path: Path) -> None:
    with (
        open_registry(filled(tmp_path), write=True) as session,
        pytest.raises(RegistryError, match="label, text: a plan that differs from EM-2026-0001-P1"),
    ):
        add_locked_protocol(session, replace(PROTOCOL, text="other", label="prospective"))


def test_a_protocol_needs_its_intervention(tmp_path: Path) -> None:
    with (
        open_registry(filled(tmp_path), write=True) as session,
        pytest.raises(RegistryError, match="intervention: intervention EM-2026-0099, which is not"),
    ):
        add_locked_protocol(session, replace(PROTOCOL, intervention="EM-2026-0099"))


def test_an_unknown_protocol_lists_the_known_ones(tmp_path: Path) -> None:
    with (
        open_registry(filled(tmp_path)) as session,
        pytest.raises(RegistryError, match="not locked; needed one of EM-2026-0001-P1"),
    ):
        read_protocol(session, "EM-2026-0001-P9")


def test_published_results_come_back_as_they_were_entered(tmp_path: Path) -> None:
    bare = replace(
        EXTERNAL, id="EM-2026-0001-F02", unit="", effect=None, low=None, high=None, limits=()
    )
    with open_registry(filled(tmp_path), write=True) as session:
        assert add_external_finding(session, bare, on=DAY)
        assert read_external_findings(session) == (bare, EXTERNAL)
        assert not add_external_finding(session, EXTERNAL, on=LATER)
        assert len(entries(session)) == 6
        with pytest.raises(RegistryError, match="one of EM-2026-0001-F02, EM-2026-0001-F09"):
            read_external_finding(session, "EM-2026-0001-F55")


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"effect": 1.0, "limits": ()}, "effect, limits: a result that differs from .*F09"),
        ({"id": "EM-2026-0001-F03", "interventions": ("EM-2026-0077",)}, r"interventions\[0\]"),
        ({"id": "EM-2026-0001-F01"}, "id: EM-2026-0001-F01, which a finding of our own has"),
        ({"low": float("nan")}, "cannot be written as JSON"),
    ],
)
def test_a_published_result_that_does_not_fit_is_refused(
    tmp_path: Path, changed: dict[str, object], match: str
) -> None:
    with (
        open_registry(filled(tmp_path), write=True) as session,
        pytest.raises(RegistryError, match=match),
    ):
        add_external_finding(session, replace(EXTERNAL, **changed), on=DAY)


def test_a_run_comes_back_number_for_number(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path)) as session:
        assert read_evaluations(session) == (EVALUATION,)
        assert read_findings(session) == (FINDING,)
        assert repr(read_evaluations(session)[0].estimates) == repr(EVALUATION.estimates)


def test_the_newest_run_is_read_and_the_older_ones_stay(tmp_path: Path) -> None:
    changed = replace(EVALUATION, notes=())
    with open_registry(filled(tmp_path), write=True) as session:
        assert not store(session, EVALUATION, (FINDING,), on=LATER)
        assert store(session, changed, (FINDING,), on=LATER)
        assert read_evaluations(session) == (changed,)
        assert store(session, changed, (), on=LATER)
        assert read_findings(session) == ()
        assert store(session, EVALUATION, (FINDING,), on=LATER)
        assert read_evaluations(session) == (EVALUATION,)
        subjects = [entry.subject for entry in entries(session) if entry.action == "run"]
        assert subjects == [f"run/EM-2026-0001-P1/v1.0/{n}" for n in (1, 2, 3, 4)]


def test_the_newest_version_that_was_run_counts(tmp_path: Path) -> None:
    amended = replace(EVALUATION, version="v1.10", notes=("amended",))
    with open_registry(filled(tmp_path), write=True) as session:
        add_locked_protocol(session, replace(PROTOCOL, version="v1.10"))
        assert read_evaluations(session) == (EVALUATION,)
        assert store(session, amended, (), on=DAY)
        assert store(session, replace(EVALUATION, notes=("again",)), (FINDING,), on=DAY)
        assert read_evaluations(session) == (amended,)


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"protocol": "EM-2026-0001-P9"}, "protocol EM-2026-0001-P9 v1.0, which is not locked"),
        ({"version": "v2.0"}, "protocol EM-2026-0001-P1 v2.0, which is not locked"),
        ({"protocol_sha256": "00"}, "protocol_sha256: 00; needed .*Run the plan as it was locked"),
        ({"design": "guess"}, "Run.evaluation.design: 'guess'"),
        ({"path": (replace(EVALUATION.path[0], fitted=float("inf")),)}, "finite numbers"),
    ],
)
def test_a_run_of_anything_but_the_locked_plan_is_refused(
    tmp_path: Path, changed: dict[str, object], match: str
) -> None:
    with (
        open_registry(filled(tmp_path), write=True) as session,
        pytest.raises(RegistryError, match=match),
    ):
        store(session, replace(EVALUATION, **changed), (FINDING,), on=DAY)


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"protocol": None}, r"findings\[1\]\.protocol: None; needed EM-2026-0001-P1"),
        ({"interventions": ("EM-2026-0088",)}, r"findings\[1\]\.interventions\[0\]"),
        ({"id": EXTERNAL.id}, "which a published result has"),
        ({"id": FINDING.id}, "which another finding of this run has"),
    ],
)
def test_findings_that_do_not_belong_are_refused(
    tmp_path: Path, changed: dict[str, object], match: str
) -> None:
    second = replace(FINDING, **{"id": "EM-2026-0001-F02", **changed})
    with (
        open_registry(filled(tmp_path), write=True) as session,
        pytest.raises(RegistryError, match=match),
    ):
        store(session, EVALUATION, (FINDING, second), on=DAY)


def test_a_finding_of_another_protocol_keeps_its_id(tmp_path: Path) -> None:
    other = replace(PROTOCOL, id="EM-2026-0001-P2")
    with open_registry(filled(tmp_path), write=True) as session:
        add_locked_protocol(session, other)
        finding = replace(FINDING, protocol=other.id)
        with pytest.raises(RegistryError, match="which a finding of EM-2026-0001-P1 has"):
            store(session, replace(EVALUATION, protocol=other.id), (finding,), on=DAY)


def test_registries_with_the_same_registrations_compare_equal(tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    for folder in (one, two, three):
        folder.mkdir()
    urls = [filled(one), fresh(two), filled(three)]
    with open_registry(urls[1], write=True) as session:
        register(session, INTERVENTION, "navigators")
        register(session, PLAIN, "hot-spots")
        add_locked_protocol(session, PROTOCOL)
        add_external_finding(session, EXTERNAL, on=DAY)
    with open_registry(urls[2], write=True) as session:
        register(session, PLAIN, "third")
    found = []
    for url in urls:
        with open_registry(url) as session:
            found.append(compare.rows(session))
    assert found[0] == found[1]
    assert found[0] != found[2]
    assert not {"run", "finding", "alembic_version"} & set(found[0])
    assert len(found[0]["ledger_entry"]) == 4
    assert found[0]["area"][0] == ("E06000015", "Derby", "local-authority", "E23000018", "2024")


def test_zero_has_no_sign_and_whole_numbers_are_numbers() -> None:
    assert '"effect":0.0' in canonical_json(EXTERNAL)
    assert repr(settled(replace(EXTERNAL, low=-8))[0].low) == "-8.0"
    assert '"from":"talk"' in canonical_json(THEORY)


def test_text_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(RegistryError, match="cannot be written as JSON"):
        canonical_json({"text": "\ud800"})
