"""The methods that a plan asks for."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

from evalkit.protocol.estimators import (
    Alternative,
    GroupTime,
    Imputation,
    PanelEstimator,
    Poisson,
    SunAbraham,
    TwoWay,
)
from evalkit.protocol.plan import Plan

Comparison: TypeAlias = Literal["never_treated", "not_yet_treated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A method with its options.

    Attributes
    ----------
    estimator : GroupTime, SunAbraham, Imputation, Poisson, TwoWay or None
        None for two-way fixed effects beside another method, by the cluster rule.
    comparison : str
        Of ``GroupTime``.
    errors : str
        As ``Inference.name``.
    seed : int
    level : float
    weighted : bool
    """

    estimator: PanelEstimator | None
    comparison: Comparison
    errors: str
    level: float
    seed: int = 0
    weighted: bool = False


def for_effect_alone(asked: Asked) -> Asked:
    """The same effect where nobody reads how sure it is: sooner, and for however few areas."""
    if isinstance(asked.estimator, TwoWay):
        return replace(asked, errors="cluster")
    if isinstance(asked.estimator, Poisson):
        return replace(asked, errors="overdispersed")
    return asked


def asked_by(plan: Plan) -> Asked:
    """The plan's main method."""
    group = plan.comparison.group if plan.comparison else "never_treated"
    return Asked(
        estimator=cast(PanelEstimator, plan.estimator),
        comparison="never_treated" if group == "never_treated" else "not_yet_treated",
        errors=plan.inference.name,
        level=plan.inference.level,
        seed=plan.inference.seed,
    )


def asked_beside(plan: Plan, item: Alternative) -> Asked:
    """The method of an alternative; where it is the plan's own, with the plan's options."""
    main = asked_by(plan)
    weighted = item.weights == "data"
    if plan.estimator.name != item.estimator:
        plain: dict[str, PanelEstimator] = {
            "group_time": GroupTime(name="group_time"),
            "sun_abraham": SunAbraham(name="sun_abraham"),
            "imputation": Imputation(name="imputation"),
        }
        errors = "conservative" if item.estimator == "imputation" else "cluster"
        main = replace(main, estimator=plain.get(item.estimator), errors=errors)
    if isinstance(main.estimator, GroupTime) and item.method != "plan":
        main = replace(main, estimator=replace(main.estimator, method=item.method))
    if item.comparison != "plan":
        main = replace(main, comparison=item.comparison)
    return replace(main, weighted=weighted)
