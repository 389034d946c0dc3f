"""The regressors of a segmented regression, from a calendar and a specification."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.calendar_days import CalendarRegressor, calendar_days
from evalkit.errors import DataError
from evalkit.its.impact import Impact, TermKind, impact_terms, need_impact

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LEAST = 3  # observed periods on either side of an interruption (EPOC's minimum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """What is asked of a segmented regression; ``segmented`` documents each field."""

    impact: Impact = "level+slope"
    impact_periods: int | None = None
    transition: int = 0
    harmonics: int = 0
    months: bool = False
    calendar: tuple[CalendarRegressor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One coefficient that says what an interruption changed.

    Attributes
    ----------
    interruption, kind, estimand : str
    column : int
        Of the design.
    first : int
        Position of the first period after the interruption and its transition window.
    """

    interruption: str
    kind: TermKind
    estimand: str
    column: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmentedDesign:
    """Regressors by name (T x P), the effects among them, and the periods that are left out (T)."""

    names: tuple[str, ...]
    columns: Floats
    effects: tuple[Effect, ...]
    excluded: Flags


def segmented_design(
    periods: Sequence[str],
    interruptions: Sequence[str],
    specification: Specification,
    *,
    covariates: Sequence[tuple[str, Floats]] = (),
    breaks: Sequence[tuple[str, str]] = (),
) -> SegmentedDesign:
    """Constant, trend, impacts, known breaks, season, calendar and covariates, in this order.

    Raises
    ------
    DataError
        As ``segmented`` says.
    """
    need_impact(specification.impact, specification.impact_periods)
    if specification.transition < 0:
        raise DataError(f"found a transition of {specification.transition}; it needs 0 or more")
    at = np.array([calendar.ordinal(period) for period in periods])
    columns: list[tuple[str, Floats]] = [
        ("constant", np.ones(len(at))),
        ("trend", np.arange(1.0, len(at) + 1)),
    ]
    effects, excluded = [], np.zeros(len(at), dtype=bool)
    for interruption in _inside(interruptions, periods):
        since = at - calendar.ordinal(interruption) - specification.transition
        excluded |= (since < 0) & (since >= -specification.transition)
        for term, values in impact_terms(
            since.astype(float), specification.impact, specification.impact_periods
        ):
            effects.append(
                Effect(
                    interruption=interruption,
                    kind=term.kind,
                    estimand=term.estimand,
                    column=len(columns),
                    first=int(np.flatnonzero(since == 0)[0]) if (since == 0).any() else len(at),
                )
            )
            name = interruption if term.kind == "level" else f"slope from {interruption}"
            columns.append((name, values))
    columns += [(f"{what} ({b})", (at >= calendar.ordinal(b)).astype(float)) for b, what in breaks]
    columns += _season(periods, specification)
    columns += [(name, calendar_days(periods, name)) for name in specification.calendar]
    columns += list(covariates)
    names = tuple(name for name, _ in columns)
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if twice:
        raise DataError(f"segmented found {twice[0]} twice; it needs one name for each regressor")
    return SegmentedDesign(
        names=names,
        columns=np.column_stack([values for _, values in columns]),
        effects=tuple(effects),
        excluded=excluded,
    )


def too_few(design: SegmentedDesign, observed: Flags) -> tuple[str, ...]:
    """Which side of an interruption has fewer than three observed periods, for each of N series (N x T).

    Empty where none has.
    """
    used = observed & ~design.excluded
    reasons = [""] * len(observed)
    for effect in design.effects:
        nonzero = int(np.argmax(design.columns[:, effect.column] != 0))
        begins = max(effect.first, nonzero) if effect.kind == "level" else effect.first
        for side, part in (("before", used[:, : effect.first]), ("after", used[:, begins:])):
            counts = part.sum(1)
            for i in np.flatnonzero(counts < LEAST):
                reasons[i] = reasons[i] or (
                    f"found {counts[i]} observed periods {side} the interruption "
                    f"{effect.interruption}; it needs at least {LEAST}"
                )
    return tuple(reasons)


def short_season(
    specification: Specification, periods: Sequence[str], observed: Flags
) -> tuple[str, ...]:
    """Whether a seasonal model has less than two years to learn from, for each of N series (N x T)."""
    needed = 2 * calendar.per_year(periods[0])
    if not (specification.months or specification.harmonics):
        return ("",) * len(observed)
    span = observed.shape[1] - observed.argmax(1) - observed[:, ::-1].argmax(1)
    return tuple(
        f"a seasonal model was asked of {n} periods; it needs two years, {needed}" * (n < needed)
        for n in span.tolist()
    )


def outside(interruption: str, periods: Sequence[str]) -> str:
    """That an interruption is not inside the series and after its first period; empty where it is."""
    first, last = periods[0], periods[-1]
    same = calendar.per_year(interruption) == calendar.per_year(first)
    where = calendar.ordinal(interruption)
    if same and calendar.ordinal(first) < where <= calendar.ordinal(last):
        return ""
    return f"interruption {interruption} is outside the series, {first} to {last}"


def _inside(interruptions: Sequence[str], periods: Sequence[str]) -> Sequence[str]:
    if not interruptions:
        raise DataError("segmented found no interruption; it needs at least one")
    for interruption in interruptions:
        if reason := outside(interruption, periods):
            raise DataError(reason)
    return interruptions


def _season(periods: Sequence[str], specification: Specification) -> list[tuple[str, Floats]]:
    harmonics, months = specification.harmonics, specification.months
    if not harmonics and not months:
        return []
    per_year = calendar.per_year(periods[0])
    if harmonics and months:
        raise DataError("found both months and harmonics; either describes the season")
    if months and per_year != 12:
        raise DataError("month effects were asked of a series that is not monthly")
    if not 0 <= harmonics <= per_year // 2 or per_year == 1:
        raise DataError(
            f"found {harmonics} harmonics; a series with {per_year} periods a year takes "
            f"{per_year // 2 if per_year > 1 else 0} at most"
        )
    turn = np.array([calendar.ordinal(period) % per_year + 1 for period in periods])
    if months:
        return [(f"month {m}", (turn == m).astype(float)) for m in range(2, 13)]
    return [
        (f"{wave.__name__} {k}", wave(2 * np.pi * k * turn / per_year))
        for k in range(1, harmonics + 1)
        for wave in (np.sin, np.cos)
        if not (wave is np.sin and 2 * k == per_year)
    ]
