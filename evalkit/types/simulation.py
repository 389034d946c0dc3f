"""What was put into simulated data, so that an evaluation of them can be marked."""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import ConfigDict


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Recording changes in a place: from ``period`` on, ``factor`` times as many events are recorded."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    place: str
    period: str
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A place that did not publish a period."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    place: str
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """How simulated counts come about.

    Expected events are ``rate x population / 1,000`` times a season, a trend, the effect and the changes in
    recording; a latent AR(1) of mean one moves them, and counts scatter around that with ``dispersion``
    times their mean (Poisson, or negative binomial of the first kind).

    Attributes
    ----------
    seed : int
        Same seed and settings, same data.
    first : str
        First month, YYYY-MM.
    months : int
    rate : float
        Events per 1,000 residents a month, before season, trend and effect.
    treated : tuple of str
        Names of the areas where something was done; empty for nobody.
    treated_from : str
        First month with it, YYYY-MM.
    effect : float
        Proportional: ``-0.11`` is 11 per cent fewer events in treated areas from then on.
    season : float
        Half the distance between peak (July) and trough (January), on the log scale.
    trend : float
        Proportional change a year, everywhere.
    dispersion : float
        Variance of a count around its own expectation, divided by that expectation; 1 is Poisson.
    autocorrelation, wander : float
        Of the latent AR(1): correlation of neighbouring months, and standard deviation on the log scale.
    shifts : tuple of Shift
        Places are areas, or for police files also forces.
    gaps : tuple of Gap
        As ``shifts``; police files are published by whole forces.
    lsoa_change : str
        First month whose police files have the LSOAs of 2021 instead of those of 2011, YYYY-MM; empty for
        those of 2011 throughout.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    seed: int
    first: str = "2021-04"
    months: int = 48
    rate: float = 2.5
    treated: tuple[str, ...] = ()
    treated_from: str = ""
    effect: float = 0.0
    season: float = 0.1
    trend: float = 0.0
    dispersion: float = 1.5
    autocorrelation: float = 0.3
    wander: float = 0.05
    shifts: tuple[Shift, ...] = ()
    gaps: tuple[Gap, ...] = ()
    lsoa_change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What stands in ``truth.json`` beside simulated data.

    Attributes
    ----------
    kind : str
    scenario : Scenario
        Everything that was asked for.
    outcome : str
        The outcome that has the effect.
    rate_ratio : float
        ``1 + effect``: events with the intervention over events without it.
    expected_difference : float
        Events more (negative: fewer) than without it, over all treated cells that are not missing, expected
        before chance; 0 where nothing was done.
    rows : mapping
        For police files: how many rows of each kind were written, beside the ones that count.
    simulated : bool
        Always true.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: Literal["panel", "series", "police"]
    scenario: Scenario
    outcome: str
    rate_ratio: float
    expected_difference: float
    rows: dict[str, int] = field(default_factory=dict)
    simulated: Literal[True] = True
    form: Literal["evalkit/truth/1"] = "evalkit/truth/1"
