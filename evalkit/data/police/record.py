"""What is kept and said about an extraction."""

from collections.abc import Mapping, Sequence

from evalkit.data.keep import file_sha256
from evalkit.data.police.reading import Done
from evalkit.data.police.scope import Plan
from evalkit.data.police.table import TableArea
from evalkit.types.extraction import Extraction

SOURCE = "police-uk"


def extraction(
    plan: Plan, done: Done, areas: Sequence[TableArea], outcomes: Mapping[str, frozenset[str]]
) -> Extraction:
    """Everything about the table but its hash."""
    forces = sorted({area.force for area in areas})
    return Extraction(
        source=SOURCE,
        inputs=done.files,
        choices=_choices(plan, outcomes),
        rows_read=done.read,
        rows_kept=done.kept,
        dropped=done.reasons,
        noted=done.noted,
        periods=(plan.months[0], plan.months[-1]),
        unpublished={
            force: absent
            for force in forces
            if (
                absent := tuple(m for m in plan.months if m not in plan.known.months.get(force, ()))
            )
        },
        table_sha256="",
        simulated="simulated" in plan.others,
    )


def notes(plan: Plan, done: Done) -> tuple[str, ...]:
    """Whatever else was met, a sentence each."""
    words = {"outcomes": "outcomes", "stop-and-search": "stop and search", "other": "other"}
    others = {kind: n for kind, n in plan.others.items() if kind in words}
    passed = ", ".join(f"{n:,} {words[kind]}" for kind, n in sorted(others.items()))
    differ = len(plan.passed) - plan.same
    empty = [name for name in plan.known.empty if name in _names(done)]
    change = plan.where.change
    said = (
        (passed, f"Not read, because they are no street files: {passed}."),
        (
            plan.outside,
            f"Not read, because their month is not in the table: {_files(plan.outside)}.",
        ),
        (plan.same, f"In two downloads, the same, counted once: {_files(plan.same)}."),
        (
            differ,
            f"In two downloads, different, {plan.choice.newer} counts: {_files(differ)}.",
        ),
        (empty, f"A header and no row, so not published: {', '.join(empty)}."),
        (done.windows, f"Read as Windows-1252 instead of UTF-8: {_files(done.windows)}."),
        (
            change is not None and not change.weighted and not change.joined,
            "LSOAs of 2011 are counted as the LSOA of 2021 that fits best.",
        ),
        (
            change is not None and change.joined,
            "LSOAs that were split, merged or redrawn are one area with what they were or became.",
        ),
        (
            change is not None and change.weighted,
            "Counts are shared out over LSOAs by weight and are not whole numbers.",
        ),
    )
    return tuple(sentence for true, sentence in said if true)


def _names(done: Done) -> frozenset[str]:
    return frozenset(one.name for one in done.inputs)


def _files(n: int) -> str:
    return f"{n:,} file" if n == 1 else f"{n:,} files"


def _choices(plan: Plan, outcomes: Mapping[str, frozenset[str]]) -> dict[str, str]:
    choice = plan.choice
    given = {
        "unit": choice.unit,
        "areas": ", ".join(sorted(plan.where.districts)),
        "months": f"{plan.months[0]} to {plan.months[-1]}",
        "newer": choice.newer,
        "changed LSOAs": "counted together" if choice.join_changed else "",
        **{f"outcome {name}": ", ".join(sorted(of)) for name, of in outcomes.items()},
    }
    for name, path in (("lsoas", choice.lsoas), ("lookup", choice.lookup)):
        given[name] = f"{path.name}, sha256 {file_sha256(path)}" if path else ""
    return {name: text for name, text in given.items() if text}
