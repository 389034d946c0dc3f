"""Power of a comparison of areas: against the tests themselves, a formula, and data made up from end to end."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import evalkit as ek
from evalkit.data import periods as calendar
from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.inference.clustered import clustered
from evalkit.inference.cr2 import cr2
from evalkit.inference.donald_lang import donald_lang
from evalkit.inference.permutation import permutation
from evalkit.inference.regression import regression
from evalkit.power.change_tests import shown_from
from evalkit.power.noise import Noise, estimate_noise
from evalkit.power.panel_design import PanelDesign


def ar1(rng: np.random.Generator, shape: tuple[int, ...], rho: float) -> np.ndarray:
    """Variance 1, along the last axis."""
    e = rng.standard_normal(shape)
    for t in range(1, shape[-1]):
        e[..., t] = rho * e[..., t - 1] + np.sqrt(1 - rho**2) * e[..., t]
    return e


def panel(outcome: np.ndarray, first: str = "2021-04", start: list[str | None] | None = None) -> Panel:
    n, t = outcome.shape
    last = calendar.text(calendar.ordinal(first) + t - 1, monthly=True)
    frame = pd.DataFrame(
        {
            "area": np.repeat([f"a{i:02d}" for i in range(n)], t),
            "month": np.tile(calendar.between(first, last), n),
            "y": outcome.ravel(),
            "from": np.repeat(start or [None] * n, t),
        }
    )
    return Panel.from_frame(frame, unit="area", period="month", outcome="y", treated_from="from")


@pytest.mark.parametrize("method", ["cluster", "cr2", "donald_lang", "permutation"])
@pytest.mark.parametrize("sides", [(2, 6), (4, 4), (3, 9)])
def test_what_would_just_have_been_shown_is_where_the_test_itself_turns(method, sides):
    """Identity: with that effect added, the method of evalkit.inference has its interval end at 0."""
    rng, (k, m) = np.random.default_rng(3), sides
    n, periods = k + m, 6
    y = rng.normal(size=(n, periods))
    start = np.where(np.arange(n) < k, 3, periods)
    treated = (np.arange(periods) >= start[:, None]).astype(float)
    changes = y[:, 3:].mean(axis=1) - y[:, :3].mean(axis=1)
    found = shown_from(changes[None], k, method=method, alpha=0.05, allowance=1.25, n_periods=6)
    few = np.arange(n) < k if k <= m else np.arange(n) >= k
    for effect in (found[0], -found[1]):
        moved = y + effect * treated
        if method == "permutation":
            ends = permutation(moved, start, seed=0).interval
        else:
            fit = regression(moved, treated)
            judge = {
                "cluster": lambda fit=fit: clustered(fit),
                "cr2": lambda fit=fit: cr2(fit),
                "donald_lang": lambda fit=fit: donald_lang(fit, few=few, allowance=1.25),
            }[method]
            ends = judge().interval
        end = ends.low if effect == found[0] else ends.high
        assert end == pytest.approx(0, abs=1e-9)
