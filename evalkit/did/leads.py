"""Effects before the start among untreated observations: a test of common trends."""

import numpy as np
import numpy.typing as npt

from evalkit.did.design import Design
from evalkit.did.two_way import summed_by, two_way_fit
from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
MOST_LEADS = 5
"""Asked for when nothing is said."""


def lead_effects(read: Design, leads: int | None) -> tuple[tuple[int, ...], Floats, Floats]:
    """Regress untreated outcomes on unit effects, period effects and dummies for periods before the start.

    Parameters
    ----------
    leads : int or None
        How many; None asks for up to five, as many as the panel can hold.

    Returns
    -------
    tuple
        Event times in order (L), effects (L), and each cluster's influence on them (G x L).

    Raises
    ------
    DataError
        The panel cannot hold ``leads``.

    References
    ----------
    Borusyak, Jaravel and Spiess (2024), *Review of Economic Studies* 91(6), section 4.4.
    """
    most = max(0, int(read.starts[read.starts < read.n_periods].max()) - 1)
    if leads is not None and not 0 <= leads <= most:
        raise DataError(f"imputation found leads={leads}; this panel has room for 0 to {most}")
    weights = np.where(read.untreated, read.cell_weights, 0.0)
    for count in range(min(MOST_LEADS, most) if leads is None else leads, 0, -1):
        times = -1 - np.arange(count)
        patterns = (np.arange(read.n_periods) - read.starts[:, None])[:, :, None] == times
        patterns[read.starts >= read.n_periods] = False
        fit = two_way_fit(read.outcome, weights, read.cohort, patterns.astype(np.float64))
        if len(fit.kept) == count:
            influence = summed_by(fit.influence, read.panel.cluster, read.panel.n_clusters)
            return tuple(times[::-1].tolist()), fit.coefficients[::-1], influence[:, ::-1]
        if leads is not None:
            raise DataError(
                f"imputation cannot tell {leads} leads from unit and period effects; ask for fewer"
            )
    return (), np.empty(0), np.empty((read.panel.n_clusters, 0))
