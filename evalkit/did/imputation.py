"""Imputation: what treated observations would have been, from a model of the untreated ones."""

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.did.aggregates import Aggregate
from evalkit.did.design import Design, design, few_note, lone_note, opening_notes
from evalkit.did.event_time_effects import Estimated, Telling, need_variance, told
from evalkit.did.leads import lead_effects
from evalkit.did.untreated_model import EXACT, EffectsOf, Imputed, StandardErrors, averages, impute
from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
CONSERVATIVE = "each effect beside the average of its cohort and event time"
WORDS = {
    ("conservative", False): f"conservative, {CONSERVATIVE}; clustered, normal",
    (
        "conservative",
        True,
    ): f"conservative, {CONSERVATIVE} without its own cluster; clustered, normal",
    (
        "two_stage",
        False,
    ): "two-stage, each effect beside the average that is reported; clustered, normal",
}


def imputation(
    panel: Panel,
    *,
    standard_errors: StandardErrors = "conservative",
    leave_out: bool = False,
    leads: int | None = None,
    effects_of: EffectsOf = "unit",
    weighted: bool = False,
    level: float = 0.95,
    seed: int = 0,
) -> Aggregate:
    """Estimate effects as treated outcomes less what unit and period effects of untreated ones predict.

    Unit and period effects are fitted on untreated observations only (units never treated, and others before
    their start); each treated observation's effect is its outcome less the prediction; effects are then
    averaged, over all treated observations and at each distance from the start. The averages are those of
    the two-stage regression (Gardner 2022), by another route.

    Parameters
    ----------
    panel : Panel
        Missing cells are allowed. Treated observations without a prediction (unit treated from the first
        period on, or period without an untreated unit that connects to it) are left out, which is noted.
    standard_errors : {"conservative", "two_stage"}
        ``"conservative"``: Borusyak, Jaravel and Spiess (2024), theorem 3, where the residual of a treated
        observation is its effect less the average of its cohort and event time, clusters weighted
        by their squared weight. ``"two_stage"``: Gardner (2022), less the average that is reported. Both
        are clustered without small-sample factor, on the normal.
    leave_out : bool
        Only with ``"conservative"``: leave a cluster's own effects out of the average beside them.
    leads : int or None
        Periods before the start to test for effects, in a separate regression on untreated observations
        whose reference are the periods before them. None: up to five, as many as the panel can hold.
    effects_of : {"unit", "cluster"}
        Who has an effect of its own in the model: units, or the panel's clusters, where units are many,
        noisy or seen only once. With ``"cluster"`` there are no leads.
    weighted : bool
        Weigh cells by ``panel.weights``, in the model and in the averages.
    level : float
        Of the intervals, between 0 and 1.
    seed : int
        Of the simultaneous band.

    Returns
    -------
    Aggregate
        Events before the start are those of the separate regression; ``pre_trend`` tests them jointly.

    Raises
    ------
    DataError
        No unit is treated or no treated observation can be predicted; the panel has covariates; weights are
        asked for and absent; ``leave_out`` finds a cohort of one cluster; there are not that many leads.

    References
    ----------
    Borusyak, Jaravel and Spiess (2024), *Review of Economic Studies* 91(6), theorem 3, section 4.4 (leads)
    and appendix (leave-out); Gardner (2022), "Two-stage differences in differences".
    """
    if (standard_errors, leave_out) not in WORDS:
        raise DataError(
            f'imputation found standard_errors="{standard_errors}" with leave_out={leave_out}; it needs '
            '"conservative", or "two_stage" without leave_out'
        )
    if effects_of not in ("unit", "cluster") or (effects_of == "cluster" and leads):
        raise DataError(
            f'imputation found effects_of="{effects_of}" with leads={leads}; it needs "unit", or "cluster" '
            "without leads"
        )
    read = design(panel, method="imputation", weighted=weighted, early=False)
    imputed = impute(read, effects_of)
    lone = [read.one_cluster(read.cohort == g) for g in range(len(read.starts))]
    need_variance("imputation", certain=all(lone) and len(lone) == 2)
    times, before, lead_influence = lead_effects(read, 0 if effects_of == "cluster" else leads)
    effects, influence = averages(read, imputed, standard_errors, leave_out)
    keep = np.append(np.flatnonzero(imputed.weights.sum(axis=0) > 0), len(effects) - 1)
    influence = np.column_stack([lead_influence, influence[:, keep]])
    found = (*times, *keep[:-1].tolist())
    counts = [_counts(read, imputed, e) for e in found]
    return told(
        read,
        Estimated(
            times=found,
            effects=np.concatenate([before, effects[keep]]),
            covariance=influence.T @ influence,
            n_treated=tuple(treated for treated, _ in counts),
            n_comparison=tuple(others for _, others in counts),
            certain=_certain(read, imputed, found, lead_influence, standard_errors),
        ),
        Telling(
            method="imputation" + (", cluster effects" if effects_of == "cluster" else ""),
            inference=WORDS[standard_errors, leave_out],
            reference=None,
            dof=None,
            level=level,
            seed=seed,
            notes=_notes(read, imputed, lone if standard_errors == "conservative" else [], times),
        ),
    )


def _counts(read: Design, imputed: Imputed, time: int) -> tuple[int, int]:
    """Treated units behind an event, and units that are untreated in one of its periods."""
    if time >= 0:
        units = imputed.weights[:, time] > 0
    else:
        at = read.starts[read.cohort] + time
        there = (at >= 0) & read.panel.ever_treated
        units = there & read.used[np.arange(len(at)), np.where(there, at, 0)]
    periods = np.unique(read.starts[read.cohort[units]] + time)
    return int(units.sum()), read.comparison_units(periods, units if time < 0 else None)


def _certain(
    read: Design,
    imputed: Imputed,
    times: tuple[int, ...],
    leads: Floats,
    standard_errors: StandardErrors,
) -> tuple[bool, ...]:
    """For each event, whether no treated cluster can be told from its own average."""
    treated = np.unique(read.panel.cluster[read.panel.ever_treated])
    moved = (leads[treated] ** 2).sum(axis=0) <= EXACT * (leads**2).sum(axis=0)
    groups = read.cohort if standard_errors == "conservative" else np.zeros_like(read.cohort)
    found = moved.tolist()
    for time in times[len(found) :]:
        units = imputed.weights[:, time] > 0
        pairs = np.unique(groups[units] * read.panel.n_clusters + read.panel.cluster[units])
        found.append(len(pairs) == len(np.unique(groups[units])))
    return tuple(found)


def _notes(
    read: Design, imputed: Imputed, lone: list[bool], leads: tuple[int, ...]
) -> tuple[str, ...]:
    notes = list(opening_notes(read))
    if imputed.lost:
        notes.append(
            f"{imputed.lost} treated observations cannot be predicted, because no untreated observation "
            "connects to them; they are left out."
        )
    if leads:
        notes.append(
            f"Event times {leads[0]} to {leads[-1]} come from a regression on untreated observations; "
            "their reference are the periods before them."
        )
    return (*notes, *lone_note(read, lone), *few_note(read.panel))
