"""What columns are by their heads, where nobody says what they hold."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NAMES = _words(
    """area areas year period month quarter week date day age sex gender ethnicity group ward district region
    lsoa msoa force name code unit cohort crime offence outcome category type x label labels time start"""
)
"""Heads of columns that are names even where they hold numbers."""
GENERIC = _words("count counts n number numbers observed value values y data events 0") | {""}
"""Heads that say no more than that a column holds counts."""
MODEL = _words(
    """fitted counterfactual effect estimate standard_error p_value dof n_obs n_units n_clusters n_treated
    n_comparison n_periods event_time band_low band_high fitted_low fitted_high counterfactual_low
    counterfactual_high statistic threshold below rho residual decimals rows_read rows_used projected"""
) | {"model fit", "standard error"}
"""Heads and keys of what a model or a plan says: numbers of areas and periods, not of people. Rules for small
numbers leave regression output alone."""
BESIDE_MODEL = _words(
    """low high level with without minimum ratio side seed smallest size base units treated comparison weight
    observations clusters p"""
) | {"band low", "band high", "comparison units"}
"""Heads that are a model's only in a table that has one of ``MODEL``."""
