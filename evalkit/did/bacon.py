"""What two-way fixed effects average: the Goodman-Bacon decomposition."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import escape
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data.panel import Panel
from evalkit.did.design import Design, design
from evalkit.did.two_way import cohort_sums
from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Kind = Literal[
    "treated_vs_never", "earlier_vs_later", "later_vs_earlier", "treated_vs_always_treated"
]
KINDS: dict[Kind, str] = {
    "treated_vs_never": "treated against never treated",
    "earlier_vs_later": "earlier against not yet treated",
    "later_vs_earlier": "later against already treated",
    "treated_vs_always_treated": "treated against treated throughout",
}
ALREADY_TREATED: tuple[Kind, ...] = ("later_vs_earlier", "treated_vs_always_treated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One two-by-two difference-in-differences inside two-way fixed effects.

    Attributes
    ----------
    kind : str
        ``"treated_vs_never"``, ``"earlier_vs_later"``, ``"later_vs_earlier"`` or
        ``"treated_vs_always_treated"``; in the last two the comparison is already treated.
    treated, comparison : str
        First treated period of the cohort, or ``"never"``.
    weight : float
        All weights sum to 1.
    effect : float
        Double difference of means over the periods in which one of the two changes.
    n_treated, n_comparison : int
        Units.
    """

    kind: Kind
    treated: str
    comparison: str
    weight: float
    effect: float
    n_treated: int
    n_comparison: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfComparison:
    """All comparisons of one kind: their weight, and their weighted average effect."""

    kind: Kind
    words: str
    weight: float
    effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """Two-way fixed effects as a weighted average of two-by-two comparisons.

    Attributes
    ----------
    effect : float
        The sum of weight times effect, which is the coefficient of ``twfe``.
    comparisons : tuple of Comparison
    unit_of_measure : str
    """

    effect: float
    comparisons: tuple[Comparison, ...]
    unit_of_measure: str

    @property
    def already_treated(self) -> float:
        """Share of the weight on comparisons with units that are already treated, 0 to 1."""
        return sum(c.weight for c in self.comparisons if c.kind in ALREADY_TREATED)

    @property
    def kinds(self) -> tuple[KindOfComparison, ...]:
        """The kinds that occur, with their weight and weighted average effect."""
        found = []
        for kind, words in KINDS.items():
            chosen = [c for c in self.comparisons if c.kind == kind]
            weight = sum(c.weight for c in chosen)
            if chosen:
                effect = sum(c.weight * c.effect for c in chosen) / weight
                found.append(KindOfComparison(kind=kind, words=words, weight=weight, effect=effect))
        return tuple(found)

    def to_frame(self) -> pd.DataFrame:
        """One row a comparison: kind, treated, comparison, weight, effect, n_treated, n_comparison."""
        return pd.DataFrame([asdict(c) for c in self.comparisons])

    def _repr_html_(self) -> str:
        rows = pd.DataFrame([asdict(kind) for kind in self.kinds])[["words", "weight", "effect"]]
        table = rows.to_html(index=False, float_format="{:.4f}".format)
        said = (
            f"Two-way fixed effects {self.effect:.4f} ({self.unit_of_measure}): "
            f"{self.already_treated:.0%} of the weight is on units that are already treated."
        )
        return f"{table}<p>{escape(said)}</p>"


def bacon(panel: Panel) -> Decomposition:
    """Decompose ``twfe`` into every comparison of two cohorts, with its weight.

    Weights depend on cohort sizes and start dates only, never on outcomes.

    Parameters
    ----------
    panel : Panel
        Balanced; its weights are not used.

    Raises
    ------
    DataError
        A cell is missing, the panel has covariates, no unit is treated, or there is only one cohort.

    References
    ----------
    Goodman-Bacon (2021), *Journal of Econometrics* 225(2), theorem 1.
    """
    panel.need_balanced("bacon")
    read = design(panel, method="bacon")
    if len(read.starts) == 1:
        raise DataError(
            "bacon found one cohort only; it needs units that start at another time or are never treated"
        )
    sizes = np.bincount(read.cohort).astype(np.float64)
    means = cohort_sums(read.outcome, read.cohort, len(sizes)) / sizes[:, None]
    raw = list(_pairs(read, sizes, means))
    total = sum(c.weight for c in raw)
    if not total:
        raise DataError(
            "bacon found no two cohorts of which one changes while the other does not; it needs periods "
            "before and after a start"
        )
    comparisons = tuple(
        Comparison(**{**asdict(c), "weight": c.weight / total}) for c in raw if c.weight > 0
    )
    return Decomposition(
        effect=sum(c.weight * c.effect for c in comparisons),
        comparisons=comparisons,
        unit_of_measure=panel.unit_of_measure,
    )


def already_treated_share(start: Integers, n_periods: int) -> float:
    """Share of the weight of ``twfe`` on comparisons with units that are already treated.

    Parameters
    ----------
    start : array, N
        First treated period; ``n_periods`` for never. The panel is balanced.
    """
    starts, sizes = np.unique(start, return_counts=True)
    share, total = 0.0, 0.0
    for early, late in combinations(range(len(starts)), 2):
        a, b = int(starts[early]), int(starts[late])
        weight = float(sizes[early]) * float(sizes[late]) * (b - a)
        share += weight * (n_periods - b)
        total += weight * (n_periods - b + a)
    return share / total if total else 0.0


def _pairs(read: Design, sizes: Floats, means: Floats) -> Iterator[Comparison]:
    """Both comparisons of every two cohorts, with weights still to be divided by their sum."""
    n_periods = read.n_periods
    for early, late in combinations(range(len(sizes)), 2):
        a, b = int(read.starts[early]), int(read.starts[late])
        scale = float(sizes[early] * sizes[late])
        gap = means[early] - means[late]
        if a > 0:  # the early one changes before b, while the late one does not
            kind: Kind = "treated_vs_never" if b == n_periods else "earlier_vs_later"
            effect = float(gap[a:b].mean() - gap[:a].mean())
            yield _comparison(read, kind, (early, late), scale * (b - a) * a, effect)
        if b < n_periods:  # the late one changes after a, while the early one is treated
            kind = "later_vs_earlier" if a > 0 else "treated_vs_always_treated"
            effect = float(gap[a:b].mean() - gap[b:].mean())
            yield _comparison(read, kind, (late, early), scale * (b - a) * (n_periods - b), effect)


def _comparison(
    read: Design, kind: Kind, pair: tuple[int, int], weight: float, effect: float
) -> Comparison:
    treated, comparison = (
        "never" if read.starts[g] == read.n_periods else read.panel.periods[read.starts[g]]
        for g in pair
    )
    sizes = np.bincount(read.cohort)
    return Comparison(
        kind=kind,
        treated=treated,
        comparison=comparison,
        weight=weight,
        effect=effect,
        n_treated=int(sizes[pair[0]]),
        n_comparison=int(sizes[pair[1]]),
    )
