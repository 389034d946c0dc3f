"""Nothing is published that gives a small number away: the gate in front of the hub and of notebooks."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.data.disclosure.leak import Leak
from evalkit.errors import EvalkitError, Problem, RegistryError
from evalkit.hub.behind import record_path
from evalkit.hub.briefs import brief_path
from evalkit.hub.protocols import notebook_path
from evalkit.hub.slides import slide_path
from evalkit.hub.summaries import finding_path
from evalkit.registry import entries
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.runs import Run
from evalkit.registry.store import Session
from evalkit.types.evaluation import Evaluation
from evalkit.types.intervention import Area
from evalkit.types.release import Release
from evalkit.workflow.shielded import Rule, refusals, rules_of

_MOST = 12
"""Refusals that are printed one by one; ``evalkit hub small-numbers`` lists all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What the gate found.

    Attributes
    ----------
    leaks : tuple of Leak
        What keeps the edition from being published.
    released : tuple of Release
        What a reviewer let go out, as far as it is in this edition.
    """

    leaks: tuple[Leak, ...]
    released: tuple[Release, ...] = ()


def files_of(evaluation: Evaluation, findings: Iterable[str]) -> tuple[str, ...]:
    """The files of the hub that show a run's numbers."""
    own = [
        path
        for id in findings
        for path in (finding_path(id), brief_path(id), slide_path(id), f"data/{id.lower()}.csv")
    ]
    notebook = () if evaluation.exploratory else (notebook_path(evaluation.protocol),)
    return (*own, record_path(evaluation), *notebook)


def path_rules(session: Session, runs: Sequence[Run]) -> dict[str, Rule]:
    """By file of the hub: the rule for the numbers in it."""
    return {
        path: rule
        for run, rule in zip(runs, rules_of(session, runs), strict=True)
        for path in files_of(run.evaluation, [finding.id for finding in run.findings])
    }


def inspect(
    files: Mapping[str, str | bytes],
    rules: Mapping[str, Rule],
    releases: Iterable[Release],
    *,
    before: Mapping[str, str] | None = None,
    areas: Iterable[Area] = (),
    memory: Path | None = None,
) -> Gate:
    """What an edition would give away that no reviewer let go out.

    Parameters
    ----------
    files : mapping of str to str or bytes
        Every file of the edition, as it would be written; what is no text is not read.
    rules : mapping of str to Rule
        By path: the rule for the numbers in it.
    releases : iterable of Release
        All that the ledger knows.
    before : mapping of str to str or None
        The edition that is out.
    areas : iterable of Area
        Places that lie in others: their numbers add up.
    memory : Path or None
        Where it is remembered what files hold, so that the next time only new ones are read.
    """
    found = list(refusals(rules.values()))
    if own := {path: rule for path, rule in rules.items() if rule.profile.hides is not None}:
        # reading numbers out of pages and solving for them is loaded where a source hides any
        from evalkit.workflow.given_away import given_away

        found += given_away(files, own, before or {}, areas, memory)
    known = {release.id: release for release in releases}
    return Gate(
        leaks=tuple(leak for leak in found if leak.id not in known),
        released=tuple(known[leak.id] for leak in found if leak.id in known),
    )


def edition_in(out: Path) -> dict[str, str]:
    """Every file with numbers of the edition that is out; none where nothing is built yet."""
    paths = [path for end in ("html", "csv", "json") for path in sorted(out.rglob(f"*.{end}"))]
    return {path.relative_to(out).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def refuse(gate: Gate, error: type[EvalkitError]) -> None:
    """Raise ``error`` with what is given away and what to do; nothing where nothing is.

    Raises
    ------
    EvalkitError
        Of the given kind, one problem a leak.
    """
    if not gate.leaks:
        return
    problems: list[Problem | str] = [problem_of(leak) for leak in gate.leaks[:_MOST]]
    if (more := len(gate.leaks) - _MOST) > 0:
        problems.append(f"{more} more are refused; evalkit hub small-numbers lists them all.")
    raise error(*problems)


def problem_of(leak: Leak) -> Problem:
    """One refusal: where, what is given away, what to do."""
    mend = f'A reviewer may decide: evalkit hub release {leak.id} --reason "..."'
    if leak.rule == "profile" and not leak.profile:
        needed = "a source that is registered with a profile"
        mend = (
            "Register it with evalkit source add; suppression: open says that all of it is public."
        )
        return Problem(
            file=leak.where[0], found=f"{leak.cells[0]}: {leak.why}", needed=needed, do=mend
        )
    if leak.rule == "profile":
        needed = "one that protects as much as before"
        return Problem(
            file=leak.where[0], found=f"{leak.cells[0]}: {leak.why}", needed=needed, do=mend
        )
    return Problem(
        file=", ".join(leak.where),
        found=f"{'; '.join(leak.cells)}: {leak.why}",
        needed=f"nothing that {leak.profile} hides",
        do=mend,
    )


def read_releases(session: Session) -> tuple[Release, ...]:
    """Every release in the ledger."""
    return tuple(entries.read_all(session, "release"))


def release(
    session: Session,
    leaks: Iterable[Leak],
    id: str,
    *,
    reason: str,
    on: datetime.date,
    by: str = NOT_GIVEN,
) -> Release:
    """Let what is refused go out, with a reason; returns what was decided.

    Parameters
    ----------
    leaks : iterable of Leak
        What the gate refuses now.
    id : str
        Of the leak that is released.

    Raises
    ------
    RegistryError
        The reason is empty, or nothing with this id is refused.
    """
    if not reason.strip():
        needed = "why it may be published"
        raise RegistryError(Problem(field="--reason", found="empty", needed=needed))
    refused = {leak.id: leak for leak in leaks}
    if id not in refused:
        listed = f"one of {', '.join(refused)}" if refused else "nothing: all may be published"
        raise RegistryError(Problem(field="id", found=f"{id}, which is not refused", needed=listed))
    leak = refused[id]
    record = Release(
        form="evalkit/release/1",
        id=id,
        rule=leak.rule,
        profile=leak.profile,
        cells=leak.cells,
        where=leak.where,
        reason=" ".join(reason.split()),
        by=by,
    )
    decided: Release = entries.register(session, "release", record, on=on, by=by).record
    return decided
