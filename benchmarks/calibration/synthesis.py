"""Coverage of pooled effects: python -m benchmarks.calibration.synthesis [--draws 20000] [--seed 1].

Writes the section *Studies taken together* of docs/calibration.md, and ends with an error where the pooled
interval holds the truth in fewer than 91 per cent of draws.
"""

import argparse
import sys
from dataclasses import dataclass

import numpy as np
from scipy import stats

from benchmarks.calibration.sections import write_section
from benchmarks.calibration.synthesis_table import section, table
from evalkit.evidence.synthesis.reml import Floats, reml
from evalkit.evidence.synthesis.weighted import hartung_knapp, robust

STUDIES, TAU_SQUARED = (3, 5, 10, 20), (0.0, 0.05, 0.3)
LEVEL, BOUND = 0.95, 0.91
CHUNK = 2_000
WITHIN = 0.5
"""True correlation between two findings of a study; the weights take 0.8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Shares of draws for one number of studies and one variance between them.

    Attributes
    ----------
    pooled, unfloored, normal : float
        Whose interval holds the mean: Hartung and Knapp's with its floor, without it, and the normal one that
        takes tau squared as known.
    floored : float
        In which the floor binds.
    prediction : float
        Whose prediction interval holds the true effect of another study.
    clustered, naive : float
        Two findings a study: robust, and as if they were twice as many studies.
    """

    k: int
    tau_squared: float
    pooled: float
    unfloored: float
    normal: float
    floored: float
    prediction: float
    clustered: float
    naive: float


def measured(k: int, tau_squared: float, draws: int, seed: int) -> Cell:
    """Simulate one cell; the true mean is 0."""
    rng = np.random.default_rng([seed, k, round(100 * tau_squared)])
    sums = np.zeros(7)
    for start in range(0, draws, CHUNK):
        sums += _chunk(rng, k, tau_squared, min(CHUNK, draws - start))
    shares = (sums / draws).tolist()
    names = ("pooled", "unfloored", "normal", "floored", "prediction", "clustered", "naive")
    return Cell(k=k, tau_squared=tau_squared, **dict(zip(names, shares, strict=True)))


def variances(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Within studies: a quarter of a chi-squared draw, drawn again outside 0.009 to 0.6."""
    found = 0.25 * rng.chisquare(1, shape)
    while (out := (found < 0.009) | (found > 0.6)).any():
        found[out] = 0.25 * rng.chisquare(1, out.sum())
    return found


def _chunk(rng: np.random.Generator, k: int, tau_squared: float, m: int) -> Floats:
    v = variances(rng, (m, k))
    true = rng.normal(0, np.sqrt(tau_squared), (m, k))
    shared, own = rng.normal(size=(m, k, 1)), rng.normal(size=(m, k, 2))
    noise = np.sqrt(v)[:, :, None] * (np.sqrt(WITHIN) * shared + np.sqrt(1 - WITHIN) * own)
    both = true[:, :, None] + noise
    y, tau = both[:, :, 0], reml(both[:, :, 0], v)
    one = hartung_knapp(y, v, tau)
    t = stats.t.ppf(0.5 + LEVEL / 2, k - 1)
    held = [
        np.abs(one.effect) <= t * one.standard_error,
        np.abs(one.effect) <= t * one.plain_error * np.sqrt(one.scale),
        np.abs(one.effect) <= stats.norm.ppf(0.5 + LEVEL / 2) * one.plain_error,
        one.scale < 1,
    ]
    reach = stats.t.ppf(0.5 + LEVEL / 2, k - 2) * np.sqrt(tau + one.standard_error**2)
    another = rng.normal(0, np.sqrt(tau_squared), m)
    held.append(np.abs(another - one.effect) <= reach)
    held += [_two_findings(both, v), _as_if_apart(both, v)]
    return np.array([share.sum() for share in held], dtype=float)


def _two_findings(both: Floats, v: Floats) -> Floats:
    """Each study's findings averaged, as ``pool`` does where they share a study."""
    mean, shared = both.mean(axis=2), v * (1 + 0.8) / 2
    found = robust(mean, shared, reml(mean, shared))
    return np.abs(found.effect) <= stats.t.ppf(0.5 + LEVEL / 2, found.dof) * found.standard_error


def _as_if_apart(both: Floats, v: Floats) -> Floats:
    """Every finding taken as a study of its own."""
    flat, twice = both.reshape(len(both), -1), np.repeat(v, 2, axis=1)
    found = hartung_knapp(flat, twice, reml(flat, twice))
    return np.abs(found.effect) <= stats.t.ppf(0.5 + LEVEL / 2, found.dof) * found.standard_error


def main() -> int:
    """Run every cell and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--draws", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print only")
    asked = parser.parse_args()
    cells = [measured(k, tau, asked.draws, asked.seed) for k in STUDIES for tau in TAU_SQUARED]
    print("\n".join(table(cells)))
    if not asked.show:
        write_section("synthesis", section(cells, asked.draws, asked.seed))
    low = [cell for cell in cells if min(cell.pooled, cell.clustered) < BOUND]
    for cell in low:
        print(f"BELOW {BOUND:.0%}: {cell.k} studies, tau squared {cell.tau_squared}")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
