"""Every field of a plan is changed after the lock: run, finding and page show it, with both answers.

A third of the fields is changed in every run of the tests, the others in ``make soak``.

The fields come from the plan's record types: a new field is among them by itself. Where it cannot be changed
alone, ``TOGETHER`` says what has to change with it; where no base plan has it yet, ``BASES`` needs one.
"""

import datetime
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from evalkit.errors import ProtocolError
from evalkit.findings.deviations import TIMING, TYPES, beside, part_words
from evalkit.hub.briefs import finding_pages
from evalkit.hub.template import page_text
from evalkit.protocol.contradictions import contradictions
from evalkit.protocol.rule import is_major
from evalkit.registry.store import open_registry
from evalkit.types.catalogue import Catalogue
from evalkit.types.deviation import Deviation
from evalkit.types.packed import unpacked
from evalkit.workflow.amend_plan import amend_plan
from evalkit.workflow.edition import prepared
from evalkit.workflow.explain import all_runs, explain, explained_runs, held_back
from evalkit.workflow.lock import lock_protocol
from evalkit.workflow.nouns import register_noun
from evalkit.workflow.plan_file import ready_to_run
from evalkit.workflow.register import register
from evalkit.workflow.run import evaluate_and_store
from evalkit.workflow.workspace import find_workspace
from tests import own_mutations
from tests.own_counts import COUNTS_PLAN, LEVEL_PLAN, LEVEL_RECIPE, write_counts
from tests.own_evidence import (
    INTERVENTION,
    PANEL_PLAN,
    SERIES_PLAN,
    SERIES_RECIPE,
    recipe,
    write_evidence,
    write_measures,
)
from tests.own_harm import TABLE
from tests.own_mutations import (
    ADAPTER,
    Field,
    Mutation,
    every_field,
    mutations,
    plain,
    with_changes,
)

