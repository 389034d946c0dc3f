"""Averages of group-time cells, with their derivatives in the cells and in the estimated shares."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.did.aggregates import Kind
from evalkit.did.group_time_effects import GroupTimeEffects
from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Averages:
    """K averages of C cells, weighted by the shares of H groups or alike.

    Attributes
    ----------
    values : array, K
    slopes : array, K x (C + H)
        Derivatives in the cells' effects and in the shares.
    cells : array, K x C
        The cells behind each.
    """

    values: Floats
    slopes: Floats
    cells: Booleans

    def mean(self, weights: Floats, of_shares: Floats) -> "Averages":
        """One average of the averages; ``of_shares`` (H) is the derivative of its own weights."""
        slopes = weights @ self.slopes
        slopes[len(slopes) - len(of_shares) :] += of_shares
        return Averages(
            values=np.array([weights @ self.values]),
            slopes=slopes[None, :],
            cells=np.atleast_2d(self.cells[weights > 0].any(axis=0)),
        )


def post_cells(effects: GroupTimeEffects) -> Booleans:
    """Array, C: the treated cells.

    Raises
    ------
    DataError
        There are none.
    """
    post = effects.period >= effects.cohort
    if not post.any():
        raise DataError("no cell to average over: no treated unit has a period after its start")
    return post


def averages_of(effects: GroupTimeEffects, kind: Kind) -> tuple[list[int | str], Averages]:
    """Labels and averages of the rows of one kind."""
    post = post_cells(effects)
    if kind == "event":
        since = effects.period - effects.cohort
        times = np.unique(since)
        return [int(e) for e in times], by_share(effects, since == times[:, None])
    key = effects.cohort if kind == "group" else effects.period
    found = np.unique(key[post])
    cells = (key == found[:, None]) & post
    labels: list[int | str] = [effects.periods[k] for k in found]
    return labels, (by_share if kind == "calendar" else equally)(effects, cells)


def by_share(effects: GroupTimeEffects, cells: Booleans) -> Averages:
    """Averages over ``cells`` (K x C), weighted by the share of their cohort, which is estimated."""
    member = effects.cohort[:, None] == effects.groups
    share = member @ effects.shares
    total = cells @ share
    weights = cells * share / total[:, None]
    values = weights @ effects.effects
    of_shares = (cells * (effects.effects - values[:, None]) / total[:, None]) @ member
    return Averages(values=values, slopes=np.hstack([weights, of_shares]), cells=cells)


def equally(effects: GroupTimeEffects, cells: Booleans) -> Averages:
    """Averages over ``cells`` (K x C), each cell alike."""
    weights = cells / cells.sum(axis=1, keepdims=True)
    no_shares = np.zeros((len(cells), len(effects.groups)))
    return Averages(
        values=weights @ effects.effects, slopes=np.hstack([weights, no_shares]), cells=cells
    )


def mean_of(
    effects: GroupTimeEffects, kind: Kind, labels: list[int | str], averages: Averages
) -> Averages:
    """The one number of a kind."""
    no_shares = np.zeros(len(effects.groups))
    if kind == "group":
        place = [effects.periods.index(str(label)) for label in labels]
        of_row = np.array(place)[:, None] == effects.groups
        share = of_row @ effects.shares
        value = share @ averages.values / share.sum()
        of_shares = ((averages.values - value) / share.sum()) @ of_row
        return averages.mean(share / share.sum(), of_shares)
    chosen = np.array([kind == "calendar" or int(label) >= 0 for label in labels])
    return averages.mean(chosen / chosen.sum(), no_shares)
