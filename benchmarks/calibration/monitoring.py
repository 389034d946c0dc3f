"""How often a control chart asks although nothing happened: python -m benchmarks.calibration.monitoring.

Each world has no change at all. Limits come from a baseline of 12, 24 or 36 months, or are known; then the
rules are asked for the 24 months after. The twins of the rules below work on thousands of charts at once. A
test compares them with the package; with known limits they are compared with the average run lengths of
Champ and Woodall (1987, Technometrics 29(4), 393-399). Writes a section of docs/calibration.md.
"""

import argparse
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from benchmarks.calibration.sections import write_section
from evalkit.data.monitoring.limits import LEAST, SPREAD
from evalkit.data.monitoring.rules import RULE_SETS, STANDARD

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
AFTER, SEED = 24, 20_261_127
BASELINES = (LEAST, 24, 36)
WESTERN = "western-electric-1956"

World = Callable[[np.random.Generator, int, int], Floats]


def normal(random: np.random.Generator, draws: int, months: int) -> Floats:
    """Independent normal values."""
    return random.normal(40.0, 5.0, (draws, months))


def alike(rho: float) -> World:
    """Normal values that resemble the month before."""

    def made(random: np.random.Generator, draws: int, months: int) -> Floats:
        noise = random.normal(0.0, 5.0, (draws, months))
        noise[:, 0] /= np.sqrt(1 - rho**2)
        for month in range(1, months):
            noise[:, month] += rho * noise[:, month - 1]
        return 40.0 + noise

    return made


def counts(mean: float) -> World:
    """Poisson counts."""

    def made(random: np.random.Generator, draws: int, months: int) -> Floats:
        return random.poisson(mean, (draws, months)).astype(np.float64)

    return made


def seasonal(random: np.random.Generator, draws: int, months: int) -> Floats:
    """Poisson counts of 40 a month, a fifth more in summer and a fifth fewer in winter."""
    rate = 40.0 * (1 + 0.2 * np.sin(2 * np.pi * np.arange(months) / 12))
    return random.poisson(rate, (draws, months)).astype(np.float64)


WORLDS: dict[str, World] = {
    "normal, independent": normal,
    "counts of 40 a month": counts(40.0),
    "counts of 10 a month": counts(10.0),
    "counts of 3 a month": counts(3.0),
    "normal, resembling (0.3)": alike(0.3),
    "normal, resembling (0.6)": alike(0.6),
    "counts of 40, seasons of a fifth": seasonal,
}


def first_signals(
    values: Floats, mean: Floats, sigma: Floats, low: Floats
) -> dict[str, npt.NDArray[np.int64]]:
    """By rule, the month of each chart in which it is first met; the number of months where it never is.

    Parameters
    ----------
    values : array, draws x months
    mean, sigma, low : array, draws
        ``low`` is minus infinity where there is no lower limit.
    """
    z = (values - mean[:, None]) / sigma[:, None]
    above, below = z > 0, z < 0
    return {
        "outside": _first((z > 3) | (values < low[:, None])),
        "one_side": _first(_run(above, below, 8) | _run(below, above, 8)),
        "trend": _first(_trend(values, 1, 6) | _trend(values, -1, 6)),
        "two_of_three": _first(_window(z > 2, 2, 3) | _window(z < -2, 2, 3)),
        "four_of_five": _first(_window(z > 1, 4, 5) | _window(z < -1, 4, 5)),
    }


def _first(met: Booleans) -> npt.NDArray[np.int64]:
    return np.where(met.any(axis=1), met.argmax(axis=1), met.shape[1])


def _run(side: Booleans, other: Booleans, length: int) -> Booleans:
    """Met where ``length`` are on a side; a value on the mean neither counts nor ends the run."""
    met, run = np.zeros_like(side), np.zeros(len(side), dtype=np.int64)
    for month in range(side.shape[1]):
        run = np.where(other[:, month], 0, run + side[:, month])
        met[:, month] = side[:, month] & (run >= length)
    return met


def _trend(values: Floats, sign: int, length: int) -> Booleans:
    """Met where ``length`` go one way; a value like the one before neither counts nor ends it."""
    met, run = np.zeros(values.shape, dtype=bool), np.ones(len(values), dtype=np.int64)
    for month in range(1, values.shape[1]):
        step = sign * (values[:, month] - values[:, month - 1])
        run = np.where(step > 0, run + 1, np.where(step < 0, 1, run))
        met[:, month] = (step > 0) & (run >= length)
    return met


def _window(beyond: Booleans, count: int, of: int) -> Booleans:
    """Met by the value that makes ``count`` of the last ``of``."""
    sums = np.cumsum(np.pad(beyond, ((0, 0), (of, 0))), axis=1)
    return beyond & (sums[:, of:] - sums[:, :-of] >= count)


