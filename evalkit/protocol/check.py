"""The checks that a plan can name."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from annotated_types import Ge
from pydantic import ConfigDict

from evalkit.protocol.unsaid import unsaid
from evalkit.types.dates import Period
from evalkit.types.evaluation import IfFailed

_FORBID = ConfigDict(extra="forbid", allow_inf_nan=False)

CheckName: TypeAlias = Literal[
    "pre_trend",
    "placebo_start",
    "leave_one_unit_out",
    "already_treated_share",
    "small_cohorts",
    "pre_period_balance",
    "composition_change",
    "recording_change",
    "residual_autocorrelation",
    "placebo_date",
    "placebo_dates",
    "single_month",
    "seasonality_left",
    "impact_model",
    "break_search",
    "transition_window",
    "comparison_shock",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An attempt to prove the result wrong, fixed in advance.

    Attributes
    ----------
    check : str
    threshold : float or None
        Where the check counts as failed. Needed, but for ``residual_autocorrelation`` with ``ar1`` errors,
        which is then shown.
    if_failed : str
    leads : int
        For ``pre_trend``: how many periods before the base period are tested together. For
        ``placebo_start``: how many periods too early the false starts are.
    at : str or None
        For ``placebo_date``: the false date.
    periods : int or None
        For ``placebo_dates``: periods at least on either side of each earlier date (by default a quarter of
        those before the start, at most 12). For
        ``transition_window``: periods left out on either side of the start (3).
    """

    __pydantic_config__ = _FORBID

    check: CheckName
    if_failed: IfFailed
    threshold: float | None = None
    leads: Annotated[int, Ge(1)] = 4
    at: Period | None = None
    periods: Annotated[int | None, Ge(1), unsaid(None)] = None
