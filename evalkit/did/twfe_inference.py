"""How far two-way fixed effects may be off by chance: which methods take which panels, and the choice."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.inference.chooser import SEVERAL, Choice, choose
from evalkit.inference.cr2 import cr2
from evalkit.inference.donald_lang import donald_lang
from evalkit.inference.few_treated import few_treated
from evalkit.inference.judgement import Judgement
from evalkit.inference.permutation import permutation
from evalkit.inference.regression import Regression, regression
from evalkit.inference.spread import spread_ratio
from evalkit.inference.wild_bootstrap import DRAWS, wild_cluster_bootstrap

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Inference = Literal[
    "auto",
    "cluster",
    "cr2",
    "wild_bootstrap",
    "permutation",
    "donald_lang",
    "conley_taber",
    "ferman_pinto",
]
METHODS: tuple[str, ...] = get_args(Inference)
LARGEST = 400_000_000
"""Numbers in one array, beyond which these methods would need more than 3 GiB."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Few:
    """What the methods for few clusters are given: the panel, or two periods that say the same.

    Attributes
    ----------
    outcome : array, N x T
        NaN where missing. With one start, no gaps, no weights and no covariates every method gives the same
        for each unit's mean before and after, so that T is 2.
    start : array, N
        First treated column; T for never.
    weights, covariates : array or None
    cluster : array, N
    """

    outcome: Floats
    start: Integers
    weights: Floats | None
    covariates: Floats | None
    cluster: Integers

    @property
    def one_start(self) -> bool:
        """Whether this is two periods, before and after."""
        return self.outcome.shape[1] == 2 and set(self.start.tolist()) == {1, 2}

    def fit(self) -> Regression:
        """The regression on treatment, everything else taken out."""
        treated = (np.arange(self.outcome.shape[1]) >= self.start[:, None]).astype(np.float64)
        return regression(
            self.outcome,
            treated,
            weights=self.weights,
            covariates=self.covariates,
            cluster=self.cluster,
        )


def few(panel: Panel, *, weighted: bool) -> Few:
    """Read a panel for the methods for few clusters.

    Raises
    ------
    DataError
        It is too large for them.
    """
    plain = panel.balanced and not weighted and not panel.covariate_names
    starts = set(panel.start.tolist())
    outcome, start = panel.outcome, panel.start
    if plain and len(starts) == 2 and min(starts) > 0 and max(starts) == len(panel.periods):
        first = min(starts)
        before, after = outcome[:, :first].mean(axis=1), outcome[:, first:].mean(axis=1)
        outcome, start = np.column_stack([before, after]), np.where(start == first, 1, 2)
    size = outcome.size * (outcome.shape[1] + len(panel.covariate_names))
    _need_room(size, f"{outcome.size:,} observations over {outcome.shape[1]} periods")
    return Few(
        outcome=outcome,
        start=start,
        weights=panel.weights if weighted else None,
        covariates=panel.covariates if panel.covariate_names else None,
        cluster=panel.cluster,
    )


def _need_room(size: int, found: str) -> None:
    if size > LARGEST:
        raise DataError(
            f"twfe found {found}, too many for this method, which is for few clusters; use "
            "inference='cluster' or join units to larger areas"
        )


def judged(
    panel: Panel, *, name: str, weighted: bool, seed: int, level: float, allowance: float = 1.0
) -> Judgement:
    """What one method for few clusters says about the coefficient.

    ``allowance`` is for ``donald_lang`` with one cluster on a side.

    Raises
    ------
    DataError
        The method cannot be used on this panel.
    """
    read = few(panel, weighted=weighted)
    if name == "cr2":
        return cr2(read.fit(), level=level)
    if name == "wild_bootstrap":
        _need_room(panel.n_clusters * DRAWS, f"{panel.n_clusters:,} clusters")
        return wild_cluster_bootstrap(read.fit(), seed=seed, level=level)
    if name == "donald_lang":
        smaller = groups(panel).few
        alone = smaller if smaller.sum() == 1 else None
        return donald_lang(read.fit(), few=alone, allowance=allowance, level=level)
    if name == "permutation":
        return permutation(
            read.outcome,
            read.start,
            weights=read.weights,
            covariates=read.covariates,
            cluster=read.cluster,
            seed=seed,
            level=level,
        )
    return _among_many(panel, read, name, seed, level)


