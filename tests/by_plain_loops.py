"""Control charts by another route: limits from NumPy, rules as plain searches over every window.

Nothing here comes from evalkit.data.monitoring; run as a program it prints both published examples.
"""

import numpy as np

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, flow rate of ten batches; it prints a mean of
# 50.81, a mean moving range of 1.8778 and, with 3 / 1.128, limits of 45.8159 and 55.8041.
FLOW_RATE = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)
NIST = {"mean": 50.81, "moving_range": 1.8778, "low": 45.8159, "high": 55.8041}

# D. C. Montgomery, Introduction to Statistical Quality Control (2005), p. 242, viscosity of primer paint;
# R's qcc (type "xbar.one") prints centre 33.52333, standard deviation 0.4261651 and these limits.
VISCOSITY = (
    *(33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27),
    *(33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84),
)
QCC = {"mean": 33.52333, "sigma": 0.4261651, "low": 32.24484, "high": 34.80183}


def limits(values):
    """Mean, mean moving range, lower and upper limit; NaN is a missing period."""
    values = np.asarray(values, dtype=float)
    mean, step = np.nanmean(values), np.nanmean(np.abs(np.diff(values)))
    return mean, step, mean - 2.66 * step, mean + 2.66 * step


def windows(n, length):
    return [range(start, start + length) for start in range(n - length + 1)]


def outside(values, mean, low, high):
    return {n for n, v in enumerate(values) if v > high or v < low}


def eight(values, mean):
    """Members of runs of eight, for values that never equal the mean."""
    found = set()
    for window in windows(len(values), 8):
        part = np.asarray(values)[list(window)]
        if (part > mean).all() or (part < mean).all():
            found |= set(window)
    return found


def six(values):
    found = set()
    for window in windows(len(values), 6):
        steps = np.diff(np.asarray(values)[list(window)])
        if (steps > 0).all() or (steps < 0).all():
            found |= set(window)
    return found


def far(values, mean, sigma, count, of, sigmas):
    """Members of windows with ``count`` of ``of`` beyond ``sigmas`` on one side."""
    found = set()
    for window in windows(len(values), of):
        for sign in (1, -1):
            beyond = [n for n in window if sign * (values[n] - mean) > sigmas * sigma]
            if len(beyond) >= count:
                found |= set(beyond)
    return found


if __name__ == "__main__":
    print("NIST", limits(FLOW_RATE), NIST)
    print("Montgomery", limits(VISCOSITY), QCC)
