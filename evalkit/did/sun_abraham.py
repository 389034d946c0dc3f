"""Interaction-weighted event study, cohort by cohort, against units that are never treated."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.did.aggregates import Aggregate
from evalkit.did.design import Design, design, few_note, lone_note, opening_notes
from evalkit.did.event_time_effects import Estimated, Telling, need_variance, told
from evalkit.did.two_way import period_system, unit_means
from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
METHOD = "sun_abraham, never-treated comparison"
RULE = (
    "t with G-1 = {dof} df, clustered, cohort shares taken as given, factor "
    "sqrt(G/(G-1) (n-1)/(n-K)), K = cohort-period cells and periods = {k}"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Path:
    """A cohort's own period effects (T), each unit's influence on them (units x T), and which are known."""

    rows: Booleans
    periods: Floats
    influence: Floats
    parts: Integers
    weight: Floats  # of its cells, summed by period
    count: Integers  # of its cells, by period


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """An estimable effect of one cohort in one period, and its share of its event time."""

    cohort: int
    period: int
    base: int
    weight: float
    count: int

    @property
    def event_time(self) -> int:
        return self.period - self.base - 1


def sun_abraham(
    panel: Panel, *, weighted: bool = False, level: float = 0.95, seed: int = 0
) -> Aggregate:
    """Estimate effects by event time, free of contamination by other cohorts and distances.

    The coefficients of the regression on unit effects, period effects and one dummy for each treated cohort
    and period but its last untreated one, averaged over cohorts at each distance from the start by their
    share of observations. The dummies leave each cohort its own period effects, so the regression falls
    apart into one small fit a cohort, and no dummy is ever written out. On a balanced panel without weights
    the cells are those of ``group_time`` against never-treated units on the universal base period; with
    missing cells they are those of the regression, which uses every period that connects a cell to its base.

    Parameters
    ----------
    panel : Panel
        Missing cells are allowed. Units treated from the first period on are left out, which is noted.
    weighted : bool
        Weigh cells by ``panel.weights``.
    level : float
        Of the intervals, between 0 and 1.
    seed : int
        Of the simultaneous band.

    Returns
    -------
    Aggregate
        ``overall`` averages over treated observations. Standard errors are those of the regression, clustered
        by the cluster rule; the shares of cohorts are taken as given (``group_time`` adds their
        sampling). A distance that only cohorts of one cluster reach has none.

    Raises
    ------
    DataError
        No unit is treated, or none is never treated; the panel has covariates; weights are asked for and
        absent; no cell can be compared with its base period.

    References
    ----------
    Sun and Abraham (2021), *Journal of Econometrics* 225(2), section 4; the cluster rule is
    ``inference.clusters``.
    """
    read = design(panel, method="sun_abraham", weighted=weighted, early=False)
    if read.starts[-1] < read.n_periods:
        raise DataError(
            "sun_abraham found no unit that is never treated; it needs at least one "
            "(group_time with not-yet-treated units, or imputation, do without)"
        )
    paths = [_path(read, g) for g in range(len(read.starts))]
    cells, lost = _cells(read, paths)
    if not any(cell.event_time >= 0 for cell in cells):
        raise DataError(
            "sun_abraham found no period after a start that can be compared with the one before it"
        )
    lone = [read.one_cluster(path.rows) for path in paths]
    need_variance("sun_abraham", certain=lone[-1] and all(lone[c.cohort] for c in cells))
    dof = float(read.panel.n_clusters - 1)
    never = int(paths[-1].rows.sum())
    at_base = sum(int(p.count[s - 1]) for p, s in zip(paths[:-1], read.starts, strict=False))
    return told(
        read,
        _estimated(read, paths, cells, lone),
        Telling(
            method=METHOD,
            inference=RULE.format(dof=int(dof), k=_n_parameters(paths)),
            reference=(at_base, never),
            dof=dof,
            level=level,
            seed=seed,
            notes=_notes(read, lone, lost),
        ),
    )


def _path(read: Design, g: int) -> _Path:
    rows = read.cohort == g
    values = read.outcome[rows]
    weights = None if read.weights is None else read.weights[rows]
    counts = read.used[rows]
    alone = np.zeros(len(values), dtype=np.int64)
    system = period_system(weights, alone, 1, read.n_periods)
    residuals = values - unit_means(values, weights)
    if weights is not None:
        residuals *= weights
    periods = system.solve(residuals.sum(axis=0))
    if weights is None:
        residuals -= periods - periods.mean()
        influence = residuals / len(values)  # the solution up to a constant, which contrasts drop
    else:
        spread = np.broadcast_to(periods, weights.shape)
        residuals -= weights * (periods - unit_means(spread, weights))
        influence = system.solve(residuals.T).T
    return _Path(
        rows=rows,
        periods=periods,
        influence=influence,
        parts=system.parts,
        weight=read.cell_weights[rows].sum(axis=0),
        count=counts.sum(axis=0),
    )


def _cells(read: Design, paths: list[_Path]) -> tuple[list[_Cell], int]:
    """Cells that connect to their base period in the cohort and in the comparison group; how many do not."""
    never = paths[-1].parts
    found: list[_Cell] = []
    lost = 0
    for g, (start, path) in enumerate(zip(read.starts[:-1].tolist(), paths, strict=False)):
        base = start - 1
        for t in range(read.n_periods):
            if t == base or path.count[t] == 0:
                continue
            if path.parts[t] == path.parts[base] and -1 < never[t] == never[base]:
                weight, count = float(path.weight[t]), int(path.count[t])
                found.append(_Cell(cohort=g, period=t, base=base, weight=weight, count=count))
            else:
                lost += 1
    return found, lost


def _estimated(read: Design, paths: list[_Path], cells: list[_Cell], lone: list[bool]) -> Estimated:
    """Cells averaged over cohorts at each event time, and over all treated observations."""
    times = sorted({cell.event_time for cell in cells})
    columns = [[cell for cell in cells if cell.event_time == time] for time in times]
    columns.append([cell for cell in cells if cell.event_time >= 0])
    contrasts = np.zeros((len(paths), read.n_periods, len(columns)))
    for column, chosen in enumerate(columns):
        total = sum(cell.weight for cell in chosen)
        for cell in chosen:
            contrasts[cell.cohort, cell.period, column] += cell.weight / total
            contrasts[cell.cohort, cell.base, column] -= cell.weight / total
    contrasts[-1] = -contrasts[:-1].sum(axis=0)
    effects = np.zeros(len(columns))
    influence = np.empty((len(read.outcome), len(columns)))
    for path, contrast in zip(paths, contrasts, strict=True):
        effects += path.periods @ contrast
        influence[path.rows] = path.influence @ contrast
    n_never = int(paths[-1].rows.sum())
    return Estimated(
        times=tuple(times),
        effects=effects,
        covariance=read.covariance(
            influence,
            n_regressors=_n_parameters(paths) - read.n_parameters_of_periods,
            method="sun_abraham",
        ),
        n_treated=tuple(sum(cell.count for cell in chosen) for chosen in columns[:-1]),
        n_comparison=(n_never,) * len(times),
        certain=tuple(all(lone[cell.cohort] for cell in chosen) for chosen in columns[:-1]),
    )


def _n_parameters(paths: list[_Path]) -> int:
    """Cells and periods of the regression: each cohort's own periods less its references, and one."""
    free = [int((path.count > 0).sum()) - len(set(path.parts[path.count > 0])) for path in paths]
    return sum(free) + 1


def _notes(read: Design, lone: list[bool], lost: int) -> tuple[str, ...]:
    notes = list(opening_notes(read))
    if lost:
        notes.append(
            f"{lost} cohort-period cells cannot be compared with their base period, because cells are "
            "missing; they are left out."
        )
    return (*notes, *lone_note(read, lone), *few_note(read.panel))
