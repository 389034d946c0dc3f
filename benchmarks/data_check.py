"""How often `evalkit data check` is wrong: python -m benchmarks.data_check [--panels 200].

Clean panels, in which nothing changed, are simulated: areas of different size (log-normal, 0.6), a latent
AR(1) of its own in each, counts with more scatter than Poisson. Of these the share is printed in which a
change in recording, or an outlier, is reported: false alarms. Below, one area is recorded differently from
the middle on: how often it is named, with the right month (one either side), and how often another one is.
"""

import argparse

import numpy as np

from evalkit.checks.data_size import FAR
from evalkit.checks.data_usual import usual
from evalkit.checks.recording import Shift, shifts
from evalkit.data import periods as calendar
from evalkit.data.simulate.process import Floats, latent, scatter

START = calendar.ordinal("2018-04")
CLEAN = (  # areas, months, mean, dispersion, autocorrelation, size of what is autocorrelated
    (5, 24, 60, 1.5, 0.3, 0.05),
    (5, 48, 60, 1.5, 0.0, 0.05),
    (3, 48, 1000, 1.5, 0.5, 0.1),
    (5, 6, 1000, 1.5, 0.5, 0.1),
    (5, 12, 1000, 1.5, 0.5, 0.1),
    (5, 24, 1000, 1.5, 0.5, 0.1),
    (5, 36, 1000, 1.5, 0.5, 0.1),
    (5, 48, 1000, 1.5, 0.5, 0.1),
    (5, 96, 1000, 1.5, 0.5, 0.1),
    (5, 48, 8, 3.0, 0.5, 0.1),
    (20, 48, 1000, 1.5, 0.5, 0.1),
    (45, 48, 15, 1.5, 0.0, 0.05),
)
CHANGED = ((5, 48, 1000, 2.0), (5, 48, 1000, 1.2), (5, 48, 60, 1.3), (35, 48, 60, 1.5))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--panels", type=int, default=200)
    panels = parser.parse_args().panels
    print("areas months  mean disp.  rho   sd   recording  outlier   (false alarms, per cent)")
    for areas, months, mean, dispersion, rho, sd in CLEAN:
        rng = np.random.default_rng(1)
        alarms = odd = 0
        for _ in range(panels):
            counts = _panel(rng, areas, months, mean, dispersion, rho, sd)
            alarms += bool(_clear(counts))
            far = usual(counts, monthly=True).distance
            odd += bool(np.nanmax(np.abs(np.append(far, 0.0))) > FAR)
        told = f"{100 * alarms / panels:9.1f}{100 * odd / panels:9.1f}"
        print(f"{areas:5}{months:7}{mean:6}{dispersion:6}{rho:5}{sd:6}  {told}", flush=True)
    print("\nareas months  mean factor   named  right month  another   (per cent)")
    for areas, months, mean, factor in CHANGED:
        rng = np.random.default_rng(2)
        named = right = another = 0
        for _ in range(panels):
            middle = months // 2
            counts = _panel(rng, areas, months, mean, 1.5, 0.3, 0.05, factor=factor)
            found = _clear(counts)
            hit = [shift for shift in found if shift.area == 2]
            named += bool(hit)
            right += any(abs(calendar.ordinal(s.period) - START - middle) <= 1 for s in hit)
            another += len(hit) < len(found)
        shares = [f"{100 * n / panels:9.1f}" for n in (named, right, another)]
        print(f"{areas:5}{months:7}{mean:6}{factor:7}{''.join(shares)}", flush=True)


def _panel(
    rng: np.random.Generator,
    areas: int,
    months: int,
    mean: float,
    dispersion: float,
    rho: float,
    sd: float,
    *,
    factor: float = 1.0,
) -> Floats:
    """Counts, areas x months; the third area is recorded ``factor`` times from the middle on."""
    size = rng.lognormal(np.log(mean), 0.6, areas)[:, None]
    expected = size * latent(rng, (areas, months), rho=rho, sd=sd)
    expected[2, months // 2 :] *= factor
    return scatter(rng, expected, dispersion)


def _clear(counts: Floats) -> list[Shift]:
    periods = [calendar.text(START + t, monthly=True) for t in range(counts.shape[1])]
    return [shift for shift in shifts(counts, tuple(periods)) if shift.p_value < 0.05]


if __name__ == "__main__":
    main()
