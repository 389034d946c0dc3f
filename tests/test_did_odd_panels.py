"""Tiny and broken panels: every estimator gives finite numbers, or says in a sentence why it cannot."""

import json

import numpy as np
import pytest
from pydantic import TypeAdapter

from evalkit.data.panel import Panel
from evalkit.did import bacon, event_study, imputation, poisson, sun_abraham, twfe
from evalkit.errors import DataError

ESTIMATORS = {
    "twfe": twfe,
    "twfe weighted": lambda panel: twfe(panel, weighted=True, inference="cluster"),
    "event study": event_study,
    "sun abraham": sun_abraham,
    "imputation": imputation,
    "imputation two-stage": lambda p: imputation(p, standard_errors="two_stage", weighted=True),
    "imputation of clusters": lambda panel: imputation(panel, effects_of="cluster"),
    "imputation leave out": lambda panel: imputation(panel, leave_out=True),
    "bacon": bacon,
    "poisson": poisson,
    "poisson overdispersed": lambda panel: poisson(panel, inference="overdispersed"),
}


def odd_panel(seed: int) -> Panel | None:
    """One to eight units, one to six periods, rare counts, holes, whole units unseen, any starts."""
    rng = np.random.default_rng(seed)
    n, n_periods = int(rng.integers(1, 9)), int(rng.integers(1, 7))
    counts = rng.poisson(rng.choice([0.3, 2, 20]), (n, n_periods)).astype(float)
    counts[rng.random(counts.shape) < rng.choice([0, 0.2, 0.5])] = np.nan
    if rng.random() < 0.2:
        counts[rng.integers(n)] = np.nan
    if rng.random() < 0.1:
        counts = np.where(np.isnan(counts), np.nan, 3.0)  # nothing varies
    if np.isnan(counts).all():
        return None
    start = rng.integers(0, n_periods + 1, n)
    if rng.random() < 0.4:
        start = rng.choice([n_periods, n_periods // 2], n)
    cluster = np.unique(rng.integers(0, 3, n), return_inverse=True)[1]
    few = rng.random() < 0.3
    return Panel(
        units=tuple(map(str, range(n))),
        periods=tuple(str(2001 + t) for t in range(n_periods)),
        outcome=counts,
        start=start,
        weights=rng.uniform(0.1, 3, counts.shape),
        exposure=rng.uniform(1, 3, counts.shape) if rng.random() < 0.5 else None,
        cluster=cluster if few else np.arange(n),
        cluster_names=tuple(map(str, range(cluster.max() + 1 if few else n))),
        unit_of_measure="incidents",
    )


@pytest.mark.parametrize("name", ESTIMATORS)
def test_numbers_or_a_reason(name: str):
    answered = refused = 0
    for seed in [
        *range(150),
        505,
        506,
    ]:  # the last two: all incidents of a unit where nothing compares
        panel = odd_panel(seed)
        if panel is None:
            continue
        try:
            result = ESTIMATORS[name](panel)
        except DataError as reason:
            refused += 1
            assert len(str(reason)) > 40, seed
            continue
        answered += 1
        adapter = TypeAdapter(type(result))
        text = adapter.dump_json(result)
        json.loads(text, parse_constant=pytest.fail)  # no NaN, no Infinity
        assert adapter.validate_json(text) == result, seed
    assert answered >= 15 and refused >= 15, (answered, refused)