def known_limits(draws: int, seed: int) -> dict[str, float]:
    """As ``false_signals``, for independent normal values whose mean and sigma nobody has to estimate."""
    values = normal(np.random.default_rng(seed), draws, AFTER)
    mean, sigma = np.full(draws, 40.0), np.full(draws, 5.0)
    return _shares(first_signals(values, mean, sigma, mean - 3 * sigma))


def false_signals(world: World, baseline: int, draws: int, seed: int) -> dict[str, float]:
    """Per cent of charts in which each rule asks within the months after the baseline."""
    values = world(np.random.default_rng(seed), draws, baseline + AFTER)
    before, after = values[:, :baseline], values[:, baseline:]
    step = np.abs(np.diff(before, axis=1)).mean(axis=1)
    usable = step > 0
    mean, sigma = before.mean(axis=1)[usable], SPREAD * step[usable] / 3
    low = mean - 3 * sigma
    low[(low <= 0) & (values.min() >= 0)] = -np.inf
    return _shares(first_signals(after[usable], mean, sigma, low))


def _shares(found: dict[str, npt.NDArray[np.int64]]) -> dict[str, float]:
    """Per cent of charts, by rule and by set of rules."""
    shares = {name: 100 * float(np.mean(month < AFTER)) for name, month in found.items()}
    for name in (STANDARD, WESTERN):
        rules = [found[rule.name] for rule in RULE_SETS[name]]  # type: ignore[index]
        shares[name] = 100 * float(np.mean(np.min(rules, axis=0) < AFTER))
    return shares


def run_length(rules: list[str], draws: int, months: int, seed: int) -> tuple[float, float]:
    """Average run length with known limits, and its standard error; charts are cut at ``months``."""
    values = np.random.default_rng(seed).normal(size=(draws, months))
    one, none = np.ones(draws), np.zeros(draws)
    found = first_signals(values, none, one, -3 * one)
    lengths = np.min([found[name] for name in rules], axis=0) + 1.0
    return float(lengths.mean()), float(lengths.std() / np.sqrt(draws))


PUBLISHED = {  # Champ and Woodall (1987), table 1, no shift
    ("outside",): 370.40,
    ("outside", "two_of_three"): 225.44,
    ("outside", "four_of_five"): 166.05,
    ("outside", "one_side"): 152.73,
    ("outside", "two_of_three", "four_of_five", "one_side"): 91.75,
}


def table(draws: int, seed: int) -> Iterator[str]:
    """Lines of the table of false signals in Markdown."""
    head = ("no change in", "baseline", "outside", "8 on one side", "6 rising or falling")
    more = ("2 of 3 far", "4 of 5 well", "**standard set**", "Western Electric")
    yield f"| {' | '.join((*head, *more))} |"
    yield "|" + "---|" * len((*head, *more))
    names = ("outside", "one_side", "trend", "two_of_three", "four_of_five", STANDARD, WESTERN)
    rows = [("normal, independent", "known", known_limits(draws, seed))]
    for world, make in WORLDS.items():
        rows += [(world, str(n), false_signals(make, n, draws, seed)) for n in BASELINES]
    for world, baseline, found in rows:
        yield f"| {world} | {baseline} | {' | '.join(f'{found[name]:.1f}' for name in names)} |"


def lengths(draws: int, seed: int) -> Iterator[str]:
    """Lines of the comparison with published run lengths."""
    yield "| rules | published | simulated (standard error) |"
    yield "|---|---|---|"
    for rules, published in PUBLISHED.items():
        mean, error = run_length(list(rules), draws, 4_000, seed)
        yield f"| {', '.join(rules)} | {published} | {mean:.1f} ({error:.1f}) |"


TITLE = "Monitoring: how often a chart asks when nothing happened"
READ = f"""Per cent of charts on which a rule asks at least once within {AFTER} months after the baseline,
although nothing changed. *Baseline* is the number of months that the limits were locked on; *known* are
limits that need no estimating, and what is above it is the price of a short baseline. Months that resemble
the month before, and seasons, break what the rules assume: there a ring means less."""
KNOWN = """With known limits and independent normal values, months until the first signal on average, against
Champ and Woodall (1987)."""


def main() -> None:
    """Simulate, print and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--draws", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", action="store_true", help="print only")
    asked = parser.parse_args()
    made = f"`python -m benchmarks.calibration.monitoring`: {asked.draws:,} draws a row, seed {asked.seed}."
    lines = [f"## {TITLE}", "", made, READ, "", *table(asked.draws, asked.seed)]
    lines += ["", KNOWN, "", *lengths(asked.draws // 5, asked.seed)]
    print("\n".join(lines))
    if not asked.show:
        write_section("monitoring", "\n".join(lines))


if __name__ == "__main__":
    main()
