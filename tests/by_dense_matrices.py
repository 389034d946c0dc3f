"""AR(1) regression by another route: every n x n matrix written out, derivatives by their definition."""

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from tests.by_another_route import Floats


@dataclass(frozen=True)
class Dense:
    rho: float
    sigma: float
    coefficients: Floats
    covariance: Floats
    adjusted: Floats
    dof: Floats  # of each coefficient, not floored
    log_likelihood: float


def matrices(times: Floats, rho: float) -> tuple[Floats, Floats, Floats]:
    """R and its first two derivatives with respect to rho."""
    d = np.abs(times[:, None] - times[None, :])
    first = np.where(d > 0, d * rho ** np.maximum(d - 1, 0), 0.0)
    second = np.where(d > 1, d * (d - 1) * rho ** np.maximum(d - 2, 0), 0.0)
    return rho**d, first, second


def least_squares(y: Floats, x: Floats, v: Floats) -> tuple[Floats, float]:
    weight = np.linalg.inv(v)
    beta = np.linalg.solve(x.T @ weight @ x, x.T @ weight @ y)
    return beta, float((y - x @ beta) @ weight @ (y - x @ beta))


def score(y: Floats, x: Floats, times: Floats, rho: float, restricted: bool) -> float:
    """d log-likelihood / d rho with s2 profiled out: r'W R1 W r / (2 s2) - tr(P R1) / 2."""
    v, first, _ = matrices(times, rho)
    weight = np.linalg.inv(v)
    beta, squares = least_squares(y, x, v)
    r = weight @ (y - x @ beta)
    free, projector = len(y), weight
    if restricted:
        free = len(y) - x.shape[1]
        projector = weight - weight @ x @ np.linalg.solve(x.T @ weight @ x, x.T @ weight)
    return float(r @ first @ r * free / squares / 2 - np.trace(projector @ first) / 2)


def dense(y: Floats, x: Floats, *, near: float, restricted: bool = True) -> Dense:
    """The root of the score next to ``near``; ``y`` has NaN where a period is missing."""
    times = np.flatnonzero(np.isfinite(y)).astype(float)
    y, x = y[np.isfinite(y)], x[np.isfinite(y)]
    n, p = x.shape
    rho = float(
        optimize.brentq(
            lambda at: score(y, x, times, at, restricted), near - 1e-3, near + 1e-3, xtol=1e-15
        )
    )
    corr, first, second = matrices(times, rho)
    beta, squares = least_squares(y, x, corr)
    s2 = squares / (n - p if restricted else n)
    v, v1, v2 = s2 * corr, corr, s2 * first
    w = np.linalg.inv(v)
    phi = np.linalg.inv(x.T @ w @ x)
    project = w - w @ x @ phi @ x.T @ w
    parts = [v1, v2]
    information = np.array(
        [[np.trace(project @ a @ project @ b) / 2 for b in parts] for a in parts]
    )
    inverse = np.linalg.inv(information)
    seconds = [[np.zeros_like(v), first], [first, s2 * second]]
    ps = [-x.T @ w @ a @ w @ x for a in parts]
    total = np.zeros((p, p))
    for i in range(2):
        for j in range(2):
            q = x.T @ w @ parts[i] @ w @ parts[j] @ w @ x
            r = x.T @ w @ seconds[i][j] @ w @ x
            total += inverse[i, j] * (q - ps[i] @ phi @ ps[j] - r / 4)
    slopes = np.array([np.diag(-phi @ each @ phi) for each in ps])
    spread = np.einsum("ik,ij,jk->k", slopes, inverse, slopes)
    _, log_det = np.linalg.slogdet(v)
    value = -((n - p if restricted else n) * np.log(2 * np.pi) + log_det + squares / s2) / 2
    if restricted:
        value += np.linalg.slogdet(phi)[1] / 2
    return Dense(
        rho=rho,
        sigma=float(np.sqrt(s2)),
        coefficients=beta,
        covariance=phi,
        adjusted=phi + 2 * phi @ total @ phi,
        dof=2 * np.diag(phi) ** 2 / spread,
        log_likelihood=float(value),
    )
