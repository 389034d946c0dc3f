"""Which counts a Poisson regression can use, and which fit themselves."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.did.design import Design, design, listed, opening_notes
from evalkit.did.poisson_fit import Counts
from evalkit.did.two_way import connected
from evalkit.errors import DataError

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selected:
    """Counts to fit, and what was decided about the others.

    Attributes
    ----------
    read : Design
        Without units that are never observed untreated or have no incident at all.
    counts : Counts
    answered : array of bool, N x T
        Treated cells that are compared with what they would have been.
    expected_none : array of bool, T
        Periods in which no untreated unit has an incident: none is expected in treated ones either.
    notes : tuple of str
    """

    read: Design
    counts: Counts
    answered: Booleans
    expected_none: Booleans
    notes: tuple[str, ...]


def select(panel: Panel) -> Selected:
    """Sort cells into those that are fitted, those that fit themselves and those that nothing compares with.

    Raises
    ------
    DataError
        As ``poisson`` says.
    """
    read = design(panel, method="poisson", early=False)
    blind = np.asarray(~read.untreated.any(axis=1))
    empty = np.logical_and(read.outcome.sum(axis=1) == 0, ~blind)
    notes = [
        *opening_notes(read),
        *_left_out(read, blind, "never observed before their start"),
        *_left_out(read, empty, "no incident in any period, which says nothing of a ratio"),
    ]
    if (blind | empty).any():
        kept = read.panel.without(blind | empty) if not (blind | empty).all() else None
        if kept is None or not kept.ever_treated.any():
            raise DataError("poisson found no incident in any unit that is treated; it needs some")
        read = design(kept, method="poisson", early=False)
    untreated, treated = read.untreated, read.used & ~read.untreated
    expected_none = untreated.any(axis=0) & (np.where(untreated, read.outcome, 0).sum(axis=0) == 0)
    untreated = untreated & ~expected_none
    parts = connected(untreated)
    own = np.where(untreated.any(axis=1), parts[untreated.argmax(axis=1)], -2)
    answered = treated & ((parts == own[:, None]) | (expected_none & (own[:, None] > -2)))
    notes += _said(read, treated, answered, expected_none)
    _need_incidents(read, untreated, answered)
    used = untreated | (answered & ~_none_in_cohort(read, answered))
    parts_used = connected(untreated)
    free = [t for t in range(read.n_periods) if (parts_used[:t] == parts_used[t]).any()]
    exposure = read.panel.exposure
    return Selected(
        read=read,
        counts=Counts(
            counts=np.where(used, read.outcome, 0.0),
            log_exposure=np.log(np.where(used | answered, exposure, 1.0))
            if exposure is not None
            else np.zeros_like(read.outcome),
            used=used,
            treated=answered,
            cohort=read.cohort,
            starts=read.starts,
            free=np.array([t for t in free if parts_used[t] >= 0], dtype=np.int64),
        ),
        answered=answered,
        expected_none=expected_none,
        notes=tuple(notes),
    )


def _none_in_cohort(read: Design, answered: Booleans) -> Booleans:
    """Treated cells of cohorts and periods without any incident (N x T): their own mean is 0."""
    none = np.zeros_like(answered)
    for g in range(len(read.starts)):
        rows = read.cohort == g
        none[rows] = np.where(answered[rows], read.outcome[rows], 0.0).sum(axis=0) == 0
    return none


def _need_incidents(read: Design, untreated: Booleans, answered: Booleans) -> None:
    if not answered.any():
        raise DataError(
            "poisson found no treated observation to compare: no unit is untreated in the same period; "
            "add units that are never treated"
        )
    for g, start in enumerate(read.starts.tolist()):
        rows = read.cohort == g
        if start < read.n_periods and answered[rows].any():
            before = np.where(untreated[rows], read.outcome[rows], 0.0).sum()
            if before == 0:
                raise DataError(
                    "poisson found no incident before the start in the cohort of "
                    f"{read.panel.periods[start]}: any incident after it is an infinite increase; "
                    "leave the cohort out, or join it with others or longer periods"
                )
    if np.where(answered, read.outcome, 0.0).sum() == 0:
        raise DataError(
            "poisson found no incident in treated units after their start: the ratio is 0, which has no "
            "interval of this kind; report the numbers, or use longer periods"
        )


def _left_out(read: Design, which: Booleans, why: str) -> tuple[str, ...]:
    names = np.array(read.panel.units)[which].tolist()
    if not names:
        return ()
    return (f"Left out, because {why}: {listed(tuple(names))}.",)


def _said(
    read: Design, treated: Booleans, answered: Booleans, expected_none: Booleans
) -> list[str]:
    notes = []
    lost = int((treated & ~answered).sum())
    if lost:
        notes.append(
            f"{lost} treated observations are left out, because no untreated observation connects to them."
        )
    if (answered & expected_none).any():
        n = int((answered & expected_none).any(axis=0).sum())
        notes.append(
            f"In {n} periods no untreated unit has an incident, so none is expected in treated ones."
        )
    return notes
