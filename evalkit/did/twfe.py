"""Two-way fixed effects."""

import math
from dataclasses import replace

import numpy as np

from evalkit.data.panel import Panel
from evalkit.did.bacon import already_treated_share
from evalkit.did.design import missing_note
from evalkit.did.twfe_fit import Fit, fit_two_way
from evalkit.did.twfe_inference import METHODS, Inference, chosen, judged
from evalkit.errors import DataError
from evalkit.inference.clusters import small_sample_factor
from evalkit.inference.intervals import t_interval
from evalkit.types.estimate import Estimate

CLUSTER_RULE = (
    "t with G-1 = {dof} df, clustered by {by}, factor sqrt(G/(G-1) (n-1)/(n-K)), "
    "K = regressors and periods = {k}"
)


def twfe(
    panel: Panel,
    *,
    inference: Inference = "auto",
    seed: int = 0,
    weighted: bool = False,
    level: float = 0.95,
) -> Estimate:
    """Estimate one effect of treatment with unit and period effects.

    Fits ``y_it = unit_i + period_t + effect * treated_it + covariates_it b + e_it``. Where starts are
    staggered the result mixes in comparisons with units that are already treated (Goodman-Bacon 2021); it is
    then an alternative to show beside group-time effects, not a headline, and says so in its notes with the
    share of the weight on such comparisons.

    Parameters
    ----------
    panel : Panel
        Missing cells are allowed.
    inference : str
        ``"cluster"``: the cluster rule, for many clusters on both sides. For few: ``"cr2"`` (bias-reduced
        errors, Bell-McCaffrey degrees of freedom), ``"wild_bootstrap"``, ``"permutation"``,
        ``"donald_lang"``; with one start, no gaps, weights or covariates, and ten comparison units or more
        for each treated one also ``"conley_taber"``, and, where the panel has exposure or weights,
        ``"ferman_pinto"``.
        ``"auto"`` chooses by the design and the periods before the start, never by the effect; the
        estimate says which method and why.
    seed : int
        Of draws, where there are too many to list.
    weighted : bool
        Weigh cells by ``panel.weights``.
    level : float
        Of the interval, between 0 and 1.

    Raises
    ------
    DataError
        Treatment cannot be told from unit and period effects (nobody is treated, everybody always, or all
        start together), a covariate does not vary beside them, weights are asked for and absent, there are
        too few clusters or observations, or the method of inference cannot be used on this panel.

    References
    ----------
    Angrist and Pischke (2009), *Mostly Harmless Econometrics*, section 5.2; the cluster rule is
    ``inference.clusters``, the choice ``inference.chooser``.
    """
    observed = panel.observed
    treated = panel.treated & observed
    if not treated.any() or treated.sum() == observed.sum():
        raise DataError("twfe needs treated and untreated unit-periods; found only one kind")
    if weighted and panel.weights is None:
        raise DataError("twfe was asked to weigh cells; the panel has no weights")
    if inference not in METHODS:
        raise DataError(f'twfe found inference="{inference}"; it needs one of {", ".join(METHODS)}')
    unseen = np.logical_not(observed.any(axis=1))
    if unseen.any():
        panel = panel.without(unseen)
    fit = fit_two_way(panel, weighted=weighted)
    found = _told(panel, fit, inference, weighted=weighted, seed=seed, level=level)
    return replace(
        found,
        method="twfe, weighted" if weighted else "twfe",
        notes=(*found.notes, *_notes(panel, weighted)),
    )


def _told(
    panel: Panel, fit: Fit, inference: Inference, *, weighted: bool, seed: int, level: float
) -> Estimate:
    """The estimate under the method that was asked for or chosen; of a choice, why and what it rests on."""
    if inference == "cluster":
        return _by_cluster_rule(panel, fit, level)
    if inference != "auto":
        return _by_judgement(panel, fit, inference, weighted, seed, level)
    choice = chosen(panel, weighted=weighted, seed=seed, level=level)
    if choice.name == "cluster":
        found = _by_cluster_rule(panel, fit, level)
    else:
        found = _by_judgement(
            panel, fit, choice.name, weighted, seed, level, allowance=choice.allowance
        )
    caveat = (choice.caveat,) if choice.caveat else ()
    return replace(found, inference=f"{found.inference}; {choice.words}", notes=caveat)


def _by_judgement(
    panel: Panel,
    fit: Fit,
    name: str,
    weighted: bool,
    seed: int,
    level: float,
    allowance: float = 1.0,
) -> Estimate:
    """A method for few clusters."""
    found = judged(panel, name=name, weighted=weighted, seed=seed, level=level, allowance=allowance)
    if not (math.isfinite(found.interval.low) and math.isfinite(found.interval.high)):
        raise DataError(
            f"twfe found too few clusters on one side for inference={name!r}: it would not reject any effect "
            f"in one direction (p = {found.p_value:.3g} against none), so its interval has no end there. "
            "Use inference='permutation', 'donald_lang' or 'auto'"
        )
    return Estimate(
        estimand="ATT",
        method="twfe",
        effect=fit.effect,
        standard_error=found.standard_error,
        interval=found.interval,
        p_value=found.p_value,
        dof=found.dof,
        inference=found.words,
        n_obs=int(panel.observed.sum()),
        n_units=len(panel.units),
        n_clusters=panel.n_clusters,
        unit_of_measure=panel.unit_of_measure,
        why=found.why,
        judged_by=name,
        attainable_level=found.counted_level,
    )


def _by_cluster_rule(panel: Panel, fit: Fit, level: float) -> Estimate:
    """The cluster rule."""
    n_clusters, n_obs = panel.n_clusters, int(panel.observed.sum())
    n_parameters = fit.n_regressors + int(panel.observed.any(axis=0).sum())
    if n_clusters < 2:
        raise DataError("twfe found one cluster; nothing says how far it moves by chance")
    if n_obs <= n_parameters:
        raise DataError(
            f"twfe found {n_obs} observations for {n_parameters} regressors and periods; "
            "it needs more units"
        )
    error = math.sqrt(fit.variance) * small_sample_factor(
        n_clusters=n_clusters, n_obs=n_obs, n_parameters=n_parameters
    )
    dof = n_clusters - 1
    interval, p_value = t_interval(fit.effect, error, dof=dof, level=level)
    by = "unit" if panel.cluster_names == panel.units else "the panel's clusters"
    return Estimate(
        estimand="ATT",
        method="twfe",
        effect=fit.effect,
        standard_error=error,
        interval=interval,
        p_value=p_value,
        dof=dof,
        inference=CLUSTER_RULE.format(dof=dof, k=n_parameters, by=by),
        n_obs=n_obs,
        n_units=len(panel.units),
        n_clusters=n_clusters,
        unit_of_measure=panel.unit_of_measure,
        judged_by="cluster",
    )


def _notes(panel: Panel, weighted: bool) -> tuple[str, ...]:
    starts = np.unique(panel.start[panel.ever_treated])
    notes = list(missing_note(panel))
    if len(starts) > 1 and panel.balanced and not panel.covariate_names and not weighted:
        share = already_treated_share(panel.start, len(panel.periods))
        notes.append(
            f"Starts are staggered: {share:.1%} of the weight is on comparisons with units that are already "
            "treated (bacon shows them); group_time makes none."
        )
    elif len(starts) > 1:
        notes.append(
            "Starts are staggered, so units that are already treated serve as comparison too; how much "
            "can only be told without missing cells, weights and covariates. group_time makes no "
            "such comparison."
        )
    return tuple(notes)
