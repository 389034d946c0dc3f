"""Did one area change how it records? A step against all the others, looked for and named."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.checks.level_shift import Floats, clearest_step, correlation, dated
from evalkit.data import periods as calendar

LEAST_AREAS, LEAST_EVENTS = 3, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A step of one area against the others.

    Attributes
    ----------
    area : int
        Its position.
    period, before : str
        The first period after it, and the last one before it that is known.
    ratio : float
        Events after it over events before it, compared with the others.
    p_value : float
        That no area steps away, adjusted for all dates and all areas.
    drift : bool
        True where a steady drift describes it at least as well.
    """

    area: int
    period: str
    before: str
    ratio: float
    p_value: float
    drift: bool


def comparable(counts: Floats) -> npt.NDArray[np.bool_]:
    """Array, N: areas with at least 5 events a period, on average over what is known.

    With fewer, the log of a count is too far from normal for the test to mean what it says.
    """
    seen = ~np.isnan(counts)
    mean = np.nansum(counts, axis=1) / np.maximum(seen.sum(axis=1), 1)
    return np.asarray(mean >= LEAST_EVENTS)


def shifts(counts: Floats, periods: tuple[str, ...], *, level: float = 0.05) -> tuple[Shift, ...]:
    """Every area that steps away from the others, the clearest first; the last one is not clear.

    The clearest area is taken out of the others before the next is looked for, so that one large step does
    not show as an opposite one elsewhere. Areas are adjusted for by Bonferroni.

    Parameters
    ----------
    counts : array, N x T
        NaN where nothing is known.
    periods : tuple of str
        T labels.
    level : float
        Adjusted p-value below which a step is clear.
    """
    found: list[Shift] = []
    able = comparable(counts)
    while True:
        out = [shift.area for shift in found]
        clearest = _clearest(counts, periods, able, out, level)
        if clearest is None:
            return tuple(found)
        found.append(clearest)
        if clearest.p_value >= level or int(able.sum()) - len(found) < LEAST_AREAS:
            return tuple(found)


def _clearest(
    counts: Floats,
    periods: tuple[str, ...],
    able: npt.NDArray[np.bool_],
    out: list[int],
    level: float,
) -> Shift | None:
    """Whether any area steps away, and which: the largest step, as the others' answers to it are smaller."""
    times = np.array([calendar.ordinal(period) for period in periods])
    monthly = calendar.per_year(periods[0]) == 12
    candidates = [int(i) for i in np.flatnonzero(able) if i not in out]
    series = {}
    for area in candidates:
        ratio = log_ratio(counts, area, [j for j in candidates if j != area])
        if (found := dated(ratio, times, monthly=monthly)) is not None:
            series[area] = found
    if not series:
        return None
    least = float(np.median([correlation(one) for one in series.values()]))
    steps = {area: clearest_step(one, least=least) for area, one in series.items()}
    p_value = min(1.0, min(step.p_value for step in steps.values()) * int(able.sum()))
    if p_value < level:
        steps = {area: step for area, step in steps.items() if step.p_value < level}
        area = max(steps, key=lambda a: abs(steps[a].size))
    else:
        area = min(steps, key=lambda a: steps[a].p_value)
    return Shift(
        area=area,
        period=calendar.like(periods[0], steps[area].at),
        before=calendar.like(periods[0], steps[area].before),
        ratio=float(np.exp(steps[area].size)),
        p_value=p_value,
        drift=steps[area].drift,
    )


def log_ratio(counts: Floats, area: int, others: list[int]) -> Floats:
    """Array, T: log of the area's events over those of the others that are known in that period.

    Each of the others counts with its own size, so that a period without one of them does not look like a
    step.
    """
    rest = counts[others]
    size = np.nanmean(rest, axis=1)[:, None]
    known = ~np.isnan(rest)
    usual = (known * size).sum(axis=0)
    seen = np.where(known, rest, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log(counts[area] + 0.5) - np.log((seen + 0.5) / (usual + 0.5))
    return np.where(usual > 0, ratio, np.nan)