ID = "EM-2026-0001"
DAY = datetime.date(2026, 11, 2)
KEYS = Path(__file__).with_name("protocol_keys.txt")
ADJUSTED = {"name": "group_time", "method": "dr", "covariates": ["deprivation"]}
NEVER = {"group": "never_treated", "words": "districts without patrols"}
SHAPE = {
    **{"impact": "phase_in", "periods": 3, "transition": 1, "harmonics": 1},
    **{"calendar": ["days"], "covariates": ["staff"], "exposure": "residents"},
}
BREAK = {"at": "2022-03", "what": "calls were counted in another way"}
OTHERWISE = {
    **{"impact": "phase_in", "periods": 4, "transition": 2, "harmonics": 2},
    **{"start": "2021-03", "end": "2024-11"},
}
ELSEWHERE = {
    **{"recipe": "evening-patrols-again", "measure": "other-robbery@1.0"},
    "leave_out": ["District 12"],
}
BASES = {
    "P1": (PANEL_PLAN, {}),
    "P2": (
        SERIES_PLAN,
        {
            "estimator": {
                "name": "segmented",
                "impact": "level",
                "months": True,
                "covariates": ["staff"],
            },
            "checks": [
                {
                    "check": "residual_autocorrelation",
                    "threshold": 0.2,
                    "if_failed": "lower_rating",
                },
                {"check": "placebo_date", "threshold": 0.1, "at": "2022-06", "if_failed": "report"},
            ],
        },
    ),
    "P3": (
        COUNTS_PLAN,
        {"checks": [{"check": "pre_trend", "threshold": 0.01, "leads": 3, "if_failed": "report"}]},
    ),
    "P4": (LEVEL_PLAN, {}),
    "P5": (
        LEVEL_PLAN,
        {
            "estimator": ADJUSTED,
            "comparison": NEVER,
            "inference": {"name": "influence_function", "level": 0.95, "cluster": "force"},
            "alternatives": [
                {"name": "regression", "estimator": "group_time", "method": "regression"},
                {"name": "one number", "estimator": "twfe", "covariates": "none"},
            ],
        },
    ),
    "P6": (
        PANEL_PLAN,
        {
            "estimator": {"name": "twfe"},
            "inference": {"name": "permutation", "level": 0.9, "seed": 3},
        },
    ),
    "P7": (
        SERIES_PLAN,
        {
            "estimator": {"name": "segmented", **SHAPE, "errors": "ar1", "breaks": [BREAK]},
            "inference": {"name": "kenward_roger", "level": 0.95},
            "alternatives": [
                {"name": "otherwise", **OTHERWISE, "errors": "ar1", "inference": "satterthwaite"},
                {"name": "by month", "harmonics": 0, "months": True},
            ],
        },
    ),
    "P8": (
        SERIES_PLAN,
        {
            "estimand": {"effect": "level", "summary": "per_cent"},
            "outcome": {
                **{
                    "measure": "calls@1.0",
                    "name": "calls",
                    "element": "robbery",
                    "better": "lower",
                },
                **{"unit": "calls a month", "told_in": "per cent", "scale": "ratio"},
            },
            "minimum_effect": {"value": 5, "unit": "per_cent"},
            "estimator": {"name": "counts", **SHAPE, "family": "quasi_poisson"},
            "inference": {"name": "independent", "level": 0.95},
            "alternatives": [{"name": "otherwise", "family": "negative_binomial"}],
        },
    ),
    "P9": (
        PANEL_PLAN,
        {
            "alternatives": [
                {
                    "name": "another definition",
                    "estimator": "group_time",
                    **ELSEWHERE,
                    **{"start": "2023-02", "end": "2024-11"},
                }
            ],
        },
    ),
    "P10": (
        PANEL_PLAN,
        {
            "design": "controlled_its",
            "comparison": NEVER,
            "estimand": {"effect": "level", "summary": "difference"},
            "changes": [{"name": "patrols", "what": "evening patrols began", "at": "2024-01"}],
            "estimator": {"name": "segmented", "impact": "level", "errors": "ar1"},
            "inference": {"name": "kenward_roger", "level": 0.95},
            "checks": [{"check": "residual_autocorrelation", "if_failed": "report"}],
            "alternatives": [{"name": "another definition", **ELSEWHERE}],
        },
    ),
}
"""Plans that between them have every field: a text, and what is different in it."""
ANOTHER_DESIGN: dict[str, object] = dict.fromkeys(("comparison", "alternatives")) | {
    "design": "its",
    "estimand": {"effect": "level", "summary": "difference"},
    "data": {"recipe": "evening-patrols-calls", "prior_knowledge": "analysed"},
    "changes": [{"name": "patrols", "what": "evening patrols began", "at": "2024-01"}],
    "estimator": {"name": "segmented", "impact": "level"},
    "inference": {"name": "t"},
    "checks": [
        {"check": "residual_autocorrelation", "threshold": 0.2, "if_failed": "lower_rating"}
    ],
}
TOGETHER: dict[Field, tuple[str, dict[str, object]]] = {
    ("Estimand", "summary"): (
        "P1",
        {"estimand.summary": "per_cent", "outcome.scale": "log", "minimum_effect.unit": "per_cent"},
    ),
    ("Outcome", "scale"): (
        "P1",
        {"outcome.scale": "log", "estimand.summary": "per_cent", "minimum_effect.unit": "per_cent"},
    ),
    ("Window", "end"): ("P1", {"window.end": "2024-11"}),
    ("Inference", "cluster"): ("P5", {"inference.cluster": None}),
    ("Inference", "seed"): ("P3", {"inference.seed": 1, "inference.name": "permutation"}),
    ("Outcome", "element"): ("P1", {"outcome.element": "calls"}),
    ("Outcome", "measure"): ("P1", {"outcome.measure": "other-robbery@1.0"}),
    ("Outcome", "weights"): (
        "P1",
        {
            "outcome.weights": "made-up@1.0",
            "outcome.unit": "harm-days a month",
            "minimum_effect.unit": "told_in",
            "data.recipe": "evening-patrols-harm",
        },
    ),
    **{
        (kind, "measure"): (base, {"alternatives[0].measure": "recorded-robbery@1.0"})
        for kind, base in (("Alternative", "P9"), ("SeriesAlternative", "P10"))
    },
    ("DataPlan", "recipe"): ("P1", {"data.recipe": "evening-patrols-again"}),
    ("Poisson", "exposure"): ("P3", {"estimator.exposure": None}),
    ("GroupTime", "covariates"): ("P5", {"estimator.covariates": ["need"]}),
    ("Segmented", "covariates"): ("P2", {"estimator.covariates": None}),
    ("Segmented", "exposure"): ("P7", {"estimator.exposure": None}),
    ("Segmented", "errors"): ("P7", {"estimator.errors": "ols", "inference.name": "t"}),
    ("Segmented", "scale"): (
        "P7",
        {
            "estimator.scale": "log",
            "outcome.scale": "log",
            "estimand.summary": "per_cent",
            "minimum_effect.unit": "per_cent",
        },
    ),
    ("SeriesAlternative", "errors"): (
        "P7",
        {"alternatives[0].errors": "ols", "alternatives[0].inference": "t"},
    ),
    ("Counts", "exposure"): ("P8", {"estimator.exposure": None}),
    ("Counts", "covariates"): ("P8", {"estimator.covariates": None}),
    ("Counts", "months"): ("P8", {"estimator.months": True, "estimator.harmonics": None}),
    ("Plan", "design"): ("P1", ANOTHER_DESIGN),
    ("Estimand", "effect"): ("P1", ANOTHER_DESIGN),
}
"""What has to change together, or a value that the data know; None takes a field out."""
_PATHS = {("Plan", "design"): "design", ("Estimand", "effect"): "estimand.effect"}
REFUSED = {("Plan", "id"), ("Plan", "intervention")}
"""Another id is another plan."""
ALSO = {
    "another method": ("P4", "estimator.name", {
        "estimator": {"name": "sun_abraham"}, "inference": {"name": "cluster"}, "comparison": NEVER,
    }),
    "a check less": ("P2", "checks[1]", {"checks": [
        {"check": "residual_autocorrelation", "threshold": 0.2, "if_failed": "lower_rating"},
    ]}),
    "an alternative less": ("P4", "alternatives", {"alternatives": []}),
    "one more": ("P1", "alternatives[0]", {"alternatives": [{"name": "twfe", "estimator": "twfe"}]}),
    "a question more": ("P2", "changes[1]", {"changes": [
        {"name": "evening patrols", "what": "evening patrols began", "at": "2024-01"},
        {"name": "more patrols", "what": "there were more patrols", "at": "2024-07"},
    ]}),
}  # fmt: skip
"""Whole parts changed."""


