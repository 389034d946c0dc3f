"""A panel: units followed over the same periods, held as one matrix."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data import panel_cells as cells_of
from evalkit.data.panel_columns import coded, coded_periods, column, numbers
from evalkit.data.panel_starts import starts, starts_from_treated
from evalkit.errors import DataError, Problem
from evalkit.types.evaluation import Provenance

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """A panel, validated once; the estimators trust it.

    Attributes
    ----------
    units : tuple of str
        N labels, sorted; as numbers where all are whole numbers.
    periods : tuple of str
        T consecutive labels, in order: ``"2005"``, ``"2005-Q2"`` or ``"2005-04"``.
    outcome : array, N x T
        In ``unit_of_measure``; NaN in a missing cell.
    start : array, N
        Index of each unit's first treated period; T for units that are never treated.
    weights : array, N x T, or None
        Positive in every observed cell; None weighs every cell alike.
    unit_of_measure : str
    provenance : Provenance or None
    exposure : array, N x T, or None
        What counts are divided by, e.g. population; positive in every observed cell.
    covariates : array, N x T x P
        A number in every observed cell; P is 0 when there are none.
    covariate_names : tuple of str
        P names.
    cluster : array, N
        Position in ``cluster_names``; each unit its own cluster unless said otherwise.
    cluster_names : tuple of str
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    outcome: Floats
    start: Integers
    weights: Floats | None
    unit_of_measure: str
    provenance: Provenance | None = None
    exposure: Floats | None = None
    covariates: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))
    covariate_names: tuple[str, ...] = ()
    cluster: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    cluster_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.covariate_names:
            object.__setattr__(self, "covariates", np.empty((*self.outcome.shape, 0)))
        if not self.cluster_names:
            object.__setattr__(self, "cluster", np.arange(len(self.units)))
            object.__setattr__(self, "cluster_names", self.units)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        unit: str,
        period: str,
        outcome: str,
        treated_from: str | None = None,
        treated: str | None = None,
        exposure: str | None = None,
        weights: str | None = None,
        covariates: Sequence[str] = (),
        cluster: str | None = None,
        unit_of_measure: str = "",
        provenance: Provenance | None = None,
    ) -> "Panel":
        """Build a panel from one row a unit and period, in any order.

        A unit and period without a row, or without an outcome, is a missing cell (NaN): an estimator
        either handles it and says so, or refuses it.

        Parameters
        ----------
        frame : DataFrame
            Not changed.
        unit, period, outcome : str
            Column names. Periods are whole numbers (years, or 1, 2, 3 …), quarters (``2005-Q2``), months
            (``2005-04``), or dates, which stand for their month.
        treated_from, treated : str
            Exactly one of them. ``treated_from`` holds the first treated period, missing for units that
            are never treated; ``treated`` is 1 in treated rows, else 0, and stays 1 once it is.
        exposure, weights, cluster : str or None
        covariates : sequence of str

        Raises
        ------
        DataError
            A column is missing, a unit and period occurs twice, a whole period is missing, a value is not
            a finite number, all outcomes are the same, a weight or exposure is not positive, treatment ends
            again, or a unit has two different starts or clusters.
        """
        of_unit, of_period = column(frame, "unit", unit), column(frame, "period", period)
        cells = cells_of.already_in_order(of_unit, of_period, field=period) or cells_of.arrange(
            coded(of_unit, field=unit, what="unit"),
            coded_periods(of_period, field=period),
            field=f"{unit}, {period}",
        )
        values = cells.matrix(numbers(column(frame, "outcome", outcome), "outcome"))
        observed = ~np.isnan(values)
        _need_outcomes(values, observed, outcome)
        extra = {
            role: cells_of.positive(cells, column(frame, role, name), role, observed)
            for role, name in (("weights", weights), ("exposure", exposure))
            if name is not None
        }
        clusters = None
        if cluster is not None:
            clusters = cells_of.clusters(cells, column(frame, "cluster", cluster), cluster)
        return cls(
            units=cells.units,
            periods=cells.periods,
            outcome=values,
            start=_starts(frame, cells, treated_from, treated),
            weights=extra.get("weights"),
            exposure=extra.get("exposure"),
            covariates=_covariates(frame, cells, covariates, observed),
            covariate_names=tuple(covariates),
            cluster=np.empty(0, dtype=np.int64) if clusters is None else clusters.codes,
            cluster_names=() if clusters is None else clusters.labels,
            unit_of_measure=unit_of_measure or outcome,
            provenance=provenance,
        )

    @property
    def ever_treated(self) -> Booleans:
        """Array, N: whether the unit is treated inside the panel."""
        return self.start < len(self.periods)

    @property
    def treated(self) -> Booleans:
        """Array, N x T: whether the unit is treated in the period."""
        return np.arange(len(self.periods)) >= self.start[:, None]

    @property
    def observed(self) -> Booleans:
        """Array, N x T: whether the cell has an outcome."""
        return ~np.isnan(self.outcome)

    @property
    def balanced(self) -> bool:
        """Whether every cell has an outcome."""
        return not np.isnan(self.outcome).any()

    @property
    def n_clusters(self) -> int:
        """Number of clusters, G."""
        return len(self.cluster_names)

    def need_balanced(self, method: str = "outcome") -> None:
        """Refuse missing cells, for ``method``, which cannot leave them out exactly.

        Raises
        ------
        DataError
            With the first missing cell and how many there are.
        """
        absent = np.argwhere(~self.observed)
        if len(absent):
            i, t = absent[0]
            found = f"no number for {self.units[i]} in {self.periods[t]} ({len(absent)} such cells)"
            needed = f"all {len(self.periods)} periods for each of {len(self.units)} units"
            raise DataError(Problem(field=method, found=found, needed=needed))

    def without(self, drop: Booleans) -> "Panel":
        """The panel without the units marked True in ``drop`` (array, N)."""
        keep = ~drop
        kept, cluster = np.unique(self.cluster[keep], return_inverse=True)
        return replace(
            self,
            units=tuple(u for u, k in zip(self.units, keep, strict=True) if k),
            outcome=self.outcome[keep],
            start=self.start[keep],
            weights=None if self.weights is None else self.weights[keep],
            exposure=None if self.exposure is None else self.exposure[keep],
            covariates=self.covariates[keep],
            cluster=cluster,
            cluster_names=tuple(self.cluster_names[g] for g in kept),
        )


