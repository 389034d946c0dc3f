"""A comparison of areas, how they vary, and what is asked of it."""

from dataclasses import dataclass

from evalkit.power.asked import Asked
from evalkit.power.before import Before
from evalkit.power.noise import Noise
from evalkit.power.panel_design import Estimator, PanelDesign, need_areas
from evalkit.power.sizes import Sizes
from evalkit.power.staggered_design import StaggeredDesign
from evalkit.types.power import Scale


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PanelQuestion:
    """A design, how its areas vary, and what is asked of it."""

    before: Before
    noise: Noise
    design: PanelDesign | StaggeredDesign
    sizes: Sizes
    asked: Asked


def panel_design(
    before: Before, scale: Scale, estimator: Estimator, level: float
) -> PanelDesign | StaggeredDesign:
    """The design in numbers.

    Raises
    ------
    DataError
        Too few areas for any test.
    """
    need_areas(before.n_treated, before.n_comparison)
    if len(before.cohorts) > 1:
        return StaggeredDesign(
            cohorts=before.cohorts,
            n_comparison=before.n_comparison,
            estimator=estimator,
            level=level,
        )
    return PanelDesign(
        n_treated=before.n_treated,
        n_comparison=before.n_comparison,
        n_before=before.n_before,
        n_after=before.n_after,
        estimator=estimator,
        spread_ratio=before.spread_ratio(scale),
        level=level,
    )