def base_plan(name: str):
    """A base plan under its own id."""
    text, changes = BASES[name]
    front = text.format(id=ID).split("---")[1]
    from evalkit.text.strict_yaml import parse

    value = {**parse(front, file="base").value, "id": f"{ID}-{name}", **changes}
    return ADAPTER.validate_python(value)


def every_mutation() -> dict[str, Mutation]:
    found: dict[Field, Mutation] = {}
    plans = {name: base_plan(name) for name in BASES}
    for field, (base, changes) in TOGETHER.items():
        path = next(iter(changes)) if changes is not ANOTHER_DESIGN else _PATHS[field]
        found[field] = Mutation(field, base, path, with_changes(plain(plans[base]), changes))
    for name, plan in plans.items():
        for one in mutations(name, plan):
            found.setdefault(one.field, one)
    wholes = {
        name: Mutation(("Plan", name), base, path, with_changes(plain(plans[base]), changes))
        for name, (base, path, changes) in ALSO.items()
    }
    return {".".join(one.field): one for one in (*found.values(), *wholes.values())}


MUTATIONS = every_mutation()


def test_every_field_is_changed_or_refused():
    fields = {one.field for one in MUTATIONS.values()}
    assert every_field() - fields == REFUSED
    assert all(one.plan != plain(base_plan(one.base)) for one in MUTATIONS.values())


def test_a_key_that_is_added_without_a_mutation_is_named():
    """As somebody would add one: a field that no base plan has."""

    @dataclass(frozen=True, kw_only=True)
    class Plan(own_mutations.Plan):
        novelty: tuple[str, ...] = ()

    changed = {one.field for one in MUTATIONS.values()}
    assert every_field(Plan) - changed - REFUSED == {("Plan", "novelty")}


def test_every_key_of_the_published_form_is_a_field_that_is_changed():
    """The last parts of the keys of ``protocol_keys.txt``, where they hold a value."""
    lines = [line for line in KEYS.read_text().splitlines() if line and line[0] not in "#-"]
    named = {line.partition(":")[0]: line.partition(": ")[2] for line in lines}
    leaves = {key.rpartition(".")[2] for key, kind in named.items() if "object" not in kind}
    changed = {one.field[1] for one in MUTATIONS.values()} | {field for _, field in REFUSED}
    assert leaves - changed == {"form", "decision_rule"}  # each has one value so far