def _starts(
    frame: pd.DataFrame, cells: cells_of.Cells, treated_from: str | None, treated: str | None
) -> Integers:
    if treated_from is not None and treated is None:
        return starts(cells, column(frame, "start", treated_from))
    if treated is not None and treated_from is None:
        return starts_from_treated(cells, column(frame, "treated", treated))
    found = "neither" if treated is None else "both"
    raise DataError(
        Problem(field="treated_from, treated", found=found, needed="one of the two columns")
    )


def _covariates(
    frame: pd.DataFrame, cells: cells_of.Cells, names: Sequence[str], observed: Booleans
) -> Floats:
    if isinstance(names, str):
        raise DataError(
            Problem(field="covariates", found=f'the text "{names}"', needed="a list of columns")
        )
    if not names:
        return np.empty((*cells.shape, 0))
    return np.stack(
        [
            cells_of.covariate(cells, column(frame, "covariates", name), name, observed)
            for name in names
        ],
        axis=2,
    )


def _need_outcomes(values: Floats, observed: Booleans, name: str) -> None:
    if not observed.any():
        raise DataError(
            Problem(field="outcome", found=f"no number in {name}", needed="at least one")
        )
    if values.size > 1 and np.nanmin(values) == np.nanmax(values):
        raise DataError(
            Problem(
                field="outcome",
                found=f"{np.nanmin(values):g} in every row of {name}",
                needed="numbers that differ",
                do="Of such a column any method would say that nothing changed, for certain.",
            )
        )
