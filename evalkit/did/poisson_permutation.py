"""Permutation of start dates, for the rate ratio of counts."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.did.poisson_deals import Deals, log_ratios
from evalkit.errors import DataError
from evalkit.inference.chooser import MANY, Choice, choose_for_ratio
from evalkit.inference.judgement import Judgement, attainable
from evalkit.inference.permutation import LIST_UP_TO, deals, n_assignments, of_clusters
from evalkit.types.estimate import Interval

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
TIE = 1e-9
"""Log ratios this close count as equal, so that the observed deal always counts itself."""
WIDTH = 1e-9
"""On the log ratio: how closely the ends of the interval are found."""
FARTHEST = 20.0
"""On the log ratio: how far out an end is looked for."""
DRAWS = 1_999
WHY = "permutation gives an interval and a p-value, no standard error"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dealt:
    """The deals of a panel of counts, and what the observed one is.

    Attributes
    ----------
    counts : array, N x T
    treated : array of bool, N x T
        As observed.
    deals : Deals
        The observed one is row ``own``.
    own : int
    mirror : array of bool, B
    n_dealt : int
        Units or clusters that start dates are dealt over.
    called : str
        ``"units"`` or ``"clusters"``.
    listed : bool
        Whether all deals are there.
    """

    counts: Floats
    treated: Booleans
    deals: Deals
    own: int
    mirror: Booleans
    n_dealt: int
    called: str
    listed: bool

    @property
    def twins(self) -> int:
        """Deals that always say the same as the observed one, itself included; only listed ones are known."""
        return 1 + int(self.mirror.sum()) * self.listed

    def under(self, log_ratio: float) -> Floats:
        """Array, N x T: counts as they would have been had the ratio been this one."""
        return np.asarray(np.where(self.treated, self.counts * math.exp(-log_ratio), self.counts))

    def at_least_as_far(self, log_ratio: float, which: Booleans | None = None) -> Booleans:
        """Of each deal (of ``which``): whether its log ratio is as far from a null as the observed one.

        The mirror image always is: it compares the same units, and its ratio is the inverse, but for changes
        of exposure.
        """
        which = np.ones(len(self.mirror), dtype=bool) if which is None else which
        asked = self.deals.some(which)
        counts = self.under(log_ratio)
        own = abs(float(log_ratios(self.deals.some(slice(self.own, self.own + 1)), counts)[0]))
        return np.asarray((np.abs(log_ratios(asked, counts)) >= own - TIE) | self.mirror[which])


def permuted(panel: Panel, *, seed: int, level: float) -> Judgement:
    """Deal the start dates over units (or clusters) and compare log rate ratios.

    The test of no effect is exact where chance decided who started when. The interval holds every ratio that
    would not be rejected if each treated count had been multiplied by it.

    Parameters
    ----------
    panel : Panel
        Without units that ``poisson`` leaves out.

    Raises
    ------
    DataError
        A missing cell, nobody who never starts, units of one cluster that start at different times, all deals
        alike, or an interval without an end.

    References
    ----------
    Fisher (1935), *The Design of Experiments*, chapter 2; Imbens and Rubin (2015), *Causal Inference*,
    chapter 5.
    """
    dealt = _deal(panel, seed)
    far = dealt.at_least_as_far(0.0)
    n_deals = len(far)
    twins = dealt.twins
    if twins == n_deals:
        raise DataError(
            f"permutation cannot tell anything: all {n_deals} ways to deal the start dates over "
            f"{dealt.n_dealt} {dealt.called} compare the same ones"
        )
    reached = attainable(twins, n_deals, 1 - level)
    keep = round(reached * n_deals)
    estimate = float(log_ratios(dealt.deals.some(slice(dealt.own, dealt.own + 1)), dealt.counts)[0])
    low, high = (_end(dealt, estimate, side, keep) for side in (-1, 1))
    what = f"all {n_deals:,} ways" if dealt.listed else f"{n_deals:,} drawn ways"
    drawn = "" if dealt.listed else f", seed {seed}"
    return Judgement(
        method="permutation",
        standard_error=None,
        interval=Interval(low=math.exp(low), high=math.exp(high), level=1 - reached),
        p_value=float(far.mean()),
        dof=None,
        attainable_level=reached,
        words=(
            f"permutation, {int(far.sum()):,} of {what} to deal the start dates over {dealt.n_dealt} "
            f"{dealt.called} at least as large{drawn}; smallest p {twins / n_deals:.3g}, attainable level "
            f"{reached:.1%}"
        ),
        why=WHY,
    )


def chosen(panel: Panel, *, seed: int, level: float) -> Choice:
    """The cluster rule for many clusters on both sides, permutation for fewer.

    Raises
    ------
    DataError
        Permutation cannot be used on this panel.
    """
    n_treated = len(np.unique(panel.cluster[panel.ever_treated]))
    n_comparison = len(np.unique(panel.cluster[~panel.ever_treated]))
    reached = 1 - level
    if min(n_treated, n_comparison) < MANY:
        dealt = _deal(panel, seed)
        reached = attainable(dealt.twins, len(dealt.deals.pattern), 1 - level)
    return choose_for_ratio(
        n_treated=n_treated,
        n_comparison=n_comparison,
        attainable_level=reached,
        called="units" if panel.cluster_names == panel.units else "clusters",
        level=level,
    )


def _deal(panel: Panel, seed: int) -> Dealt:
    n_periods = len(panel.periods)
    if not panel.balanced:
        missing = panel.outcome.size - int(panel.observed.sum())
        raise DataError(
            f"poisson found {missing} missing cells; permutation needs every unit in every period, since "
            "each may be dealt any start. Fill them, shorten the window, leave the units out, or use "
            "inference='cluster'"
        )
    starts = np.unique(panel.start)
    if starts[-1] < n_periods:
        raise DataError(
            "poisson found no unit that never starts; permutation of a rate ratio needs some. "
            "Use inference='cluster'"
        )
    labels = np.searchsorted(starts, of_clusters(panel.start, panel.cluster))
    dealt = deals(labels, draws=DRAWS, seed=seed)
    exposure = np.ones(panel.outcome.shape) if panel.exposure is None else panel.exposure
    of_units = Deals(exposure=exposure, starts=starts, pattern=dealt[:, panel.cluster])
    own = int(np.flatnonzero((dealt == labels).all(axis=1))[0])
    return Dealt(
        counts=panel.outcome,
        treated=panel.treated,
        deals=of_units,
        own=own,
        mirror=_mirror(of_units, own),
        n_dealt=len(labels),
        called="units" if panel.cluster_names == panel.units else "clusters",
        listed=n_assignments(labels) <= LIST_UP_TO,
    )


def _mirror(deals: Deals, own: int) -> Booleans:
    """Array of bool, B: with one start and half of the units treated, the deal that treats the other half."""
    if len(deals.starts) > 2:
        return np.zeros(len(deals.pattern), dtype=bool)
    return np.asarray((deals.pattern == 1 - deals.pattern[own]).all(axis=1))


def _end(dealt: Dealt, estimate: float, side: int, keep: int) -> float:
    """The end of the interval on one side of the estimate, by halving.

    Deals that say the same at both ends of the bracket are taken to say it in between; the count at both ends
    of the last bracket is taken over all deals, so the end is where the test itself turns.
    """
    inside, held = estimate, np.ones(len(dealt.deals.pattern), dtype=bool)
    step = 0.1
    while True:
        outside = estimate + side * step
        left = dealt.at_least_as_far(outside)
        if left.sum() <= keep:
            break
        inside, held, step = outside, left, 2 * step
        if step > FARTHEST:
            raise DataError(
                "poisson found a permutation interval without an end on one side: no ratio would be rejected "
                "there, however far. It takes more areas or more incidents"
            )
    while abs(outside - inside) > WIDTH:
        middle, open_ = (inside + outside) / 2, held != left
        found = held.copy()
        found[open_] = dealt.at_least_as_far(middle, open_)
        if found.sum() <= keep:
            outside, left = middle, found
        else:
            inside, held = middle, found
    if dealt.at_least_as_far(inside).sum() <= keep or dealt.at_least_as_far(outside).sum() > keep:
        raise DataError("poisson found no clear end of the permutation interval; use 'cluster'")
    return outside