@pytest.mark.parametrize("field", ["id", "intervention"])
def test_another_id_is_another_plan(field):
    plan = replace(base_plan("P1"), **{field: "EM-2026-0009" + "-P1" * (field == "id")})
    assert "id" in [problem[0] for problem in contradictions(plan, f"{ID}-P1")]


class RolledBack(Exception):
    """Ends a transaction that nothing is kept of."""


@pytest.fixture(scope="module")
def place(tmp_path_factory, cli):
    """A workspace in which every base plan was locked and run."""
    folder = tmp_path_factory.mktemp("mutations") / "ours"
    cli("init", folder.name, "--publisher", "Us", cwd=folder.parent)
    write_data(folder)
    workspace = find_workspace(folder)
    with open_registry(workspace.url, write=True) as session:
        intervention = folder / "case_studies" / "evening-patrols" / "intervention.yaml"
        assert register(session, intervention, on=DAY, prefix="EM").intervention.id == ID
        for measure in write_measures(folder, **{"other-robbery": "other robberies"}):
            register_noun(session, "measure", measure, on=DAY, by="Registrar")
        register_noun(session, "weight-table", folder / "weights.yaml", on=DAY, by="Registrar")
        for name in BASES:
            path = write(workspace, plain(base_plan(name)))
            lock_protocol(session, path, case_studies=workspace.case_studies, on=DAY)
            evaluate_and_store(session, workspace, f"{ID}-{name}", on=DAY)
    return workspace


def write_data(folder) -> None:
    """The data of the base plans, and what their mutations ask for."""
    write_counts(folder)
    write_evidence(folder)
    studies = folder / "case_studies"
    text = INTERVENTION.replace(
        "Fewer robberies}\n", "Fewer robberies}\n    calls: {kind: outcome, text: Fewer calls}\n"
    ).replace(
        "  indicators:",
        "    - {from: seen, to: calls, because: Fear of arrest}\n  indicators:\n"
        "    - {of: calls, none_because: Evaluated}",
    )
    (studies / "evening-patrols" / "intervention.yaml").write_text(text)
    (studies / "patrol-counts" / "intervention.yaml").unlink()
    again = studies / "evening-patrols-again"
    again.mkdir()
    for name in ("data.yaml", "robbery.csv"):
        (again / name).write_bytes((studies / "evening-patrols" / name).read_bytes())
    (folder / "weights.yaml").write_text(TABLE)
    harm = studies / "evening-patrols-harm"
    harm.mkdir()
    (harm / "robbery.csv").write_bytes((again / "robbery.csv").read_bytes())
    weighted = (again / "data.yaml").read_text()
    weighted = weighted.replace(
        "outcome: robberies", "outcome: robberies, without_heaviest: robberies"
    )
    (harm / "data.yaml").write_text(f"{weighted}weights: made-up@1.0\nheaviest: homicide\n")
    calls = studies / "evening-patrols-calls" / "calls.csv"
    head, *rows = calls.read_text().splitlines()
    counted = [(*row.split(","), n) for n, row in enumerate(rows)]  # and more uneven than Poisson
    rows = [
        f"{month},{int(count) + 37 * n % 61},{8 + n * n % 5},{90_000 + 100 * n}"
        for month, count, n in counted
    ]
    calls.write_text("\n".join([f"{head},staff,residents", *rows]) + "\n")
    columns = "outcome: calls, covariates: [staff], exposure: residents"
    more = SERIES_RECIPE.replace("outcome: calls", columns)
    (calls.parent / "data.yaml").write_text(recipe(calls, more))
    districts = studies / "patrol-calls" / "districts.csv"
    head, *rows = districts.read_text().splitlines()
    rows = [f"{row},{(7 * n) % 11}" for n, row in enumerate(rows)]
    districts.write_text("\n".join([f"{head},need", *rows]) + "\n")
    more = LEVEL_RECIPE.replace("[deprivation]", "[deprivation, need], weights: residents")
    (districts.parent / "data.yaml").write_text(recipe(districts, more))