def _among_many(panel: Panel, read: Few, name: str, seed: int, level: float) -> Judgement:
    """Conley and Taber, Ferman and Pinto: on one change a unit."""
    if not read.one_start or panel.cluster_names != panel.units:
        raise DataError(
            f"twfe found inference={name!r} with staggered starts, missing cells, weights, covariates or "
            "clusters of several units; it works on one change a unit. Use 'permutation' or 'cr2'"
        )
    size = None
    if name == "ferman_pinto":
        behind = panel.exposure if panel.exposure is not None else panel.weights
        if behind is None:
            raise DataError(
                "twfe found inference='ferman_pinto' and a panel without exposure or weights; it needs the "
                "number of people behind each unit. Name the column in Panel.from_frame(exposure=...)"
            )
        size = behind.mean(axis=1)
    changes = read.outcome[:, 1] - read.outcome[:, 0]
    return few_treated(changes, read.start == 1, size=size, seed=seed, level=level)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Clusters on each side.

    ``treated`` and ``comparison`` (arrays of bool, G) mark those with units that start inside the panel, and
    with units that do not; ``mixed`` is whether units of one cluster start at different times.
    """

    treated: Booleans
    comparison: Booleans
    mixed: bool

    @property
    def few(self) -> Booleans:
        """Array of bool, G: the smaller side, the treated one where both are as large."""
        return self.treated if self.treated.sum() <= self.comparison.sum() else self.comparison


def groups(panel: Panel) -> Groups:
    """Who starts and who stays as they are; where all start, the last ones stay."""
    inside = (panel.start > 0) & (panel.start < len(panel.periods))
    if inside.all():
        inside = panel.start < panel.start.max()
    clusters = np.arange(panel.n_clusters)
    first = np.zeros(panel.n_clusters, dtype=np.int64)
    first[panel.cluster] = panel.start
    return Groups(
        treated=np.isin(clusters, panel.cluster[inside]),
        comparison=np.isin(clusters, panel.cluster[~inside]),
        mixed=bool((first[panel.cluster] != panel.start).any()),
    )


def chosen(panel: Panel, *, weighted: bool, seed: int, level: float) -> Choice:
    """Choose a method by the design and by the periods before any start, never by the effect.

    Raises
    ------
    DataError
        Fewer than three clusters.
    """
    sides = groups(panel)
    n_treated, n_comparison = int(sides.treated.sum()), int(sides.comparison.sum())
    reachable, ratio = 1 - level, None
    if 1 <= min(n_treated, n_comparison) < SEVERAL and not sides.mixed and panel.n_clusters > 2:
        dealt = judged(panel, name="permutation", weighted=weighted, seed=seed, level=level)
        reachable = dealt.attainable_level
        ratio = spread_ratio(_before(panel), sides.few)
    return choose(
        n_treated=n_treated,
        n_comparison=n_comparison,
        attainable_level=reachable,
        spread_ratio=ratio,
        mixed=sides.mixed,
        called="units" if panel.cluster_names == panel.units else "clusters",
        level=level,
    )


def _before(panel: Panel) -> Floats:
    """Means of clusters (G x T) in the periods before the first start; NaN where any unit is missing."""
    starts = panel.start[panel.start > 0]
    early = panel.outcome[:, : int(starts.min(initial=len(panel.periods)))]
    total = np.zeros((panel.n_clusters, early.shape[1]))
    np.add.at(total, panel.cluster, early)
    return total / np.bincount(panel.cluster, minlength=panel.n_clusters)[:, None]
