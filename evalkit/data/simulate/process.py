"""How simulated counts come about: expectations first, then chance around them."""

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.simulate.places import Place, find
from evalkit.errors import DataError, Problem
from evalkit.types.simulation import Scenario

Floats = npt.NDArray[np.float64]
PEAK_MONTH = 7


def months_of(scenario: Scenario) -> tuple[str, ...]:
    """The T months of a scenario.

    Raises
    ------
    DataError
        A setting that makes no sense, named.
    """
    _sensible(scenario)
    start = calendar.ordinal(scenario.first)
    return tuple(calendar.text(start + t, monthly=True) for t in range(scenario.months))


def untreated(scenario: Scenario, places: tuple[Place, ...]) -> Floats:
    """Array, N x T: expected events without the intervention, recording changes included."""
    months = months_of(scenario)
    size = scenario.rate * np.array([place.population for place in places]) / 1000
    years = np.arange(len(months)) / 12
    over_time = season(scenario.season, months) * (1 + scenario.trend) ** years
    expected: Floats = np.outer(size, over_time)
    for shift in scenario.shifts:
        expected[np.ix_(_at(shift.place, places), _from(shift.period, months))] *= shift.factor
    return expected


def treated_cells(scenario: Scenario, places: tuple[Place, ...]) -> npt.NDArray[np.bool_]:
    """Array, N x T: where and when the intervention runs."""
    months = months_of(scenario)
    cells = np.zeros((len(places), len(months)), dtype=bool)
    rows = [places.index(find(name, places)) for name in scenario.treated]
    if rows:
        cells[np.ix_(rows, _from(scenario.treated_from, months))] = True
    return cells


def gap_cells(scenario: Scenario, places: tuple[Place, ...]) -> npt.NDArray[np.bool_]:
    """Array, N x T: cells that nobody published."""
    months = months_of(scenario)
    cells = np.zeros((len(places), len(months)), dtype=bool)
    for gap in scenario.gaps:
        if gap.period not in months:
            raise _wrong("gap", gap.period, f"a month from {months[0]} to {months[-1]}")
        cells[_at(gap.place, places), months.index(gap.period)] = True
    return cells


def season(amplitude: float, months: tuple[str, ...]) -> Floats:
    """Array, T: a yearly wave on the log scale with its peak in July; twelve months average one."""
    wave = amplitude * np.cos(2 * np.pi * (np.arange(1, 13) - PEAK_MONTH) / 12)
    factor = np.exp(wave) / np.exp(wave).mean()
    return np.array([factor[calendar.month_of_year(month) - 1] for month in months])


def latent(rng: np.random.Generator, shape: tuple[int, int], *, rho: float, sd: float) -> Floats:
    """Array, N x T: exp of a stationary Gaussian AR(1) with mean one, each row of its own."""
    shocks = rng.standard_normal(shape)
    state = np.empty(shape)
    state[:, 0] = shocks[:, 0]
    for t in range(1, shape[1]):
        state[:, t] = rho * state[:, t - 1] + np.sqrt(1 - rho**2) * shocks[:, t]
    moved: Floats = np.exp(sd * state - sd**2 / 2)
    return moved


def scatter(rng: np.random.Generator, mean: Floats, dispersion: float) -> Floats:
    """Array like ``mean``: counts with that mean and ``dispersion`` times it as variance."""
    if dispersion == 1:
        return rng.poisson(mean).astype(np.float64)
    counts = rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion)
    return counts.astype(np.float64)


def _sensible(scenario: Scenario) -> None:
    """Refuse the first setting that cannot be."""
    fits = {
        "seed": (scenario.seed >= 0, "0 or more"),
        "from": (len(scenario.first) == 7, "a month as 2021-04"),
        "months": (1 <= scenario.months <= 600, "1 to 600"),
        "rate": (0 < scenario.rate <= 1000, "more than 0 per 1,000 residents"),
        "effect": (-1 < scenario.effect <= 10, "more than -1 (-0.11 is 11 per cent fewer)"),
        "season": (0 <= scenario.season <= 2, "0 to 2"),
        "trend": (-0.9 <= scenario.trend <= 9, "-0.9 to 9 a year"),
        "dispersion": (1 <= scenario.dispersion <= 100, "1 (Poisson) or more"),
        "autocorrelation": (-1 < scenario.autocorrelation < 1, "between -1 and 1"),
        "wander": (0 <= scenario.wander <= 2, "0 to 2"),
    }
    attribute = {"from": "first"}
    for name, (right, needed) in fits.items():
        if not right:
            raise _wrong(name, str(getattr(scenario, attribute.get(name, name))), needed)
    calendar.ordinal(scenario.first)
    for shift in scenario.shifts:
        if not 0 < shift.factor <= 100:
            raise _wrong("recording change", f"{shift.factor:g}", "a factor above 0, e.g. 1.8")


def _at(name: str, places: tuple[Place, ...]) -> list[int]:
    """Rows of an area, or of a whole police area."""
    of_force = [i for i, p in enumerate(places) if p.force.casefold() == name.strip().casefold()]
    return of_force or [places.index(find(name, places))]


def _from(month: str, months: tuple[str, ...]) -> list[int]:
    if month not in months:
        raise _wrong("month", month or "none", f"one from {months[0]} to {months[-1]}")
    return list(range(months.index(month), len(months)))


def _wrong(field: str, found: str, needed: str) -> DataError:
    return DataError(Problem(field=field, found=found, needed=needed))
