"""What several studies of one question say together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.types.estimate import Interval
from evalkit.types.shown import as_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """How much studies differ.

    Attributes
    ----------
    q, q_dof, q_p_value : float
        Cochran's Q, its degrees of freedom, and its p-value against studies that differ by chance alone.
    tau_squared : float
        Variance of the true effects, by restricted maximum likelihood.
    tau_squared_interval : Interval
        By the Q profile.
    i_squared : float
        Share of the scatter that is not chance, 0 to 1.
    """

    q: float
    q_dof: float
    q_p_value: float
    tau_squared: float
    tau_squared_interval: Interval
    i_squared: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledStudy:
    """One study inside a pool.

    Attributes
    ----------
    study : str
        Its name.
    effect, standard_error : float
        The mean of its findings where it has several.
    weight : float
        Share in the pooled effect; the weights of a pool add up to 1.
    n_findings : int
    """

    study: str
    effect: float
    standard_error: float
    weight: float
    n_findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """The pooled effect of k studies.

    Attributes
    ----------
    effect, standard_error : float
        On the scale of the effects that were given.
    interval : Interval
        Of the mean over studies.
    prediction : Interval
        Where the true effect of another study like these may lie.
    p_value : float
        Two-sided, against a mean of 0.
    dof, prediction_dof : float
        Of the t distributions behind the two.
    heterogeneity : Heterogeneity
    studies : tuple of PooledStudy
        In the order in which they were first given.
    n_findings : int
    inference : str
        How the interval was found.
    floored : bool
        True where studies scatter less than their errors and tau squared let expect, and the error was not
        made smaller for it.
    notes : tuple of str
        What a reader has to bear in mind, one sentence each.
    """

    effect: float
    standard_error: float
    interval: Interval
    prediction: Interval
    p_value: float
    dof: float
    prediction_dof: float
    heterogeneity: Heterogeneity
    studies: tuple[PooledStudy, ...]
    n_findings: int
    inference: str
    floored: bool
    notes: tuple[str, ...] = ()

    def to_frame(self) -> "pd.DataFrame":
        """One row a study: study, effect, standard_error, weight, n_findings."""
        import pandas as pd  # records are read where no table is made

        names = ("study", "effect", "standard_error", "weight", "n_findings")
        return pd.DataFrame([{name: getattr(s, name) for name in names} for s in self.studies])

    def _repr_html_(self) -> str:
        level = f"{100 * self.interval.level:g}%"
        spread = self.heterogeneity
        rows = [
            ("pooled effect", f"{self.effect:.4f}"),
            ("standard error", f"{self.standard_error:.4f}"),
            (f"{level} interval", _ends(self.interval)),
            (f"{level} prediction interval", _ends(self.prediction)),
            ("between studies", f"tau² {spread.tau_squared:.4f}, I² {spread.i_squared:.0%}"),
            ("inference", self.inference),
            ("data", f"{self.n_findings} findings of {len(self.studies)} studies"),
        ]
        return as_rows(rows, self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledAgain:
    """The pooled effect with some of the studies.

    Attributes
    ----------
    study : str
        The study that was left out, or added last.
    k : int
        How many studies it rests on.
    effect, standard_error, tau_squared : float
    interval : Interval
    """

    study: str
    k: int
    effect: float
    standard_error: float
    tau_squared: float
    interval: Interval


def frame_of(again: Sequence[PooledAgain]) -> "pd.DataFrame":
    """One row a pool: study, k, effect, standard_error, tau_squared, low, high."""
    import pandas as pd

    names = ("study", "k", "effect", "standard_error", "tau_squared")
    rows = [
        {name: getattr(one, name) for name in names}
        | {"low": one.interval.low, "high": one.interval.high}
        for one in again
    ]
    return pd.DataFrame(rows)


def _ends(interval: Interval) -> str:
    return f"{interval.low:.4f} to {interval.high:.4f}"
