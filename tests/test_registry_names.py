"""No entry of any kind gets a name that could not be a file's or a page's."""

from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.cli import noun_texts
from evalkit.errors import RegistryError
from evalkit.registry.entries import amend, read, register, versions
from evalkit.registry.kinds import KINDS
from evalkit.registry.ledger import entries
from evalkit.registry.store import open_registry
from evalkit.text.form import read_form_text
from evalkit.types.explanation import Explanation
from evalkit.types.indicator_limits import Base, IndicatorLimits, limits_id
from evalkit.types.indicator_value import IndicatorValue, value_id
from evalkit.types.late_result import LateResult
from evalkit.types.publication import Publication
from evalkit.types.rating import GivenRating
from evalkit.types.release import Release
from evalkit.types.snapshot import Snapshot
from evalkit.types.synthesis_question import SynthesisResult
from tests.test_registry_samples import DAY, EXTERNAL, INTERVENTION, PROTOCOL, filled

TEXTS = {kind: getattr(noun_texts, kind.upper().replace("-", "_"), "") for kind in KINDS}
VALUE = IndicatorValue(
    form="evalkit/indicator-value/1",
    intervention="EM-2026-0001",
    indicator="stabbings",
    period="2026-01",
    value=3.0,
)
LIMITS = IndicatorLimits(
    form="evalkit/indicator-limits/1",
    intervention="EM-2026-0001",
    indicator="stabbings",
    bases=(
        Base(
            first="2025-01",
            last="2025-12",
            mean=3.0,
            moving_range=1.5,
            n=12,
            n_ranges=11,
            rules="health-care-data-guide-2011",
        ),
    ),
    id=limits_id("EM-2026-0001", "stabbings", {}),
)
SNAPSHOT = Snapshot(
    form="evalkit/snapshot/1",
    id="S-0031",
    source="police-uk",
    table="robbery.parquet",
    table_sha256="ab" * 32,
    extraction_sha256="cd" * 32,
    files=30,
    first="2018-01",
    last="2018-12",
    outcomes=("recorded-robbery@1.0",),
    areas=27,
    rows_read=10,
    rows_kept=5,
    simulated=False,
    extracted_on=DAY,
)
EXPLANATION = Explanation(
    form="evalkit/explanation/1",
    id="EM-2026-0001-P1/9c1f40aa",
    protocol="EM-2026-0001-P1",
    part="window.end",
    planned="2010",
    run="2009",
    reason="The last year was not published.",
)
RATING = GivenRating(
    form="evalkit/rating/1",
    id="EM-2026-0001-F01/sms-wwg",
    finding="EM-2026-0001-F01",
    scheme="sms-wwg",
    version="sms-wwg@1.0",
    level=2,
    reason="Two of the states passed another law in the same year.",
)
RELEASE = Release(
    form="evalkit/release/1",
    id="1a2b3c4d",
    rule="shown",
    profile="uk-llc 1.0",
    cells=("admissions@1.0: derby",),
    where=("data/em-2026-0001-f01.csv",),
    reason="Published by the hospital already.",
    by="Data protection officer",
)
SYNTHESIS_RESULT = SynthesisResult(
    form="evalkit/synthesis-result/1",
    id="robbery-after-patrols",
    asked="v1.0",
    inputs=(),
    left_out=(),
    refused=("No finding answers it.",),
    pooled=None,
)
LATE = LateResult(
    form="evalkit/late-result/1",
    id="EM-2026-0001-P1",
    reason="resource",
    expected="2027-03",
    by="Analyst",
    stated=DAY,
)
RECORDS = {
    "late-result": LATE,
    "rating": RATING,
    "explanation": EXPLANATION,
    "release": RELEASE,
    "synthesis-result": SYNTHESIS_RESULT,
    "publication": Publication(
        form="evalkit/publication/1",
        id="EM-2026-0001-F01",
        state="reviewed",
        finding_sha256="ab" * 32,
        reason="Read against the plan.",
    ),
    "snapshot": SNAPSHOT,
    "intervention": replace(INTERVENTION, id="EM-2026-0009"),
    "protocol": replace(PROTOCOL, id="EM-2026-0001-P9"),
    "finding": replace(EXTERNAL, id="EM-2026-0001-F19"),
    "indicator-value": replace(VALUE, id=value_id(VALUE)),
    "indicator-limits": LIMITS,
    **{
        kind: read_form_text(text, KINDS[kind].record, file=kind)[0]
        for kind, text in TEXTS.items()
        if text
    },
}
BAD = [
    *("", ".", "..", "...", " ", "a/../b", "../a", "a/..", "/a", "a/", "a//b", "a/./b", "./a"),
    *(".hidden", "a/.b", "a.", "a./b", "a ", " a", "a / b", "a\\b", "C:a", "a:b", "a*", "a?"),
    *('"a"', "<a>", "a|b", "con", "CON", "Nul", "con.txt", "aux.tar.gz", "lpt1", "a/com9", "prn/a"),
    *(
        "a\x00b",
        "\x00",
        "a\nb",
        "a\rb",
        "a\tb",
        "a\x7fb",
        "a\x85b",
        "a\u2028b",
        "x" * 101,
        "x" * 300,
    ),
    *("a\u202eb", "\u200fa", "a\u200e", "\u2066a", "a\u200bb", "\ufeffa", "a\ue000", "a\ud800"),
]
GOOD = [
    "evening-patrols",
    "Évening patrols (2023)",
    "夜間パトロール",
    "سلامة",
    "🙂",
    "a.b-c_d",
    "conn",
    "x" * 100,
]


def test_every_kind_has_a_sample() -> None:
    assert RECORDS.keys() == KINDS.keys()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> str:
    return filled(tmp_path_factory.mktemp("names"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_is_no_name_is_refused_at_the_door(prepared: str, kind: str) -> None:
    file = Path(prepared.removeprefix("sqlite:///"))
    before = file.read_bytes()
    for name in BAD:
        with open_registry(prepared, write=True) as session:
            if name:  # without a slug the id is one
                with pytest.raises(RegistryError, match="slug: "):
                    register(session, kind, RECORDS[kind], slug=name, on=DAY)
            if name or not KINDS[kind].numbered:
                with pytest.raises(RegistryError, match=r"\bid: "):
                    register(session, kind, replace(RECORDS[kind], id=name), on=DAY)
            assert len(entries(session)) == 5, name
    assert file.read_bytes() == before


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "protocol"])
def test_no_amendment_gives_one(tmp_path: Path, kind: str) -> None:
    record = RECORDS[kind]
    with open_registry(filled(tmp_path), write=True) as session:
        id = register(session, kind, record, on=DAY).id
        for name in BAD[1:]:
            with pytest.raises(RegistryError, match="slug: "):
                how = {"text": "", "on": DAY, "by": "x", "reason": "x", "based_on": "v1.0"}
                amend(session, kind, id, record, slug=name, **how)  # type: ignore[arg-type]
        assert len(versions(session, kind, id)) == 1


@pytest.mark.parametrize("name", BAD)
def test_asking_for_such_an_entry_finds_none(prepared: str, name: str) -> None:
    said = "is not registered|not Unicode"
    with pytest.raises(RegistryError, match=said), open_registry(prepared) as session:
        read(session, "intervention", name)


@pytest.mark.parametrize("slug", GOOD)
def test_what_people_call_their_folders_stays(tmp_path: Path, slug: str) -> None:
    with open_registry(filled(tmp_path), write=True) as session:
        assert register(session, "intervention", RECORDS["intervention"], slug=slug, on=DAY).new
