"""A comparison of areas, how they vary, and what is asked of it."""

from dataclasses import dataclass

from evalkit.errors import DataError
from evalkit.power.asked import Asked
from evalkit.power.before import Before
from evalkit.power.noise import Areas
from evalkit.power.panel_design import Estimator, Inference, PanelDesign
from evalkit.power.sizes import Sizes
from evalkit.power.staggered_design import StaggeredDesign
from evalkit.types.power import Scale


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PanelQuestion:
    """A design, how its areas vary, and what is asked of it."""

    before: Before
    areas: Areas
    design: PanelDesign | StaggeredDesign
    sizes: Sizes
    asked: Asked


def panel_design(
    before: Before, scale: Scale, estimator: Estimator, inference: Inference, level: float
) -> PanelDesign | StaggeredDesign:
    """The design in numbers.

    Raises
    ------
    DataError
        A test asked for that several starts do not take.
    """
    if len(before.cohorts) > 1 and inference != "auto":
        raise DataError(
            f"found inference={inference} for areas that start at different times; power is worked out with "
            "the test that the design calls for. Use inference='auto'"
        )
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
        inference=inference,
        level=level,
    )
