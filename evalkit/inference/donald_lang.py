"""Donald and Lang: one change a cluster, compared by an ordinary t test."""

import numpy as np

from evalkit.errors import DataError
from evalkit.inference.intervals import t_interval
from evalkit.inference.judgement import Judgement
from evalkit.inference.regression import Booleans, Regression


def donald_lang(
    fit: Regression, *, few: Booleans | None = None, allowance: float = 1.0, level: float = 0.95
) -> Judgement:
    """Student's t on one number a cluster, with G - 2 degrees of freedom.

    Each cluster is reduced to its change along the regressor (with one start and no gaps: its mean after less
    its mean before); residual changes are pooled over treated and comparison clusters alike. Valid only if
    these changes are about normal with equal spread; serial correlation within a cluster does no harm.

    Parameters
    ----------
    fit : Regression
    few : array of bool, G, or None
        The clusters that ``allowance`` is made for; None for none.
    allowance : float
        How many times as variable as the others they may be: their share of the variance is multiplied by
        its square.

    Raises
    ------
    DataError
        Fewer than three clusters.

    References
    ----------
    Donald and Lang (2007), *Review of Economics and Statistics* 89(2), section III; a bound on how much more
    variable a treated cluster may be: Hagemann (2020), *Inference with a single treated cluster*, section 2.
    """
    scale = fit.by_cluster(fit.regressor**2)
    counts = scale > 1e-12 * scale.sum()
    dof = int(counts.sum()) - 2
    if dof < 1:
        raise DataError(
            f"found {dof + 2} clusters that bear on the effect; a t test of changes needs at least 3"
        )
    scores = fit.by_cluster(fit.regressor * fit.residuals)
    pooled = float((scores[counts] ** 2 / scale[counts]).sum()) / dof
    share = 0.0 if few is None else float(scale[few].sum() / scale.sum())
    larger = 1 + (allowance**2 - 1) * share
    standard_error = float(np.sqrt(pooled * larger / fit.information))
    interval, p_value = t_interval(fit.effect, standard_error, dof=dof, level=level)
    equal = "with equal spread"
    if larger != 1:
        equal = f"and the few vary at most {allowance:.3g} times as much as the others"
    return Judgement(
        method="donald_lang",
        standard_error=standard_error,
        interval=interval,
        p_value=p_value,
        dof=float(dof),
        attainable_level=1 - level,
        words=(
            f"Donald-Lang t on one change a cluster, G-2 = {dof} df; valid only if "
            f"these changes are about normal {equal}"
        ),
    )
