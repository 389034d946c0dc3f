"""Autocorrelated Gaussian series of unit variance, and their true autocorrelations."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BURN = 300


def autoregressive(n: int, size: int, phi: tuple[float, ...], rng: np.random.Generator) -> Floats:
    """Stationary series of unit variance, size x n."""
    shocks = rng.normal(size=(size, BURN + n))
    y = shocks.copy()
    for t in range(len(phi), BURN + n):
        for lag, weight in enumerate(phi, start=1):
            y[:, t] += weight * y[:, t - lag]
    return scaled(y[:, BURN:])


def moving(n: int, size: int, phi: float, theta: float, rng: np.random.Generator) -> Floats:
    """ARMA(1,1) of unit variance."""
    shocks = rng.normal(size=(size, BURN + n))
    y = shocks.copy()
    for t in range(1, BURN + n):
        y[:, t] += phi * y[:, t - 1] + theta * shocks[:, t - 1]
    return scaled(y[:, BURN:])


def noisy(n: int, size: int, rho: float, noise: float, rng: np.random.Generator) -> Floats:
    """AR(1) plus white noise that has the share ``noise`` of a unit variance."""
    slow = autoregressive(n, size, (rho,), rng)
    return np.sqrt(1 - noise) * slow + np.sqrt(noise) * rng.normal(size=(size, n))


def scaled(y: Floats) -> Floats:
    """Divided by the standard deviation over all series."""
    return np.asarray(y / y.std())


def first_order(n: int, size: int, rho: float, rng: np.random.Generator) -> Floats:
    """AR(1) of unit variance, started in its own distribution."""
    y = rng.normal(size=(size, n))
    for t in range(1, n):
        y[:, t] = rho * y[:, t - 1] + np.sqrt(1 - rho**2) * y[:, t]
    return y


def correlations(n: int, at_lag: Callable[[int], float]) -> Floats:
    """Toeplitz matrix."""
    lags = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return np.array([at_lag(k) for k in range(n)])[lags]


def second_order(first: float, second: float) -> Callable[[int], float]:
    """Autocorrelations of an AR(2) (Yule and Walker)."""
    known = [1.0, first / (1 - second)]

    def at_lag(k: int) -> float:
        while len(known) <= k:
            known.append(first * known[-1] + second * known[-2])
        return known[k]

    return at_lag


Simulated = Callable[[int, int, np.random.Generator], Floats]
OTHERS: dict[str, tuple[Simulated, Callable[[int], float]]] = {
    "AR(2) 0.3, 0.3": (
        lambda n, size, rng: autoregressive(n, size, (0.3, 0.3), rng),
        second_order(0.3, 0.3),
    ),
    "AR(2) 0.6, −0.3": (
        lambda n, size, rng: autoregressive(n, size, (0.6, -0.3), rng),
        second_order(0.6, -0.3),
    ),
    "ARMA(1,1) 0.8, −0.4": (
        lambda n, size, rng: moving(n, size, 0.8, -0.4, rng),
        lambda k: 1.0 if k == 0 else MOVED * 0.8 ** (k - 1),
    ),
    "AR(1) 0.7 + half noise": (
        lambda n, size, rng: noisy(n, size, 0.7, 0.5, rng),
        lambda k: 1.0 if k == 0 else 0.5 * 0.7**k,
    ),
    "AR(1) 0.9 + 70% noise": (
        lambda n, size, rng: noisy(n, size, 0.9, 0.7, rng),
        lambda k: 1.0 if k == 0 else 0.3 * 0.9**k,
    ),
}
MOVED = (1 - 0.8 * 0.4) * (0.8 - 0.4) / (1 - 2 * 0.8 * 0.4 + 0.4**2)  # Box and Jenkins, lag one
