"""An interrupted time series as a calendar with regressors, and what its test would show."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from evalkit.data import periods as calendar
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its.ar1 import fit
from evalkit.its.design import (
    SegmentedDesign,
    Specification,
    segmented_design,
    short_season,
    too_few,
)
from evalkit.power.series_noise import SeriesNoise

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Target: TypeAlias = Literal["average", "level"]
Errors: TypeAlias = Literal["ar1", "ols"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeriesDesign:
    """A planned segmented regression.

    Attributes
    ----------
    regressors : array, T x P
        Over the whole calendar, before and after.
    contrast : array, P
        Of the coefficients: the effect that is asked about.
    background : array of bool, P
        Regressors that are there without the change, too.
    covered : bool
        Whether the series' covariates are among the regressors.
    used : array of bool, T
        Periods that the model will see.
    n_before, n_after : int
    why : str
        Why such a model cannot be fitted; empty where it can.
    errors : "ar1" or "ols"
    level : float
    """

    regressors: Floats
    contrast: Floats
    background: Booleans
    covered: bool
    used: Booleans
    n_before: int
    n_after: int
    why: str
    errors: Errors
    level: float

    def simulate(self, noise: SeriesNoise, *, draws: int, seed: int) -> Floats:
        """The size from which each simulated series, and its mirror image, shows an effect (2 x draws).

        Where the errors run to their limit the fit is refused, so that nothing is shown.
        """
        drawn = noise.draw(len(self.used), draws=draws, seed=seed)
        drawn[:, ~self.used] = np.nan
        rho = 0.0 if self.errors == "ols" else None
        fits = fit(drawn, self.regressors[None], self.contrast[None, None], rho=rho)
        dof, error = fits.dof[:, 0], fits.adjusted_error[:, 0]
        reach = special.stdtrit(dof, 0.5 + self.level / 2) * error
        reach = np.where(fits.boundary == 0, reach, np.inf)
        effect = fits.effect[:, 0]
        return np.concatenate([reach - effect, reach + effect])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeriesPlan:
    """What is planned, but for how long.

    Attributes
    ----------
    series : TimeSeries
        Of its outcome only the missing periods before the start are read here.
    start : str
    beside : tuple of str
        Other interruptions in the model, as far as its periods reach.
    specification : Specification
    target : str
    errors : str
    level : float
    """

    series: TimeSeries
    start: str
    beside: tuple[str, ...]
    specification: Specification
    target: Target
    errors: Errors
    level: float

    @property
    def earliest(self) -> str:
        """The first interruption: only what was before it is looked at."""
        return min([self.start, *self.beside], key=calendar.ordinal)

    def design(self, n_after: int) -> SeriesDesign:
        """The regressors of the planned model; covariates where the series has them to the last period.

        Raises
        ------
        DataError
            As ``its.segmented`` says of a specification.
        """
        series, first = self.series, self.series.periods[0]
        periods = calendar.between(first, calendar.later(self.start, n_after - 1))
        covered = len(series.periods) >= len(periods)
        known = [(name, values[: len(periods)]) for name, values in series.covariates if covered]
        inside = [other for other in self.beside if other in periods]
        design = segmented_design(
            periods, [self.start, *inside], self.specification, covariates=known
        )
        n_before = len(periods) - n_after
        used = ~design.excluded
        seen = np.isfinite(series.until(self.earliest).outcome)
        used[: len(seen)] &= seen
        background = np.ones(design.columns.shape[1], dtype=bool)
        background[[effect.column for effect in design.effects]] = False
        why = (
            too_few(design, used[None])[0]
            or short_season(self.specification, periods, used[None])[0]
            or _few(int(used.sum()), len(background))
        )
        return SeriesDesign(
            regressors=design.columns,
            contrast=_contrast(design, self.start, used, self.target),
            background=background,
            covered=covered,
            used=used,
            n_before=n_before,
            n_after=n_after,
            why=_sentence(why),
            errors=self.errors,
            level=self.level,
        )


def _sentence(why: str) -> str:
    said = why.replace("found", "the plan has", 1)
    return said and f"{said[:1].upper()}{said[1:]}."


def _few(n_used: int, n_regressors: int) -> str:
    if n_used > n_regressors + 1:
        return ""
    return f"found {n_used} periods for {n_regressors} regressors and an autocorrelation"


def _contrast(design: SegmentedDesign, start: str, used: Booleans, target: Target) -> Floats:
    contrast = np.zeros(design.columns.shape[1])
    own = [effect for effect in design.effects if effect.interruption == start]
    if target == "average":
        after = used & (np.arange(len(used)) >= own[0].first)
        for effect in own:
            contrast[effect.column] = design.columns[after, effect.column].mean()
        return contrast
    levels = [effect.column for effect in own if effect.kind == "level"]
    if not levels:
        raise DataError(
            "found a level change asked of an impact model without one; ask for the average"
        )
    contrast[levels[0]] = 1.0
    return contrast
