"""Series with missing periods as packed arrays, and what makes one unsolvable."""

import numpy as np
import numpy.typing as npt

from evalkit.its.ar1_forms import Design, Floats, Integers, against

TOO_FEW = "there are too few periods for these regressors and an autocorrelation"
EXACT = "the outcome follows the regressors exactly"

_SAME = 1e-10  # of a regressor's length: what is left of it after the others is rounding
_ROUNDING = 1e-12  # of the outcome's size: smaller residuals are rounding


def pack(regressors: Floats, outcomes: Floats) -> tuple[Design, Floats]:
    """Observed periods to the front and orthonormal regressors, for series N x T and regressors D x T x P.

    D is N, or 1 where all series share regressors and missing periods. Regressors without full rank leave a
    design with ``log_det`` of minus infinity.
    """
    observed = np.isfinite(outcomes[: len(regressors)])
    order = np.argsort(~observed, axis=1, kind="stable")
    n = observed.sum(1)
    most = max(int(n.max()), 1)
    order, inside = order[:, :most], np.arange(most) < n[:, None]
    gap = np.where(inside, np.diff(order, axis=1, prepend=order[:, :1]), 0)
    x = np.take_along_axis(regressors, order[:, :, None], axis=1) * inside[:, :, None]
    length = np.sqrt((x**2).sum(1))
    scaled = x / np.where(length > 0, length, 1.0)[:, None, :]
    short = max(0, x.shape[2] - most)
    columns, root = np.linalg.qr(np.pad(scaled, ((0, 0), (0, short), (0, 0))))
    pivots = np.abs(np.diagonal(root, axis1=1, axis2=2))
    deficient = (pivots.min(1) < _SAME) | (n <= x.shape[2])
    root = np.where(deficient[:, None, None], np.eye(x.shape[2]), root)
    to_given = np.linalg.inv(root) / np.where(length > 0, length, 1.0)[:, :, None]
    with np.errstate(divide="ignore"):
        log_det = 2 * np.log(pivots * length).sum(1)
    packed = outcomes[:, order[0]] if len(order) == 1 else np.take_along_axis(outcomes, order, 1)
    return Design(
        columns=columns[:, :most],
        gap=gap,
        n=n,
        to_given=to_given,
        log_det=np.where(deficient, -np.inf, log_det),
    ), np.where(inside, packed, 0.0)


def problems(design: Design, packed: Floats, *, rho_known: bool = False) -> npt.NDArray[np.object_]:
    """Why a series cannot be solved, N; empty where it can.

    An autocorrelation that is to be estimated needs two periods more than there are regressors: the
    restricted likelihood of a single contrast does not depend on it.
    """
    reasons = np.full(len(packed), "", dtype=object)
    n = np.broadcast_to(design.n, len(packed))
    inside = np.arange(packed.shape[1]) < n[:, None]
    mean = packed.sum(1) / np.maximum(n, 1)
    spread = np.sqrt((inside * (packed - mean[:, None]) ** 2).sum(1))
    left = np.sqrt((residuals(design, packed) ** 2).sum(1))
    scale = np.abs(packed).max(1)
    reasons[left <= _ROUNDING * scale] = EXACT
    reasons[spread <= _ROUNDING * scale] = "the outcome never changes"
    if not rho_known:
        reasons[n - design.columns.shape[2] < 2] = TOO_FEW
    reasons[np.broadcast_to(np.isneginf(design.log_det), len(packed))] = (
        "the regressors cannot be told apart in the periods that are there"
    )
    return reasons


def residuals(design: Design, packed: Floats) -> Floats:
    """Of ordinary least squares; the likelihood is the same for them, and digits are saved."""
    level = against(design.columns, packed)
    if len(design.columns) == 1:
        return np.asarray(packed - level @ design.columns[0].T)
    return np.asarray(packed - np.einsum("nmp,np->nm", design.columns, level))


def subset_of(design: Design, rows: Integers) -> Design:
    """The designs of some of the series; the shared one where they share it."""
    if len(design.n) == 1:
        return design
    return Design(
        columns=design.columns[rows],
        gap=design.gap[rows],
        n=design.n[rows],
        to_given=design.to_given[rows],
        log_det=design.log_det[rows],
    )