def write(workspace, plan):
    """Write a plan's file."""
    lines = [f"{name}: {json.dumps(value)}" for name, value in plan.items() if value is not None]
    path = workspace.protocols / f"{plan['id']}.md"
    path.write_text("\n".join(["---", *lines, "---", "", "# Why", ""]))
    return path


def some_here(of: int) -> list[Any]:
    """Every one, of which one in so many at once and the others in ``make soak``."""
    return [
        pytest.param(name, marks=pytest.mark.soak if place % of else ())
        for place, name in enumerate(MUTATIONS)
    ]


@pytest.fixture(params=some_here(3))
def changed(place, request):
    """A base plan's file with one field changed; afterwards as it was locked."""
    one = MUTATIONS[request.param]
    write(place, one.plan)
    yield one
    write(place, plain(base_plan(one.base)))


def test_a_field_changed_after_the_lock_is_seen_everywhere(place, changed):
    id = f"{ID}-{changed.base}"
    with pytest.raises(RolledBack), open_registry(place.url, write=True) as session:
        with pytest.raises(ProtocolError, match=r"locked .*Undo, amend, or --exploratory"):
            ready_to_run(session, place, id, exploratory=False, on=DAY)

        done = evaluate_and_store(session, place, id, on=DAY, exploratory=True)
        assert done.evaluation.exploratory and done.record.exploratory
        assert done.evaluation.label == done.record.label == "exploratory"
        assert all(finding.exploratory for finding in done.findings)
        found = the_one(done.evaluation.deviations, changed.path)
        assert found.reason is None and found.timing == "after_first_run"
        runs = explained_runs(session, exploratory=True)
        assert {one.id for one in held_back(runs)} == {finding.id for finding in done.findings}
        [stored] = runs
        assert stored.evaluation == done.evaluation and stored.record == done.record
        first = done.findings[0].id
        for number in range(1, 1 + len(done.evaluation.deviations)):
            explain(session, first, number, reason="A reason", on=DAY)
        on_page(session, place, first, found, "A reason")

        amend_plan(session, place.protocols / f"{id}.md", id, case_studies=place.case_studies,
                   reason="It was amended", on=DAY)  # fmt: skip
        amended = evaluate_and_store(session, place, id, on=DAY)
        assert not amended.evaluation.exploratory
        major = any(is_major(one.part) for one in amended.evaluation.deviations)
        assert amended.evaluation.version == ("v2.0" if major else "v1.1")
        if changed.field == ("Plan", "locked"):
            assert amended.evaluation.deviations == ()
            raise RolledBack
        again = the_one(amended.evaluation.deviations, changed.path)
        assert again == replace(found, reason="It was amended")
        on_page(session, place, amended.findings[0].id, again, "It was amended")
        raise RolledBack


def the_one(deviations: tuple[Deviation, ...], path: str) -> Deviation:
    """The deviation of a path, with both answers."""
    found = [
        one for one in deviations
        if one.part == path or one.part.startswith((f"{path}.", f"{path}["))
    ]  # fmt: skip
    assert found, [one.part for one in deviations]
    assert found[0].planned != found[0].run
    assert found[0].type in TYPES and found[0].estimates
    for both in found[0].estimates:
        assert both.why or (both.planned is not None and both.run is not None)
    return found[0]


def on_page(session, place, finding: str, deviation: Deviation, reason: str) -> None:
    """The finding's page shows the part, its type, both values, both answers and the reason."""
    drafts = [one.id for run in all_runs(session) for one in run.findings]
    edition = prepared(session, place, notebooks=place.root / "none", also=drafts).edition
    own = [part for part in edition.parts if finding in {one.id for one in part.bare.findings}]
    [records] = edition.read(own)
    part = replace(unpacked(Catalogue, records), scales=edition.whole.scales)
    path = f"findings/{finding.lower()}.html"
    [own_page] = [one for one in finding_pages(part) if one.path == path]
    page = page_text(own_page)
    kind = f"{TYPES[deviation.type]}; {TIMING[deviation.timing]}".capitalize()
    for words in (part_words(deviation.part), kind, f"Reason: {reason}"):
        assert words in page
    for both in deviation.estimates:
        assert all(text in page for text in beside(both))
