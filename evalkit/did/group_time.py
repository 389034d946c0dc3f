"""Group-time average treatment effects."""

from typing import Any

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.did.by_rows import by_rows, usable
from evalkit.did.cells import BasePeriod, Cells, Comparison, plan_cells
from evalkit.did.design import few_sides
from evalkit.did.group_time_effects import GroupTimeEffects, OmittedCell
from evalkit.did.moments import Estimated, by_moments
from evalkit.did.two_groups import Method
from evalkit.errors import DataError

Booleans = npt.NDArray[np.bool_]

FEW_CLUSTERS = 10


def group_time(
    panel: Panel,
    *,
    comparison: Comparison = "never_treated",
    method: Method = "dr",
    base_period: BasePeriod = "universal",
    anticipation: int = 0,
    weighted: bool = False,
    level: float = 0.95,
) -> GroupTimeEffects:
    """Estimate ATT(g, t): the effect on the cohort that starts in g, in period t.

    Each cell is the cohort's mean change since its base period minus that of the comparison units, the
    latter adjusted to the cohort's covariates where the panel has any. Without covariates the outcome
    regression, inverse probability weighting and the doubly robust combination are the same number. In an
    unbalanced panel each cell is made of the units observed in both of its periods.

    Parameters
    ----------
    panel : Panel
        Its covariates, if any, are adjusted for, each unit's value in the cell's base period; standard
        errors are clustered by ``panel.cluster``.
    comparison : str
        ``"never_treated"``, or ``"not_yet_treated"``: units untreated in both periods of a cell and through
        any anticipation.
    method : str
        ``"dr"``, ``"regression"`` or ``"ipw"``. Comparison units with a propensity score above 0.995 are
        left out and counted in the notes.
    base_period : str
        ``"universal"``: every period against the last one before treatment and anticipation;
        ``"varying"``: periods before that against the period before them.
    anticipation : int
        Periods before the start in which units may already react; moves the base period back.
    weighted : bool
        Weigh units by ``panel.weights`` in the base period.
    level : float
        Of the intervals, between 0 and 1.

    Raises
    ------
    DataError
        Nobody is treated, nobody is left to compare with, a unit is treated from the first period, there is
        only one cluster, a covariate does not vary, the propensity score separates the groups, weights are
        asked for and absent, or an option has another value.

    References
    ----------
    Callaway and Sant'Anna (2021), *Journal of Econometrics* 225(2), sections 2 to 4; Sant'Anna and Zhao
    (2020), *Journal of Econometrics* 219(1).
    """
    if method not in ("dr", "regression", "ipw"):
        raise DataError(f"group_time found method {method}; it needs dr or regression or ipw")
    if weighted and panel.weights is None:
        raise DataError("group_time was asked to weigh units; the panel has no weights")
    if panel.n_clusters < 2:
        raise DataError("group_time found one cluster; it needs at least two to judge chance by")
    planned = plan_cells(
        panel, comparison=comparison, base_period=base_period, anticipation=anticipation
    )
    compared: Booleans = np.asarray(planned.compared.any(axis=1))
    seen = np.ones(len(planned.cohort), dtype=bool)
    missing = int(np.count_nonzero(np.isnan(panel.outcome)))
    if missing:
        seen = usable(panel, planned)
    _need_comparison(compared, seen)
    cells = planned.kept(compared & seen)
    by_group = not missing and not panel.covariate_names and not weighted
    if by_group and panel.n_clusters == len(panel.units):
        found = by_moments(panel.outcome, panel.start, cells)
    else:
        found = by_rows(panel, cells, method=method, weighted=weighted)
    omitted = _omitted(panel, planned, compared, seen)
    counts = _counts(panel, cells)
    clusters = (sum(counts["cohort_clusters"].values()), counts["comparison_clusters"])
    return GroupTimeEffects(
        periods=panel.periods,
        cohort=cells.cohort,
        period=cells.period,
        base=cells.base,
        effects=found.effects,
        joint=found.joint,
        groups=cells.starts,
        shares=found.shares,
        treated_units=found.n_treated,
        comparison_units=found.n_comparison,
        **counts,
        n_obs=panel.outcome.size - missing,
        comparison=comparison,
        method=method if panel.covariate_names else "dr",
        base_period=base_period,
        anticipation=anticipation,
        covariates=panel.covariate_names,
        weighted=weighted,
        level=level,
        unit_of_measure=panel.unit_of_measure,
        omitted=omitted,
        notes=_notes(panel, found, omitted, missing, clusters),
    )


def _need_comparison(compared: Booleans, seen: Booleans) -> None:
    if not compared.any():
        raise DataError(
            "group_time found nobody still untreated when others are treated: all start together; "
            "it needs units that start later or never"
        )
    if not (compared & seen).any():
        raise DataError(
            "group_time found no cohort and comparison observed in the same two periods; "
            "it needs at least one before and one after"
        )


def _counts(panel: Panel, cells: Cells) -> dict[str, Any]:
    group = np.searchsorted(cells.starts, panel.start)
    pairs = np.unique(group * panel.n_clusters + panel.cluster)
    clusters = np.bincount(pairs // panel.n_clusters, minlength=len(cells.starts))
    used = np.flatnonzero(np.isin(cells.starts, cells.cohort))
    serving: Booleans = np.asarray(cells.compared.any(axis=0))
    return {
        "cohort_sizes": {int(cells.starts[h]): int(cells.sizes[h]) for h in used},
        "cohort_clusters": {int(cells.starts[h]): int(clusters[h]) for h in used},
        "n_units": len(panel.units),
        "n_clusters": panel.n_clusters,
        "n_comparison": int(cells.sizes[serving].sum()),
        "comparison_clusters": len(
            np.unique(pairs[serving[pairs // panel.n_clusters]] % panel.n_clusters)
        ),
    }


def _omitted(
    panel: Panel, planned: Cells, compared: Booleans, seen: Booleans
) -> tuple[OmittedCell, ...]:
    return tuple(
        OmittedCell(
            group=panel.periods[planned.cohort[c]],
            period=panel.periods[planned.period[c]],
            why="nobody is observed in both periods"
            if compared[c]
            else "nobody is still untreated",
        )
        for c in np.flatnonzero(~(compared & seen))
    )


def _notes(
    panel: Panel,
    found: Estimated,
    omitted: tuple[OmittedCell, ...],
    missing: int,
    clusters: tuple[int, int],
) -> tuple[str, ...]:
    notes = []
    if omitted:
        reasons = " or ".join(sorted({cell.why for cell in omitted}))
        notes.append(f"Cells not estimated: {len(omitted)} ({reasons}).")
    if missing:
        notes.append(
            f"{missing} of {panel.outcome.size} unit-periods have no outcome; each effect is of the units "
            "observed in both of its periods."
        )
    if found.trimmed:
        notes.append(
            "Comparison units left out for a propensity score above 0.995, counted once a cell: "
            f"{found.trimmed}."
        )
    if found.extrapolated:
        notes.append(
            f"In {found.extrapolated} cells a covariate's mean in the cohort lies beyond every comparison "
            "unit: the outcome regression extrapolates, and rests on the line being straight there."
        )
    if panel.n_clusters < FEW_CLUSTERS:
        notes.append(
            f"{panel.n_clusters} clusters: the intervals need many and are far too narrow here."
        )
    else:
        notes.extend(few_sides(*clusters))
    return tuple(notes)
