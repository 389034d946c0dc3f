"""The same numbers by another route: plain numpy, written from the papers, sharing nothing with evalkit."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries

Floats = npt.NDArray[np.float64]


def panel_frame(
    seed: int,
    starts: list[int | None],
    *,
    n_periods: int,
    effect: float = 0.0,
    rho: float = 0.0,
    first: int = 2001,
) -> pd.DataFrame:
    """Units with their own level, common period shocks, AR(1) errors and a constant effect."""
    rng = np.random.default_rng(seed)
    n_units = len(starts)
    shocks = rng.normal(size=(n_units, n_periods))
    errors = shocks.copy()
    for t in range(1, n_periods):
        errors[:, t] = rho * errors[:, t - 1] + math.sqrt(1 - rho**2) * shocks[:, t]
    years = first + np.arange(n_periods)
    start = np.array([math.inf if s is None else s for s in starts])
    treated = years >= start[:, None]
    outcome = rng.normal(size=(n_units, 1)) + rng.normal(size=n_periods) + effect * treated + errors
    return pd.DataFrame(
        {
            "area": np.repeat([f"area {i:03d}" for i in range(n_units)], n_periods),
            "year": np.tile(years, n_units),
            "rate": outcome.ravel(),
            "start": np.repeat([np.nan if s is None else float(s) for s in starts], n_periods),
            "people": np.repeat(rng.uniform(1, 5, n_units), n_periods)
            * rng.uniform(0.9, 1.1, n_units * n_periods),
        }
    )


def as_panel(frame: pd.DataFrame, *, weights: str | None = None) -> Panel:
    return Panel.from_frame(
        frame, unit="area", period="year", outcome="rate", treated_from="start", weights=weights
    )


def monthly_frame(outcome: Floats, *, first: int = 1981) -> pd.DataFrame:
    months = [f"{first + m // 12}-{m % 12 + 1:02d}" for m in range(len(outcome))]
    return pd.DataFrame({"month": months, "y": outcome})


def as_series(frame: pd.DataFrame, *covariates: str, outcome: str = "y") -> TimeSeries:
    return TimeSeries.from_frame(frame, period="month", outcome=outcome, covariates=covariates)


def dummy_regression(panel: Panel, *, weighted: bool = False) -> tuple[float, float, Floats]:
    """TWFE by least squares on explicit dummies; sandwich summed over units; the written rule.

    CRV1 = CR0 x sqrt(G/(G-1) x (n-1)/(n-K)), K = regressors + periods.
    """
    n_units, n_periods = panel.outcome.shape
    unit = np.repeat(np.arange(n_units), n_periods)
    period = np.tile(np.arange(n_periods), n_units)
    treated = (period >= panel.start[unit]).astype(float)
    design = np.column_stack(
        [treated, unit[:, None] == np.arange(n_units), period[:, None] == np.arange(1, n_periods)]
    ).astype(float)
    weights = (
        panel.weights.ravel() if weighted and panel.weights is not None else np.ones(unit.size)
    )
    root = np.sqrt(weights)[:, None]
    beta = np.linalg.lstsq(design * root, panel.outcome.ravel() * root[:, 0], rcond=None)[0]
    residuals = panel.outcome.ravel() - design @ beta
    bread = np.linalg.pinv((design * root).T @ (design * root))
    meat = np.zeros_like(bread)
    for i in range(n_units):
        score = (design * (weights * residuals)[:, None])[unit == i].sum(axis=0)
        meat += np.outer(score, score)
    variance = (bread @ meat @ bread)[0, 0]
    n, k = unit.size, 1 + n_periods
    factor = n_units / (n_units - 1) * (n - 1) / (n - k)
    return float(beta[0]), math.sqrt(variance * factor)


@dataclass(frozen=True)
class ByInfluence:
    """ATT(g, t) cells and aggregates through the unit-level influence functions."""

    cells: list[tuple[int, int]]
    effects: Floats
    covariance: Floats
    overall: tuple[float, float]
    event_times: list[int]
    event_effects: Floats
    event_covariance: Floats


def by_influence_functions(outcome: Floats, start: npt.NDArray[np.int64]) -> ByInfluence:
    """Callaway & Sant'Anna (2021), never-treated comparison, universal base, no covariates.

    One row a unit, one column a cell (N x C), as in their theorem 2; aggregates add the influence of the
    estimated cohort shares (their corollary 2).
    """
    n, n_periods = outcome.shape
    never = start >= n_periods
    cohorts = sorted({int(g) for g in start[~never]})
    cells = [(g, t) for g in cohorts for t in range(n_periods) if t != g - 1]
    effects, columns = [], []
    for g, t in cells:
        change = outcome[:, t] - outcome[:, g - 1]
        own = start == g
        gain, drift = change[own].mean(), change[never].mean()
        effects.append(gain - drift)
        columns.append(own / own.mean() * (change - gain) - never / never.mean() * (change - drift))
    att, influence = np.array(effects), np.column_stack(columns)

    def average(chosen: list[int]) -> tuple[float, Floats]:
        share = np.array([np.mean(start == cells[c][0]) for c in chosen])
        total = share.sum()
        value = float(share @ att[chosen] / total)
        members = np.column_stack([(start == cells[c][0]).astype(float) for c in chosen])
        of_share = (members - share) / total - np.outer(
            (members - share).sum(axis=1), share / total**2
        )
        return value, influence[:, chosen] @ (share / total) + of_share @ att[chosen]

    value, psi = average([c for c, (g, t) in enumerate(cells) if t >= g])
    times = sorted({t - g for g, t in cells})
    averages = [average([c for c, (g, t) in enumerate(cells) if t - g == e]) for e in times]
    psi_events = np.column_stack([p for _, p in averages])
    return ByInfluence(
        cells=cells,
        effects=att,
        covariance=influence.T @ influence / n**2,
        overall=(value, math.sqrt(psi @ psi) / n),
        event_times=times,
        event_effects=np.array([v for v, _ in averages]),
        event_covariance=psi_events.T @ psi_events / n**2,
    )


def by_groups(
    panel: Panel, leads: list[int], *, base: int | None = -1
) -> tuple[float, float, Floats]:
    """Krishnamoorthy and Yu's (2004) F of the effects at ``leads``, its second degrees of freedom, and V.

    A unit of a cohort adds its own change, less its cohort's mean, by the cohort's share of those that reach
    that lead; a unit that never starts subtracts the same for every cohort. Without ``base`` each lead is
    against the period before it.
    """
    cohorts = [g for g in np.unique(panel.start) if g < len(panel.periods)]
    size = {g: int((panel.start == g).sum()) for g in cohorts}
    never = panel.start == len(panel.periods)
    effects, influence = np.zeros(len(leads)), np.zeros((len(panel.units), len(leads)))
    for j, e in enumerate(leads):
        against = e - 1 if base is None else base
        reached = [g for g in cohorts if min(g + e, g + against) >= 0]
        for g in reached:
            weight = size[g] / sum(size[h] for h in reached)
            change = panel.outcome[:, g + e] - panel.outcome[:, g + against]
            own = panel.start == g
            effects[j] += weight * (change[own].mean() - change[never].mean())
            influence[own, j] += weight * (change - change[own].mean())[own] / size[g]
            influence[never, j] -= weight * (change - change[never].mean())[never] / never.sum()
    parts: list[tuple[Floats, int]] = []
    for rows in (*(panel.start == g for g in cohorts), never):
        n = rows.sum()
        parts.append((influence[rows].T @ influence[rows] * n / (n - 1), n))
    k, total = len(leads), sum(part for part, _ in parts)
    shares = [(part @ np.linalg.inv(total), n) for part, n in parts]
    nu = (k + k**2) / sum((np.trace(q @ q) + np.trace(q) ** 2) / (n - 1) for q, n in shares)
    wald = effects @ np.linalg.inv(total) @ effects
    return float(wald * (nu - k + 1) / (nu * k)), float(nu - k + 1), total
