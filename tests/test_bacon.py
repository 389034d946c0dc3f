"""The Goodman-Bacon decomposition: sums, published weights, and weights that need no data."""

import json

import numpy as np
import pytest
from pydantic import TypeAdapter

from evalkit.data.panel import Panel
from evalkit.did import Decomposition, bacon, twfe
from evalkit.did.bacon import already_treated_share
from evalkit.did.twfe_fit import fit_two_way
from evalkit.errors import DataError
from tests.by_another_route import as_panel, panel_frame
from tests.reference.installed_data import castle

IDENTITY = 1e-10


def random_starts(seed: int) -> list[int | None]:
    rng = np.random.default_rng(seed)
    starts: list[int | None] = [2001 + int(g) if g < 8 else None for g in rng.integers(0, 11, 14)]
    return [2003, None, *starts]


@pytest.mark.parametrize("seed", range(20))
def test_it_sums_to_two_way_fixed_effects(seed: int):
    panel = as_panel(panel_frame(seed, random_starts(seed), n_periods=8, effect=0.5))
    found = bacon(panel)
    assert found.effect == pytest.approx(twfe(panel, inference="cluster").effect, abs=IDENTITY)
    assert sum(c.weight for c in found.comparisons) == pytest.approx(1, abs=IDENTITY)
    assert all(c.weight > 0 for c in found.comparisons)
    assert sum(k.weight * k.effect for k in found.kinds) == pytest.approx(
        found.effect, abs=IDENTITY
    )
    share = already_treated_share(panel.start, 8)
    assert found.already_treated == pytest.approx(share, abs=IDENTITY)
    assert f"{share:.1%} of the weight" in twfe(panel, inference="cluster").notes[0]


@pytest.mark.parametrize("seed", range(5))
def test_each_comparison_is_two_way_fixed_effects_on_its_part(seed: int):
    panel = as_panel(panel_frame(seed, random_starts(seed), n_periods=8, effect=0.5))
    for part in bacon(panel).comparisons:
        label = {p: t for t, p in enumerate(panel.periods)} | {"never": 8}
        treated, other = label[part.treated], label[part.comparison]
        first, last = (0, other) if treated < other else (other, 8)
        units = np.isin(panel.start, [treated, other])
        outcome = panel.outcome[units][:, first:last]
        start = np.where(panel.start[units] == treated, treated - first, last - first)
        small = Panel(
            units=tuple(map(str, range(len(outcome)))), periods=panel.periods[first:last],
            outcome=outcome, start=start, weights=None, unit_of_measure="",
        )  # fmt: skip
        assert part.effect == pytest.approx(fit_two_way(small, weighted=False).effect, abs=IDENTITY)
        assert (part.n_treated, part.n_comparison) == (
            (panel.start == treated).sum(),
            (panel.start == other).sum(),
        )


@pytest.mark.parametrize("seed", [0, 1])
def test_weights_of_the_papers_design_need_no_data(seed: int):
    # Goodman-Bacon (2021), figure 2: 100 periods, equal groups, starts after 33 and 84 per cent
    rng = np.random.default_rng(seed)
    panel = Panel(
        units=("a", "b", "c"), periods=tuple(str(1900 + t) for t in range(100)),
        outcome=rng.normal(size=(3, 100)), start=np.array([33, 84, 100]), weights=None,
        unit_of_measure="",
    )  # fmt: skip
    weights = {(c.treated, c.comparison): c.weight for c in bacon(panel).comparisons}
    # by hand: 33 x 67, 84 x 16, 51 x 33 and 51 x 16 over their sum
    total = 33 * 67 + 84 * 16 + 51 * 33 + 51 * 16
    assert weights == pytest.approx(
        {
            ("1933", "never"): 33 * 67 / total,
            ("1984", "never"): 84 * 16 / total,
            ("1933", "1984"): 51 * 33 / total,
            ("1984", "1933"): 51 * 16 / total,
        },
        abs=1e-12,
    )
    rounded = [round(w, 3) for w in weights.values()]
    assert sorted(rounded) == [0.135, 0.222, 0.278, 0.365]


@pytest.fixture(scope="module")
def coded_as_in_bacondecomp() -> Panel:
    """Adoption years count as treated there; causaldata codes them 0 (one row in each of 21 states)."""
    data = castle()
    start = data[data["post"] == 1].groupby("sid")["year"].min() - 1
    data = data[["sid", "year", "l_homicide"]].assign(start=data["sid"].map(start))
    assert data["start"].notna().sum() == 21 * 11
    return Panel.from_frame(
        data, unit="sid", period="year", outcome="l_homicide", treated_from="start"
    )


def test_castle_as_bacondecomp_has_it(coded_as_in_bacondecomp: Panel):
    estimate = twfe(coded_as_in_bacondecomp, inference="cluster")
    assert estimate.effect == pytest.approx(0.0818116169306475, abs=1e-12)
    assert estimate.standard_error == pytest.approx(0.05887422, abs=5.1e-9)
    found = bacon(coded_as_in_bacondecomp)
    assert {k.kind: k.weight for k in found.kinds} == pytest.approx(
        {
            "earlier_vs_later": 0.05976325,
            "later_vs_earlier": 0.03189818,
            "treated_vs_never": 0.90833857,
        },
        abs=5.1e-9,
    )
    assert [round(k.effect, 4) for k in found.kinds] == [0.0880, -0.0055, 0.0703]
    largest = max(found.comparisons, key=lambda c: c.weight)
    assert (largest.treated, largest.comparison, largest.n_treated) == ("2006", "never", 13)
    assert largest.weight == pytest.approx(0.5923947, abs=5.1e-8)
    assert largest.effect == pytest.approx(0.06823587, abs=5.1e-9)


def test_units_treated_throughout_count_as_already_treated():
    panel = as_panel(panel_frame(1, [2001, 2001, 2004, 2004], n_periods=6))
    [only] = bacon(panel).comparisons
    assert (only.kind, only.treated, only.comparison) == (
        "treated_vs_always_treated",
        "2004",
        "2001",
    )
    assert bacon(panel).already_treated == 1


def test_what_cannot_be_decomposed_is_refused():
    frame = panel_frame(1, [2003, 2004, None, None], n_periods=5)
    with pytest.raises(DataError, match=r"bacon: no number for area 000 in 2003 \(1 such cells\)"):
        bacon(as_panel(frame.drop(index=2)))
    with pytest.raises(DataError, match="found one cohort only"):
        bacon(as_panel(panel_frame(1, [2003, 2003], n_periods=5)))
    with pytest.raises(DataError, match="found no treated unit"):
        bacon(as_panel(panel_frame(1, [None, None], n_periods=5)))


def test_it_is_a_table_and_survives_json(coded_as_in_bacondecomp: Panel):
    found = bacon(coded_as_in_bacondecomp)
    frame = found.to_frame()
    assert (frame["weight"] * frame["effect"]).sum() == pytest.approx(found.effect, abs=IDENTITY)
    adapter = TypeAdapter(Decomposition)
    assert adapter.validate_json(adapter.dump_json(found)) == found
    json.loads(adapter.dump_json(found), parse_constant=pytest.fail)
    html = found._repr_html_()
    assert "later against already treated" in html
    assert "3% of the weight is on units that are already treated." in html
