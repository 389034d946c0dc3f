"""What group-time estimation finds: every cohort in every period."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.did.cells import BasePeriod, Comparison
from evalkit.did.two_groups import Method
from evalkit.inference.intervals import normal_half_width
from evalkit.inference.wald import WaldTest, wald_test
from evalkit.types.arrays import FloatArray, IntegerArray

if TYPE_CHECKING:
    from evalkit.did.aggregates import Aggregate, Kind

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class OmittedCell:
    """A cohort and period that could not be estimated, and why."""

    group: str
    period: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupTimeEffects:
    """ATT(g, t) for every cohort and period, with their joint covariance.

    Attributes
    ----------
    periods : tuple of str
        T labels.
    cohort, period, base : array, C
        Index of the cohort's first treated period, of the period, and of the period that it is compared
        with, for each of C cells; on the universal base that period has no cell.
    effects : array, C
    joint : array, (C + H) x (C + H)
        Covariance of the effects and of the ``shares``, from the influence functions.
    groups, shares : array, H
        First treated period (T for never) and share among all units, or of their weight.
    treated_units, comparison_units : array, C
        Units behind each cell.
    cohort_sizes, cohort_clusters : mapping of int to int
        Units and clusters a cohort.
    n_obs, n_units, n_clusters : int
        All that were used.
    n_comparison, comparison_clusters : int
        Units, and clusters, that served as comparison in some cell.
    comparison, method, base_period, anticipation
        As asked for; ``method`` is ``"dr"`` without covariates, where all three agree.
    covariates : tuple of str
    weighted : bool
    level : float
    unit_of_measure : str
    omitted : tuple of OmittedCell
    notes : tuple of str
        What was left out or has to be borne in mind, one sentence each.
    """

    periods: tuple[str, ...]
    cohort: IntegerArray
    period: IntegerArray
    base: IntegerArray
    effects: FloatArray
    joint: FloatArray
    groups: IntegerArray
    shares: FloatArray
    treated_units: IntegerArray
    comparison_units: IntegerArray
    cohort_sizes: dict[int, int]
    cohort_clusters: dict[int, int]
    n_obs: int
    n_units: int
    n_clusters: int
    n_comparison: int
    comparison_clusters: int
    comparison: Comparison
    method: Method
    base_period: BasePeriod
    anticipation: int
    covariates: tuple[str, ...]
    weighted: bool
    level: float
    unit_of_measure: str
    omitted: tuple[OmittedCell, ...]
    notes: tuple[str, ...]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GroupTimeEffects):
            return NotImplemented
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return all(_same(one, two) for one, two in pairs)

    __hash__ = None  # type: ignore[assignment]

    @property
    def covariance(self) -> Floats:
        """Array, C x C: of the effects."""
        found: Floats = self.joint[: len(self.effects), : len(self.effects)]
        return found

    @property
    def standard_errors(self) -> Floats:
        """Array, C; cohorts of one unit have only the comparison group's share of the variance."""
        errors: Floats = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        return errors

    @property
    def lone_cohorts(self) -> tuple[str, ...]:
        """Starts of the cohorts of one unit or cluster, which have no variance of their own."""
        lone = [g for g, clusters in sorted(self.cohort_clusters.items()) if clusters == 1]
        return tuple(self.periods[g] for g in lone)

    @property
    def words(self) -> str:
        """How the cells were made, in a few words."""
        said = ["group_time"]
        if self.covariates:
            method = {"dr": "doubly robust", "regression": "outcome regression", "ipw": "IPW"}
            said.append(f"{method[self.method]} with {', '.join(self.covariates)}")
        said.append(self.comparison.replace("_", "-") + " comparison")
        if self.base_period == "varying":
            said.append("varying base")
        if self.anticipation:
            said.append(f"anticipation {self.anticipation}")
        return ", ".join([*said, "weighted"] if self.weighted else said)

    def aggregate(self, kind: "Kind", *, seed: int = 0) -> "Aggregate":
        """Average: ``"overall"``, or also by ``"event"`` time, ``"group"`` or ``"calendar"`` period.

        ``seed`` is of the simultaneous bands.
        """
        from evalkit.did.aggregate import aggregate

        return aggregate(self, kind, seed=seed)

    def pre_trend_test(self) -> WaldTest | None:
        """Are all effects before the start (and any anticipation) 0? Cohorts of one unit are left out.

        None where there is no such cell or too few clusters. For many clusters: with few, the joint test
        of the checks is the honest one.

        References
        ----------
        Callaway and Sant'Anna (2021), section 4.1.
        """
        lone = [g for g, clusters in self.cohort_clusters.items() if clusters == 1]
        before = self.period < self.cohort - self.anticipation
        chosen = np.flatnonzero(before & ~np.isin(self.cohort, lone))
        if self.n_clusters <= len(chosen):
            return None
        return wald_test(self.effects[chosen], self.covariance[np.ix_(chosen, chosen)])

    def to_frame(self) -> pd.DataFrame:
        """One row a cell: group, period, effect, standard_error, low, high, n_treated, n_comparison."""
        errors = self.standard_errors
        half = normal_half_width(self.level) * errors
        labels = np.array(self.periods, dtype=object)
        return pd.DataFrame(
            {
                "group": labels[self.cohort],
                "period": labels[self.period],
                "effect": self.effects,
                "standard_error": errors,
                "low": self.effects - half,
                "high": self.effects + half,
                "n_treated": self.treated_units,
                "n_comparison": self.comparison_units,
            }
        )

    def _repr_html_(self) -> str:
        return as_html(self.to_frame(), [f"{self.words}; {self.level:.0%} intervals.", *self.notes])


def as_html(table: pd.DataFrame, said: list[str]) -> str:
    """A table with what has to be known about it, for a notebook."""
    html = table.to_html(index=False, na_rep="", float_format="{:.4f}".format)
    escaped = (s.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for s in said)
    return str(html) + "".join(f"<p>{line}</p>" for line in escaped)


def _same(one: Any, two: Any) -> bool:
    return bool(np.array_equal(one, two)) if isinstance(one, np.ndarray) else bool(one == two)
