"""Effects and their uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from evalkit.types.shown import as_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A two-sided interval that carries its own level.

    Attributes
    ----------
    low, high : float
        Ends, ``low <= high``, in the unit of the effect they belong to.
    level : float
        Confidence level, between 0 and 1.
    """

    low: float
    high: float
    level: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One effect with its uncertainty and how both were found.

    Attributes
    ----------
    estimand : str
        What is estimated, e.g. ``"ATT"`` or ``"level change"``.
    method : str
        The estimator's name, e.g. ``"group_time"``.
    effect : float
        In ``unit_of_measure``; positive means that the outcome rose.
    standard_error : float or None
        In ``unit_of_measure``; None, with ``why``, where the method gives none.
    interval : Interval
        Two-sided, on the scale of ``effect``.
    p_value : float
        Two-sided, against no effect.
    dof : float or None
        Degrees of freedom of the reference t distribution; None, with ``why``, for the normal.
    inference : str
        How the uncertainty was found, e.g. ``"t, clustered by unit"``.
    n_obs, n_units, n_clusters : int
        Unit-periods and units used; independent clusters behind ``standard_error``.
    unit_of_measure : str
        The outcome's unit, e.g. ``"log homicides per 100,000"``.
    why : str
        Why ``standard_error`` or ``dof`` is None; otherwise empty.
    judged_by : str
        The method of inference, e.g. ``"permutation"``, where the estimator knows several; otherwise empty.
    attainable_level : float or None
        Of a method that counts: the largest level up to the one asked for at which it can reject, or the
        smallest p-value it can give where that is larger. None where every level can be reached.
    notes : tuple of str
        What a reader has to bear in mind with this number, one sentence each.
    """

    estimand: str
    method: str
    effect: float
    standard_error: float | None
    interval: Interval
    p_value: float
    dof: float | None
    inference: str
    n_obs: int
    n_units: int
    n_clusters: int
    unit_of_measure: str
    why: str = ""
    judged_by: str = ""
    attainable_level: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_ratio(self) -> bool:
        """Whether the effect is a rate ratio, against 1, with the error of its logarithm."""
        return self.estimand.startswith("rate ratio")

    def to_frame(self) -> "pd.DataFrame":
        """One row: every field but the interval, which is low, high and level, and the notes."""
        import pandas as pd  # records are read where no table is made

        row = {f.name: getattr(self, f.name) for f in fields(self)}
        interval = row.pop("interval")
        row |= {"low": interval.low, "high": interval.high, "level": interval.level}
        del row["notes"]
        return pd.DataFrame([row])

    def _repr_html_(self) -> str:
        error = "none" if self.standard_error is None else f"{self.standard_error:.4f}"
        if self.standard_error is not None and self.is_ratio:
            error += " (of its logarithm)"
        low, high = self.interval.low, self.interval.high
        rows = [
            (self.estimand, f"{self.effect:.4f} {self.unit_of_measure}".strip()),
            ("standard error", error),
            (f"{100 * self.interval.level:g}% interval", f"{low:.4f} to {high:.4f}"),
            ("p", f"{self.p_value:.4f}"),
            ("method", self.method),
            ("inference", self.inference),
            (
                "data",
                f"{self.n_obs} observations, {self.n_units} units, {self.n_clusters} clusters",
            ),
        ]
        return as_rows(rows, [self.why + ".", *self.notes] if self.why else self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoEstimate:
    """An effect that the method cannot give with these data, and why.

    Attributes
    ----------
    estimand, method : str
        As in ``Estimate``.
    why : str
        Why there is no number, and what to do instead; whole sentences.
    n_obs : int
        Observations that were there.
    unit_of_measure : str
        The outcome's unit.
    """

    estimand: str
    method: str
    why: str
    n_obs: int
    unit_of_measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEffect:
    """The effect at one distance from the start of treatment.

    Attributes
    ----------
    event_time : int
        Periods since the first treated period; negative before it.
    effect : float
        0 in the base period.
    standard_error, low, high : float or None
        Pointwise, at the level of the aggregate they belong to; None in the base period, and where
        every cohort behind the effect is a single unit, which has no variance of its own.
    n_treated, n_comparison : int
        Units behind the cells that were averaged.
    """

    event_time: int
    effect: float
    standard_error: float | None
    low: float | None
    high: float | None
    n_treated: int
    n_comparison: int


def base_of(events: Sequence[EventEffect]) -> int | None:
    """The event time that all others are compared with; None where each has a base of its own."""
    bases = [e.event_time for e in events if e.event_time < 0 and e.effect == 0 and e.low is None]
    return bases[0] if bases else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPoint:
    """One period of a time series beside its model.

    Attributes
    ----------
    period : str
        ``YYYY-MM`` or ``YYYY``.
    observed : float or None
        In the outcome's unit; None where the period is missing.
    fitted : float
        What the model expects, also in missing periods.
    counterfactual : float
        What the model projects had none of the interruptions happened; equals ``fitted`` before the first.
    fitted_low, fitted_high, counterfactual_low, counterfactual_high : float or None
        Intervals of the two expectations, pointwise, for the uncertainty of the model's coefficients. They do
        not hold single periods, which scatter around what is expected. None where none were made.
    """

    period: str
    observed: float | None
    fitted: float
    counterfactual: float
    fitted_low: float | None = None
    fitted_high: float | None = None
    counterfactual_low: float | None = None
    counterfactual_high: float | None = None
